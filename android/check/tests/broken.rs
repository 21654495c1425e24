//! Each way to break an APK is told in one line that names what is wrong.
#![expect(clippy::unwrap_used, reason = "a failed step is a failed check")]

mod common;

use common::{Apk, Library, dex, run};
use zip::CompressionMethod;

/// Expects that `apk` is refused for `why`.
#[track_caller]
fn refused(apk: &Apk, why: &str) {
    let complaint = apk.check().unwrap_err();
    assert_eq!(complaint, format!("refused: {why}\n"));
}

#[test]
fn a_whole_apk_passes() {
    let report = Apk::default().check().unwrap();
    assert_eq!(report.lines().count(), 13, "{report}");
    assert!(report.lines().all(|line| line.starts_with("ok ")), "{report}");
}

#[test]
fn arguments_and_files() {
    let here = std::env::current_dir().unwrap();
    assert_eq!(run(&[], &here).unwrap_err(), "refused: usage: telltale-apk APK VERSION ANDROID\n");
    let complaint = run(&["none.apk", "1", "android"], &here).unwrap_err();
    assert_eq!(complaint, "refused: none.apk: No such file or directory (os error 2)\n");
    let complaint = run(&["Cargo.toml", "1", "android"], &here).unwrap_err();
    assert!(complaint.starts_with("refused: Cargo.toml: invalid Zip archive"), "{complaint}");
}

#[test]
fn size() {
    let apk = Apk { more: vec![("assets/large", vec![0; 13 << 20])], ..Apk::default() };
    let complaint = apk.check().unwrap_err();
    assert!(complaint.ends_with("bytes, more than 12582912\n"), "{complaint}");
}

#[test]
fn storage_of_libraries_and_resources() {
    let checked = (0..4).map(|before| Apk { alignment: 1, before, ..Apk::default() }.check());
    let complaints: Vec<String> = checked.filter_map(Result::err).collect();
    assert_eq!(complaints.len(), 3, "of four places one is right");
    assert!(
        complaints.iter().all(|it| it.starts_with("refused: resources.arsc starts at ")),
        "{complaints:?}"
    );
    let apk = Apk { compression: CompressionMethod::Deflated, ..Apk::default() };
    refused(&apk, "resources.arsc is compressed");
    let apk = Apk { of_libraries: CompressionMethod::Stored, ..Apk::default() };
    refused(&apk, "lib/arm64-v8a/libjnidispatch.so is not compressed");
}

#[test]
fn signature() {
    let apk = Apk { java: "echo 'v2: true, v3: false' >&2; exit 1", ..Apk::default() };
    refused(&apk, "the signature does not hold: v2: true, v3: false");
}

#[test]
fn a_machine_without_libraries() {
    let mut apk = Apk::default();
    apk.machines.pop();
    refused(&apk, "the APK lacks lib/x86_64/libjnidispatch.so");
}

#[test]
fn a_library_of_another_machine() {
    let mut apk = Apk::default();
    apk.machines[1].1 = 62;
    refused(&apk, "lib/armeabi-v7a/libjnidispatch.so: it is for machine 62");
}

#[test]
fn something_else_than_a_library() {
    let apk = Apk { more: vec![("lib/x86_64/libother.so", b"text".to_vec())], ..Apk::default() };
    refused(&apk, "lib/x86_64/libother.so: no library");
}

#[test]
fn libraries_that_android_8_cannot_load() {
    let with = |change: &dyn Fn(&mut Library)| {
        let mut apk = Apk::default();
        change(&mut apk.telltale);
        apk.check().unwrap_err()
    };
    let why = |text: &str| format!("refused: lib/arm64-v8a/libtelltale.so: {text}\n");
    let append = |text: &'static str| with(&move |library| library.source += text);
    assert_eq!(with(&|it| it.page = 4096), why("a segment is aligned to 4096, not to 16384"));
    assert_eq!(with(&|it| it.needs = Some("libother.so")), why("it needs libother.so"));
    assert_eq!(
        append("void unheard_of(void); void more(void) { unheard_of(); }"),
        why("it asks for unheard_of")
    );
    let complaint = append("__thread int local; int *more(void) { return &local; }");
    assert_eq!(complaint, why("it has thread-local data, which Android 8 cannot load"));
    assert_eq!(append("void telltale_self_test(void) {}"), why("it was built with telltale_self_test"));
    let complaint = with(&|it| it.source = "void JNI_OnLoad(void) {}".to_owned());
    assert_eq!(complaint, why("it does not export ffi_telltale_uniffi_contract_version"));
}

#[test]
fn version() {
    let badging = "package: name='org.telltale.app' versionName='1.2.2'\nminSdkVersion:'26'\n";
    refused(
        &Apk { badging, ..Apk::default() },
        "the APK is org.telltale.app 1.2.2, not org.telltale.app 1.2.3",
    );
    let badging = "package: name='org.telltale.app' versionName='1.2.3'\nminSdkVersion:'29'\n";
    refused(&Apk { badging, ..Apk::default() }, "the APK asks for API 29, not 26");
    let badging =
        "package: name='org.telltale.app' versionName='1.2.3'\nminSdkVersion:'26'\napplication-debuggable\n";
    refused(&Apk { badging, ..Apk::default() }, "the APK can be debugged");
}

#[test]
fn permissions() {
    let permissions = "uses-permission: name='android.permission.INTERNET'
        uses-permission: name='android.permission.CAMERA'";
    let apk = Apk { permissions, ..Apk::default() };
    refused(&apk, "the APK asks for permissions that are not on the list: [\"android.permission.CAMERA\"]");
    let apk = Apk { permissions: "package: org.telltale.app", ..Apk::default() };
    refused(&apk, "the APK does not ask for permissions on the list: [\"android.permission.INTERNET\"]");
}

#[test]
fn components() {
    let tree = "E: receiver (line=1)\n  A: android:name(0x01010003)=\"org.Mentioned\"";
    refused(&Apk { tree, ..Apk::default() }, "org.Mentioned is not in the dex");
    refused(&Apk { dex: dex("Lorg/telltale/app/a;"), ..Apk::default() }, ".Home is not in the dex");
    let short = dex("Lorg/telltale/app/Home;")[..0x80].to_vec();
    refused(&Apk { dex: short, ..Apk::default() }, "classes.dex is not a whole dex file");
}
