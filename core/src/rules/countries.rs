//! The country of an address, by a database: IP Geolocation by DB-IP, <https://db-ip.com>.
//!
//! Nobody publishes where servers stand, and one address may be answered from several places: what comes out of it is an
//! estimate, and is told as one.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};
use maxminddb::{MaxMindDbError, PathElement, Reader};
use serde::Serialize;

/// What the database calls the ISO 3166-1 code of a network.
const CODE: [PathElement<'_>; 1] = [PathElement::Key("country_code")];

/// Key of `sources.csv`.
pub(super) const CITATION: &str = "DBIP";

/// Countries by address, in MaxMind's format: <https://maxmind.github.io/MaxMind-DB/>
pub struct Countries(Reader<Cow<'static, [u8]>>);

/// What was given is no database of countries.
#[derive(Debug, thiserror::Error)]
#[error("the database of countries cannot be read: {0}")]
pub struct CountriesError(#[from] MaxMindDbError);

/// Where an address probably is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountryEstimate {
    /// ISO 3166-1, two letters.
    pub country: Arc<str>,
    /// Of what date the database is.
    pub date: String,
}

impl Countries {
    /// Reads a database.
    ///
    /// # Errors
    /// It is none.
    pub fn open(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, CountriesError> {
        Ok(Self(Reader::from_source(bytes.into())?))
    }

    /// The one that is compiled in.
    #[cfg(feature = "countries")]
    pub(super) fn embedded() -> Result<Self, CountriesError> {
        Self::open(&include_bytes!("../../data/countries.mmdb")[..])
    }

    /// The country's code, if the database knows the address.
    pub fn find(&self, address: IpAddr) -> Option<Arc<str>> {
        let found = self.0.lookup(address.to_canonical()).ok()?;
        let code: &str = found.decode_path(&CODE).ok()??;
        (code.len() == 2).then(|| code.into())
    }

    /// The same with the database's date.
    pub(super) fn estimate(&self, address: IpAddr) -> Option<CountryEstimate> {
        self.find(address).map(|country| CountryEstimate { country, date: self.date() })
    }

    /// When the database was made: year, month and day.
    fn date(&self) -> String {
        let made = i64::try_from(self.0.metadata().build_epoch).ok();
        let made = made.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or_default();
        made.to_zoned(TimeZone::UTC).date().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(address: &str) -> Option<String> {
        let countries = Countries::open(&include_bytes!("../../data/countries.mmdb")[..]).unwrap();
        countries.find(address.parse().unwrap()).map(|code| code.to_string())
    }

    /// The first is where a collector of Xiaomi's answered in 2021, the second a fallback of its push service.
    #[test]
    fn addresses_of_the_reports_are_in_singapore() {
        for address in ["47.241.69.153", "161.117.97.14", "::ffff:161.117.97.14"] {
            assert_eq!(country(address).as_deref(), Some("SG"), "{address}");
        }
    }

    #[test]
    fn private_addresses_are_nowhere() {
        for address in ["10.0.0.1", "192.168.1.1", "fd00::1", "198.18.0.1"] {
            assert_eq!(country(address), None, "{address}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for bytes in [&b""[..], b"no database", &[0xab; 4096]] {
            assert!(Countries::open(bytes).is_err());
        }
    }
}
