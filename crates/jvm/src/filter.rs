//! The system call filter of a JVM: everything but what leads out of it.
//!
//! A JVM makes too many different calls for a list of allowed ones to survive its next
//! version, so this is a list of refused ones. Not here: what else confines it.

use std::{collections::BTreeMap, io};

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, sock_filter,
};

/// Calls that nothing in a JVM needs and that start programs, look into other processes,
/// change the system, or go around this filter.
const REFUSED: &[i64] = &[
    libc::SYS_execveat,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_send_signal,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_userfaultfd,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_memfd_create,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_mount_setattr,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_open_by_handle_at,
    libc::SYS_chroot,
    libc::SYS_setns,
    libc::SYS_unshare,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_acct,
    libc::SYS_quotactl,
    libc::SYS_personality,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
];

/// Where the numbers of x32 begin: the calls of `x86_64` once more, under numbers that a list
/// of refused ones does not hold. Nothing that we start uses them.
const X32: u32 = 0x4000_0000;

/// A compiled filter.
pub(crate) struct Filter {
    foreign: BpfProgram,
    refused: BpfProgram,
    missing: BpfProgram,
}

impl Filter {
    /// A filter under which the one program whose path lies at `path_address` can be
    /// started, and `network` says whether sockets that are not Unix sockets can be made.
    ///
    /// # Errors
    /// A processor architecture without a filter.
    pub(crate) fn new(path_address: u64, network: bool) -> io::Result<Self> {
        let arch = TargetArch::try_from(std::env::consts::ARCH).map_err(io::Error::other)?;
        let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
            REFUSED.iter().map(|call| (*call, Vec::new())).collect();
        let elsewhere = condition(0, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, path_address)?;
        rules.insert(libc::SYS_execve, vec![rule(elsewhere)?]);
        // Threads share everything; what does not is a process.
        let thread = u64::from(libc::CLONE_THREAD.unsigned_abs());
        let process = condition(
            0,
            SeccompCmpArgLen::Dword,
            SeccompCmpOp::MaskedEq(thread),
            0,
        )?;
        rules.insert(libc::SYS_clone, vec![rule(process)?]);
        // A JVM signals its own threads; other processes of ours are not its business.
        let own = u64::from(std::process::id());
        let others = condition(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, own)?;
        rules.insert(libc::SYS_tgkill, vec![rule(others)?]);
        if !network {
            let unix = u64::from(libc::AF_UNIX.unsigned_abs());
            let other = condition(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, unix)?;
            rules.insert(libc::SYS_socket, vec![rule(other)?]);
        }
        let eperm = SeccompAction::Errno(libc::EPERM.unsigned_abs());
        // Its flags are in memory, where a filter cannot look: the C library then uses `clone`.
        let clone3 = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
        let enosys = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
        Ok(Self {
            foreign: from_x32_on(),
            refused: compile(rules, eperm, arch)?,
            missing: compile(clone3, enosys, arch)?,
        })
    }

    /// Puts it over this process, for good.
    ///
    /// # Errors
    /// The kernel refuses.
    pub(crate) fn apply(&self) -> io::Result<()> {
        seccompiler::apply_filter(&self.foreign).map_err(io::Error::other)?;
        seccompiler::apply_filter(&self.missing).map_err(io::Error::other)?;
        seccompiler::apply_filter(&self.refused).map_err(io::Error::other)
    }
}

/// By hand: the compiler knows single numbers only. The architecture is looked at by the
/// compiled ones, which stand beside it.
fn from_x32_on() -> BpfProgram {
    let instruction = |code: u32, jf: u8, k: u32| sock_filter {
        code: u16::try_from(code).unwrap_or(u16::MAX),
        jt: 0,
        jf,
        k,
    };
    let eperm = libc::SECCOMP_RET_ERRNO | libc::EPERM.unsigned_abs();
    vec![
        // The number of the call stands first in what a filter sees.
        instruction(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0),
        instruction(libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K, 1, X32),
        instruction(libc::BPF_RET | libc::BPF_K, 0, eperm),
        instruction(libc::BPF_RET | libc::BPF_K, 0, libc::SECCOMP_RET_ALLOW),
    ]
}

fn condition(
    argument: u8,
    length: SeccompCmpArgLen,
    operator: SeccompCmpOp,
    value: u64,
) -> io::Result<SeccompCondition> {
    SeccompCondition::new(argument, length, operator, value).map_err(io::Error::other)
}

fn rule(condition: SeccompCondition) -> io::Result<SeccompRule> {
    SeccompRule::new(vec![condition]).map_err(io::Error::other)
}

fn compile(
    rules: BTreeMap<i64, Vec<SeccompRule>>,
    on_match: SeccompAction,
    arch: TargetArch,
) -> io::Result<BpfProgram> {
    SeccompFilter::new(rules, SeccompAction::Allow, on_match, arch)
        .map_err(io::Error::other)?
        .try_into()
        .map_err(|error: seccompiler::BackendError| io::Error::other(error))
}
