//! How much of the captures has been read, where a person looks on.

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on standard error.
pub(super) struct Progress(ProgressBar);

/// A source whose bytes are counted.
pub(super) struct Watched<R> {
    source: R,
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn start(files: &[PathBuf], quiet: bool) -> Self {
        if quiet || !io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::with_draw_target(total(files), ProgressDrawTarget::stderr_with_hz(5));
        let template = match bar.length() {
            Some(_) => "telltale: {bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
            None => "telltale: {bytes}, {bytes_per_sec}",
        };
        bar.set_style(
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        Self(bar)
    }

    pub(super) fn watch<R: Read>(&self, source: R) -> Watched<R> {
        Watched { source, bar: self.0.clone() }
    }

    /// Does something on standard error without the bar in between.
    pub(super) fn suspend(&self, act: impl FnOnce()) {
        self.0.suspend(act);
    }

    pub(super) fn finish(self) {
        self.0.finish_and_clear();
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.bar.inc(read as u64);
        Ok(read)
    }
}

/// Bytes of all files, if every one is a file.
fn total(files: &[PathBuf]) -> Option<u64> {
    files.iter().map(|file| fs::metadata(file).ok().filter(fs::Metadata::is_file).map(|it| it.len())).sum()
}
