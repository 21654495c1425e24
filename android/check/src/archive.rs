//! The APK as a zip file: what is in it, how large, and on which boundaries.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;

use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::{Refused, dex, ensure};

/// Largest APK that a phone on a slow network is to fetch.
const LARGEST: u64 = 12 * 1024 * 1024;
/// Phones map libraries straight from the APK, in pages of up to 16 KiB.
const PAGE: u64 = 16 * 1024;
/// And the table of resources in words.
const WORD: u64 = 4;

pub(crate) struct Archive {
    path: String,
    zip: ZipArchive<File>,
    size: u64,
}

impl Archive {
    pub(crate) fn open(path: &str) -> Result<Self, Refused> {
        let unread = |error| Refused::Io(path.to_owned(), error);
        let file = File::open(path).map_err(unread)?;
        let size = file.metadata().map_err(unread)?.len();
        let zip = ZipArchive::new(file).map_err(|error| Refused::Zip(path.to_owned(), error))?;
        Ok(Self { path: path.to_owned(), zip, size })
    }

    pub(crate) fn check_size(&self) -> Result<String, Refused> {
        let size = self.size;
        ensure(size <= LARGEST, || format!("the APK has {size} bytes, more than {LARGEST}"))?;
        Ok(format!("size: {size} bytes, at most {LARGEST}"))
    }

    pub(crate) fn check_alignment(&mut self) -> Result<String, Refused> {
        for index in 0..self.zip.len() {
            let entry = self.zip.by_index(index).map_err(|error| Refused::Zip(self.path.clone(), error))?;
            let name = entry.name();
            let Some(boundary) = boundary(name) else { continue };
            let start = entry.data_start();
            ensure(entry.compression() == CompressionMethod::Stored, || format!("{name} is compressed"))?;
            ensure(start.is_multiple_of(boundary), || {
                format!("{name} starts at {start}, not at {boundary}")
            })?;
        }
        Ok(format!("alignment: libraries stored at {PAGE}, resources at {WORD}"))
    }

    /// Name and content of each.
    pub(crate) fn libraries(&mut self) -> Result<Vec<(String, Vec<u8>)>, Refused> {
        self.contents(".so")
    }

    /// The classes that its dex files define.
    pub(crate) fn classes(&mut self) -> Result<BTreeSet<String>, Refused> {
        let mut names = BTreeSet::new();
        for (file, content) in self.contents(".dex")? {
            let whole = dex::classes(&content, &mut names);
            ensure(whole.is_some(), || format!("{file} is not a whole dex file"))?;
        }
        Ok(names)
    }

    fn contents(&mut self, ending: &str) -> Result<Vec<(String, Vec<u8>)>, Refused> {
        let names: Vec<String> =
            self.zip.file_names().filter(|name| name.ends_with(ending)).map(str::to_owned).collect();
        let mut read = |name: String| {
            let mut content = Vec::new();
            self.zip.by_name(&name)?.read_to_end(&mut content)?;
            Ok((name, content))
        };
        let contents: Result<_, ZipError> = names.into_iter().map(&mut read).collect();
        contents.map_err(|error| Refused::Zip(self.path.clone(), error))
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
