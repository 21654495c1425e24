//! Each flow belongs to the process that opened it.

use std::collections::BTreeSet;

use super::Desk;

/// Waits for whoever was started, and fails if one of them failed.
const WAIT_FOR_ALL: &str = "for pid in $all; do wait $pid || exit 9; done";

#[test]
fn two_programs_at_the_same_time_are_told_apart() {
    let desk = Desk::new();
    desk.watch(&format!(
        "for name in reporter browser; do cp \"$(command -v curl)\" $name; done
         for i in 1 2 3 4 5; do
             ./reporter -sS https://data.mistat.intl.xiaomi.com/ & all=\"$all $!\"
             ./browser -sS https://example.org/ & all=\"$all $!\"
         done; {WAIT_FOR_ALL}"
    ));
    for (host, program) in [("data.mistat.intl.xiaomi.com", "/reporter"), ("example.org", "/browser")] {
        let flows = desk.flows_to(host);
        assert_eq!(flows.len(), 5);
        for flow in &flows {
            let process = flow["owner"]["process"].as_str();
            assert!(process.is_some_and(|process| process.ends_with(program)), "{flow}");
        }
        let pids: BTreeSet<u64> = flows.iter().map(|flow| flow["owner"]["pid"].as_u64().unwrap()).collect();
        assert_eq!(pids.len(), 5, "five processes: {pids:?}");
    }
    let [finding] = &desk.rows("findings")[..] else { panic!("one finding: {:#?}", desk.rows("findings")) };
    assert!(finding["owner"]["process"].as_str().unwrap().ends_with("/reporter"), "{finding}");
    assert_eq!(finding["flows"], 5);
}

#[test]
fn the_children_of_a_script_are_told_apart() {
    let desk = Desk::new();
    desk.watch(
        "curl -sS http://i.mi.com/ &&
         (curl -sS http://tracking.intl.miui.com/; true) &&
         bash -c 'exec 3<>/dev/tcp/198.18.10.12/80; printf \"GET / HTTP/1.1\\r\\nHost: sa.api.intl.miui.com\\r\\n\\r\\n\" >&3;
                  head -c 20 <&3'",
    );
    let owner = |host: &str| {
        let flow = desk.flows_to(host).remove(0);
        (flow["owner"]["process"].as_str().unwrap().to_owned(), flow["owner"]["pid"].as_u64().unwrap())
    };
    let owners = ["i.mi.com", "tracking.intl.miui.com", "sa.api.intl.miui.com"].map(owner);
    assert!(owners[0].0.ends_with("/curl") && owners[1].0.ends_with("/curl"), "{owners:?}");
    assert!(owners[2].0.ends_with("/bash"), "{owners:?}");
    let pids: BTreeSet<u64> = owners.iter().map(|(_, pid)| *pid).collect();
    assert_eq!(pids.len(), 3, "{owners:?}");
}
