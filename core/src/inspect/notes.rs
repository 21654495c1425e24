//! What a sniffer read, put to the flow that it was read of and to the table of names.

use std::sync::Arc;
use std::time::Instant;

use super::{Inspection, Inspector};
use crate::event::{Application, Hidden, Name, Provenance, Tls, Verdict};
use crate::limits::{MAX_HOSTS, MAX_QUESTIONS};
use crate::sniff::{DnsMessage, Hello, Sighting, Sniffer, covers_host, resolvers};

impl Inspector {
    pub(super) fn note(&mut self, inspection: &mut Inspection, sighting: Sighting, now: Instant) {
        match sighting {
            Sighting::Application(application) => {
                note_application(inspection, application);
                self.rules.refine(&mut inspection.verdict, application);
            }
            Sighting::Hidden(hidden) => {
                inspection.hidden.get_or_insert(hidden);
            }
            Sighting::Name(name) => self.note_name(inspection, name, now),
            Sighting::Hello(hello) => self.note_hello(inspection, *hello, now),
            Sighting::TlsVersion(version) => {
                inspection.tls.get_or_insert_default().version = Some(version);
            }
            Sighting::Certificate(hosts) => self.note_certificate(inspection, hosts, now),
            Sighting::Dns(message) => self.note_dns(inspection, &message, now),
            Sighting::Request(request) => self.tell_request(inspection, request, now),
        }
    }

    /// Whatever the bytes so far show, now that what follows them will not come.
    pub(super) fn conclude(&mut self, inspection: &mut Inspection, now: Instant) {
        if let Some(sighting) = inspection.sniffer.as_mut().and_then(|sniffer| sniffer.finish()) {
            self.note(inspection, sighting, now);
        }
    }

    fn note_hello(&mut self, inspection: &mut Inspection, mut hello: Hello, now: Instant) {
        resolvers::classify(&mut hello, inspection.tuple.responder);
        inspection.application = Some(hello.application);
        inspection.tls = Some(hello.tls).filter(|tls| *tls != Tls::default());
        inspection.hidden = hello.hidden;
        if let Some(name) = hello.name {
            self.note_name(inspection, name, now);
        }
    }

    /// A name that the flow itself showed. The strongest counts; of equals the first, and the others are candidates.
    fn note_name(&mut self, inspection: &mut Inspection, name: Name, now: Instant) {
        match &mut inspection.name {
            Some(known) if known.provenance > name.provenance => return,
            Some(known) if known.provenance == name.provenance && known.provenance.is_of_flow() => {
                if !self.add_host(inspection, name.host) {
                    return;
                }
            }
            Some(known) if name.is_address() => *known = address_of(known, name),
            Some(known) if name.ech => {
                let hidden = self.names.hidden_behind(&name.host, known);
                self.set_outer_name(inspection, name, hidden);
            }
            _ => self.set_name(inspection, name),
        }
        self.tell_finding(inspection, now);
    }

    /// A server name that hides another, which is perhaps one of `hidden`: look-ups of these led here and offered the
    /// keys. They are candidates; of what is said of them only a finding counts, as the conclusion that it is.
    fn set_outer_name(&self, inspection: &mut Inspection, outer: Name, hidden: Vec<Arc<str>>) {
        let inner = any_of(hidden, Provenance::Dns);
        self.set_name(inspection, outer);
        let (Some(inner), Some(outer)) = (inner, &mut inspection.name) else { return };
        let names =
            if inner.candidates.is_empty() { std::slice::from_ref(&inner.host) } else { &inner.candidates };
        names.iter().for_each(|name| add_candidate(outer, Arc::clone(name)));
        let verdict = self.verdict(inspection, &inner);
        if verdict.finding.is_some() && inspection.verdict.finding.is_none() {
            inspection.verdict = verdict;
        }
    }

    fn set_name(&self, inspection: &mut Inspection, name: Name) {
        inspection.verdict = self.verdict(inspection, &name);
        inspection.name = Some(name);
    }

    fn verdict(&self, inspection: &Inspection, name: &Name) -> Verdict {
        let mut verdict = self.rules.verdict(Some(name), inspection.tuple.responder.ip());
        if let Some(application) = inspection.application {
            self.rules.refine(&mut verdict, application);
        }
        verdict
    }

