//! How a record is opened, and its tables brought up to date.
//!
//! To change the schema:
//!
//! 1. append an `M::up(VERSION_n)` to [`MIGRATIONS`] in `versions` that turns version n-1 into n; never edit an older one;
//! 2. raise [`VERSION`];
//! 3. add to `tests::FILLED` statements that fill a record of version n-1 with a row in every table;
//! 4. say in `docs/architecture.md` what changed, if a reader of the tables would notice.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, ffi};
use rusqlite_migration::Migrations;

use super::error::{StoreError, primary_code};
use super::versions::MIGRATIONS;

/// Version of the tables that this program writes and reads.
pub const VERSION: i64 = 5;

/// Marks the file as ours ("Tell", set by version 1), so that no other program's database is taken for a record.
const APPLICATION_ID: i64 = 0x5465_6c6c;

/// The oldest bytes of the write-ahead log are cut off beyond this, so that one burst does not keep its disk space.
const LOG_LIMIT: i64 = 4 << 20;

/// Opens the record for its writer: creates directory and file, brings the tables up to date.
pub(crate) fn open_for_writing(path: &Path, patience: Duration) -> Result<Connection, StoreError> {
    create_private(path)?;
    let mut connection = Connection::open(path).map_err(|source| StoreError::sqlite(path, source))?;
    connection.busy_timeout(patience).map_err(|source| StoreError::sqlite(path, source))?;
    let found = identify(&connection, path)?;
    if found > VERSION {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: VERSION });
    }
    prepare_writer(&connection).map_err(|source| StoreError::sqlite(path, source))?;
    migrate(&mut connection, path)?;
    Ok(connection)
}

/// Opens the record for reading only; its tables must be of this program's version.
pub(crate) fn open_for_reading(path: &Path, patience: Duration) -> Result<Connection, StoreError> {
    if !path.try_exists().map_err(|source| StoreError::io(path, source))? {
        return Err(StoreError::Missing { path: path.to_owned() });
    }
    let connection = connect_for_reading(path).map_err(|source| StoreError::sqlite(path, source))?;
    connection.busy_timeout(patience).map_err(|source| StoreError::sqlite(path, source))?;
    let found = identify(&connection, path)?;
    let (path, known) = (path.to_owned(), VERSION);
    match found {
        // A writer that died between creating the file and its tables leaves this.
        0 => Err(StoreError::Missing { path }),
        _ if found < known => Err(StoreError::Older { path, found, known }),
        _ if found > known => Err(StoreError::Newer { path, found, known }),
        _ => Ok(connection),
    }
}

/// The directory and the file, for this user's eyes only; SQLite gives its side files the same mode.
///
/// A file that is there is not opened: closing it again would drop the locks of SQLite connections in this process.
pub(super) fn create_private(path: &Path) -> Result<(), StoreError> {
    let create = || -> io::Result<()> {
        if path.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if let Some(directory) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        }
        match OpenOptions::new().create_new(true).write(true).mode(0o600).open(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        }
    };
    create().map_err(|source| StoreError::io(path, source))
}

/// The version of the tables; refuses a database of another program.
fn identify(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let read = || -> rusqlite::Result<_> {
        let application =
            connection.pragma_query_value(None, "application_id", |row| row.get::<_, i64>(0))?;
        let version = connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))?;
        let tables =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
        Ok((application, version, tables))
    };
    match read().map_err(|source| StoreError::sqlite(path, source))? {
        (APPLICATION_ID, version, _) => Ok(version),
        (0, 0, 0) => Ok(0),
        _ => Err(StoreError::NotARecord { path: path.to_owned() }),
    }
}

fn prepare_writer(connection: &Connection) -> rusqlite::Result<()> {
    // Only heeded while the file is empty: lets retention give pages back in small steps.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update_and_check(None, "journal_size_limit", LOG_LIMIT, |_| Ok(()))?;
    // In WAL mode a crash of the program loses nothing, one of the system at most the last commits.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    prepare_common(connection)
}

fn prepare_common(connection: &Connection) -> rusqlite::Result<()> {
    // Android has no directory for temporary files.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(())
}

fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let result = Migrations::from_slice(MIGRATIONS).to_latest(connection);
    result.map_err(|error| {
        if let rusqlite_migration::Error::RusqliteError { err, .. } = error {
            StoreError::sqlite(path, err)
        } else {
            log::error!("the tables cannot be brought up to date: {error}");
            StoreError::Damaged { path: path.to_owned() }
        }
    })
}

