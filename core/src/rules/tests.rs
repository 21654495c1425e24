//! The tables as shipped, and what they say of flows.

use std::collections::BTreeSet;

use super::*;
use crate::claims::reported;
use crate::event::Tier;
use crate::experiment::Claim;

const CATALOGUE: &str = include_str!("../../data/catalogue.csv");
const NETWORKS: &str = include_str!("../../data/networks.csv");
const TABLE_OF_SOURCES: &str = include_str!("../../data/sources.csv");
const PARTIES: &str = include_str!("../../data/parties.csv");
const SOURCES: &str = include_str!("../../../docs/sources.md");

const ELSEWHERE: &str = "192.0.2.1";
const ALIBABA: &str = "47.241.69.153";

fn name(host: &str, provenance: Provenance) -> Name {
    Name { host: host.into(), provenance, ech: false, candidates: Vec::new() }
}

fn shared(hosts: &[&str]) -> Name {
    let candidates = hosts.iter().map(|host| Arc::from(*host)).collect();
    Name { candidates, ..name(hosts[0], Provenance::Dns) }
}

fn judge(name: Option<&Name>, address: &str) -> Verdict {
    RuleSet::embedded().unwrap().verdict(name, address.parse().unwrap())
}

fn seen(host: &str) -> Verdict {
    judge(Some(&name(host, Provenance::TlsSni)), ELSEWHERE)
}

fn column(table: &'static str, index: usize) -> impl Iterator<Item = String> {
    csv::Reader::from_reader(table.as_bytes())
        .into_records()
        .map(move |record| record.unwrap()[index].to_owned())
}

#[test]
fn a_collector_is_a_finding() {
    let verdict = seen("tracking.intl.miui.com");
    let finding = verdict.finding.unwrap();
    assert_eq!(verdict.party.as_deref(), Some("Xiaomi"));
    assert_eq!(
        (&*finding.rule, &*finding.category, finding.tier),
        ("tracking.intl.miui.com", "analytics", Tier::A)
    );
    assert_eq!(
        &*finding.why,
        "tracking.intl.miui.com is where Xiaomi's OneTrack collects how its apps are used"
    );
    assert!(finding.citation.split(';').any(|key| key == "APK-OT"));
    assert_eq!(verdict.expected, None);
}

#[test]
fn the_endpoint_of_the_2020_report_is_xiaomis() {
    let verdict = seen("sa.api.intl.miui.com");
    assert_eq!(verdict.party.as_deref(), Some("Xiaomi"));
    let finding = verdict.finding.unwrap();
    assert!(finding.why.contains("2020") && finding.citation.contains("PAL"));
}

#[test]
fn every_party_has_findings() {
    for (host, party) in [
        ("data.mistat.intl.xiaomi.com", "Xiaomi"),
        ("alogus.umeng.com", "Alibaba"),
        ("log.mmstat.com", "Alibaba"),
        ("shop.datasink.sensorsdata.cn", "Sensors Analytics"),
    ] {
        let verdict = seen(host);
        assert!(verdict.finding.is_some(), "{host}");
        assert_eq!(verdict.party.as_deref(), Some(party), "{host}");
    }
}

#[test]
fn what_was_asked_for_is_expected() {
    for (host, category) in [
        ("update.intl.miui.com", "update"),
        ("account.xiaomi.com", "account"),
        ("resolver.msg.global.xiaomi.net", "push"),
        ("fileapi.micloud.xiaomi.net", "cloud-sync"),
        ("connect.rom.miui.com", "connectivity-check"),
        ("sdkconfig.ad.intl.xiaomi.com", "config"),
        ("www.sensorsdata.cn", "content"),
        ("g.alicdn.com", "cdn"),
    ] {
        let verdict = seen(host);
        assert_eq!(verdict.expected.as_deref(), Some(category), "{host}");
        assert_eq!(verdict.finding, None, "{host}");
    }
}

#[test]
fn a_root_row_names_the_party_only() {
    let verdict = seen("never.heard.of.miui.com");
    assert_eq!(verdict, Verdict { party: Some("Xiaomi".into()), ..Verdict::default() });
}

#[test]
fn an_unknown_name_is_nothing() {
    assert_eq!(seen("www.example.com"), Verdict::default());
    assert_eq!(seen("nottracking.intl.miui.com.example"), Verdict::default());
}

