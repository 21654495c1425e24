//! What `telltale replay` says of captures: such as are made here, and such as lie beside the repository.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod beside;
mod fixtures;
mod make;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use insta::assert_snapshot;

use crate::make::{End, File, answer, block, datagram, enhanced, ethernet, fragments_v6, hello, in_ipv4};
use crate::make::{interface, query, section, segment};

const PHONE: End = ([10, 0, 0, 1], 40_000);
const RESOLVER: End = ([10, 0, 0, 53], 53);
const SERVER: End = ([192, 0, 2, 1], 443);

/// What came of a replay.
struct Replayed {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

fn telltale(arguments: &[&str], input: &[u8]) -> Replayed {
    telltale_with("/nowhere".as_ref(), arguments, input)
}

/// With own lists in `settings`.
fn telltale_with(settings: &Path, arguments: &[&str], input: &[u8]) -> Replayed {
    let mut child = Command::new(env!("CARGO_BIN_EXE_telltale"))
        .arg("replay")
        .args(arguments)
        .env("XDG_CONFIG_HOME", settings)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that has read enough closes its end.
    let _ = child.stdin.take().unwrap().write_all(input);
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    Replayed {
        status: status.code(),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

/// The flows of a capture that can be read, as JSON.
fn flows(file: &File) -> String {
    let replayed = telltale(&["--json", "-q", "-"], &file.0);
    assert_eq!((replayed.status, replayed.stderr.as_str()), (Some(0), ""));
    replayed.stdout
}

/// Host and how that is known, of every flow.
fn names(file: &File) -> Vec<String> {
    let told = flows(file);
    let flows = told.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
    flows
        .map(|flow| format!("{} {}", text(&flow["name"]["host"]), text(&flow["name"]["provenance"])))
        .collect()
}

fn look_up() -> Vec<Vec<u8>> {
    vec![
        datagram(PHONE, RESOLVER, &query("data.mistat.xiaomi.com")),
        datagram(RESOLVER, PHONE, &answer("data.mistat.xiaomi.com", "edge.example.net", SERVER.0)),
    ]
}

fn request(host: &str) -> Vec<u8> {
    segment(PHONE, (SERVER.0, 80), "A", 1, format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes())
}

/// A look-up, a TLS connection whose hello comes in the wrong order, another whose name only the look-up tells.
fn session() -> File {
    let hello = hello("tracking.intl.miui.com");
    let (head, tail) = hello.split_at(30);
    let other: End = (PHONE.0, 40_001);
    let mut packets = look_up();
    packets.extend([
        segment(PHONE, SERVER, "S", 0, &[]),
        segment(SERVER, PHONE, "SA", 0, &[]),
        segment(PHONE, SERVER, "A", 31, tail),
        segment(PHONE, SERVER, "A", 1, head),
        segment(SERVER, PHONE, "A", 1, &[b'x'; 1000]),
        segment(PHONE, SERVER, "RA", 90, &[]),
        segment(other, SERVER, "S", 0, &[]),
        segment(SERVER, other, "RA", 0, &[]),
    ]);
    File::pcap(101).packets(&packets)
}

#[test]
fn one_object_per_flow() {
    assert_snapshot!(flows(&session()));
}

#[test]
fn a_table_and_a_summary() {
    let replayed = telltale(&["-"], &session().0);
    assert_eq!(replayed.status, Some(0));
    assert_snapshot!(format!("{}\n{}", replayed.stdout, replayed.stderr));
}

#[test]
fn own_lists_are_heeded() {
    let settings = tempfile::tempdir().unwrap();
    let lists = settings.path().join("telltale/lists");
    std::fs::create_dir_all(lists.join("broken")).unwrap();
    std::fs::write(lists.join("mine"), "example.org\n@@||tracking.intl.miui.com^\n").unwrap();
    let file = File::pcap(101).packets(&[request("www.example.org")]);
    let replayed = telltale_with(settings.path(), &["--json", "-"], &file.0);
    assert!(replayed.stdout.contains("example.org is on your own list mine, line 1"), "{}", replayed.stdout);
    assert!(replayed.stderr.contains("an own list is not used: "), "{}", replayed.stderr);
    assert_eq!(replayed.status, Some(0));

    let replayed = telltale_with(settings.path(), &["--json", "-q", "-"], &session().0);
    let excepted = replayed.stdout.lines().find(|line| line.contains("tracking.intl.miui.com")).unwrap();
    assert!(excepted.contains(r#""expected":"own""#) && !excepted.contains("finding"), "{excepted}");
}

#[test]
fn the_table_is_as_long_as_is_asked_for() {
    let replayed = telltale(&["--limit", "1", "-"], &session().0);
    assert_eq!(replayed.stdout.lines().count(), 2);
    assert!(
        replayed.stderr.contains("The first 1 flows that ended, of 3; --limit 0 shows all."),
        "{}",
        replayed.stderr
    );
    assert_eq!(telltale(&["--limit", "0", "-q", "-"], &session().0).stdout.lines().count(), 4);
}

#[test]
fn link_types_and_tunnels() {
    let request = request("a.example");
    let gtp = [&[0x30, 255, 0, 0, 0, 0, 0, 1], &request[..]].concat();
    for (link, frame) in [
        (1, ethernet(0x8100, &[&[0, 5, 8, 0], &request[..]].concat())),
        (113, [&[0; 14][..], &[8, 0], &request].concat()),
        (276, [&[8, 0][..], &[0; 18], &request].concat()),
        (0, [&[2, 0, 0, 0], &request[..]].concat()),
        (9, [&[0xff, 3, 0, 0x21], &request[..]].concat()),
        (101, in_ipv4(4, &request)),
        (101, in_ipv4(47, &[&[0, 0, 8, 0], &request[..]].concat())),
        (1, ethernet(0x8864, &[&[0x11, 0, 0, 1, 0, 99, 0, 0x21], &request[..]].concat())),
        (101, datagram((PHONE.0, 2152), (SERVER.0, 2152), &gtp)),
    ] {
        assert_eq!(names(&File::pcap(link).packet(0, &frame)), ["a.example http-host"], "{link}");
    }
}

#[test]
fn fragments_and_addresses_of_ipv6() {
    let [first, second] = fragments_v6(50_000, 53, &query("a.example"));
    let told = flows(&File::pcap(101).packets(&[second, first]));
    assert!(
        told.contains(r#""questions":["a.example"]"#) && told.contains(r#""address":"2001::2","port":53"#),
        "{told}"
    );
}

#[test]
fn times_of_every_kind() {
    let request = request("a.example");
    let start = |file: File| {
        let told: serde_json::Value = serde_json::from_str(&flows(&file)).unwrap();
        told["start"].as_str().unwrap().to_owned()
    };
    let expected = "2026-03-01T12:00:01.250Z";
    assert_eq!(start(File::pcap(101).packet(1250, &request)), expected);
    assert_eq!(start(File::pcap_big_nanoseconds(101).packet(1250, &request)), expected);
    let noon = u64::from(make::NOON);
    for is_big in [false, true] {
        let word = |value: u16| if is_big { value.to_be_bytes() } else { value.to_le_bytes() };
        let resolution = |value: u8| [&word(9)[..], &word(1), &[value, 0, 0, 0]].concat();
        let offset = 1000_i64;
        let offset =
            [&word(14)[..], &word(8), &if is_big { offset.to_be_bytes() } else { offset.to_le_bytes() }];
        for (options, units) in [
            (Vec::new(), (noon + 1) * 1_000_000 + 250_000),
            (resolution(9), (noon + 1) * 1_000_000_000 + 250_000_000),
            (resolution(3), (noon + 1) * 1000 + 250),
            (resolution(0x80 | 20), ((noon + 1) << 20) + (1 << 18)),
            ([offset.concat(), resolution(6)].concat(), (noon - 999) * 1_000_000 + 250_000),
        ] {
            let blocks = [
                section(is_big),
                interface(is_big, 1, &[]),
                interface(is_big, 101, &options),
                block(is_big, 0x0bad, &[1, 2, 3], b"of no interest"),
                enhanced(is_big, 1, units, &request),
            ];
            assert_eq!(start(File(blocks.concat())), expected, "{is_big} {options:?}");
        }
    }
}

#[test]
fn sections_one_after_the_other() {
    let blocks = [
        section(false),
        interface(false, 101, &[]),
        enhanced(false, 0, 1_000_000, &request("a.example")),
        section(true),
        interface(true, 1, &[]),
        block(true, 3, &[54], &ethernet(0x0800, &segment((PHONE.0, 9), SERVER, "S", 0, &[]))),
        enhanced(true, 0, 2_000_000, &ethernet(0x0800, &look_up()[0])),
    ];
    assert_eq!(
        names(&File(blocks.concat())),
        ["a.example http-host", "- -", "- -"].map(str::to_owned).as_slice()
    );
}

#[test]
fn an_interface_that_cannot_be_read_does_not_hide_the_others() {
    let blocks = [
        section(false),
        interface(false, 189, &[]),
        interface(false, 101, &[]),
        enhanced(false, 0, 1_000_000, b"of a USB bus"),
        enhanced(false, 1, 2_000_000, &request("a.example")),
    ];
    let replayed = telltale(&["--json", "-q", "-"], &blocks.concat());
    assert_eq!(replayed.status, Some(1));
    assert_eq!(replayed.stderr, "telltale: standard input: frames of link type 189 cannot be read\n");
    assert!(replayed.stdout.contains("a.example"));
}

#[test]
fn a_broken_file_is_used_up_to_there() {
    let file = File::pcap(101).packet(0, &request("a.example"));
    let at = file.0.len();
    let whole = file.packet(10, &request("b.example"));
    for cut in [at + 5, whole.0.len() - 1] {
        let replayed = telltale(&["--json", "-q", "-"], &whole.0[..cut]);
        assert_eq!(replayed.status, Some(1));
        assert_eq!(
            replayed.stderr,
            format!("telltale: standard input: ends in the middle of a packet that begins at byte {at}\n")
        );
        assert!(replayed.stdout.contains("a.example"));
    }
    let mut broken = whole.0;
    broken[at + 11] = 0xff;
    let replayed = telltale(&["--json", "-q", "-"], &broken);
    assert_eq!(
        (replayed.status, replayed.stderr),
        (Some(1), format!("telltale: standard input: broken at byte {at}: a packet of impossible length\n"))
    );
}

#[test]
fn what_is_no_capture_is_said_in_one_line() {
    for (input, line) in [
        (&b"%PDF-1.7 and so on, for much longer than a header"[..], "neither pcap nor pcapng"),
        (&[], "neither pcap nor pcapng"),
        (&File::pcap(101).0[..20], "neither pcap nor pcapng"),
        (&File::pcap(189).packet(0, &[0; 40]).0, "frames of link type 189 cannot be read"),
        (
            &[section(false), enhanced(false, 0, 0, &[])].concat(),
            "broken at byte 28: a packet of an interface that was not described",
        ),
    ] {
        let replayed = telltale(&["--json", "-q", "-"], input);
        assert_eq!(
            (replayed.status, replayed.stderr, replayed.stdout.as_str()),
            (Some(1), format!("telltale: standard input: {line}\n"), "")
        );
    }
}

#[test]
fn several_files_of_which_one_is_missing() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let packets = look_up();
    std::fs::write(path("1"), File::pcap(101).packet(0, &packets[0]).0).unwrap();
    std::fs::write(path("2"), File::pcap(101).packet(5, &packets[1]).0).unwrap();
    let connection = segment((PHONE.0, 40_002), SERVER, "S", 0, &[]);
    std::fs::write(path("3"), File::pcap(101).packet(9, &connection).0).unwrap();
    let replayed = telltale(&["--json", "-q", &path("1"), &path("none"), &path("2"), &path("3")], &[]);
    assert_eq!(replayed.status, Some(1));
    assert!(replayed.stderr.ends_with("none: cannot be opened: No such file or directory (os error 2)\n"));
    assert_eq!(replayed.stdout.lines().count(), 2);
    assert!(
        replayed.stdout.contains(r#""host":"data.mistat.xiaomi.com","provenance":"dns""#),
        "{}",
        replayed.stdout
    );
}

#[test]
fn a_record_is_kept_only_if_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let db = directory.path().join("capture.db");
    let path = db.to_str().unwrap();
    telltale(&["-q", "--json", "--db", path, "-"], &session().0);
    assert!(!db.exists());
    telltale(&["-q", "--json", "--record", path, "-"], &session().0);
    let listed = Command::new(env!("CARGO_BIN_EXE_telltale"))
        .args(["flows", "--json", "--db", path])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(listed.stdout).unwrap().lines().count(), 3);
}
