//! The record in SQLite: one [`Writer`] puts events in, any number of [`Journal`]s read.
//!
//! | file | turns |
//! |---|---|
//! | `writer`, `worker` | events of the data plane into batches, on a thread of their own |
//! | `book` | a batch into one transaction; sessions and gaps |
//! | `flows`, `intern` | a flow's latest state into its row and its share of the roll-ups |
//! | `evidence` | what a flow sent in the clear into its decoding, and back |
//! | `retention` | old and surplus rows into free space |
//! | `filter`, `query`, `coverage`, `activity`, `places`, `claims`, `rows` | a question into rows |
//! | `erase` | what is to be forgotten into free space |
//! | `experiments` | an experiment into its row, and back |
//! | `digest` | a record into its SHA-256 |
//! | `export` | flows into a file that leaves |
//! | `schema`, `versions`, `error`, `lock` | a path into an open record, or one line that says why not |

mod activity;
mod book;
mod claims;
mod coverage;
mod digest;
mod erase;
mod error;
mod evidence;
mod experiments;
mod export;
mod filter;
mod flows;
mod intern;
mod lock;
mod places;
mod query;
mod retention;
mod rows;
mod schema;
mod versions;
mod worker;
mod writer;

pub use activity::{HourRow, PartyRow, RecordSize};
pub use coverage::{Amount, By, CoverageRow, Part};
pub use erase::{Scope, erase};
pub use error::StoreError;
pub use evidence::{Evidence, Link};
pub use experiments::{ExperimentRow, ExperimentSummary};
pub use export::{ExportError, ExportFormat, FLOW_FIELDS, text_at};
pub use filter::{Filter, Moment, NotAMoment, Sort};
pub use places::PlaceRow;
pub use query::Journal;
pub use retention::Retention;
pub use rows::{AppRow, FindingRow, HostRow};
pub use schema::VERSION;
pub use writer::{StoreConfig, Writer};
