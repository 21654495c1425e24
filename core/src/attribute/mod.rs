//! Who owns a flow. The machine asks with an event and is answered when somebody knows; on Android the
//! system is asked, on Linux the kernel's socket tables and `/proc`.

#[cfg(all(feature = "engine", target_os = "linux"))]
mod linux;
#[cfg(all(feature = "engine", target_os = "linux"))]
mod processes;
#[cfg(all(feature = "engine", target_os = "linux"))]
mod sock_diag;

use crate::event::Owner;
use crate::packet::FiveTuple;

#[cfg(all(feature = "engine", target_os = "linux"))]
pub use linux::LinuxOwners;

/// Tells the owner of a flow. It may block: it is asked on a thread of its own.
pub trait OwnerLookup: Send {
    /// The owner, or `None` if it cannot be told (yet: there is one more try).
    fn owner(&mut self, tuple: &FiveTuple) -> Option<Owner>;
}
