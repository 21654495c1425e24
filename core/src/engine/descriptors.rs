//! The limit of open files, which is the limit of flows.

use std::io;

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Raises the soft limit of open descriptors to the hard one; answers with the limit now in force.
///
/// # Errors
/// When the system refuses either call.
#[cfg_attr(
    target_pointer_width = "64",
    expect(clippy::useless_conversion, reason = "the limit has 32 bits on 32-bit Android")
)]
pub fn raise_descriptor_limit() -> io::Result<u64> {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?;
    Ok(u64::from(hard))
}
