//! Descriptors that Android hands over.
#![expect(unsafe_code, reason = "a number becomes an owned descriptor")]

use std::os::fd::{FromRawFd, OwnedFd, RawFd};

use crate::TelltaleError;

/// Takes over what `ParcelFileDescriptor.detachFd` gave away; -1 is what it gives when there is none.
pub(crate) fn adopt(fd: RawFd) -> Result<OwnedFd, TelltaleError> {
    if fd < 0 {
        return Err(TelltaleError::Input("there is no such file descriptor".to_owned()));
    }
    // SAFETY: the caller has detached it: nobody else closes it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
