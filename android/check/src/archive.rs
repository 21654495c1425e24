//! The APK as a zip file: what is in it, how large, and on which boundaries.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use zip::{CompressionMethod, ZipArchive};

use super::{Refused, ensure};

/// Largest APK that a phone on a slow network is to fetch.
const LARGEST: u64 = 12 * 1024 * 1024;
/// Phones map libraries straight from the APK, in pages of up to 16 KiB.
const PAGE: u64 = 16 * 1024;
/// And the table of resources in words.
const WORD: u64 = 4;

pub(crate) struct Archive {
    zip: ZipArchive<File>,
    size: u64,
}

impl Archive {
    pub(crate) fn open(path: &Path) -> Result<Self, Refused> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        Ok(Self { zip: ZipArchive::new(file)?, size })
    }

    pub(crate) fn check_size(&self) -> Result<String, Refused> {
        let size = self.size;
        ensure(size <= LARGEST, || format!("the APK has {size} bytes, more than {LARGEST}"))?;
        Ok(format!("size: {size} bytes, at most {LARGEST}"))
    }

    pub(crate) fn check_alignment(&mut self) -> Result<String, Refused> {
        for index in 0..self.zip.len() {
            let entry = self.zip.by_index(index)?;
            let name = entry.name().to_owned();
            let Some(boundary) = boundary(&name) else { continue };
            let start = entry.data_start();
            let stored = entry.compression() == CompressionMethod::Stored;
            ensure(stored && start.is_multiple_of(boundary), || format!("{name} starts at {start}"))?;
        }
        Ok(format!("alignment: libraries stored at {PAGE}, resources at {WORD}"))
    }

    /// Name and content of each.
    pub(crate) fn libraries(&mut self) -> Result<Vec<(String, Vec<u8>)>, Refused> {
        self.contents(".so")
    }

    /// The compiled classes, one file after the other.
    pub(crate) fn dex(&mut self) -> Result<Vec<u8>, Refused> {
        Ok(self.contents(".dex")?.into_iter().flat_map(|(_, content)| content).collect())
    }

    fn contents(&mut self, ending: &str) -> Result<Vec<(String, Vec<u8>)>, Refused> {
        let mut found = Vec::new();
        for index in 0..self.zip.len() {
            let mut entry = self.zip.by_index(index)?;
            if entry.name().ends_with(ending) {
                let mut content = Vec::new();
                entry.read_to_end(&mut content)?;
                found.push((entry.name().to_owned(), content));
            }
        }
        Ok(found)
    }
}

/// Where an entry may start; none for what is compressed.
fn boundary(name: &str) -> Option<u64> {
    match name {
        "resources.arsc" => Some(WORD),
        name if name.ends_with(".so") => Some(PAGE),
        _ => None,
    }
}
