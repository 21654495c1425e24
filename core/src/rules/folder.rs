//! The folder that own lists are kept in: a file per list, for its owner's eyes only.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::list::MAX_BYTES;
use super::own::{ListReport, OwnRules};

/// Lists that are read; further ones are an error of their own.
const MAX_LISTS: usize = 1_000;

/// Where own lists are. On a phone beside the record, on a computer among the settings.
#[derive(Debug, Clone)]
pub struct ListFolder {
    path: PathBuf,
}

/// A list, or the folder of them, that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("'{0}' cannot be a list's name: letters, digits, '.', '-' and '_' can, not beginning with a '.'")]
    Name(String),
    #[error("there is no list '{name}' in {}", folder.display())]
    Missing { name: String, folder: PathBuf },
    #[error("there is a list '{0}' already; --replace it, or give this one another name (--name)")]
    Exists(String),
    #[error("nothing in it is a rule about hosts{}", first.as_deref().unwrap_or_default())]
    Empty { first: Option<String> },
    #[error("it is larger than {} MiB", MAX_BYTES >> 20)]
    TooLarge,
    #[error("more than {MAX_LISTS} lists in {}", .0.display())]
    TooMany(PathBuf),
}

impl ListFolder {
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads every list. One that cannot be read does not keep the others from being used.
    pub fn load(&self) -> (OwnRules, Vec<Result<ListReport, ListError>>) {
        let mut own = OwnRules::default();
        let names = match self.names() {
            Ok(names) => names,
            Err(error) => return (own, vec![Err(error)]),
        };
        let outcomes = names.iter().map(|name| self.load_one(name, &mut own)).collect();
        (own, outcomes)
    }

    /// Checks a list and keeps a copy of it under `name`, if told so in place of an older one. A list without any
    /// rule is refused.
    pub fn add(&self, source: impl Read, name: &str, replace: bool) -> Result<ListReport, ListError> {
        check(name)?;
        let text = read_all(source).map_err(|source| self.failed(source))?.ok_or(ListError::TooLarge)?;
        let report = OwnRules::default().read(name, &*text).map_err(|source| self.failed(source))?;
        if report.rules + report.exceptions == 0 {
            let first = report.problems.first().map(|problem| format!("; {problem}"));
            return Err(ListError::Empty { first });
        }
        match self.keep(name, &text, replace) {
            Ok(()) => Ok(report),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(ListError::Exists(name.to_owned()))
            }
            Err(source) => Err(self.failed(source)),
        }
    }

    /// Forgets a list.
    pub fn remove(&self, name: &str) -> Result<(), ListError> {
        check(name)?;
        fs::remove_file(self.path.join(name)).map_err(|source| {
            if source.kind() == io::ErrorKind::NotFound {
                ListError::Missing { name: name.to_owned(), folder: self.path.clone() }
            } else {
                self.failed(source)
            }
        })
    }

    /// Names of the lists, in order; without what begins with a dot, such as one that is being written.
    pub fn names(&self) -> Result<Vec<String>, ListError> {
        let entries = match fs::read_dir(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|source| self.failed(source))?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|source| self.failed(source))?;
            names.extend(entry.file_name().into_string().ok().filter(|name| !name.starts_with('.')));
            if names.len() > MAX_LISTS {
                return Err(ListError::TooMany(self.path.clone()));
            }
        }
        names.sort();
        Ok(names)
    }

    fn load_one(&self, name: &str, own: &mut OwnRules) -> Result<ListReport, ListError> {
        let path = self.path.join(name);
        let read = File::open(&path).and_then(|file| own.read(name, BufReader::new(file)));
        read.map_err(|source| ListError::Io { path, source })
    }

    /// Whole or not at all: written beside its place, then moved there.
    fn keep(&self, name: &str, text: &[u8], replace: bool) -> io::Result<()> {
        if !replace && self.path.join(name).try_exists()? {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        DirBuilder::new().recursive(true).mode(0o700).create(&self.path)?;
        let unfinished = self.path.join(format!(".{name}.{}", std::process::id()));
        let written =
            OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&unfinished);
        let kept = written.and_then(|mut file| {
            file.write_all(text)?;
            file.sync_all()?;
            fs::rename(&unfinished, self.path.join(name))
        });
        if kept.is_err() {
            // What went wrong before says more than what may go wrong now.
            let _ = fs::remove_file(&unfinished);
        }
        kept
    }

    fn failed(&self, source: io::Error) -> ListError {
        ListError::Io { path: self.path.clone(), source }
    }
}

/// None if it is larger than a list may be.
fn read_all(source: impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut text = Vec::new();
    source.take(MAX_BYTES + 1).read_to_end(&mut text)?;
    Ok(u64::try_from(text.len()).is_ok_and(|length| length <= MAX_BYTES).then_some(text))
}

/// It is a file's name, and part of what is said to people.
fn check(name: &str) -> Result<(), ListError> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_fit = (1..=100).contains(&name.len()) && !name.starts_with('.') && name.chars().all(is_plain);
    if is_fit { Ok(()) } else { Err(ListError::Name(name.to_owned())) }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_list_is_kept_loaded_and_removed() {
        let directory = tempfile::tempdir().unwrap();
        let folder = ListFolder::new(directory.path().join("new/lists"));
        assert_eq!(folder.names().unwrap(), [""; 0]);
        let report = folder.add(&b"ads.example\nno host\n"[..], "mine", false).unwrap();
        assert_eq!((report.rules, report.unusable), (1, 1));
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(folder.path()), mode(&folder.path().join("mine"))), (0o700, 0o600));

        assert!(matches!(folder.add(&b"b.example"[..], "mine", false), Err(ListError::Exists(_))));
        folder.add(&b"a.ads.example\nads.example"[..], "mine", true).unwrap();
        folder.add(&b"b.example"[..], "another.txt", false).unwrap();
        let (own, outcomes) = folder.load();
        assert_eq!((own.len(), outcomes.len()), (3, 2));
        assert_eq!(&**own.find("x.ads.example").unwrap().list, "mine");

        folder.remove("mine").unwrap();
        assert!(matches!(folder.remove("mine"), Err(ListError::Missing { .. })));
        assert_eq!(folder.names().unwrap(), ["another.txt"]);
    }

    #[test]
    fn a_broken_list_does_not_spoil_the_others() {
        let directory = tempfile::tempdir().unwrap();
        let folder = ListFolder::new(directory.path());
        folder.add(&b"ads.example"[..], "z", false).unwrap();
        fs::create_dir(directory.path().join("a")).unwrap();
        let (own, outcomes) = folder.load();
        assert!(outcomes[0].is_err() && outcomes[1].is_ok());
        assert!(own.find("ads.example").is_some());
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let folder = ListFolder::new(directory.path());
        for name in ["", ".", "..", ".hidden", "a/b", "../x", "a b"] {
            assert!(matches!(folder.add(&b"a.example"[..], name, false), Err(ListError::Name(_))), "{name}");
        }
        let error = folder.add(&b"<html>"[..], "page", false).unwrap_err().to_string();
        assert!(error.contains("nothing in it") && error.contains("line 1"), "{error}");
        assert_eq!(folder.names().unwrap(), [""; 0]);
    }
}
