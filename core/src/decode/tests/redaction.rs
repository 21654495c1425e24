//! Nothing of what was said survives.

use super::*;

fn redacted(json: &str) -> String {
    super::json(&decode_bytes(json.as_bytes()).redacted(b"salt"))
}

#[test]
fn what_is_personal_or_unknown_is_gone_and_what_is_harmless_stays() {
    let body = format!("crc=363297471&gzip=1&data_list={}", percent(SENSORS_BATCH));
    let decoded = decode_bytes(body.as_bytes());
    let redacted = decoded.redacted(b"salt");
    let written = json(&redacted);
    assert_eq!((redacted.format, redacted.layers.len()), (decoded.format, decoded.layers.len()));
    assert!(written.contains("363297471") && written.contains("crc ok"), "{written}");
    for personal in &decoded.personal {
        assert!(!written.contains(&personal.value), "{}: {written}", personal.value);
    }
    assert_eq!(redacted.personal.len(), decoded.personal.len());
    for (before, after) in decoded.personal.iter().zip(&redacted.personal) {
        assert_eq!((before.kind, &before.path), (after.kind, &after.path));
        assert!(after.value.starts_with(&format!(
            "[{}: {} char",
            before.kind.as_str(),
            before.value.chars().count()
        )));
        assert!(after.value.contains(&fingerprint(&before.value, b"salt")));
    }
}

#[test]
fn numbers_and_foreign_keys_are_gone() {
    for (json, secret) in [
        (r#"{"x":123456}"#, "123456"),
        (r#"{"x":48.2082}"#, "48.2"),
        (r#"{"example.org":1}"#, "example"),
        (r#"{"johndoe":{"a":1}}"#, "johndoe"),
        (r#"{"event":"two words"}"#, "two words"),
        (r#"{"event":"u-123","distinct_id":"u-123"}"#, "u-123"),
        (r#"{"event":"see_u-123","distinct_id":"u-123"}"#, "u-123"),
        (r#"{"app_version":"4915112345678"}"#, "4915112345678x"),
        (r#"{"version":4915112345678}"#, "4915112345678"),
        (r#"{"u_r_l_-_-_-_-_-_-_-_-_":"a"}"#, "_-_-"),
    ] {
        let written = redacted(json);
        assert!(!written.contains(secret), "{written}");
    }
    let written = redacted(r#"{"x":"////////////","y":[null,true,""]}"#);
    assert!(written.contains(r#"[null,true,""]"#), "{written}");
}

#[test]
fn where_not_all_that_is_personal_is_listed_nothing_is_kept() {
    let many = "{\"event\":\"start\",\"time\":1588300000000},";
    let events = |count| redacted(&format!("[{}{{}}]", many.repeat(count)));
    assert!(events(limits::MAX_PERSONAL - 1).contains("\"start\""));
    assert!(!events(limits::MAX_PERSONAL + 1).contains("\"start\""));
}

#[test]
fn bytes_are_gone() {
    let decoded = decode_bytes(&[0xfe; 40]);
    let written = json(&decoded.redacted(b"salt"));
    assert!(!written.contains("fefe") && written.contains("[bytes: 40, "), "{written}");
}

#[test]
fn equal_values_can_be_told_to_be_equal_under_one_salt_only() {
    let decoded = decode_bytes(br#"{"uuid":"u-1","distinct_id":"u-1","anonymous_id":"u-2"}"#);
    let values =
        |salt| decoded.redacted(salt).personal.into_iter().map(|personal| personal.value).collect::<Vec<_>>();
    let (one, other) = (values(&b"salt"[..]), values(b"pepper"));
    assert!(one[0] == one[1] && one[0] != one[2] && one[0] != other[0], "{one:?} {other:?}");
}

/// A tree with marked texts, as values and as keys, under keys of any kind.
fn marked() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        Just("url".to_owned()),
        Just("event".to_owned()),
        Just("type".to_owned()),
        Just("$device_id".to_owned()),
        Just("search_word".to_owned()),
        Just("version".to_owned()),
        "[a-z]{1,6}",
        "zq[0-9a-f]{6} x",
    ];
    let leaf = prop_oneof![
        "zq[0-9a-f]{6}( [a-z]+)?".prop_map(|text| json(&text)),
        "https://zq[0-9a-f]{6}\\.example/".prop_map(|text| json(&text)),
        "zq[0-9a-f]{20}".prop_map(|text| json(&BASE64.encode(text.as_bytes()))),
        (11_111_111_111_u64..99_999_999_999).prop_map(|number| number.to_string()),
    ];
    let is_word = |key: &str| matches!(key, "event" | "type" | "version");
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop::collection::vec((key.clone(), inner), 1..4).prop_map(move |entries| {
            // Under a harmless key a single word may stay; what is tested is all else.
            let entries =
                entries.into_iter().map(|(key, value)| match is_word(&key) && value.starts_with("\"zq") {
                    true => format!("\"{key}\":\"{} and more\"", value.trim_matches('"')),
                    false => format!("{}:{value}", json(&key)),
                });
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        })
    })
}

proptest! {
    #[test]
    fn no_marked_text_survives(tree in marked()) {
        let decoded = decode_bytes(tree.as_bytes());
        let written = json(&decoded.redacted(b"salt"));
        prop_assert!(!written.contains("zq"), "{}", written);
        let digits = written.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 11);
        for run in digits {
            prop_assert!(!tree.contains(run), "{}", written);
        }
    }
}
