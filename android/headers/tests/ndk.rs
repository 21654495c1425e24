//! With `ANDROID_NDK_HOME` set, the NDK's compiler does the work.
#![expect(clippy::unwrap_used, reason = "a failed step is a failed check")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

const NAMES: [&str; 3] =
    ["aarch64-linux-android26-clang", "armv7a-linux-androideabi26-clang", "x86_64-linux-android26-clang"];

/// An NDK whose compilers print what they are called by and with.
fn ndk() -> TempDir {
    let ndk = TempDir::new().unwrap();
    let bin = ndk.path().join("toolchains/llvm/prebuilt/linux-x86_64/bin");
    fs::create_dir_all(&bin).unwrap();
    for name in NAMES {
        let compiler = bin.join(name);
        fs::write(&compiler, "#!/bin/sh\nprintf '%s\\n' \"${0##*/}\" \"$@\"\n").unwrap();
        fs::set_permissions(compiler, fs::Permissions::from_mode(0o755)).unwrap();
    }
    ndk
}

fn called(ndk: &TempDir, name: &str, arguments: &[&str]) -> Vec<String> {
    let compiler = Path::new(env!("CARGO_MANIFEST_DIR")).join("../native/bin").join(name);
    let output = Command::new(compiler).args(arguments).env("ANDROID_NDK_HOME", ndk.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn it_compiles_as_it_was_asked() {
    let ndk = ndk();
    for name in NAMES {
        assert_eq!(called(&ndk, name, &["-c", "a b.c", "-o", "a.o"]), [name, "-c", "a b.c", "-o", "a.o"]);
    }
}

#[test]
fn it_links_for_large_pages_and_by_the_librarys_name() {
    let ndk = ndk();
    for name in NAMES {
        let called = called(&ndk, name, &["-shared", "a.o", "-lunwind"]);
        assert_eq!(called[0], name);
        assert_eq!(called[called.len() - 3..], ["-shared", "a.o", "-lunwind"]);
        for flag in ["-Wl,-z,max-page-size=16384", "-Wl,-soname,libtelltale.so", "-Wl,-z,defs"] {
            assert!(called.iter().any(|argument| argument == flag), "{called:?} lacks {flag}");
        }
        // What is for the sysroot of our own stays away.
        assert!(!called.iter().any(|argument| argument.contains("sysroot") || argument == "-nostdlib"));
    }
}

#[test]
fn a_folder_that_is_no_ndk_is_told() {
    let nowhere = TempDir::new().unwrap();
    let compiler = Path::new(env!("CARGO_MANIFEST_DIR")).join("../native/bin").join(NAMES[0]);
    let output = Command::new(compiler).env("ANDROID_NDK_HOME", nowhere.path()).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("No such file or directory"));
}
