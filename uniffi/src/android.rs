//! The only JNI: the Java machine, kept, and the system's log.
#![expect(unsafe_code, reason = "Java calls JNI_OnLoad by its name and hands the machine over as a pointer")]

use std::ffi::c_void;
use std::sync::OnceLock;

use jni::JavaVM;
use jni::sys::{JNI_VERSION_1_6, jint};
use log::LevelFilter;

static MACHINE: OnceLock<JavaVM> = OnceLock::new();

/// Called by `System.loadLibrary`. JNA opens the library without it: the app loads it first.
#[unsafe(no_mangle)]
#[expect(unreachable_pub, reason = "it is reached by its name")]
pub extern "system" fn JNI_OnLoad(machine: *mut jni::sys::JavaVM, _reserved: *mut c_void) -> jint {
    let level = if cfg!(debug_assertions) { LevelFilter::Debug } else { LevelFilter::Info };
    android_logger::init_once(android_logger::Config::default().with_tag("telltale").with_max_level(level));
    // SAFETY: Java passes its machine, which outlives the library.
    let machine = unsafe { JavaVM::from_raw(machine) };
    // A library is loaded once; a second machine would be another process.
    let _first = MACHINE.set(machine);
    JNI_VERSION_1_6
}

/// Attaches this thread for as long as it lives.
pub(crate) fn keep_attached() {
    let Some(machine) = MACHINE.get() else { return };
    if let Err(error) = machine.attach_current_thread(|_| Ok::<_, jni::errors::Error>(())) {
        log::debug!("thread not attached: {error}");
    }
}
