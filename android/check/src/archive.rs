//! The APK as a zip file: what is in it, how large, and on which boundaries.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;

use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::{Refused, dex, ensure};

/// Largest APK that a phone on a slow network is to fetch.
const LARGEST: u64 = 12 * 1024 * 1024;
/// Phones map this straight from the APK, in words. Libraries are extracted when it is installed, as its manifest asks
/// for: there are three of each, and only one is of use on a phone.
const MAPPED: (&str, u64) = ("resources.arsc", 4);

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
            let (name, start) = (entry.name(), entry.data_start());
            let is_stored = entry.compression() == CompressionMethod::Stored;
            if name == MAPPED.0 {
                ensure(is_stored, || format!("{name} is compressed"))?;
                let boundary = MAPPED.1;
                let is_aligned = start.is_multiple_of(boundary);
                ensure(is_aligned, || format!("{name} starts at {start}, not at {boundary}"))?;
            }
            ensure(!(is_stored && name.ends_with(".so")), || format!("{name} is not compressed"))?;
        }
        Ok(format!("alignment: libraries compressed, resources stored at {}", MAPPED.1))
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
