//! Taking everything away from a freshly forked worker: descriptors, limits,
//! privileges and, last, system calls. If any step fails the worker must not
//! serve.
//!
//! Not here: the interpreter, whose build has no file or socket access to
//! begin with; this is the second wall.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

use crate::log_buffer;

/// Where a confined worker finds its wire.
const WIRE_FD: RawFd = 3;

/// `setitimer`'s clocks: of the wall, and of processor time, user and system.
const ITIMER_REAL: libc::c_int = 0;
const ITIMER_PROF: libc::c_int = 2;

/// Log lines wait for company at most this long, milliseconds.
const LOG_MS: u64 = 50;

/// The compiled system call filters, made once before the first fork.
#[derive(Debug, Clone)]
pub struct Filters {
    /// Kills on anything unexpected.
    outer: BpfProgram,
    /// Answers `EPERM` to calls that a runtime makes in good faith.
    inner: BpfProgram,
}

/// What a worker needs in normal operation.
const ALLOWED: &[i64] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_recvfrom,
    libc::SYS_sendto,
    libc::SYS_recvmsg,
    libc::SYS_sendmsg,
    libc::SYS_close,
    libc::SYS_ppoll,
    libc::SYS_futex,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_getrusage,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// What a runtime may try without meaning harm: refused, not fatal.
const REFUSED: &[i64] = &[
    libc::SYS_openat,
    libc::SYS_faccessat,
    libc::SYS_newfstatat,
    libc::SYS_fstat,
    libc::SYS_statx,
    libc::SYS_readlinkat,
    libc::SYS_getdents64,
    libc::SYS_getcwd,
    libc::SYS_lseek,
    libc::SYS_ioctl,
    libc::SYS_fcntl,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_getppid,
    libc::SYS_clock_settime,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_access,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_stat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lstat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_readlink,
];

/// Compiles the filters for this machine.
///
/// # Errors
/// A processor architecture without a filter, or a filter that does not compile.
pub fn filters() -> io::Result<Filters> {
    let arch = TargetArch::try_from(std::env::consts::ARCH).map_err(io::Error::other)?;
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    for call in ALLOWED.iter().chain(REFUSED) {
        rules.insert(*call, Vec::new());
    }
    // Memory may never become executable.
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        let rule = rule(2, SeccompCmpOp::MaskedEq(executable_bit()), 0)?;
        rules.insert(call, vec![rule]);
    }
    // The two alarms and our own limits, nothing of others.
    let clock = |number: libc::c_int| rule(0, SeccompCmpOp::Eq, number.unsigned_abs().into());
    rules.insert(
        libc::SYS_setitimer,
        vec![clock(ITIMER_REAL)?, clock(ITIMER_PROF)?],
    );
    rules.insert(libc::SYS_prlimit64, vec![rule(0, SeccompCmpOp::Eq, 0)?]);
    let refused = REFUSED.iter().map(|call| (*call, Vec::new())).collect();
    let eperm = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    Ok(Filters {
        outer: compile(
            rules,
            SeccompAction::KillProcess,
            SeccompAction::Allow,
            arch,
        )?,
        inner: compile(refused, SeccompAction::Allow, eperm, arch)?,
    })
}

fn executable_bit() -> u64 {
    u64::from(libc::PROT_EXEC.unsigned_abs())
}

fn rule(argument: u8, operator: SeccompCmpOp, value: u64) -> io::Result<SeccompRule> {
    let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)
        .map_err(io::Error::other)?;
    SeccompRule::new(vec![condition]).map_err(io::Error::other)
}

fn compile(
    rules: BTreeMap<i64, Vec<SeccompRule>>,
    otherwise: SeccompAction,
    on_match: SeccompAction,
    arch: TargetArch,
) -> io::Result<BpfProgram> {
    SeccompFilter::new(rules, otherwise, on_match, arch)
        .map_err(io::Error::other)?
        .try_into()
        .map_err(|error: seccompiler::BackendError| io::Error::other(error))
}

/// Confines this process, which must be a fresh fork of `template` with one
/// thread, and hands back its wire.
///
/// # Errors
/// Any step that did not work; the process may then be half confined and must exit.
pub fn enter(filters: &Filters, wire: OwnedFd, template: libc::pid_t) -> io::Result<OwnedFd> {
    // SAFETY: plain system calls on integers.
    unsafe {
        check(libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL))?;
        // A parent that died before the line above sends no signal any more.
        if libc::getppid() != template {
            return Err(io::Error::other("the template is gone"));
        }
        check(libc::prctl(libc::PR_SET_DUMPABLE, 0))?;
        check(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))?;
    }
    let wire = only_descriptor(wire)?;
    own_signals()?;
    for (resource, value) in [
        (libc::RLIMIT_CORE, 0),
        (libc::RLIMIT_FSIZE, 0),
        (libc::RLIMIT_NPROC, 0),
        (libc::RLIMIT_NOFILE, u64::from(WIRE_FD.unsigned_abs()) + 1),
    ] {
        set_limit(resource, value, value)?;
    }
    // The killing one last: it allows no further filter.
    seccompiler::apply_filter(&filters.inner).map_err(io::Error::other)?;
    seccompiler::apply_filter(&filters.outer).map_err(io::Error::other)?;
    Ok(wire)
}

