//! What the formats with a name come to.

use super::*;

#[test]
fn a_sensors_pixel() {
    let decoded = decode_request(&request(&format!("/sa.gif?project=p&{SENSORS_PIXEL}"), &[], ""));
    assert_eq!(decoded.format, Format::Sensors);
    assert_eq!(layers(&decoded, "query.data"), ["base64", "json"]);
    assert_eq!(notes(&decoded), ["checked: query.data: crc ok"]);
    assert_eq!(
        kinds(&decoded),
        [
            ("query.data.distinct_id", "stable-id"),
            ("query.data.time", "action-time"),
            ("query.data.properties.url", "visited-address"),
        ]
    );
    assert_eq!(
        decoded.at("query.data.properties.url"),
        Some(&Value::Text("https://example.org/".to_owned()))
    );
}

#[test]
fn a_sensors_batch_of_an_app() {
    let body = format!("crc=363297471&gzip=1&data_list={}", percent(SENSORS_BATCH));
    for decoded in
        [decode_bytes(body.as_bytes()), decode_request(&request("/sa?project=p", &[], body.as_bytes()))]
    {
        let place = if decoded.at("body").is_some() { "body.data_list" } else { "data_list" };
        assert_eq!(decoded.format, Format::Sensors);
        assert_eq!(layers(&decoded, place), ["percent", "base64", "gzip", "json"]);
        assert_eq!(notes(&decoded), [format!("checked: {place}: crc ok")]);
        assert!(decoded.at(place).unwrap().as_list().is_some());
    }
}

#[test]
fn a_form_that_was_not_percent_encoded_is_read_all_the_same() {
    let decoded = decode_bytes(format!("crc=363297471&gzip=1&data_list={SENSORS_BATCH}").as_bytes());
    assert_eq!(
        (decoded.format, notes(&decoded)),
        (Format::Sensors, vec!["checked: data_list: crc ok".to_owned()])
    );
}

#[test]
fn a_wrong_check_sum_is_told() {
    let body = format!("crc=363297470&gzip=1&data_list={}", percent(SENSORS_BATCH));
    let decoded = decode_bytes(body.as_bytes());
    assert_eq!(decoded.format, Format::Sensors);
    assert_eq!(
        notes(&decoded),
        ["wrong: data_list: crc wrong: it says 363297470, the text comes to 363297471"]
    );
}

#[test]
fn sensors_without_compression() {
    let event = r#"[{"type":"track","distinct_id":"ü","event":"a","properties":{}}]"#;
    let body = format!("gzip=0&data_list={}", percent(&BASE64.encode(event.as_bytes())));
    let decoded =
        decode_request(&request("/sa", &[("Content-Type", "application/x-www-form-urlencoded")], body));
    assert_eq!(
        (decoded.format, layers(&decoded, "body.data_list")),
        (Format::Sensors, vec!["percent", "base64", "json"])
    );
    assert_eq!(json(decoded.at("body.data_list").unwrap()), event);
}

#[test]
fn encrypted_sensors_are_named_and_measured() {
    let list = r#"[{"ekey":"QUJDREVGRw==","pkv":3,"payloads":["////AAAA","AAAA////////"],"flush_time":1588300000000}]"#;
    for gzip in ["9", "13"] {
        let decoded = decode_bytes(format!("gzip={gzip}&data_list={}", percent(list)).as_bytes());
        assert_eq!(decoded.format, Format::Sensors);
        let [note] = &notes(&decoded)[..] else { panic!("{decoded:?}") };
        assert!(note.starts_with("unreadable: data_list: 2 payloads in 1 batches, 20 characters"), "{note}");
        assert!(note.contains("version 3 "), "{note}");
    }
}

