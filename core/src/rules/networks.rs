//! Address ranges: whose network, and under which number.

use std::net::IpAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::party::Party;
use super::table::{self, Problem, RulesError, Words};

/// What [`crate::event::Verdict::expected`] says of an address in a network where servers are rented out.
pub(super) const HOSTING: &str = "hosting";

/// Ranges in order, none overlapping another.
#[derive(Default)]
pub(super) struct Networks {
    ranges: Vec<Range>,
}

struct Range {
    first: u128,
    last: u128,
    network: Network,
    /// As the table has it.
    row: NetworkRow,
}

/// A range of addresses, and whose network it is: a line of `networks.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NetworkRow {
    pub first: IpAddr,
    pub last: IpAddr,
    pub asn: u32,
    pub party: Arc<str>,
    /// The party rents its servers out: the network says nothing of who uses them.
    pub is_hosting: bool,
    /// Key of `sources.csv`.
    pub citation: String,
    /// Of what date that is.
    pub date: String,
}

/// Who announces an address to the Internet.
pub(super) struct Network {
    pub(super) party: Arc<str>,
    pub(super) asn: u32,
    /// Set where the party rents its servers out: then it says nothing of who uses them.
    pub(super) hosting: Option<Arc<str>>,
}

/// A line of `networks.csv`.
#[derive(Deserialize)]
struct Row {
    first: IpAddr,
    last: IpAddr,
    asn: u32,
    party: Party,
    source: String,
    date: String,
}

impl Networks {
    pub(super) fn parse(text: &str) -> Result<Self, RulesError> {
        let mut networks = Self::default();
        let mut words = Words::default();
        table::read("networks.csv", text, |row: Row| networks.add(&row, &mut words))?;
        Ok(networks)
    }

    pub(super) fn find(&self, address: IpAddr) -> Option<&Network> {
        self.range(address).map(|range| &range.network)
    }

    /// The same with all that the table says of it.
    pub(super) fn row(&self, address: IpAddr) -> Option<&NetworkRow> {
        self.range(address).map(|range| &range.row)
    }

    /// All ranges, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &NetworkRow> {
        self.ranges.iter().map(|range| &range.row)
    }

    fn range(&self, address: IpAddr) -> Option<&Range> {
        let address = number(address);
        let after = self.ranges.partition_point(|range| range.first <= address);
        let range = self.ranges.get(after.checked_sub(1)?)?;
        (address <= range.last).then_some(range)
    }

    fn add(&mut self, row: &Row, words: &mut Words) -> Result<(), Problem> {
        let network = network_of(row, words);
        let (first, last) = (number(row.first), number(row.last));
        let range = Range { first, last, row: row_of(row, &network), network };
        let index = self.ranges.partition_point(|other| other.last < range.first);
        let overlaps = self.ranges.get(index).is_some_and(|next| next.first <= range.last);
        if overlaps || range.first > range.last || row.first.is_ipv4() != row.last.is_ipv4() {
            return Err(Problem::Range);
        }
        self.ranges.insert(index, range);
        Ok(())
    }
}

fn network_of(row: &Row, words: &mut Words) -> Network {
    let hosting = row.party.rents_out_servers().then(|| words.get(HOSTING));
    Network { party: words.get(row.party.as_str()), asn: row.asn, hosting }
}

fn row_of(row: &Row, network: &Network) -> NetworkRow {
    NetworkRow {
        first: row.first,
        last: row.last,
        asn: row.asn,
        party: Arc::clone(&network.party),
        is_hosting: network.hosting.is_some(),
        citation: row.source.clone(),
        date: row.date.clone(),
    }
}

/// Both families on one line: IPv4 where IPv6 has it mapped.
fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "first,last,asn,party,source,date\n\
        192.0.2.16,192.0.2.31,2,alibaba,T,2026-01-01\n\
        192.0.2.0,192.0.2.15,1,xiaomi,T,2026-01-01\n\
        2001:db8::,2001:db8::ff,3,kingsoft,T,2026-01-01\n";

    #[test]
    fn finds_the_range_of_an_address() {
        let networks = Networks::parse(TABLE).unwrap();
        let asn = |address: &str| networks.find(address.parse().unwrap()).map(|network| network.asn);
        let expected = [
            ("192.0.1.255", None),
            ("192.0.2.0", Some(1)),
            ("192.0.2.15", Some(1)),
            ("192.0.2.16", Some(2)),
            ("192.0.2.31", Some(2)),
            ("::ffff:192.0.2.31", Some(2)),
            ("192.0.2.32", None),
            ("::", None),
            ("2001:db8::ff", Some(3)),
            ("2001:db8::100", None),
        ];
        for (address, number) in expected {
            assert_eq!(asn(address), number, "{address}");
        }
    }

    #[test]
    fn only_those_who_rent_out_are_hosting() {
        let networks = Networks::parse(TABLE).unwrap();
        let hosting = |address: &str| networks.find(address.parse().unwrap()).unwrap().hosting.clone();
        assert_eq!(hosting("192.0.2.0"), None);
        assert_eq!(hosting("192.0.2.16").as_deref(), Some("hosting"));
    }

    #[test]
    fn a_bad_range_is_told_with_its_line() {
        for row in [
            "192.0.2.9,192.0.2.8,1,xiaomi,T,D",
            "192.0.2.8,::1,1,xiaomi,T,D",
            "192.0.2.31,192.0.2.40,1,xiaomi,T,D",
        ] {
            let error = Networks::parse(&format!("{TABLE}{row}\n")).err().unwrap().to_string();
            assert!(error.starts_with("networks.csv, line 5: the range is empty"), "{error}");
        }
        let error =
            Networks::parse(&format!("{TABLE}192.0.2.x,192.0.2.8,1,xiaomi,T,D\n")).err().unwrap().to_string();
        assert!(error.starts_with("networks.csv, line 5: "), "{error}");
    }
}
