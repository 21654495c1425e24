//! Whether the headers in `android/native/include` say what the libc crate says of Android: `cargo check` fails where
//! a constant, a size, an offset or a signature differs. The assertions are written by the build script, for the
//! target that is built for; for other systems there are none.
#![no_std]

#[cfg(target_os = "android")]
include!(concat!(env!("OUT_DIR"), "/assertions.rs"));
