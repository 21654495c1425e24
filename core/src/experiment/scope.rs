//! Which bytes count: those that the suspects send to collectors, told from all others.

use serde::{Deserialize, Serialize};

use crate::event::{FlowRecord, Owner};

/// Apps that carry what others report: their uploads are the suspect's as well.
///
/// `com.miui.analytics` takes events of other apps by a content provider and a service, `com.xiaomi.xmsf` has
/// upload routes for them, and `com.miui.msa.global` and `com.miui.systemAdSolution` report for the ads inside.
pub(crate) const RELAYS: [&str; 5] = [
    "com.miui.analytics",
    "com.xiaomi.xmsf",
    "com.xiaomi.xmsfkeeper",
    "com.miui.msa.global",
    "com.miui.systemAdSolution",
];

/// A search word is sent to the search engine, that is what it is for; these hosts and all below them.
const SEARCH_ENGINES: [&str; 8] = [
    "google.com",
    "duckduckgo.com",
    "bing.com",
    "yandex.com",
    "yandex.ru",
    "baidu.com",
    "yahoo.com",
    "ecosia.org",
];

/// Whose flows count, and which of them do not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scope {
    /// Packages, or paths or file names of programs. Empty: every owner.
    pub suspects: Vec<String>,
    /// Hosts that never count, with all below them: the page's own and search engines.
    pub spared: Vec<String>,
    /// Categories of services asked for that count although they are no findings.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub expected: Vec<String>,
}

/// What a flow is to an experiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// A suspect's flow to a catalogued collector.
    Collector,
    /// A suspect's flow to a host that no list tells anything of, or that could not be told: reported apart.
    Unknown,
    /// All others.
    Aside,
}

impl Scope {
    /// `app` and the known relays, without search engines.
    pub fn of(app: &str, expected: &[String]) -> Self {
        Self {
            suspects: std::iter::once(app).chain(RELAYS).map(str::to_owned).collect(),
            spared: SEARCH_ENGINES.map(str::to_owned).to_vec(),
            expected: expected.to_vec(),
        }
    }

    /// Spares the host of `page`, an address.
    pub fn without_page(mut self, page: &str) -> Self {
        self.spared.extend(host_of(page).map(str::to_owned));
        self
    }

    /// What `flow` is to the experiment, by what is known of it so far.
    pub fn class(&self, flow: &FlowRecord) -> Class {
        let host = flow.name.as_ref().map(|name| &*name.host);
        if !self.is_suspect(flow.owner.as_ref()) || !flow.questions.is_empty() || self.spares(flow, host) {
            return Class::Aside;
        }
        match (&flow.finding, &flow.expected) {
            (Some(_), _) => Class::Collector,
            (None, Some(category)) if self.expected.iter().any(|counted| **counted == **category) => {
                Class::Collector
            }
            // An address of a hosting company without a name may be anybody's.
            (None, Some(category)) if &**category == "hosting" && host.is_none() => Class::Unknown,
            (None, Some(_)) => Class::Aside,
            (None, None) => Class::Unknown,
        }
    }

    fn is_suspect(&self, owner: Option<&Owner>) -> bool {
        let names = |suspect: &String| owner.is_some_and(|owner| owns(owner, suspect));
        self.suspects.is_empty() || self.suspects.iter().any(names)
    }

    /// The name counts where there is one; the address of the page where it is opened by address.
    fn spares(&self, flow: &FlowRecord, host: Option<&str>) -> bool {
        let spares = |host: &str| self.spared.iter().any(|spared| is_within(host, spared));
        host.map_or_else(|| spares(&flow.responder.address.to_string()), spares)
    }
}

fn owns(owner: &Owner, suspect: &str) -> bool {
    let is_program = |path: &str| path == suspect || path.rsplit('/').next() == Some(suspect);
    owner.packages.iter().any(|package| **package == *suspect)
        || owner.process.as_deref().is_some_and(is_program)
}