    /// One more host of a connection that carries requests to several (a proxy's). A finding outweighs the rest.
    /// False if nothing became of it.
    fn add_host(&self, inspection: &mut Inspection, host: Arc<str>) -> bool {
        let Some(name) = inspection.name.as_ref().filter(|name| is_another(name, &host)) else {
            return false;
        };
        let single = Name { host: Arc::clone(&host), candidates: Vec::new(), ..name.clone() };
        let verdict = self.verdict(inspection, &single);
        let outweighs = verdict.finding.is_some() && inspection.verdict.finding.is_none();
        if let Some(name) = &mut inspection.name {
            add_candidate(name, Arc::clone(&host));
            if outweighs {
                name.host = host;
                inspection.verdict = verdict;
            }
        }
        true
    }

    /// The names that a server's certificate is for: they tell which of several looked-up names may be meant, and
    /// are the name where nothing else is.
    fn note_certificate(&mut self, inspection: &mut Inspection, hosts: Vec<Arc<str>>, now: Instant) {
        let Some(name) = (match &inspection.name {
            None => any_of(hosts, Provenance::Certificate),
            Some(name) if name.provenance.is_of_flow() => None,
            Some(name) => narrowed(name, &hosts),
        }) else {
            return;
        };
        self.set_name(inspection, name);
        self.tell_finding(inspection, now);
    }

    fn note_dns(&mut self, inspection: &mut Inspection, message: &DnsMessage, now: Instant) {
        inspection.application = Some(message.application);
        for question in &message.questions {
            if inspection.questions.len() < MAX_QUESTIONS && !inspection.questions.contains(question) {
                inspection.questions.push(Arc::clone(question));
            }
        }
        if message.response {
            let is_http = message.application == Application::HttpDns;
            let provenance = if is_http { Provenance::HttpDns } else { Provenance::Dns };
            self.names.learn(message, provenance, now);
        }
    }
}

fn note_application(inspection: &mut Inspection, application: Application) {
    let is_known_better = inspection.application.is_some_and(Application::is_look_up);
    if matches!(application, Application::Tls | Application::Quic) && is_known_better {
        return;
    }
    let look_ups = resolvers::by_port(application, inspection.tuple.responder);
    inspection.application = look_ups.or(Some(application));
    if look_ups.is_some() {
        inspection.hidden = Some(Hidden::LookUps);
    }
}

fn is_another(name: &Name, host: &Arc<str>) -> bool {
    name.host != *host && !name.candidates.contains(host) && name.candidates.len() < MAX_HOSTS
}

fn add_candidate(name: &mut Name, host: Arc<str>) {
    if name.candidates.is_empty() {
        name.candidates.push(Arc::clone(&name.host));
    }
    name.candidates.push(host);
}

/// An address that the app wrote in place of a name. It is what the flow shows, and it says less than the look-ups
/// that led there: they stay candidates, and the verdict theirs.
fn address_of(inferred: &mut Name, address: Name) -> Name {
    let mut candidates = std::mem::take(&mut inferred.candidates);
    if candidates.is_empty() {
        candidates.push(Arc::clone(&inferred.host));
    }
    candidates.insert(0, Arc::clone(&address.host));
    Name { candidates, ..address }
}

/// Whichever of these hosts it is.
fn any_of(hosts: Vec<Arc<str>>, provenance: Provenance) -> Option<Name> {
    let host = Arc::clone(hosts.first()?);
    let candidates = if hosts.len() > 1 { hosts } else { Vec::new() };
    Some(Name { host, provenance, ech: false, candidates })
}

/// The names of `name` that the certificate is for, if that says more than was known.
fn narrowed(name: &Name, hosts: &[Arc<str>]) -> Option<Name> {
    let is_certified = |candidate: &Arc<str>| hosts.iter().any(|host| covers_host(host, candidate));
    let mut left: Vec<_> =
        name.candidates.iter().filter(|candidate| is_certified(candidate)).cloned().collect();
    if left.len() == name.candidates.len() {
        return None;
    }
    let host = Arc::clone(left.first()?);
    if left.len() == 1 {
        left.clear();
    }
    Some(Name { host, candidates: left, ..name.clone() })
}