fn connect_for_reading(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    match connection.query_row("SELECT 1 FROM sqlite_schema LIMIT 1", [], |_| Ok(())) {
        // WAL wants a side file even for reading. Where none can be made, none can write: read as is.
        Err(error) if matches!(primary_code(&error), ffi::SQLITE_CANTOPEN | ffi::SQLITE_READONLY) => {
            connect_to_frozen(path, flags)
        }
        Ok(()) | Err(rusqlite::Error::QueryReturnedNoRows) => {
            prepare_common(&connection)?;
            Ok(connection)
        }
        Err(error) => Err(error),
    }
}

fn connect_to_frozen(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                uri.push(char::from(*byte))
            }
            _ => uri.push_str(&format!("%{byte:02x}")),
        }
    }
    uri.push_str("?immutable=1");
    let connection = Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)?;
    prepare_common(&connection)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For every version: statements that put a row into each of its tables.
    const FILLED: &[&str] = &["
        INSERT INTO sessions VALUES (1, 1000, 2000, 3000, 'not-running');
        INSERT INTO owners VALUES (1, 10001, '[\"com.example\"]', NULL);
        INSERT INTO hosts VALUES (1, 'example.com');
        INSERT INTO verdicts VALUES (1, 'Example', 'example.com', 'analytics', 'A', 'why', 'key', NULL);
        INSERT INTO flows VALUES (4294967296, 1000, 2000, 'tcp', x'0a000001', 40000, x'c0000201', 443, 1, NULL, 1,
            'tls-sni', 0, NULL, 1, 1, NULL, NULL, NULL, 10, 20, 1, 2, 'fin');
        INSERT INTO rollups VALUES (0, 1, 1, 1, 'tls-sni', 1, 10, 20, 1000, 2000);
        INSERT INTO totals VALUES (1, 1, 1, 'tls-sni', 1, 10, 20, 1000, 2000);
        INSERT INTO gaps VALUES (1, 500, 1000, 'killed', 0);
    ", "
        INSERT INTO sessions VALUES (1, 1000, 2000, 3000, 'not-running');
        INSERT INTO owners VALUES (1, 10001, '[\"com.example\"]', NULL);
        INSERT INTO hosts VALUES (1, 'example.com');
        INSERT INTO verdicts VALUES (1, 'Example', 'example.com', 'analytics', 'A', 'why', 'key', NULL);
        INSERT INTO flows VALUES (4294967296, 1000, 2000, 'tcp', x'0a000001', 40000, x'c0000201', 443, 1, NULL, 1,
            'tls-sni', 1, NULL, 1, 1, NULL, NULL, NULL, 10, 20, 1, 2, 'fin', 'tls', NULL, '1.3', '[\"h2\"]', 'flow');
        INSERT INTO rollups VALUES (0, 1, 1, 1, 'flow', 1, 'tls-sni', 1, 10, 20, 1000, 2000);
        INSERT INTO totals VALUES (1, 1, 1, 'flow', 1, 'tls-sni', 1, 10, 20, 1000, 2000);
        INSERT INTO gaps VALUES (1, 500, 1000, 'killed', 0);
    ", "
        INSERT INTO sessions VALUES (1, 1000, 2000, 3000, 'not-running');
        INSERT INTO owners VALUES (1, 10001, '[\"com.example\"]', NULL);
        INSERT INTO hosts VALUES (1, 'example.com');
        INSERT INTO verdicts VALUES (1, 'Example', 'example.com', 'analytics', 'A', 'why', 'key', NULL);
        INSERT INTO flows VALUES (4294967296, 1000, 2000, 'tcp', x'0a000001', 40000, x'c0000201', 443, 1, NULL, 1,
            'tls-sni', 1, NULL, 1, 1, NULL, NULL, NULL, 10, 20, 1, 2, 'fin', 'tls', NULL, '1.3', '[\"h2\"]', 'flow');
        INSERT INTO rollups VALUES (0, 1, 1, 1, 'flow', 1, 'tls-sni', 1, 10, 20, 1000, 2000);
        INSERT INTO totals VALUES (1, 1, 1, 'flow', 1, 'tls-sni', 1, 10, 20, 1000, 2000);
        INSERT INTO gaps VALUES (1, 500, 1000, 'killed', 0);
        INSERT INTO marks VALUES (1, 1500, 'note', 'opened the browser', 'com.example');
    ", "
        INSERT INTO sessions VALUES (1, 1000, 2000, 3000, 'not-running');
        INSERT INTO owners VALUES (1, 10001, '[\"com.example\"]', NULL);
        INSERT INTO hosts VALUES (1, 'example.com');
        INSERT INTO verdicts VALUES (1, 'Example', 'example.com', 'analytics', 'A', 'why', 'key', NULL);
        INSERT INTO flows VALUES (4294967296, 1000, 2000, 'tcp', x'0a000001', 40000, x'c0000201', 443, 1, NULL, 1,
            'tls-sni', 1, NULL, 1, 1, NULL, NULL, NULL, 10, 20, 1, 2, 'fin', 'tls', NULL, '1.3', '[\"h2\"]', 'flow');
        INSERT INTO rollups VALUES (0, 1, 1, 1, 'flow', 1, 'tls-sni', 1, 10, 20, 1000, 2000);
        INSERT INTO totals VALUES (1, 1, 1, 'flow', 1, 'tls-sni', 1, 10, 20, 1000, 2000);
        INSERT INTO gaps VALUES (1, 500, 1000, 'killed', 0);
        INSERT INTO marks VALUES (1, 1500, 'note', 'opened the browser', 'com.example');
        INSERT INTO evidence VALUES (1, 4294967296, 1500, 1, 1, 1, 'text', 'POST', '/', '[]', x'00', 0, '{}');
        INSERT INTO personal VALUES (1, 'imei', 'body', '0123456789abcdef');
    ", "
        INSERT INTO sessions VALUES (1, 1000, 2000, 3000, 'not-running');
        INSERT INTO owners VALUES (1, 10001, '[\"com.example\"]', NULL);
        INSERT INTO hosts VALUES (1, 'example.com');
        INSERT INTO verdicts VALUES (1, 'Example', 'example.com', 'analytics', 'A', 'why', 'key', NULL);
        INSERT INTO flows VALUES (4294967296, 1000, 2000, 'tcp', x'0a000001', 40000, x'c0000201', 443, 1, NULL, 1,
            'tls-sni', 1, NULL, 1, 1, NULL, NULL, NULL, 10, 20, 1, 2, 'fin', 'tls', NULL, '1.3', '[\"h2\"]', 'flow');
        INSERT INTO rollups VALUES (0, 1, 1, 1, 'flow', 1, 'tls-sni', 1, 10, 20, 1000, 2000);
        INSERT INTO totals VALUES (1, 1, 1, 'flow', 1, 'tls-sni', 1, 10, 20, 1000, 2000);
        INSERT INTO gaps VALUES (1, 500, 1000, 'killed', 0);
        INSERT INTO marks VALUES (1, 1500, 'note', 'opened the browser', 'com.example');
        INSERT INTO evidence VALUES (1, 4294967296, 1500, 1, 1, 1, 'text', 'POST', '/', '[]', x'00', 0, '{}');
        INSERT INTO personal VALUES (1, 'imei', 'body', '0123456789abcdef');
        INSERT INTO experiments VALUES (1, 'C1', 'com.example', 1000, NULL, '{}', '{}', '{}');
    "];

    /// Beside the first rows: a look-up, a look-up's name and an address in place of a name, and sums whose
    /// flows are partly or wholly gone.
    const MORE_OF_VERSION_1: &str = "
        INSERT INTO hosts VALUES (2, '192.0.2.1');
        INSERT INTO verdicts VALUES (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
        INSERT INTO flows VALUES (4294967297, 1000, 2000, 'udp', x'0a000001', 40001, x'c0000201', 53, 1, NULL, 2,
            NULL, 0, NULL, 2, 0, NULL, NULL, '[\"a.example\"]', 1, 2, 1, 1, 'idle');
        INSERT INTO flows VALUES (4294967298, 1000, 2500, 'tcp', x'0a000001', 40002, x'c0000201', 80, 1, NULL, 2,
            'http-host', 0, NULL, 2, 0, NULL, NULL, NULL, 4, 8, 1, 1, 'fin');
        INSERT INTO flows VALUES (4294967299, 1500, 2000, 'tcp', x'0a000001', 40003, x'c0000201', 443, 1, NULL, 1,
            'dns', 0, NULL, 1, 1, NULL, NULL, NULL, 100, 200, 1, 2, 'fin');
        UPDATE rollups SET flows = 3, bytes_up = 1110, bytes_down = 2220;
        INSERT INTO rollups VALUES (0, 1, 2, 2, 'http-host', 2, 5, 10, 1000, 2500);
        INSERT INTO rollups VALUES (-9, 1, 1, 1, 'dns', 7, 70, 700, -32000000, -31999000);
    ";

    const PATIENCE: Duration = Duration::from_millis(10);

    #[test]
    fn migrations_are_well_formed() {
        Migrations::from_slice(MIGRATIONS).validate().unwrap();
        assert_eq!(usize::try_from(VERSION).unwrap(), MIGRATIONS.len());
        assert_eq!(FILLED.len(), MIGRATIONS.len(), "a new version needs its rows in FILLED");
    }

    #[test]
    fn a_record_of_every_version_is_brought_up_to_date() {
        for (index, rows) in FILLED.iter().enumerate() {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("telltale.db");
            let mut old = Connection::open(&path).unwrap();
            Migrations::from_slice(MIGRATIONS).to_version(&mut old, index + 1).unwrap();
            old.execute_batch(rows).unwrap();
            drop(old);

            let journal = crate::store::Journal::open_upgraded(&path).unwrap();
            let everything = crate::store::Filter::default();
            assert_eq!(journal.flows(&everything).unwrap().len(), 1, "from version {}", index + 1);
            assert_eq!(journal.findings(&everything).unwrap()[0].flows, 1, "from version {}", index + 1);
            assert_eq!(check(&path), "ok");
        }
    }

    #[test]
    fn sums_of_version_1_are_split_as_far_as_is_known() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("telltale.db");
        let mut old = Connection::open(&path).unwrap();
        Migrations::from_slice(MIGRATIONS).to_version(&mut old, 1).unwrap();
        old.execute_batch(FILLED[0]).unwrap();
        old.execute_batch(MORE_OF_VERSION_1).unwrap();
        drop(old);

        let new = open_for_writing(&path, PATIENCE).unwrap();
        let sums = |table: &str| -> Vec<(i64, String, i64, i64, i64)> {
            let order = "ORDER BY host, coverage, flows";
            let select = format!("SELECT host, coverage, flows, bytes_up, bytes_down FROM {table} {order}");
            let mut select = new.prepare(&select).unwrap();
            let read = |row: &rusqlite::Row<'_>| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
            };
            select.query_map([], read).unwrap().map(Result::unwrap).collect()
        };
        let row = |host, coverage: &str, flows, up, down| (host, coverage.to_owned(), flows, up, down);
        assert_eq!(
            sums("rollups"),
            [
                row(1, "dns", 1, 100, 200),
                row(1, "dns", 7, 70, 700),
                // One flow that is there, and one that is not.
                row(1, "flow", 2, 1_010, 2_020),
                row(2, "look-up", 1, 1, 2),
                row(2, "none", 1, 4, 8),
            ]
        );
        assert_eq!(
            sums("totals"),
            [
                row(1, "dns", 8, 170, 900),
                row(1, "flow", 2, 1_010, 2_020),
                row(2, "look-up", 1, 1, 2),
                row(2, "none", 1, 4, 8)
            ]
        );
    }

    #[test]
    fn a_new_record_is_set_up_as_the_design_says() {
        let directory = tempfile::tempdir().unwrap();
        let connection = open_for_writing(&directory.path().join("a/b/telltale.db"), PATIENCE).unwrap();
        let pragma = |name: &str| {
            connection.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0)).unwrap()
        };
        assert_eq!(pragma("journal_mode"), "wal".to_owned().into());
        for (name, value) in [
            ("application_id", APPLICATION_ID),
            ("user_version", VERSION),
            ("auto_vacuum", 2),
            ("synchronous", 1),
            ("foreign_keys", 1),
            ("temp_store", 2),
        ] {
            assert_eq!(pragma(name), value.into(), "{name}");
        }
    }

    #[test]
    fn the_record_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("new/telltale.db");
        drop(open_for_writing(&path, PATIENCE).unwrap());
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
    }

    #[test]
    fn a_version_from_the_future_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("telltale.db");
        open_for_writing(&path, PATIENCE).unwrap().pragma_update(None, "user_version", 7).unwrap();
        let expected = format!(
            "{} was written by a newer telltale (schema 7, this one knows {VERSION}); \
             update telltale or choose another file with --db",
            path.display()
        );
        assert_eq!(open_for_writing(&path, PATIENCE).unwrap_err().to_string(), expected);
        assert_eq!(open_for_reading(&path, PATIENCE).unwrap_err().to_string(), expected);
    }

    #[test]
    fn another_programs_database_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("other.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE photos (id)").unwrap();
        for error in
            [open_for_writing(&path, PATIENCE).unwrap_err(), open_for_reading(&path, PATIENCE).unwrap_err()]
        {
            assert!(matches!(error, StoreError::NotARecord { .. }), "{error}");
        }
    }

    fn check(path: &Path) -> String {
        let connection = Connection::open(path).unwrap();
        connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap()
    }
}
