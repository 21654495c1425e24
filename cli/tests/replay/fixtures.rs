//! Captures of our own, made of real clients; see `tests/fixtures`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::telltale;

/// Protocol, port, application, provenance, host.
type Shown = (String, u64, String, String, String);

#[test]
fn every_flow_of_real_clients_is_named() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures");
    for (capture, expected) in expected(&folder) {
        let path = folder.join(&capture).with_extension("pcap");
        let replayed = telltale(&["--json", "-q", path.to_str().unwrap()], &[]);
        assert_eq!((replayed.status, &*replayed.stderr), (Some(0), ""), "{capture}");
        let shown: BTreeSet<Shown> =
            replayed.stdout.lines().map(|line| shown(&serde_json::from_str(line).unwrap())).collect();
        assert_eq!(shown, expected, "{capture}");
    }
}

fn expected(folder: &Path) -> BTreeMap<String, BTreeSet<Shown>> {
    let mut captures: BTreeMap<String, BTreeSet<Shown>> = BTreeMap::new();
    let mut rows = csv::Reader::from_path(folder.join("expected.csv")).unwrap();
    for row in rows.deserialize::<(String, String, u64, String, String, String)>() {
        let (capture, protocol, port, application, provenance, host) = row.unwrap();
        captures.entry(capture).or_default().insert((protocol, port, application, provenance, host));
    }
    captures
}

fn shown(flow: &Value) -> Shown {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (provenance, host) = match flow["questions"][0].as_str() {
        Some(question) => ("question".to_owned(), question.to_owned()),
        None => (text(&flow["name"]["provenance"]), text(&flow["name"]["host"])),
    };
    let port = flow["responder"]["port"].as_u64().unwrap();
    (text(&flow["protocol"]), port, text(&flow["application"]), provenance, host)
}
