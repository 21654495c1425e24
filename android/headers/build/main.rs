//! Writes an assertion for each thing that the headers state: clang says what they mean for the target, and the
//! compiler that builds this crate what the libc crate means by the same name.
#![expect(clippy::print_stdout, reason = "how a build script speaks to cargo")]

mod header;
mod probe;

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let include = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../native/include");
    println!("cargo::rerun-if-changed={}", include.display());
    println!("cargo::rerun-if-changed=build");
    if env::var("CARGO_CFG_TARGET_OS")? != "android" {
        return Ok(());
    }
    let mut headers = Vec::new();
    find(&include, &mut headers)?;
    headers.sort();
    let mut claims = Vec::new();
    let mut helpers = String::new();
    for header in &headers {
        header::read(&fs::read_to_string(header)?, &mut claims, &mut helpers);
    }
    let folder = PathBuf::from(env::var("OUT_DIR")?);
    let values = probe::values(&headers, &claims, &folder)?;
    let mut text = helpers;
    for (claim, value) in claims.iter().zip(values) {
        // A name that this machine does not have says nothing.
        let Some(value) = value else { continue };
        writeln!(text, "const _: () = assert!({} == {value}, {:?});", claim.rust, claim.c)?;
    }
    fs::write(folder.join("assertions.rs"), text)?;
    Ok(())
}

fn find(folder: &Path, headers: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { find(&path, headers)? } else { headers.push(path) }
    }
    Ok(())
}
