//! What was claimed in public of Xiaomi's phones, what Xiaomi answered, and what a record shows of it.
//!
//! | file | has |
//! |---|---|
//! | `reported` | who claimed what, and what was answered: the one table |
//! | `record` | what of a record has to do with claims, as plain data |
//! | `assess` | a claim and that data into an answer |
//! | `tried` | outcomes of experiments into an answer |
//! | `watched` | servers and requests in the clear into an answer: C7 to C10 |
//! | `words` | numbers and lists for people |
//!
//! What was read in the clear outweighs an experiment, an experiment outweighs what passed encrypted. That something
//! was not seen is never an answer that it is not there: only an experiment that would have seen it refutes.

mod assess;
mod record;
mod reported;
#[cfg(test)]
mod tests;
mod tried;
mod watched;
pub(crate) mod words;

pub use assess::{Answer, Assessment, Grounds, Numbers, assess};
pub use record::{Contact, Place, Record, Speaker, Tried, Upload};
pub use reported::{Reported, reported};
