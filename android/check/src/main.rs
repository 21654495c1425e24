//! Checks an APK: `telltale-apk APK AAPT2 SYMBOLS`, where `SYMBOLS` is the folder of the lists of functions that
//! Android's libraries export. Prints a line for each check, and fails with the first that does not hold.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command")]

mod archive;
mod library;
mod manifest;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use archive::Archive;

/// Why an APK is refused, in one line.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("usage: telltale-apk APK AAPT2 SYMBOLS")]
    Usage,
    #[error("failed to read the APK")]
    Zip(#[from] zip::result::ZipError),
    #[error("failed to read a file")]
    Io(#[from] std::io::Error),
    #[error("not a library")]
    Elf(#[from] object::Error),
    #[error("{0}")]
    Check(String),
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match check(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(refused) => {
            eprintln!("refused: {refused}");
            ExitCode::FAILURE
        }
    }
}

fn check(arguments: &[String]) -> Result<(), Refused> {
    let [apk, aapt2, symbols] = arguments else { return Err(Refused::Usage) };
    let mut archive = Archive::open(Path::new(apk))?;
    println!("ok {}", archive.check_size()?);
    println!("ok {}", archive.check_alignment()?);
    let known = exported(Path::new(symbols))?;
    for (name, content) in archive.libraries()? {
        println!("ok {name}: {}", library::check(&name, &content, &known)?);
    }
    println!("ok {}", manifest::check_permissions(aapt2, apk)?);
    println!("ok {}", manifest::check_components(aapt2, apk, &archive.dex()?)?);
    Ok(())
}

/// The functions of all lists; the first word of a line is one.
fn exported(folder: &Path) -> Result<BTreeSet<String>, Refused> {
    let mut names = BTreeSet::new();
    for file in std::fs::read_dir(folder)? {
        let text = std::fs::read_to_string(file?.path())?;
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        names.extend(lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned));
    }
    Ok(names)
}

/// Passes when `holds`, else says why not.
fn ensure(holds: bool, why: impl FnOnce() -> String) -> Result<(), Refused> {
    if holds { Ok(()) } else { Err(Refused::Check(why())) }
}
