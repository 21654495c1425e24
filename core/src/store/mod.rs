//! The record in SQLite: one [`Writer`] puts events in, any number of [`Journal`]s read.
//!
//! | file | turns |
//! |---|---|
//! | `writer`, `worker` | events of the data plane into batches, on a thread of their own |
//! | `book` | a batch into one transaction; sessions and gaps |
//! | `flows`, `intern` | a flow's latest state into its row and its share of the roll-ups |
//! | `retention` | old and surplus rows into free space |
//! | `filter`, `query`, `coverage`, `rows` | a question into rows |
//! | `schema`, `versions`, `error`, `lock` | a path into an open record, or one line that says why not |

mod book;
mod coverage;
mod error;
mod filter;
mod flows;
mod intern;
mod lock;
mod query;
mod retention;
mod rows;
mod schema;
mod versions;
mod worker;
mod writer;

pub use coverage::{Amount, By, CoverageRow, Part};
pub use error::StoreError;
pub use filter::{Filter, Moment, NotAMoment, Sort};
pub use query::Journal;
pub use retention::Retention;
pub use rows::{AppRow, FindingRow, HostRow};
pub use schema::VERSION;
pub use writer::{StoreConfig, Writer};
