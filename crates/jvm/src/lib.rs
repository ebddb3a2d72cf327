//! Becoming a JVM that cannot become anything else: this process takes from itself what
//! no script host needs and then turns into `java`.
//!
//! Not here: which flags it gets and who waits for it (durward-engine), what scripts may
//! do inside (the host's own security manager). This is the wall behind that one: it
//! holds for what native code could do as well.

mod filter;

use std::{
    convert::Infallible,
    ffi::{CString, OsString},
    io,
    os::unix::ffi::OsStringExt as _,
    ptr,
};

use filter::Filter;

/// Turns this process into `java` with `arguments`. Its environment is empty, its
/// privileges can only shrink, and it can start no program, take part in no debugging and,
/// without `network`, open no socket but Unix ones.
///
/// The process must have one thread.
///
/// # Errors
/// Only if it does not become that: a step of the confinement or the start itself failed.
pub fn become_java(
    java: OsString,
    arguments: Vec<OsString>,
    network: bool,
) -> io::Result<Infallible> {
    let path = Address::holding(&CString::new(java.into_vec())?)?;
    let arguments = arguments
        .into_iter()
        .map(|argument| CString::new(argument.into_vec()))
        .collect::<Result<Vec<_>, _>>()?;
    let filter = Filter::new(path.0 as u64, network)?;
    let mut words = vec![path.0.cast_const()];
    words.extend(arguments.iter().map(|argument| argument.as_ptr()));
    words.push(ptr::null());
    let environment = [ptr::null()];
    confine()?;
    filter.apply()?;
    // SAFETY: both lists end in null, and what they point at lives until the call, which
    // does not return unless it fails.
    unsafe { libc::execve(path.0, words.as_ptr(), environment.as_ptr()) };
    Err(io::Error::last_os_error())
}

/// What needs no filter.
fn confine() -> io::Result<()> {
    let none = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: plain system calls; `none` outlives its own.
    unsafe {
        check(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))?;
        check(libc::setrlimit(libc::RLIMIT_CORE, &raw const none))?;
        // What whoever started the server left open is none of a script's business.
        if libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, 0) != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

fn check(result: libc::c_int) -> io::Result<()> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

/// A string at an address that nobody can guess. The filter allows `execve` of what lies
/// exactly there; once the JVM runs, nothing does.
struct Address(*mut libc::c_char);

/// Addresses that user programs may have on the smallest of our platforms, without the
/// lowest and highest, in pages.
const PAGES: u64 = 1 << (46 - 12);
const PAGE: u64 = 1 << 12;

impl Address {
    fn holding(text: &CString) -> io::Result<Self> {
        let bytes = text.as_bytes_with_nul();
        for _ in 0..32 {
            let mut random = [0_u8; 8];
            // SAFETY: the buffer is that long.
            let got = unsafe { libc::getrandom(random.as_mut_ptr().cast(), random.len(), 0) };
            if usize::try_from(got) != Ok(random.len()) {
                return Err(io::Error::last_os_error());
            }
            let wanted = (u64::from_ne_bytes(random) % PAGES + 16) * PAGE;
            // SAFETY: a new private mapping; nothing that exists is replaced.
            let page = unsafe {
                libc::mmap(
                    wanted as *mut libc::c_void,
                    bytes.len(),
                    libc::PROT_READ | libc::PROT_WRITE,
                    libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED_NOREPLACE,
                    -1,
                    0,
                )
            };
            if page == libc::MAP_FAILED {
                continue;
            }
            // SAFETY: the mapping has at least as many bytes and is ours alone.
            unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), page.cast::<u8>(), bytes.len()) };
            return Ok(Self(page.cast()));
        }
        Err(io::Error::other("no free address was found"))
    }
}
