//! A request that was redacted is still one, and tells nothing.

use super::*;

fn redacted(request: &Request) -> RedactedRequest {
    decode_request(request).redacted_request(request, b"salt")
}

fn field<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let found = request.fields.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}

/// Everything that a redacted request says, percent-encoding taken off.
fn told(redacted: &RedactedRequest) -> String {
    let request = &redacted.request;
    let body = String::from_utf8(request.body.clone()).unwrap();
    let text = format!("{} {:?} {body} {:?}", request.target, request.fields, redacted.opened);
    percent_encoding::percent_decode_str(&text).decode_utf8().unwrap().into_owned()
}

fn is_silent(request: &Request) -> String {
    let text = told(&redacted(request));
    for personal in decode_request(request).personal.iter().filter(|personal| personal.value.len() > 2) {
        assert!(!text.contains(&personal.value), "{}: {text}", personal.value);
    }
    text
}

#[test]
fn a_form_stays_a_form_and_says_what_was_opened() {
    let body = format!("crc=363297471&gzip=1&data_list={}", percent(SENSORS_BATCH));
    let kind = [("content-type", "application/x-www-form-urlencoded"), ("Content-Length", "9")];
    let request = request("/sa?project=secret", &kind, body);
    is_silent(&request);
    let RedactedRequest { request, opened } = redacted(&request);
    let body = String::from_utf8(request.body.clone()).unwrap();
    assert!(body.starts_with("crc=363297471&gzip=1&data_list=%5B%7B%22"), "{body}");
    assert_eq!(request.target, "/sa?project=secret");
    let names: Vec<_> = opened.iter().map(|layer| (layer.path.as_str(), layer.name)).collect();
    assert_eq!(names, [("body.data_list", Coding::Base64), ("body.data_list", Coding::Gzip)]);
    assert_eq!(field(&request, "content-length"), Some(request.body.len().to_string().as_str()));
    assert_eq!(field(&request, "content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(decode_request(&request).value.get("body").unwrap().as_map().unwrap().len(), 3);
}

#[test]
fn json_stays_json_whatever_was_around_it() {
    for (fields, body) in
        [(&[][..], BATCH.as_bytes().to_vec()), (&[("Content-Encoding", "gzip")], gzip(BATCH.as_bytes()))]
    {
        let request = request("/track/v4", fields, body);
        is_silent(&request);
        let RedactedRequest { request, opened } = redacted(&request);
        assert_eq!(opened.len(), fields.len());
        assert_eq!(field(&request, "content-encoding"), None);
        assert_eq!(field(&request, "content-type"), Some("application/json"));
        let value: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(value["H"]["event"], "x");
        assert!(value["H"]["imei"].as_str().unwrap().starts_with("[imei: 15 characters, "), "{value}");
    }
}

#[test]
fn header_fields_keep_their_names_and_order() {
    let fields = [
        ("Host", "collector.example"),
        ("Authorization", "Basic c2VjcmV0"),
        ("User-Agent", "secretive/1.0 (Redmi Note 8)"),
        ("Cookie", "sid=secret1; theme=secret2"),
        ("If-None-Match", "secret3"),
        ("X-Secret-Name", "secret4"),
        ("Transfer-Encoding", "chunked"),
    ];
    let request = request("/a?b=secret5#secret6", &fields, "");
    let text = is_silent(&request).to_lowercase();
    assert!(!text.contains("secret") && !text.contains("c2vjcmv0"), "{text}");
    let RedactedRequest { request, .. } = redacted(&request);
    let names: Vec<_> = request.fields.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    assert_eq!(names[..5], ["host", "authorization", "user-agent", "cookie", "if-none-match"]);
    assert!(names[5].starts_with("key-13-characters-") && names.len() == 6, "{names:?}");
    assert!(field(&request, "cookie").unwrap().contains("; "), "{request:?}");
}

#[test]
fn of_an_address_the_host_stays_and_what_is_known_of_the_path() {
    for (target, left) in [
        ("http://user:pass@a.example/sa?c=d", "http://a.example/sa?"),
        ("http://a.example?@", "http://a.example"),
        ("/track/v1/pass?d=http://e.example/", "/track/v1/%5Bpath%3A%204%20characters%2C%20"),
        ("*", "*"),
    ] {
        let redacted = redacted(&request(target, &[], "")).request.target;
        assert!(redacted.starts_with(left) && !redacted.contains("pass"), "{redacted}");
    }
}

#[test]
fn what_cannot_be_read_is_only_counted() {
    let RedactedRequest { request, .. } = redacted(&request("/", &[], vec![0xfe; 40]));
    let body = String::from_utf8(request.body).unwrap();
    assert!(body.starts_with("[bytes: 40, "), "{body}");
}

fn words() -> impl Strategy<Value = String> {
    "zq[0-9a-f]{6}( [a-z]+)?"
}

proptest! {
    #[test]
    fn nothing_marked_survives_wherever_it_was(
        path in words(),
        query in prop::collection::vec((words(), words()), 0..3),
        fields in prop::collection::vec(("zq[a-z]{1,9}|cookie|authorization|accept|etag", words()), 0..6),
        body in words(),
        shape in 0_u8..5,
    ) {
        let form = |pairs: &[(String, String)]| {
            pairs.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect::<Vec<_>>().join("&")
        };
        let body = match shape {
            0 => body.into_bytes(),
            1 => form(&[("data".to_owned(), body)]).into_bytes(),
            2 => json(&[body]).into_bytes(),
            3 => BASE64.encode(&gzip(json(&[body]).as_bytes())).into_bytes(),
            _ => format!("{{\"a\":{0}}}\n{{\"a\":{0}}}\n", json(&body)).into_bytes(),
        };
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let request = request(&format!("/{}?{}", percent(&path), form(&query)), &fields, body);
        let redacted = redacted(&request);
        let told = told(&redacted);
        prop_assert!(!told.contains("zq"), "{}", told);
        let is_field = |text: &str| !text.bytes().any(|byte| byte < b' ');
        prop_assert!(redacted.request.fields.iter().all(|(name, value)| !name.contains([' ', ':']) && is_field(value)));
    }

    /// Any bytes at all: it ends, and says as long a body as there is.
    #[test]
    fn any_request_can_be_redacted(target in "\\PC{0,40}", name in "\\PC{0,9}", body in any::<Vec<u8>>()) {
        let RedactedRequest { request, .. } = redacted(&request(&target, &[(&name, "x")], body));
        if let Some(length) = field(&request, "content-length") {
            prop_assert_eq!(length, request.body.len().to_string());
        }
    }
}