/// Whether `host` is `domain` or below it.
fn is_within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The host in an address such as `https://host:port/path`, in lower case only if it is written so.
fn host_of(address: &str) -> Option<&str> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[') {
        Some(literal) => literal.split(']').next()?,
        None => host.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::testing::{collector, flow};

    fn scope() -> Scope {
        Scope::of("com.mi.globalbrowser", &[]).without_page("http://pages.example:8000/{}")
    }

    #[test]
    fn a_suspects_upload_to_a_collector_counts() {
        assert_eq!(scope().class(&collector("com.mi.globalbrowser", 1)), Class::Collector);
        assert_eq!(scope().class(&collector("com.miui.analytics", 1)), Class::Collector, "a relay");
        assert_eq!(scope().class(&collector("com.example.other", 1)), Class::Aside);
    }

    #[test]
    fn a_flow_without_an_owner_is_nobodys() {
        let mut flow = collector("com.mi.globalbrowser", 1);
        flow.owner = None;
        assert_eq!(scope().class(&flow), Class::Aside);
    }

    #[test]
    fn an_empty_list_of_suspects_suspects_all() {
        let everyone = Scope { suspects: Vec::new(), ..scope() };
        assert_eq!(everyone.class(&collector("com.example.other", 1)), Class::Collector);
    }

    #[test]
    fn the_page_and_search_engines_never_count() {
        for host in ["pages.example", "www.google.com", "duckduckgo.com"] {
            assert_eq!(scope().class(&flow("com.mi.globalbrowser", Some(host), 1)), Class::Aside, "{host}");
        }
        let near = flow("com.mi.globalbrowser", Some("notgoogle.com"), 1);
        assert_eq!(scope().class(&near), Class::Unknown);
    }

    #[test]
    fn a_page_opened_by_address_does_not_count() {
        let scope = Scope::of("app", &[]).without_page("http://192.0.2.1:8000/{}");
        assert_eq!(scope.class(&flow("app", None, 1)), Class::Aside);
        let scope = Scope::of("app", &[]).without_page("http://[2001:db8::1]:8000/{}");
        assert_eq!(scope.spared.last().map(String::as_str), Some("2001:db8::1"));
    }

    #[test]
    fn hosts_that_nothing_is_known_of_are_told_apart() {
        assert_eq!(scope().class(&flow("com.mi.globalbrowser", None, 1)), Class::Unknown);
        assert_eq!(scope().class(&flow("com.mi.globalbrowser", Some("new.example"), 1)), Class::Unknown);
        let mut hosted = flow("com.mi.globalbrowser", None, 1);
        hosted.expected = Some("hosting".into());
        assert_eq!(scope().class(&hosted), Class::Unknown);
    }

    #[test]
    fn services_asked_for_count_only_where_the_claim_is_about_them() {
        let mut sync = flow("com.mi.globalbrowser", Some("sync.example"), 1);
        sync.expected = Some("cloud-sync".into());
        assert_eq!(scope().class(&sync), Class::Aside);
        let counted = Scope::of("com.mi.globalbrowser", &["cloud-sync".to_owned()]);
        assert_eq!(counted.class(&sync), Class::Collector);
    }

    #[test]
    fn look_ups_are_no_uploads() {
        let mut look_up = flow("com.mi.globalbrowser", None, 1);
        look_up.questions = vec!["a.example".into()];
        assert_eq!(scope().class(&look_up), Class::Aside);
    }

    #[test]
    fn linux_programs_are_known_by_path_or_name() {
        let mut flow = collector("", 1);
        flow.owner = Some(Owner { process: Some("/usr/bin/curl".into()), ..Owner::default() });
        for name in ["curl", "/usr/bin/curl"] {
            assert_eq!(Scope::of(name, &[]).class(&flow), Class::Collector, "{name}");
        }
        assert_eq!(Scope::of("url", &[]).class(&flow), Class::Aside);
    }
}
