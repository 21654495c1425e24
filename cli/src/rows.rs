//! What a table shows of each kind of row.

mod covered;
mod evidence;
mod flows;
mod hosts;
mod words;

pub(crate) use self::covered::{Covered, percent};
pub(crate) use self::words::{app, bytes};