#[test]
fn an_encrypted_event_of_a_page_is_named() {
    let data = percent(r#"{"ekey":"QUJDREVGRw==","pkv":1,"payloads":"////AAAA"}"#);
    let decoded = decode_request(&request("/sa", &[], format!("data={data}&ext=crc%3D1&gzip=9")));
    assert_eq!(decoded.format, Format::Sensors);
    assert!(
        notes(&decoded)[0].starts_with("unreadable: body.data: 1 payloads in 1 batches, 8 characters"),
        "{decoded:?}"
    );
}

#[test]
fn sensors_settings() {
    let decoded = decode_request(&request("/config/Android.conf?v=1&nv=2&project=p&app_id=a", &[], ""));
    assert_eq!(decoded.format, Format::SensorsConfig);
    assert_eq!(decode_request(&request("/config/Android.conf", &[], "")).format, Format::Unknown);
}

#[test]
fn what_only_looks_like_sensors_is_not() {
    let other = BASE64.encode(br#"{"type":"track","event":"a"}"#);
    for body in [
        "data=hello&gzip=1".to_owned(),
        format!("data={}", percent(&other)),
        format!("data_list={}", percent(&BASE64.encode(&gzip(b"[1,2,3]")))),
        "data=%5B%7B%22pkv%22%3A1%7D%5D&gzip=9".to_owned(),
    ] {
        assert_eq!(
            decode_request(&request("/sa?project=p", &[], body.as_bytes())).format,
            Format::Form,
            "{body}"
        );
    }
    assert_eq!(decode_bytes(br#"{"type":"track","distinct_id":"a","properties":{}}"#).format, Format::Json);
}

#[test]
fn mistat_2_is_opened_with_the_key_that_follows_from_it() {
    for decoded in
        [decode_bytes(MISTAT_V2.as_bytes()), decode_request(&request("/mistats/v2", &[], MISTAT_V2))]
    {
        let place = if decoded.at("body").is_some() { "body.stat_value" } else { "stat_value" };
        assert_eq!(decoded.format, Format::MistatV2);
        assert_eq!(layers(&decoded, place), ["hex", "aes128-ecb", "json"]);
        assert_eq!(json(decoded.at(place).unwrap()), r#"[{"category":"mistat_basic"}]"#);
        assert_eq!(notes(&decoded), [""; 0]);
        assert!(kinds(&decoded).iter().any(|(_, kind)| *kind == "stable-id"), "{:?}", decoded.personal);
    }
}

#[test]
fn mistat_2_under_another_key_stays_closed() {
    let decoded = decode_bytes(MISTAT_V2.replace("5000000000000&device", "5000000000001&device").as_bytes());
    assert_eq!(decoded.format, Format::MistatV2);
    assert_eq!(
        notes(&decoded),
        ["unreadable: stat_value: the key that follows from the request does not open it"]
    );
}

#[test]
fn mistat_2_that_was_cut_is_read_as_far_as_it_goes() {
    let mut cut = request("/mistats/v2", &[], &MISTAT_V2.as_bytes()[..MISTAT_V2.len() - 5]);
    cut.missing = 5;
    let decoded = decode_request(&cut);
    assert_eq!(layers(&decoded, "body.stat_value"), ["hex", "aes128-ecb"]);
    assert_eq!(decoded.at("body.stat_value").unwrap().as_text(), Some("[{\"category\":\"mi"));
}

#[test]
fn mistat_1_and_3() {
    let body =
        format!("app_id=1&app_key=2&device_id=3&channel=c&version=v&stat_value={}", percent("[{\"a\":1}]"));
    let decoded = decode_request(&request("/mistats", &[], body));
    assert_eq!(
        (decoded.format, json(decoded.at("body.stat_value").unwrap())),
        (Format::MistatV1, "[{\"a\":1}]".to_owned())
    );
    let decoded = decode_request(&request("/mistats/v3", &[], "ai=1&sv=3.0&p=AAECAwQFBgc%3D&sid=x&rc=IN"));
    assert_eq!(decoded.format, Format::MistatV3);
    assert!(notes(&decoded)[0].starts_with("unreadable: body.p: 12 characters"), "{:?}", decoded.notes);
}

#[test]
fn track_1_in_url_safe_base64() {
    for (path, format) in [("/track/v1", Format::TrackV1), ("/track/spock", Format::TrackSpock)] {
        let plain = BASE64URL_NOPAD.encode(BATCH.as_bytes());
        let packed = BASE64URL_NOPAD.encode(&gzip(BATCH.as_bytes()));
        for (gzip, value) in [("0", plain), ("1", packed)] {
            let body = format!("value={value}&ts=1588300000000&nonce=n&sign=s");
            let decoded = decode_request(&request(path, &[("gzip", gzip)], body));
            assert_eq!(decoded.format, format);
            assert_eq!(json(decoded.at("body.value").unwrap()), BATCH);
            assert!(kinds(&decoded).contains(&("body.value.H.imei", "imei")), "{:?}", decoded.personal);
        }
    }
    let body = format!("value={}&ts=1&nonce=n&sign=s", BASE64URL_NOPAD.encode(BATCH.as_bytes()));
    assert_eq!(decode_bytes(body.as_bytes()).format, Format::TrackV1);
    assert_eq!(decode_request(&request("/other", &[], body)).format, Format::Form);
}

#[test]
fn the_oldest_tracks() {
    let body = format!("t=2&value={}&s=x", BASE64URL_NOPAD.encode(BATCH.as_bytes()));
    let decoded = decode_request(&request("/tracks", &[], body.as_bytes()));
    assert_eq!((decoded.format, json(decoded.at("body.value").unwrap())), (Format::Tracks, BATCH.to_owned()));
    assert_eq!(decode_bytes(body.as_bytes()).format, Format::Form);
}

#[test]
fn onetrack_in_the_clear() {
    let body = r#"[{"H":{"event":"start","app_id":"31000000","instance_id":"i","uid":"123456","e_ts":1588300000000},"B":{"url":"https://a.example/"}}]"#;
    for decoded in [decode_bytes(body.as_bytes()), decode_request(&request("/track/v4/o", &[], body))] {
        assert_eq!(decoded.format, Format::Onetrack);
        let found: Vec<_> = decoded.personal.iter().map(|personal| personal.kind.as_str()).collect();
        assert_eq!(found, ["stable-id", "account-id", "action-time", "visited-address"]);
    }
}

#[test]
fn onetrack_under_a_key_is_named_and_measured() {
    let headers =
        [("OT_SID", "s"), ("OT_ts", "1588300000000"), ("OT_sender", "com.miui.home"), ("OT_protocol", "3.0")];
    let decoded = decode_request(&request("/track/v4", &headers, vec![0xa5; 160]));
    assert_eq!(decoded.format, Format::Onetrack);
    assert!(
        notes(&decoded)[0].starts_with("unreadable: body: 160 bytes of events, encrypted"),
        "{:?}",
        decoded.notes
    );
    assert_eq!(decoded.at("headers.ot_sender").unwrap().as_text(), Some("com.miui.home"));
}

/// An envelope in either encoding.
fn umeng(entity: &[u8], codex: u8, is_compact: bool) -> Vec<u8> {
    let texts: [(u8, &[u8]); 3] = [(1, b"1.0"), (2, b"4f83c5d852701564c0000011"), (3, b"00ff")];
    let mut body = Vec::new();
    let length = u32::try_from(entity.len()).unwrap();
    if is_compact {
        for (_, text) in texts {
            body.extend([&[0x18, u8::try_from(text.len()).unwrap()], text].concat());
        }
        body.extend([0x48, u8::try_from(length % 128).unwrap() | 0x80, u8::try_from(length / 128).unwrap()]);
        body.extend(entity);
        body.extend([0x35, codex << 1, 0]);
    } else {
        for (id, text) in texts {
            body.extend([&[11, 0, id, 0, 0, 0, u8::try_from(text.len()).unwrap()], text].concat());
        }
        body.extend([&[11, 0, 7], &length.to_be_bytes()[..], entity].concat());
        body.extend([8, 0, 10, 0, 0, 0, codex, 0]);
    }
    body
}

#[test]
fn umeng_envelopes() {
    let inner = r#"{"header":{"imei":"490154203237518","package_name":"com.example"}}"#;
    for is_compact in [true, false] {
        let headers = [("X-Umeng-Sdk", "Android/5.4 App/1.0 Redmi/9"), ("X-Umeng-UTC", "1588300000000")];
        let body = umeng(&zlib(inner.as_bytes()), 0, is_compact);
        for decoded in [decode_request(&request("/app_logs", &headers, body.clone())), decode_bytes(&body)] {
            let place = if decoded.at("body").is_some() { "body.entity" } else { "entity" };
            assert_eq!((decoded.format, layers(&decoded, place)), (Format::Umeng, vec!["zlib", "json"]));
            assert_eq!(json(decoded.at(place).unwrap()), inner);
            let in_body = kinds(&decoded).into_iter().filter(|(path, _)| !path.starts_with("headers"));
            assert_eq!(in_body.map(|(_, kind)| kind).collect::<Vec<_>>(), ["imei"]);
        }
        let decoded = decode_bytes(&umeng(&[0xa5; 32], 1, is_compact));
        assert_eq!(decoded.format, Format::Umeng);
        assert!(
            notes(&decoded)[0].starts_with("unreadable: entity: 32 bytes, encrypted"),
            "{:?}",
            decoded.notes
        );
    }
}

#[test]
fn look_ups_over_http() {
    let mut asked = request("/1645/d?host=a.example&sdk=android_1.3.3", &[], "");
    for (host, format) in [("203.107.1.65:80", Format::Httpdns), ("[2001:db8::1]", Format::Httpdns)] {
        asked.host = Some(host.to_owned());
        assert_eq!(decode_request(&asked).format, format, "{host}");
    }
    assert_eq!(decode_bytes(b"http://203.107.1.1/123456/d?host=www.example.com").format, Format::Httpdns);
    assert_eq!(decode_request(&request("/d?host=a.example", &[], "")).format, Format::Form);
}

#[test]
fn opening_advertisements() {
    let decoded =
        decode_request(&request("/getSplashScreenAds?imei=490154203237518&model=Redmi%204A", &[], ""));
    assert_eq!(decoded.format, Format::SplashAds);
    assert_eq!(kinds(&decoded), [("query.imei", "imei"), ("query.model", "phone-model")]);
}

/// What a phone says first, made as in the sniffer's tests.
fn mipush(command: &str) -> Vec<u8> {
    let text = |number: u8, value: &str| {
        [&[number << 3 | 2, u8::try_from(value.len()).unwrap()], value.as_bytes()].concat()
    };
    let header = [&[8, 0], &text(3, "xiaomi.com")[..], &text(5, command)].concat();
    let content =
        [text(2, "Redmi Note 9 Pro"), text(3, "V12.0.1"), text(7, "app.chat.global.xiaomi.net")].concat();
    let lengths = [
        &[0, 2, 0, u8::try_from(header.len()).unwrap(), 0, 0, 0],
        &[u8::try_from(content.len()).unwrap()][..],
    ];
    let body = [&lengths.concat()[..], &header, &content].concat();
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    let frame = [&[0xc2, 0xfe, 0, 5], &length[..], &body].concat();
    [&frame[..], &crate::sniff::adler32(&frame).to_be_bytes()].concat()
}

#[test]
fn the_first_words_to_the_push_service() {
    let decoded = decode_bytes(&mipush("CONN"));
    assert_eq!((decoded.format, notes(&decoded)), (Format::Mipush, Vec::new()));
    assert_eq!(decoded.at("content.host").unwrap().as_text(), Some("app.chat.global.xiaomi.net"));
    assert_eq!(kinds(&decoded), [("content.model", "phone-model"), ("content.rom_version", "rom-version")]);
    let decoded = decode_bytes(&mipush("BIND"));
    assert!(notes(&decoded)[0].starts_with("unreadable: content: "), "{:?}", decoded.notes);
    let mut wrong = mipush("CONN");
    *wrong.last_mut().unwrap() ^= 1;
    assert_eq!(notes(&decode_bytes(&wrong)), ["wrong: the sum of the frame is wrong"]);
}

#[test]
fn general_formats() {
    for (text, format) in [
        ("{\"a\":1}", Format::Json),
        ("a=1&b=2", Format::Form),
        ("https://a.example/?q=a", Format::Form),
        ("what a person writes", Format::Text),
        ("", Format::Unknown),
        ("\u{1}\u{2}", Format::Unknown),
    ] {
        assert_eq!(decode_bytes(text.as_bytes()).format, format, "{text}");
    }
}

#[test]
fn an_address_in_a_query_is_no_address_of_a_proxy() {
    let decoded = decode_request(&request("/click?u=http://private.example/&imei=490154203237518", &[], ""));
    assert_eq!(kinds(&decoded), [("query.u", "visited-address"), ("query.imei", "imei")]);
}
