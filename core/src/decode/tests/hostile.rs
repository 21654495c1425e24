//! What holds for any input, and what happens at each bound.

use super::limits::{
    MAX_BYTES, MAX_DEPTH, MAX_FIELDS, MAX_INPUT, MAX_ITEMS, MAX_NOTES, MAX_PERSONAL, MAX_TEXT,
};
use super::*;

fn is_capped(decoded: &Decoded) -> bool {
    decoded.notes.iter().any(|note| note.kind == NoteKind::Capped)
}

#[test]
fn every_bound_leaves_a_note() {
    let mut nested = b"{\"a\":1}".to_vec();
    for _ in 0..MAX_DEPTH {
        nested = gzip(&nested);
    }
    let deep = format!("{}{}", "[".repeat(120), "]".repeat(120));
    let times = format!("[{}{{\"time\":1588300000000}}]", "{\"time\":1588300000000},".repeat(MAX_PERSONAL));
    let items = format!("[{}[]]", format!("[{}1],", "1,".repeat(99)).repeat(MAX_ITEMS / 100 + 1));
    for (what, input) in [
        ("input", "word ".repeat(MAX_INPUT / 5 + 1).into_bytes()),
        ("text", "word ".repeat(MAX_TEXT).into_bytes()),
        ("ratio", gzip(&vec![b'a'; 20_000_000])),
        ("depth", nested),
        ("nesting", deep.into_bytes()),
        ("fields", "a=1&".repeat(MAX_FIELDS).into_bytes().repeat(2)[..MAX_FIELDS * 8 - 1].to_vec()),
        ("personal", times.into_bytes()),
        ("items", items.into_bytes()),
    ] {
        let decoded = decode_bytes(&input);
        assert!(is_capped(&decoded), "{what}: {:?}", decoded.notes);
    }
}

#[test]
fn what_is_deep_needs_little_stack() {
    const STACK: usize = 512 * 1024;
    let mut strings = "1".repeat(40);
    let mut message = b"\x0a\x0bhello world\x12\x0bhello world".to_vec();
    for _ in 0..9 {
        strings = format!("{}{}{}", "[".repeat(6), json(&format!("{{\"a\":{strings}}}")), "]".repeat(6));
        message = [&[10, u8::try_from(message.len()).unwrap()], &message[..]].concat();
    }
    let lists = format!("{}{}", "[".repeat(127), "]".repeat(127));
    for input in [strings.into_bytes(), lists.into_bytes(), message] {
        let run = move || decode_bytes(&input).redacted(b"salt");
        let decoded = std::thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
        assert_ne!(decoded.format, Format::Unknown);
    }
}

#[test]
fn notes_are_bounded() {
    let bad = (0..MAX_NOTES + 5).map(|index| format!("a{index}=%ff%00%01")).collect::<Vec<_>>().join("&");
    let decoded = decode_bytes(bad.as_bytes());
    assert_eq!(decoded.notes.len(), MAX_NOTES);
    assert_eq!(decoded.notes.last().unwrap().text, "more notes than are kept");
}

#[test]
fn what_is_no_text_is_kept_as_bytes_and_said() {
    let decoded = decode_bytes(&[0xff; 5000]);
    assert_eq!(notes(&decoded), ["unreadable: 5000 bytes that are no text"]);
    let Value::Bytes(bytes) = &decoded.value else { panic!("{decoded:?}") };
    assert_eq!((bytes.length, bytes.kept.len()), (5000, MAX_BYTES));
}

#[test]
fn what_was_not_kept_is_said_and_the_rest_is_read() {
    let text = format!("[{{\"a\":\"{}\"}},{{\"b\":2}}]", "x".repeat(100));
    let mut cut = request("/x", &[("Content-Encoding", "gzip")], gzip(text.as_bytes()));
    cut.missing = 12;
    cut.body.truncate(cut.body.len() - 12);
    let decoded = decode_request(&cut);
    assert!(decoded.at("body[0].a").is_some(), "{decoded:?}");
    let kinds: Vec<_> = decoded.notes.iter().map(|note| note.kind).collect();
    assert!(kinds.iter().all(|kind| *kind == NoteKind::Truncated) && kinds.len() >= 2, "{:?}", decoded.notes);
}

#[test]
fn a_form_that_was_cut_is_read_as_far_as_it_goes() {
    let event = |id: u32| {
        format!(
            r#"{{"type":"track","distinct_id":"{}","properties":{{"n":{id}}}}}"#,
            id.wrapping_mul(2_654_435_761)
        )
    };
    let events = (0..40).map(event).collect::<Vec<_>>().join(",");
    let list = percent(&BASE64.encode(&gzip(format!("[{events}]").as_bytes())));
    let whole = format!("gzip=1&data_list={list}");
    for length in whole.len() - 60..whole.len() {
        let mut cut = request("/sa", &[], &whole.as_bytes()[..length]);
        cut.missing = (whole.len() - length) as u64;
        let decoded = decode_request(&cut);
        assert_eq!(json(decoded.at("body.data_list[0].properties.n").unwrap()), "0", "{length}");
        assert_eq!(decoded.format, Format::Sensors);
        assert!(decoded.notes.iter().all(|note| note.kind == NoteKind::Truncated), "{:?}", decoded.notes);
    }
}

