//! `telltale decode`: what a request or a body says.

mod text;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use telltale_core::decode::limits::MAX_INPUT;
use telltale_core::decode::{Decoded, Request, decode_bytes, decode_request};

use crate::args::Global;
use crate::output;

/// Arguments of `telltale decode`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct DecodeArgs {
    /// What to decode; `-`, or nothing, is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
    /// The input is the body of a request to this path or address, such as /mistats/v2
    #[arg(long, value_name = "TARGET")]
    path: Option<String>,
    /// A header field that came with the body, such as 'gzip: 1'; may be given again
    #[arg(long, value_name = "NAME: VALUE", value_parser = header)]
    header: Vec<(String, String)>,
    /// Leave out what is personal or unknown: kind, length and a hash take its place
    #[arg(long)]
    redact: bool,
    /// Make the hashes with this, so that those of several runs can be compared; whoever knows it can try out values
    #[arg(long, value_name = "TEXT", requires = "redact")]
    salt: Option<String>,
}

const AFTER_HELP: &str = "FILE is one request as text, a body, a form, a query or an address with one; what it is, is \
recognised. Nothing is decrypted but what brings its key along. docs/decoding.md says what can be read.";

/// Why nothing was decoded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DecodeError {
    #[error("{name} cannot be read: {error}")]
    Read { name: String, error: io::Error },
    #[error("{0} is empty; give it a request, a body or an address")]
    Empty(String),
    #[error("no random salt for the hashes; choose one with --salt: {0}")]
    Salt(getrandom::Error),
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
}

pub(crate) fn decode(args: &DecodeArgs, global: &Global) -> Result<(), DecodeError> {
    let bytes = read(&args.file)?;
    if bytes.is_empty() {
        return Err(DecodeError::Empty(output::name_of(&args.file)));
    }
    let mut decoded = args.decoded(bytes);
    if args.redact {
        decoded = decoded.redacted(&args.salt()?);
    }
    if global.json {
        output::print_json(&decoded)?;
    } else {
        output::print(text::of(&decoded).trim_end())?;
    }
    Ok(())
}

impl DecodeArgs {
    fn decoded(&self, body: Vec<u8>) -> Decoded {
        if self.path.is_none() && self.header.is_empty() {
            return decode_bytes(&body);
        }
        let target = self.path.clone().unwrap_or_else(|| "/".to_owned());
        let host =
            target.split_once("://").and_then(|(_, rest)| rest.split(['/', '?']).next()).map(str::to_owned);
        let (method, fields) = ("POST".to_owned(), self.header.clone());
        decode_request(&Request { method, host, target, fields, body, missing: 0 })
    }

    fn salt(&self) -> Result<Vec<u8>, DecodeError> {
        if let Some(salt) = &self.salt {
            return Ok(salt.clone().into_bytes());
        }
        let mut salt = vec![0; 16];
        getrandom::fill(&mut salt).map_err(DecodeError::Salt)?;
        Ok(salt)
    }
}

/// Reads one byte more than is decoded, so that the decoder says that there are more.
fn read(file: &Path) -> Result<Vec<u8>, DecodeError> {
    let source: io::Result<Box<dyn Read>> = if output::is_standard_input(file) {
        Ok(Box::new(io::stdin().lock()))
    } else {
        File::open(file).map(|file| Box::new(file) as Box<dyn Read>)
    };
    let mut bytes = Vec::new();
    source
        .and_then(|source| source.take(MAX_INPUT as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| DecodeError::Read { name: output::name_of(file), error })?;
    Ok(bytes)
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("it has no colon between name and value")?;
    let is_name = !name.is_empty() && !name.contains(char::is_whitespace);
    is_name.then(|| (name.to_owned(), value.trim().to_owned())).ok_or_else(|| "it has no name".to_owned())
}
