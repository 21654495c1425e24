//! What `telltale rules` says, and what own lists do.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::Path;
use std::process::{Command, Output};

use insta::assert_snapshot;

const LIST: &str = "\
! mine
||ads.example.org^
@@||tracking.miui.com^
example.com##.banner
0.0.0.0 update.miui.com
";

fn telltale(home: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_telltale"));
    command.args(arguments).env("XDG_CONFIG_HOME", home).current_dir(home).output().unwrap()
}

#[track_caller]
fn shown(home: &Path, arguments: &[&str]) -> String {
    let output = telltale(home, arguments);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).unwrap()
}

/// A place for lists, with one in it.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("mine.txt"), LIST).unwrap();
    let output = telltale(home.path(), &["rules", "add", "mine.txt"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    home
}

#[test]
fn a_host_is_checked() {
    let home = home();
    let asked = [
        "data.mistat.intl.xiaomi.com",
        "https://Update.MIUI.com/x",
        "tracking.miui.com",
        "never.heard.of.miui.com",
        "www.ads.example.org",
        "47.241.69.153",
        "[2001:db8::1]:443",
        "www.example.com",
    ];
    let arguments: Vec<&str> = ["rules", "check"].into_iter().chain(asked).collect();
    assert_snapshot!("check", shown(home.path(), &arguments));
    let arguments: Vec<&str> = ["rules", "check", "--json"].into_iter().chain(asked).collect();
    assert_snapshot!("check_json", shown(home.path(), &arguments));
}

#[test]
fn rules_are_listed_own_ones_first() {
    let home = home();
    for (name, form) in [("table", "-q"), ("json", "--json"), ("csv", "--csv")] {
        let arguments = ["rules", "list", form, "--limit", "5"];
        assert_snapshot!(format!("list_{name}"), shown(home.path(), &arguments));
    }
    let lines = |arguments: &[&str]| {
        let arguments: Vec<&str> = ["rules", "list", "--json"].iter().chain(arguments).copied().collect();
        shown(home.path(), &arguments).lines().count()
    };
    assert_eq!(lines(&["--own"]), 3);
    assert_eq!(lines(&["--tier", "own"]), 3);
    assert_eq!(lines(&["--party", "sensors analytics", "--category", "content"]), 4);
    assert!(lines(&["--party", "xiaomi", "--tier", "a"]) > 10);
    assert_eq!(lines(&["--party"]), 4, "a sheet for each");
    assert_snapshot!(
        shown(home.path(), &["rules", "list", "--category", "nothing"]),
        @"Rules: none of that kind."
    );
}

#[test]
fn a_party_has_a_page() {
    let home = tempfile::tempdir().unwrap();
    assert_snapshot!("party", shown(home.path(), &["rules", "list", "--party", "sensors analytics"]));
    let arguments = ["rules", "list", "--party", "sensors analytics", "--json"];
    assert_snapshot!("party_json", shown(home.path(), &arguments));
    let pages = shown(home.path(), &["rules", "list", "--party"]);
    assert!(["Alibaba", "Kingsoft", "Xiaomi"].iter().all(|party| pages.contains(party)));
    let output = telltale(home.path(), &["rules", "list", "--party", "nobody"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("known are Alibaba"));
}

#[test]
fn a_list_is_kept_and_its_bad_lines_are_named() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("mine.txt"), LIST).unwrap();
    let add = |more: &[&str]| {
        let arguments: Vec<&str> = ["rules", "add", "mine.txt"].iter().chain(more).copied().collect();
        telltale(home.path(), &arguments)
    };
    let output = add(&[]);
    let kept = home.path().join("telltale/lists/mine.txt");
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        format!("mine.txt: hosts to flag 2, exceptions 1, lines of no use 1\nKept as {}.\n", kept.display())
    );
    assert_snapshot!(
        String::from_utf8(output.stderr).unwrap(),
        @"telltale: mine.txt, line 4: it hides parts of pages, which cannot be seen here"
    );
    assert!(kept.exists());

    let again = add(&[]);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8(again.stderr).unwrap().contains("--replace"));
    assert_eq!(add(&["--replace"]).status.code(), Some(0));
    assert_snapshot!(
        String::from_utf8(add(&["--json", "-q", "--name", "other"]).stdout).unwrap(),
        @r#"{"list":"other","rules":2,"exceptions":1,"unusable":1,"problems":[{"line":4,"reason":"it hides parts of pages, which cannot be seen here"}]}"#
    );
    shown(home.path(), &["rules", "remove", "mine.txt"]);
    let gone = telltale(home.path(), &["rules", "remove", "mine.txt"]);
    assert_eq!(gone.status.code(), Some(1));
    assert!(String::from_utf8(gone.stderr).unwrap().contains("there is no list 'mine.txt'"));
    assert_eq!(telltale(home.path(), &["rules", "add", "absent"]).status.code(), Some(1));
}

#[test]
fn a_broken_list_is_told_of_and_nothing_fails() {
    let home = home();
    std::fs::create_dir(home.path().join("telltale/lists/folder")).unwrap();
    let output = telltale(home.path(), &["rules", "check", "ads.example.org"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stderr).unwrap().contains("an own list is not used: "));
    assert!(String::from_utf8(output.stdout).unwrap().contains("your own list mine.txt, line 2"));
}
