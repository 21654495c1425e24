//! The log of the core on standard error, as much of it as `-q` and `-v` ask for.
//!
//! Nothing above DEBUG names a host or an address, so that a pasted log tells nothing about a person.

use std::io::{self, Write};

use log::{LevelFilter, Log, Metadata, Record};

use crate::args::Global;

struct StandardError;

static LOGGER: StandardError = StandardError;

pub(crate) fn start(global: &Global) {
    // It fails only if there is a logger already.
    if log::set_logger(&LOGGER).is_ok() {
        log::set_max_level(level(global));
    }
}

fn level(global: &Global) -> LevelFilter {
    match global.verbose {
        _ if global.quiet => LevelFilter::Error,
        0 => LevelFilter::Warn,
        1 => LevelFilter::Info,
        2 => LevelFilter::Debug,
        _ => LevelFilter::Trace,
    }
}

impl Log for StandardError {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("telltale")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let level = record.level().as_str().to_ascii_lowercase();
            // Where standard error is closed there is nobody to tell.
            let _ = writeln!(io::stderr(), "telltale: {level}: {}", record.args());
        }
    }

    fn flush(&self) {}
}