#[test]
fn an_address_without_a_name_is_never_a_finding() {
    let verdict = judge(None, ALIBABA);
    assert_eq!(verdict.party.as_deref(), Some("Alibaba"));
    assert_eq!((verdict.expected.as_deref(), verdict.asn), (Some("hosting"), Some(45102)));
    assert_eq!(verdict.finding, None);
    assert_eq!(judge(None, ELSEWHERE), Verdict::default());
}

#[test]
fn xiaomis_own_network_is_not_hosting() {
    let verdict = judge(None, "43.224.244.1");
    assert_eq!(
        (verdict.party.as_deref(), verdict.expected, verdict.asn),
        (Some("Xiaomi"), None, Some(63855))
    );
}

#[test]
fn the_name_outweighs_the_network() {
    let verdict = judge(Some(&name("globalapi.ad.xiaomi.com", Provenance::TlsSni)), ALIBABA);
    assert_eq!(
        (verdict.party.as_deref(), verdict.expected, verdict.asn),
        (Some("Xiaomi"), None, Some(45102))
    );
    assert!(verdict.finding.is_some());
}

#[test]
fn an_inferred_name_says_so() {
    let verdict = judge(Some(&name("tracking.miui.com", Provenance::Dns)), ELSEWHERE);
    assert!(verdict.finding.unwrap().why.contains("inferred from a look-up"));
}

#[test]
fn a_shared_address_is_a_finding_only_if_each_name_is() {
    let why = judge(Some(&shared(&["tracking.miui.com", "data.mistat.xiaomi.com"])), ELSEWHERE)
        .finding
        .unwrap()
        .why;
    assert!(why.starts_with("tracking.miui.com is") && why.contains("2 names led to this address"), "{why}");

    let verdict = judge(Some(&shared(&["tracking.miui.com", "account.xiaomi.com"])), ELSEWHERE);
    assert_eq!(verdict, Verdict { party: Some("Xiaomi".into()), ..Verdict::default() });

    for other in ["www.example.com", "alog.umeng.com"] {
        for hosts in [["tracking.miui.com", other], [other, "tracking.miui.com"]] {
            assert_eq!(judge(Some(&shared(&hosts)), ELSEWHERE), Verdict::default());
        }
    }
}

#[test]
fn a_shared_address_is_expected_only_for_one_purpose() {
    let expected = |hosts: &[&str]| judge(Some(&shared(hosts)), ELSEWHERE).expected;
    assert_eq!(expected(&["update.miui.com", "update.intl.miui.com"]).as_deref(), Some("update"));
    assert_eq!(expected(&["update.miui.com", "account.xiaomi.com"]), None);
}

#[test]
fn known_addresses_are_where_others_saw_them() {
    for address in ["47.241.69.153", "161.117.97.14", "161.117.180.178"] {
        assert_eq!(judge(None, address).asn, Some(45102), "{address}");
    }
    assert_eq!(judge(None, "120.92.64.1").party.as_deref(), Some("Kingsoft"));
    assert_eq!(judge(None, "2400:3200::1").asn, Some(37963));
    // An unrelated company of the same name.
    let unrelated = judge(None, "45.89.200.1");
    assert_eq!((unrelated.party, unrelated.asn, unrelated.expected), (None, None, None));
}

/// Lists plant names that exist nowhere else to see who copies them; see `docs/sources.md`.
#[test]
fn no_canary_is_shipped() {
    for domain in column(CATALOGUE, 0) {
        let planted = ["h4g3z1", "goodbyeads", "hagezi"].iter().any(|word| domain.contains(word));
        let mistyped = domain.ends_with(".comm") || domain.contains("comstat.");
        assert!(!planted && !mistyped, "{domain}");
    }
}

/// A host that others share says nothing of who speaks to it.
#[test]
fn no_shared_host_is_shipped() {
    let shared = ["googleapis.com", "amazonaws.com", "edgesuite.net", "akamai.net", "ksyna.net"];
    assert!(column(CATALOGUE, 0).all(|domain| !shared.iter().any(|host| domain.ends_with(host))));
}

