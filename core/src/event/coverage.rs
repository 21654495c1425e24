//! How much of the talk can be told by host: the measure of what Telltale sees.

use serde::{Deserialize, Serialize};

use super::{Application, FlowRecord, Hidden, Name, Provenance};

/// How a flow came by its name, or which part it plays in the naming of others. A flow is of one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coverage {
    /// It named its host itself ([`Provenance::is_of_flow`]).
    Flow,
    /// Concluded from a look-up whose answer was its address.
    Dns,
    /// Concluded from the server's certificate.
    Certificate,
    /// It showed that its name is encrypted ([`Hidden::Name`], [`Hidden::Hello`]), and nothing else named it.
    Encrypted,
    /// No name was read; or an address where a name should be (`Host: 192.0.2.1`).
    None,
    /// A look-up that could be read. Not counted among the flows of which shares are told.
    LookUp,
    /// A look-up that could not ([`Hidden::LookUps`]). Not counted either.
    HiddenLookUp,
}

impl Coverage {
    /// All of them, the best first.
    pub const ALL: [Self; 7] = [
        Self::Flow,
        Self::Dns,
        Self::Certificate,
        Self::Encrypted,
        Self::None,
        Self::LookUp,
        Self::HiddenLookUp,
    ];

    /// The word used in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Dns => "dns",
            Self::Certificate => "certificate",
            Self::Encrypted => "encrypted",
            Self::None => "none",
            Self::LookUp => "look-up",
            Self::HiddenLookUp => "hidden-look-up",
        }
    }

    /// It has a host name, however it came by it.
    pub fn is_named(self) -> bool {
        matches!(self, Self::Flow | Self::Dns | Self::Certificate)
    }

    /// It asks for names rather than talks with a host.
    pub fn is_look_up(self) -> bool {
        matches!(self, Self::LookUp | Self::HiddenLookUp)
    }
}

impl FlowRecord {
    /// How this flow came by its name, as far as it has been read.
    pub fn coverage(&self) -> Coverage {
        let asks = self.application.is_some_and(Application::is_look_up) || !self.questions.is_empty();
        if self.hidden == Some(Hidden::LookUps) {
            Coverage::HiddenLookUp
        } else if asks {
            Coverage::LookUp
        } else {
            let unnamed = if self.hidden.is_some() { Coverage::Encrypted } else { Coverage::None };
            self.name.as_ref().and_then(of_name).unwrap_or(unnamed)
        }
    }

    /// Its handshake carries an encrypted name, or what looks like one: what [`Self::coverage`] calls named may
    /// be an outer name. Set beside every class.
    pub fn has_encrypted_name(&self) -> bool {
        self.hidden == Some(Hidden::Name) || self.name.as_ref().is_some_and(|name| name.ech)
    }
}

/// Nothing for an address without a name.
fn of_name(name: &Name) -> Option<Coverage> {
    if name.is_address() {
        // Candidates are the names whose look-ups led there.
        return (!name.candidates.is_empty()).then_some(Coverage::Dns);
    }
    Some(match name.provenance {
        Provenance::Certificate => Coverage::Certificate,
        Provenance::Dns | Provenance::HttpDns => Coverage::Dns,
        Provenance::HttpHost | Provenance::MiPush | Provenance::QuicSni | Provenance::TlsSni => {
            Coverage::Flow
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Close, Counters, FlowId, Timestamp};
    use crate::packet::Protocol;

    fn flow() -> FlowRecord {
        let endpoint = std::net::SocketAddr::from(([192, 0, 2, 1], 443)).into();
        FlowRecord {
            id: FlowId(1),
            start: Timestamp(0),
            end: Timestamp(1),
            protocol: Protocol::Tcp,
            originator: endpoint,
            responder: endpoint,
            owner: None,
            name: None,
            application: None,
            tls: None,
            hidden: None,
            party: None,
            country: None,
            asn: None,
            finding: None,
            expected: None,
            questions: Vec::new(),
            counters: Counters::default(),
            close: Close::Open,
        }
    }

    fn named(host: &str, provenance: Provenance) -> FlowRecord {
        let name = Name { host: host.into(), provenance, ech: false, candidates: Vec::new() };
        FlowRecord { name: Some(name), ..flow() }
    }

    fn speaking(application: Application) -> FlowRecord {
        FlowRecord { application: Some(application), ..flow() }
    }

    #[test]
    fn a_flow_is_of_the_class_of_its_name() {
        for (flow, coverage) in [
            (flow(), Coverage::None),
            (named("a.example", Provenance::TlsSni), Coverage::Flow),
            (named("a.example", Provenance::QuicSni), Coverage::Flow),
            (named("a.example", Provenance::HttpHost), Coverage::Flow),
            (named("a.example", Provenance::MiPush), Coverage::Flow),
            (named("a.example", Provenance::Dns), Coverage::Dns),
            (named("a.example", Provenance::HttpDns), Coverage::Dns),
            (named("a.example", Provenance::Certificate), Coverage::Certificate),
            (named("192.0.2.1", Provenance::HttpHost), Coverage::None),
            (named("2001:db8::1", Provenance::HttpHost), Coverage::None),
            (speaking(Application::Tls), Coverage::None),
        ] {
            assert_eq!(flow.coverage(), coverage, "{flow:?}");
        }
    }

    #[test]
    fn a_look_up_is_one_whatever_its_name() {
        for application in [Application::Dns, Application::Mdns, Application::Llmnr] {
            assert_eq!(speaking(application).coverage(), Coverage::LookUp);
        }
        let mut asked = named("203.0.113.1", Provenance::HttpHost);
        asked.application = Some(Application::HttpDns);
        asked.questions = vec!["a.example".into()];
        assert_eq!(asked.coverage(), Coverage::LookUp);

        let mut private = named("dns.example", Provenance::TlsSni);
        private.application = Some(Application::DnsOverTls);
        private.hidden = Some(Hidden::LookUps);
        assert_eq!(private.coverage(), Coverage::HiddenLookUp);
    }

    #[test]
    fn an_encrypted_name_is_marked_beside_the_class() {
        assert!(!named("a.example", Provenance::TlsSni).has_encrypted_name());
        let mut outer = named("a.example", Provenance::TlsSni);
        outer.name.as_mut().unwrap().ech = true;
        assert_eq!((outer.coverage(), outer.has_encrypted_name()), (Coverage::Flow, true));
        let hidden = FlowRecord { hidden: Some(Hidden::Name), ..flow() };
        assert_eq!((hidden.coverage(), hidden.has_encrypted_name()), (Coverage::Encrypted, true));
        // A first message with keys of its own; what a look-up says of it stands.
        let unread = FlowRecord { hidden: Some(Hidden::Hello), ..named("a.example", Provenance::Dns) };
        assert_eq!((unread.coverage(), unread.has_encrypted_name()), (Coverage::Dns, false));
        assert_eq!(FlowRecord { name: None, ..unread }.coverage(), Coverage::Encrypted);
    }

    #[test]
    fn every_class_has_the_word_of_its_json() {
        for coverage in Coverage::ALL {
            assert_eq!(serde_json::to_value(coverage).unwrap(), coverage.as_str());
        }
    }
}
