//! Where what the tables say comes from.

use serde::{Deserialize, Serialize};

use super::table::{self, Problem, RulesError};

/// A public source: a line of `sources.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// As a citation names it.
    pub key: String,
    pub kind: SourceKind,
    /// What it is, and where.
    pub origin: String,
    /// Its licence, or how it was used.
    pub terms: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// Code of apps, scripts of vendors, devices.
    Code,
    /// Reports and papers.
    Report,
    /// A list under the MIT licence.
    FreeList,
    /// A list under other terms, named as evidence.
    List,
    /// Tables of address ranges.
    Network,
}

#[derive(Debug, Default)]
pub(super) struct Sources(Vec<Source>);

impl Sources {
    pub(super) fn parse(text: &str) -> Result<Self, RulesError> {
        let mut sources: Vec<Source> = Vec::new();
        table::read("sources.csv", text, |row: Source| {
            if sources.iter().any(|other| other.key == row.key) {
                return Err(Problem::Twice(row.key));
            }
            sources.push(row);
            Ok(())
        })?;
        Ok(Self(sources))
    }

    /// The sources that a citation names, keys joined by `;`.
    pub(super) fn resolve(&self, citation: &str) -> Vec<Source> {
        citation
            .split(';')
            .filter_map(|key| self.0.iter().find(|source| source.key == key))
            .cloned()
            .collect()
    }

    #[cfg(test)]
    pub(super) fn all(&self) -> &[Source] {
        &self.0
    }
}
