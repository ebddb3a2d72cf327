//! Opening connections: files private to the server, pragmas for durability.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, ErrorKind},
    os::unix::fs::{
        DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
    },
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

/// How long a connection waits for another process, such as the command line's
/// offline tools, before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// More than the statements that one connection ever uses.
const CACHED_STATEMENTS: usize = 256;

/// Pages in the log before they are copied into the database file: 16 MiB, so that
/// the copying, which writers wait for, is rare and in long runs.
const CHECKPOINT_PAGES: u32 = 4096;

/// Pages that the writer keeps, so that rows with random keys find theirs: 64 MiB at
/// most, taken as needed. Readers have little use for one: each commit empties it.
const WRITER_CACHE_KIB: u32 = 64 * 1024;

/// Bytes to which the log is cut back once all of it has been copied.
const LOG_SIZE_LIMIT: u32 = 64 * 1024 * 1024;

/// A connection that writes. Every commit is on disk before it returns.
pub(super) fn open_writer(path: &Path) -> rusqlite::Result<Connection> {
    let connection = open(path)?;
    // FULL: the log is synced at each commit. The other two matter on macOS only,
    // where a plain sync leaves data in the drive's cache.
    connection.execute_batch(&format!(
        "PRAGMA synchronous = FULL;
         PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -{WRITER_CACHE_KIB};
         PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES};
         PRAGMA journal_size_limit = {LOG_SIZE_LIMIT};"
    ))?;
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection = open(path)?;
    connection.execute_batch("PRAGMA query_only = ON")?;
    Ok(connection)
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    // Without CREATE: only `make_private` makes the file, with the right mode.
    // Without URI: a path is a path. Each connection is used by one thread at a time.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    // Otherwise a statement is planned anew whenever other values are bound.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// Makes the database file and its directory if they are missing, and takes from
/// everybody but the owner whatever access there is to the file and its logs.
/// SQLite gives the logs the mode of the database file.
///
/// Never opens an existing file: closing it again would drop the locks that SQLite
/// holds on it in this process.
pub(super) fn make_private(path: &Path) -> io::Result<()> {
    if let Some(directory) = parent(path)
        && !directory.is_dir()
    {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&directory)?;
        sync_directory(parent(&directory).as_deref())?;
    }
    match OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
    {
        Ok(_) => return sync_directory(parent(path).as_deref()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        restrict(Path::new(&name))?;
    }
    Ok(())
}

fn restrict(file: &Path) -> io::Result<()> {
    let mode = match fs::metadata(file) {
        Ok(metadata) => metadata.mode(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if mode & 0o077 != 0 {
        tracing::warn!(file = %file.display(), "others could read the store; its mode is 0600 now");
        fs::set_permissions(file, Permissions::from_mode(0o600))?;
    }
    Ok(())
}

fn parent(path: &Path) -> Option<PathBuf> {
    let parent = path.parent()?;
    Some(if parent.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        parent.to_owned()
    })
}

/// A new name is durable only once its directory is.
fn sync_directory(directory: Option<&Path>) -> io::Result<()> {
    directory.map_or(Ok(()), |directory| File::open(directory)?.sync_all())
}