#[test]
fn every_source_is_explained() {
    let sources = Sources::parse(TABLE_OF_SOURCES).unwrap();
    let explained: BTreeSet<&str> = sources.all().iter().map(|source| &*source.key).collect();
    let used = column(CATALOGUE, 4)
        .chain(column(NETWORKS, 4))
        .chain(column(PARTIES, 2))
        .chain([countries::CITATION.to_owned()])
        .chain(
            Claim::ALL
                .into_iter()
                .map(reported)
                .flat_map(|claim| [claim.reported_in, claim.replied_in].map(str::to_owned)),
        );
    let used: BTreeSet<String> =
        used.flat_map(|keys| keys.split(';').map(str::to_owned).collect::<Vec<_>>()).collect();
    let missing: Vec<&String> = used.iter().filter(|key| !explained.contains(key.as_str())).collect();
    assert!(missing.is_empty(), "not in sources.csv: {missing:?}");
    let idle: Vec<&&str> = explained.iter().filter(|key| !used.contains(**key)).collect();
    assert!(idle.is_empty(), "in sources.csv for nothing: {idle:?}");
}

/// The document and the table are one.
#[test]
fn sources_are_documented_as_they_are() {
    let plain = |text: &str| text.trim().replace(['`', '<', '>'], "");
    let documented: Vec<[String; 3]> = SOURCES
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split(" | ").map(plain).collect::<Vec<_>>().try_into().unwrap())
        .collect();
    let sources = Sources::parse(TABLE_OF_SOURCES).unwrap();
    let shipped: Vec<[String; 3]> = sources
        .all()
        .iter()
        .map(|source| [&source.key, &source.origin, &source.terms].map(|text| plain(text)))
        .collect();
    assert_eq!(documented, shipped);
}

fn with_own(lists: &[(&str, &str)]) -> RuleSet {
    let mut own = OwnRules::default();
    for (name, text) in lists {
        own.read(name, text.as_bytes()).unwrap();
    }
    RuleSet::embedded().unwrap().with_own(own)
}

#[test]
fn own_lists_outweigh_the_catalogue() {
    let rules = with_own(&[(
        "mine",
        "example.org\nupdate.miui.com\n@@||tracking.miui.com^\n@@||fine.example.org^\n@@||account.xiaomi.com^",
    )]);
    let judged = |host: &str| {
        let verdict = rules.verdict(Some(&name(host, Provenance::TlsSni)), ELSEWHERE.parse().unwrap());
        let text = |text: Option<Arc<str>>| text.as_deref().unwrap_or("-").to_owned();
        let category = text(verdict.finding.map(|finding| finding.category));
        (text(verdict.party), category, text(verdict.expected))
    };
    for (host, party, finding, expected) in [
        ("www.example.org", "-", "own", "-"),
        ("fine.example.org", "-", "-", "own"),
        ("update.miui.com", "Xiaomi", "own", "-"),
        ("tracking.miui.com", "Xiaomi", "-", "own"),
        ("account.xiaomi.com", "Xiaomi", "-", "account"),
        ("data.mistat.xiaomi.com", "Xiaomi", "analytics", "-"),
        ("www.example.com", "-", "-", "-"),
    ] {
        let found = judged(host);
        assert_eq!((&*found.0, &*found.1, &*found.2), (party, finding, expected), "{host}");
    }
}

#[test]
fn an_own_finding_names_its_list_and_line() {
    let rules = with_own(&[("mine.txt", "# head\nexample.org\n")]);
    let seen = name("www.example.org", Provenance::TlsSni);
    // Whose servers it stands on says nothing of who it is.
    let verdict = rules.verdict(Some(&seen), ALIBABA.parse().unwrap());
    assert_eq!((verdict.party, verdict.expected, verdict.asn), (None, None, Some(45102)));
    let finding = verdict.finding.unwrap();
    assert_eq!((&*finding.rule, &*finding.citation, finding.tier), ("example.org", "mine.txt", Tier::Own));
    assert_eq!(&*finding.why, "example.org is on your own list mine.txt, line 2");

    let inferred = rules.verdict(Some(&name("example.org", Provenance::Dns)), ELSEWHERE.parse().unwrap());
    assert!(inferred.finding.unwrap().why.contains("inferred from a look-up"));
    let both = rules.verdict(Some(&shared(&["example.org", "www.example.com"])), ELSEWHERE.parse().unwrap());
    assert_eq!(both, Verdict::default());
}