/// Moves the wire to [`WIRE_FD`], `/dev/null` to 0, 1 and 2, and closes the rest.
fn only_descriptor(wire: OwnedFd) -> io::Result<OwnedFd> {
    // SAFETY: descriptors are moved by number; the two `OwnedFd`s that named
    // them are given up before, so none is closed twice.
    unsafe {
        let null = check(libc::open(c"/dev/null".as_ptr(), libc::O_RDWR))?;
        // Out of the way of the numbers they are to take.
        let source = check(libc::fcntl(wire.as_raw_fd(), libc::F_DUPFD, 64))?;
        std::mem::forget(wire);
        let null_high = check(libc::fcntl(null, libc::F_DUPFD, 64))?;
        check(libc::dup2(source, WIRE_FD))?;
        for descriptor in 0..WIRE_FD {
            check(libc::dup2(null_high, descriptor))?;
        }
        let first = WIRE_FD.unsigned_abs() + 1;
        if libc::syscall(libc::SYS_close_range, first, libc::c_uint::MAX, 0) != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(OwnedFd::from_raw_fd(WIRE_FD))
    }
}

/// The processor-time alarm must kill, and that of the wall clock send waiting log
/// lines, whatever the parent's dispositions were.
fn own_signals() -> io::Result<()> {
    // SAFETY: zeroed `sigaction` and `sigset_t` are valid storage; the handler
    // calls nothing but `write`.
    unsafe {
        if libc::signal(libc::SIGPROF, libc::SIG_DFL) == libc::SIG_ERR {
            return Err(io::Error::last_os_error());
        }
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = on_log_alarm as extern "C" fn(libc::c_int) as libc::sighandler_t;
        action.sa_flags = libc::SA_RESTART;
        check(libc::sigaction(
            libc::SIGALRM,
            &raw const action,
            std::ptr::null_mut(),
        ))?;
        let mut none: libc::sigset_t = std::mem::zeroed();
        check(libc::sigemptyset(&raw mut none))?;
        check(libc::sigprocmask(
            libc::SIG_SETMASK,
            &raw const none,
            std::ptr::null_mut(),
        ))?;
    }
    Ok(())
}

/// Address space this process uses now, bytes. Needs `/proc`, so ask before [`enter`].
///
/// # Errors
/// `/proc/self/statm` cannot be read or understood.
pub fn address_space_bytes() -> io::Result<u64> {
    let text = std::fs::read_to_string("/proc/self/statm")?;
    let pages: u64 = text
        .split_ascii_whitespace()
        .next()
        .and_then(|pages| pages.parse().ok())
        .ok_or_else(|| io::Error::other("unexpected /proc/self/statm"))?;
    // SAFETY: a plain query.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    Ok(pages.saturating_mul(u64::try_from(page).map_err(io::Error::other)?))
}

/// Bounds the address space of this process, bytes.
///
/// # Errors
/// The kernel refuses.
pub fn limit_address_space(bytes: u64) -> io::Result<()> {
    set_limit(libc::RLIMIT_AS, bytes, libc::RLIM_INFINITY)
}

fn set_limit(resource: libc::__rlimit_resource_t, soft: u64, hard: u64) -> io::Result<()> {
    let limit = libc::rlimit {
        rlim_cur: soft,
        rlim_max: hard,
    };
    // SAFETY: `limit` outlives the call.
    check(unsafe { libc::setrlimit(resource, &raw const limit) })?;
    Ok(())
}

extern "C" fn on_log_alarm(_signal: libc::c_int) {
    // SAFETY: the location is this thread's own.
    let errno = unsafe { libc::__errno_location() };
    // SAFETY: as above. What was interrupted may be about to look at it.
    let before = unsafe { *errno };
    // A wire that broke shows at the next frame.
    let _ = log_buffer::flush();
    // SAFETY: as above.
    unsafe { *errno = before };
}

/// Arms the alarms of a turn: its processor time, after which the process dies of
/// `SIGPROF`, and the one that sends log lines while the turn is long.
///
/// # Errors
/// The kernel refuses.
pub fn arm_alarms(cpu_ms: u64, wall_ms: u64) -> io::Result<()> {
    // Zero would mean no limit.
    arm(ITIMER_PROF, cpu_ms.max(1), 0)?;
    let tick = LOG_MS.min(wall_ms / 4).max(1);
    arm(ITIMER_REAL, tick, tick)
}

/// Disarms both: between turns nothing is to be killed or sent.
///
/// # Errors
/// The kernel refuses.
pub fn disarm_alarms() -> io::Result<()> {
    arm(ITIMER_PROF, 0, 0)?;
    arm(ITIMER_REAL, 0, 0)
}

fn arm(clock: libc::c_int, first_ms: u64, then_ms: u64) -> io::Result<()> {
    let timer = libc::itimerval {
        it_interval: time_of(then_ms),
        it_value: time_of(first_ms),
    };
    // SAFETY: `timer` outlives the call, the old value is not wanted.
    check(unsafe { libc::setitimer(clock, &raw const timer, std::ptr::null_mut()) })?;
    Ok(())
}

fn time_of(ms: u64) -> libc::timeval {
    libc::timeval {
        tv_sec: libc::time_t::try_from(ms / 1000).unwrap_or(libc::time_t::MAX),
        tv_usec: libc::suseconds_t::try_from(ms % 1000 * 1000).unwrap_or(0),
    }
}

fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}
