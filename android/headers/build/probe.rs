//! What clang makes of C expressions, without running anything for the target.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::header::Claim;

/// Before each value in the compiler's output.
const SIGN: &str = "telltale-value ";

/// The value of each claim's C expression; none where the name that it needs is not defined.
pub(crate) fn values(
    headers: &[PathBuf],
    claims: &[Claim],
    folder: &Path,
) -> Result<Vec<Option<i64>>, Box<dyn Error>> {
    let source = folder.join("probe.c");
    let assembly = folder.join("probe.s");
    fs::write(&source, program(headers, claims)?)?;
    let target = env::var("TARGET")?.replace('-', "_");
    let compiler = env::var(format!("CC_{target}"))?;
    let status = Command::new(compiler).arg("-S").arg(&source).arg("-o").arg(&assembly).status()?;
    if !status.success() {
        return Err("the headers cannot be compiled".into());
    }
    read(&fs::read_to_string(assembly)?, claims.len())
}

/// The compiler prints the value of a constant operand into the assembly: it need not be assembled.
fn program(headers: &[PathBuf], claims: &[Claim]) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    for header in headers {
        writeln!(text, "#include \"{}\"", header.display())?;
    }
    writeln!(text, "void probe(void) {{")?;
    for (index, claim) in claims.iter().enumerate() {
        if let Some(name) = &claim.defined {
            writeln!(text, "#ifdef {name}")?;
        }
        let c = &claim.c;
        writeln!(text, r#"__asm__ volatile(".ascii \"{SIGN}{index} %c0\"" : : "i"((long)({c})));"#)?;
        if claim.defined.is_some() {
            writeln!(text, "#endif")?;
        }
    }
    writeln!(text, "}}")?;
    Ok(text)
}

fn read(assembly: &str, count: usize) -> Result<Vec<Option<i64>>, Box<dyn Error>> {
    let mut values = vec![None; count];
    for line in assembly.lines() {
        let Some((_, found)) = line.split_once(SIGN) else { continue };
        let (index, value) = found.trim_end_matches('"').split_once(' ').ok_or("no value")?;
        let slot = values.get_mut(index.parse::<usize>()?).ok_or("too many values")?;
        *slot = Some(value.parse()?);
    }
    Ok(values)
}
