use proptest::prelude::*;

use super::*;

/// What a list says: `+host`, `-host` for exceptions, `LINE: why` for what is of no use.
fn said(list: &[u8]) -> Vec<String> {
    let said = std::cell::RefCell::new(Vec::new());
    let take = |_: u64, entry: Entry<'_>| {
        let sign = if entry.is_exception { '-' } else { '+' };
        said.borrow_mut().push(format!("{sign}{}", entry.host));
        Ok(())
    };
    read(list, take, |line, why| said.borrow_mut().push(format!("{line}: {why}"))).unwrap();
    said.into_inner()
}

#[track_caller]
fn says(list: &str, expected: &[&str]) {
    assert_eq!(said(list.as_bytes()), expected, "{list}");
}

/// A line, and a word of the reason why it is of no use.
#[track_caller]
fn is_unusable(line: &str, word: &str) {
    let said = said(line.as_bytes());
    assert!(said.len() == 1 && said[0].starts_with("1: ") && said[0].contains(word), "{line}: {said:?}");
}

#[test]
fn hosts_files() {
    says("0.0.0.0 a.example b.example # c.example", &["+a.example", "+b.example"]);
    says("127.0.0.1\ta.example\r\n::1 b.example\n:: c.example", &["+a.example", "+b.example", "+c.example"]);
    says("127.0.0.1 localhost\n::1 ip6-localhost ip6-loopback\nfe80::1%lo0 localhost", &[]);
    says("255.255.255.255 broadcasthost\n0.0.0.0 0.0.0.0\n127.0.0.1 localhost.localdomain", &[]);
    is_unusable("192.168.1.10 nas.home.example", "192.168.1.10");
    says(
        "0.0.0.0 a.example b_.example c..example d.example",
        &["+a.example", "+b_.example", "+d.example", "1: 'c..example' is no host name"],
    );
}

#[test]
fn plain_domains() {
    says(
        "a.example\n  B.Example.  # why\n*.c.example\n.d.example",
        &["+a.example", "+b.example", "+c.example", "+d.example"],
    );
    says("\u{feff}# head\n\n; more\n", &[]);
    says("bücher.example\nxn--bcher-kva.example", &["+xn--bcher-kva.example", "+xn--bcher-kva.example"]);
    is_unusable("two words.example", "no host name");
    is_unusable("com", "top-level");
    is_unusable("192.0.2.1", "is an address");
    is_unusable("-.example!", "no host name");
}

#[test]
fn adblock_rules() {
    says(
        "[Adblock Plus 2.0]\n! Title: x\n||a.example^\n||b.example\n||*.c.example^|",
        &["+a.example", "+b.example", "+c.example"],
    );
    says("@@||good.example^\n@@||fine.example^$important", &["-good.example", "-fine.example"]);
    says("||a.example^$third-party\n||b.example^$3p,ALL", &["+a.example", "+b.example"]);
    is_unusable("||a.example^$script", "'script'");
    is_unusable("||a.example^$third-party,domain=b.example|c.example", "'domain=b.example|c.example'");
    is_unusable("@@||a.example^$~third-party", "'~third-party'");
    for pattern in
        ["||a.example/ads/", "||a.*^", "|https://a.example/", "/ads[0-9]+/", "-ad-*", "&ad=", "a.example/x"]
    {
        is_unusable(pattern, "web addresses");
    }
    for cosmetic in
        ["##.ad", "###ad", "#@#.ad", "a.example##.ad", "a.example,b.example#@#.ad", "a.example#?#div"]
    {
        is_unusable(cosmetic, "parts of pages");
    }
    is_unusable("||192.0.2.1^", "is an address");
}

#[test]
fn a_comment_may_be_adorned() {
    says("## comment ##\n#########\n#comment\n# ##\n!##.ad", &[]);
    says("a.example ## why", &["+a.example"]);
}

#[test]
fn a_file_may_mix_them() {
    says(
        "# mine\n0.0.0.0 a.example\nb.example\n||c.example^\n@@||d.a.example^\n",
        &["+a.example", "+b.example", "+c.example", "-d.a.example"],
    );
}

#[test]
fn lines_are_bounded_and_text() {
    let long = format!("a.example\n{}\nb.example", "x".repeat(MAX_LINE + 1));
    says(&long, &["+a.example", &format!("2: {}", Unusable::TooLong), "+b.example"]);
    let fits = format!("# {}\nb.example", "x".repeat(MAX_LINE - 2));
    says(&fits, &["+b.example"]);
    assert_eq!(said(b"caf\xe9.example\n# caf\xe9\nb.example"), ["1: it is not UTF-8 text", "+b.example"]);
}

#[test]
fn a_list_without_end_is_left() {
    let endless = io::BufReader::new(io::repeat(b'x'));
    let mut problems = Vec::new();
    read(endless, |_, _| Ok(()), |_, why| problems.push(why)).unwrap();
    assert_eq!(problems, [Unusable::ListTooLong]);
}

proptest! {
    #[test]
    fn whatever_is_taken_is_a_host(list in prop::collection::vec(any::<u8>(), 0..400)) {
        for line in said(&list) {
            if let Some(host) = line.strip_prefix(['+', '-']) {
                let normal = normalise_host(host.as_bytes());
                prop_assert_eq!(normal.as_deref(), Some(host));
            }
        }
    }

    #[test]
    fn a_rule_is_read_in_every_syntax(host in "[a-z0-9]{1,9}(-[a-z]{1,5})?\\.[a-z]{2,9}") {
        let list = format!("{host}\n0.0.0.0 {host}\n||{host}^\n@@||{host}^");
        prop_assert_eq!(said(list.as_bytes()), [
            format!("+{host}"), format!("+{host}"), format!("+{host}"), format!("-{host}"),
        ]);
    }
}
