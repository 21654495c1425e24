//! Checks an APK: `telltale-apk APK VERSION ANDROID`, where `ANDROID` is the project's folder of that name, after a
//! build. Prints a line for each check, and fails with the first that does not hold.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command")]

mod archive;
mod dex;
mod library;
mod manifest;
mod signature;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, ExitCode};

use archive::Archive;

/// Why an APK is refused, in one line.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("usage: telltale-apk APK VERSION ANDROID")]
    Usage,
    #[error("{0}: {1}")]
    Zip(String, #[source] zip::result::ZipError),
    #[error("{0}: {1}")]
    Io(String, #[source] std::io::Error),
    #[error(transparent)]
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
    let [apk, version, android] = arguments else { return Err(Refused::Usage) };
    let android = Path::new(android);
    let mut archive = Archive::open(apk)?;
    println!("ok {}", archive.check_size()?);
    println!("ok {}", archive.check_alignment()?);
    println!("ok {}", signature::check(android, apk)?);
    let known = exported(&android.join("native/symbols"))?;
    let libraries = archive.libraries()?;
    println!("ok {}", library::check_all_there(&libraries)?);
    for (name, content) in libraries {
        println!("ok {name}: {}", library::check(&name, &content, &known)?);
    }
    let aapt2 = android.join("target/tools/prebuilt/linux/aapt2");
    println!("ok {}", manifest::check_version(&aapt2, apk, version)?);
    let permissions = words(&android.join("permissions.txt"))?;
    println!("ok {}", manifest::check_permissions(&aapt2, apk, &permissions)?);
    println!("ok {}", manifest::check_components(&aapt2, apk, &archive.classes()?)?);
    Ok(())
}

/// The functions of all lists.
fn exported(folder: &Path) -> Result<BTreeSet<String>, Refused> {
    let unread = |error| Refused::Io(folder.display().to_string(), error);
    let mut names = BTreeSet::new();
    for file in std::fs::read_dir(folder).map_err(unread)? {
        names.extend(words(&file.map_err(unread)?.path())?);
    }
    Ok(names)
}

/// The first word of each line that is no comment.
fn words(list: &Path) -> Result<BTreeSet<String>, Refused> {
    let text =
        std::fs::read_to_string(list).map_err(|error| Refused::Io(list.display().to_string(), error))?;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    Ok(lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect())
}

/// Passes when `holds`, else says why not.
fn ensure(holds: bool, why: impl FnOnce() -> String) -> Result<(), Refused> {
    if holds { Ok(()) } else { Err(Refused::Check(why())) }
}

/// What a program prints; if it fails, the last line of its complaint is `what` went wrong.
fn output(command: &mut Command, what: &str) -> Result<String, Refused> {
    let program = command.get_program().display().to_string();
    let output = command.output().map_err(|error| Refused::Io(program, error))?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure(output.status.success(), || {
        format!("{what}: {}", complaint.trim_end().lines().last().unwrap_or("no reason given"))
    })?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
