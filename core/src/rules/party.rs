//! Who stands behind hosts and networks.

use serde::Deserialize;

/// A company, as the tables write it. Brands count for who owns them: Umeng, Amap and UC are Alibaba. A collector
/// that Xiaomi runs with the software of Sensors Analytics is Xiaomi's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Party {
    Alibaba,
    Kingsoft,
    Sensors,
    Xiaomi,
}

impl Party {
    /// The name that is shown.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Alibaba => "Alibaba",
            Self::Kingsoft => "Kingsoft",
            Self::Sensors => "Sensors Analytics",
            Self::Xiaomi => "Xiaomi",
        }
    }

    /// Whether the company's networks are full of other people's servers.
    pub(super) fn rents_out_servers(self) -> bool {
        match self {
            Self::Alibaba | Self::Kingsoft => true,
            Self::Sensors | Self::Xiaomi => false,
        }
    }
}