#[test]
fn push_is_xiaomis_where_nothing_else_says_whose_it_is() {
    let rules = RuleSet::embedded().unwrap();
    let refined = |host: &str, address: &str| {
        let mut verdict = rules.verdict(Some(&name(host, Provenance::MiPush)), address.parse().unwrap());
        rules.refine(&mut verdict, Application::MiPush);
        (verdict.party.unwrap_or_default().to_string(), verdict.expected.unwrap_or_default().to_string())
    };
    let push = ("Xiaomi".to_owned(), "push".to_owned());
    assert_eq!(refined("x.elb.amazonaws.com", ELSEWHERE), push);
    assert_eq!(refined("47.241.35.73", ALIBABA), push);
    let mut verdict = Verdict::default();
    rules.refine(&mut verdict, Application::Tls);
    assert_eq!(verdict, Verdict::default());
    assert_eq!(refined("umeng.com", ELSEWHERE).0, "Alibaba");
}

#[test]
fn a_rule_is_explained_with_its_sources() {
    let rules = with_own(&[("mine", "@@||tracking.miui.com^")]);
    let told = rules.explain(&"https://data.mistat.xiaomi.com:443/x?y".parse().unwrap());
    let rule = told.rule.unwrap();
    assert_eq!((&*rule.rule, rule.effect), ("data.mistat.xiaomi.com", Effect::Finding));
    assert_eq!(told.sources.len(), rule.citation.split(';').count());

    let excepted = rules.explain(&"tracking.miui.com".parse().unwrap());
    assert_eq!(excepted.rule.unwrap().effect, Effect::Exception);
    assert_eq!(excepted.overruled.unwrap().effect, Effect::Finding);

    let hosted = rules.explain(&"[::ffff:47.241.69.153]:443".parse().unwrap()).network.unwrap();
    assert_eq!((hosted.asn, hosted.is_hosting, &*hosted.citation), (45102, true, "IPDB"));
    let unknown = rules.explain(&"www.example.com".parse().unwrap());
    assert_eq!((unknown.rule, unknown.sources), (None, Vec::new()));
    for text in ["", "http://", "a b", "-!"] {
        assert!(text.parse::<Subject>().is_err(), "{text}");
    }
    for (text, subject) in [
        ("Bücher.Example.", Subject::Host("xn--bcher-kva.example".into())),
        ("user@a.example", Subject::Host("a.example".into())),
        ("2001:db8::1", Subject::Address("2001:db8::1".parse().unwrap())),
        ("192.0.2.1:80", Subject::Address("192.0.2.1".parse().unwrap())),
    ] {
        assert_eq!(text.parse::<Subject>().unwrap(), subject);
    }
}

#[test]
fn every_party_has_a_fact_sheet() {
    let rules = RuleSet::embedded().unwrap();
    let parties: BTreeSet<_> = rules.rules().filter_map(|rule| rule.party).collect();
    let sheets = rules.fact_sheets(None);
    let told: BTreeSet<_> = sheets.iter().map(|sheet| Arc::clone(&sheet.party)).collect();
    assert!(parties.is_subset(&told), "{parties:?} {told:?}");
    let hosts: usize = sheets.iter().flat_map(|sheet| &sheet.purposes).map(|it| it.hosts.len()).sum();
    assert_eq!(hosts, rules.rules().count());
    assert!(sheets.iter().all(|sheet| !sheet.sources.is_empty()));
    assert_eq!(rules.fact_sheets(Some("xiaomi")).len(), 1);
}

/// Tier B rests on a list that may be shipped, tier A on more than any list.
#[test]
fn every_tier_has_its_kind_of_source() {
    let lists = ["AG", "AW", "DC", "DD", "EX", "GB", "H24", "H26", "ND", "PF", "TC", "UF", "V2", "XR"];
    let free = ["GB", "ND", "PF", "V2"];
    for (domain, (tier, keys)) in column(CATALOGUE, 0).zip(column(CATALOGUE, 3).zip(column(CATALOGUE, 4))) {
        let mut keys = keys.split(';');
        let founded = match tier.as_str() {
            "A" => keys.any(|key| !lists.contains(&key)),
            "B" => keys.any(|key| free.contains(&key)),
            _ => true,
        };
        assert!(founded, "{domain} is not of tier {tier}");
    }
}