#[test]
fn text_may_end_within_a_character() {
    let text = "the same again and again, \u{fc}".repeat(3);
    let decoded = decode_bytes(&text.as_bytes()[..text.len() - 1]);
    assert_eq!(
        (decoded.format, notes(&decoded)),
        (Format::Text, vec!["truncated: it ends within a character".to_owned()])
    );
}

#[test]
fn content_codings_are_taken_off_in_their_order() {
    let body = zlib(&gzip(b"{\"a\":1}"));
    let decoded = decode_request(&request("/x", &[("content-encoding", "gzip, deflate")], body));
    assert_eq!(layers(&decoded, "body"), ["zlib", "gzip", "json"]);
    let decoded = decode_request(&request("/x", &[("Content-Encoding", "gzip")], "{\"a\":1}"));
    assert_eq!(notes(&decoded), ["wrong: body: it is said to be gzip, and is not"]);
    assert_eq!(json(decoded.at("body").unwrap()), "{\"a\":1}");
}

#[test]
fn words_stay_words() {
    for word in [
        "internationalization",
        "ABCDEFGHIJKLMNOPQRST",
        "page_load_event_start",
        "d41d8cd98f00b204e9800998ecf8427e",
        "2882303761500000000",
        "cdda802e-fb9c-47ad-9866-0794d394c912",
        "com.android.browser",
        "AndroidApp",
        "a%20b",
        "x=1",
        "deadbeefdeadbeef",
        "AAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        let text = format!("[{}]", json(&word));
        let decoded = decode_bytes(text.as_bytes());
        assert_eq!(json(&decoded.value), text);
    }
}

#[test]
fn layers_within_strings_are_undone() {
    let inner = json(&json(&r#"{"k":"v"}"#));
    let fields = BASE64.encode(b"one=1&two=%7B%22k%22%3A%22v%22%7D");
    let decoded =
        decode_bytes(format!(r#"{{"a":{inner},"b":"{fields}","c":"http%3A%2F%2Fa.example%2F"}}"#).as_bytes());
    assert_eq!(
        json(&decoded.value),
        r#"{"a":{"k":"v"},"b":{"one":"1","two":{"k":"v"}},"c":"http://a.example/"}"#
    );
    assert_eq!(layers(&decoded, "b"), ["base64", "form"]);
}

#[test]
fn passwords_and_what_only_says_how_are_left_out() {
    let fields = [("Authorization", "Basic c2VjcmV0OnNlY3JldA=="), ("Accept", "*/*"), ("X-Id", "7")];
    assert_eq!(json(&decode_request(&request("/", &fields, "")).value), r#"{"headers":{"x-id":"7"}}"#);
}

#[test]
fn cookies_are_read() {
    let decoded = decode_request(&request(
        "/",
        &[("Cookie", "uid=1234567; b=%7B%22k%22%3A1%7D"), ("Accept", "*/*")],
        "",
    ));
    assert_eq!(json(&decoded.value), r#"{"headers":{"cookie":{"uid":"1234567","b":{"k":1}}}}"#);
    assert_eq!(kinds(&decoded), [("headers.cookie.uid", "account-id")]);
}

/// Bytes in layers that the decoder knows.
fn layered() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        any::<Vec<u8>>(),
        any::<String>().prop_map(String::into_bytes),
        "[{\\[][\"a-z:,{}\\[\\]0-9]{0,40}".prop_map(String::into_bytes),
        "([a-z$_]{1,8}=[a-zA-Z0-9%+/=]{0,20}&){0,5}".prop_map(String::into_bytes),
    ];
    leaf.prop_recursive(5, 8, 1, |inner| {
        (inner, 0..6_u8, any::<prop::sample::Index>()).prop_map(|(bytes, layer, cut)| match layer {
            0 => gzip(&bytes),
            1 => zlib(&bytes),
            2 => BASE64.encode(&bytes).into_bytes(),
            3 => value::hex(&bytes).into_bytes(),
            4 => format!("data={}&gzip=1&value=a", percent(&BASE64URL_NOPAD.encode(&bytes))).into_bytes(),
            _ => bytes[..cut.index(bytes.len() + 1)].to_vec(),
        })
    })
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_and_come_back_as_json(bytes in layered(), target in "/[a-z/0-9]{0,12}(\\?[a-z=&%]{0,20})?") {
        for decoded in [decode_bytes(&bytes), decode_request(&request(&target, &[("Cookie", "a=b")], bytes.clone()))] {
            let written = json(&decoded);
            let read: Decoded = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(json(&read), written);
            for personal in &decoded.personal {
                prop_assert!(decoded.at(&personal.path).is_some(), "{}", personal.path);
            }
        }
    }

    #[test]
    fn paths_of_known_formats_take_any_body(bytes: Vec<u8>, which in 0..8_usize) {
        let paths = ["/sa", "/mistats/v2", "/mistats/v3", "/track/v1", "/track/v4", "/app_logs", "/tracks", "/1645/d?host=a"];
        decode_request(&request(paths[which], &[("OT_SID", "s"), ("X-Umeng-UTC", "1")], bytes));
    }
}
