//! What a header states, line by line; the headers are the project's own, so their form is known.

use std::fmt::Write as _;

/// What the libc crate does not have for Android: the machine's own, ELF's, C's arithmetic, locks on files of more than
/// 2 GiB on 32 bit.
#[rustfmt::skip]
const UNKNOWN: [&str; 17] = [
    "F_GETLK", "F_SETLK", "F_SETLKW", "MREMAP_MAYMOVE", "NSIG", "PF_X", "PT_ARM_EXIDX", "abs", "ceil",
    "fabs", "floor", "log", "mremap", "pow", "pthread_once_t", "sqrt", "vfprintf",
];

/// Two expressions that have to have one value.
pub(crate) struct Claim {
    pub(crate) c: String,
    pub(crate) rust: String,
    /// A macro without which the claim is not made.
    pub(crate) defined: Option<String>,
}

impl Claim {
    fn new(c: String, rust: String) -> Self {
        Self { c, rust: format!("{rust} as i64"), defined: None }
    }
}

/// Adds what `text` claims, and the functions that the claims' Rust half calls.
pub(crate) fn read(text: &str, claims: &mut Vec<Claim>, helpers: &mut String) {
    let mut structure: Option<Vec<&str>> = None;
    let mut tag = "";
    for line in text.lines() {
        let line = line.trim_end();
        if let Some(rest) = line.strip_prefix("#define ") {
            constant(rest, claims);
        } else if line.ends_with('{') && line.contains("struct") {
            tag = line.trim_start_matches("typedef ").trim_end_matches('{').trim();
            structure = Some(Vec::new());
        } else if let Some(rest) = line.strip_prefix('}') {
            let Some(fields) = structure.take() else { continue };
            let name = rest.trim_end_matches(';').trim();
            layout(if name.is_empty() { tag } else { name }, &fields, claims);
        } else if let Some(fields) = &mut structure {
            fields.extend(field(line));
        } else if let Some(rest) = line.strip_prefix("typedef ") {
            named_type(rest.trim_end_matches(';'), claims);
        } else if line.contains('(') && line.ends_with(';') {
            function(line.trim_end_matches(';'), claims, helpers);
        }
    }
}

fn constant(definition: &str, claims: &mut Vec<Claim>) {
    let Some((name, value)) = definition.split_once(' ') else { return };
    // Others are text, or C that only a program can use.
    let is_number = value.starts_with(|first: char| first.is_ascii_digit());
    if is_number && is_comparable(name) {
        let claim = Claim::new(name.to_owned(), format!("libc::{name}"));
        claims.push(Claim { defined: Some(name.to_owned()), ..claim });
    }
}

fn layout(c_name: &str, fields: &[&str], claims: &mut Vec<Claim>) {
    let name = c_name.trim_start_matches("struct ");
    if !is_comparable(name) {
        return;
    }
    let theirs = in_libc(name);
    claims.push(Claim::new(format!("sizeof({c_name})"), format!("size_of::<libc::{theirs}>()")));
    for field in fields {
        let c = format!("__builtin_offsetof({c_name}, {field})");
        let rust = format!("core::mem::offset_of!(libc::{theirs}, {})", in_libc(field));
        claims.push(Claim::new(c, rust));
    }
}

/// The name of a field; padding has none that counts.
fn field(line: &str) -> Option<&str> {
    let declaration = line.trim().strip_suffix(';')?;
    let name = declaration.rsplit([' ', '*']).next()?;
    let is_padding = ["padding", "reserved", "short_"].iter().any(|prefix| name.starts_with(prefix));
    (!is_padding).then_some(name)
}

fn named_type(definition: &str, claims: &mut Vec<Claim>) {
    let Some((meaning, name)) = definition.rsplit_once(' ') else { return };
    let is_opaque = meaning.starts_with("struct ") && !meaning.contains('{');
    if is_opaque || !is_comparable(name) {
        return;
    }
    let theirs = in_libc(name);
    claims.push(Claim::new(format!("sizeof({name})"), format!("size_of::<libc::{theirs}>()")));
    if !meaning.contains('{') {
        claims.push(Claim::new(format!("({name})-1 < 0"), format!("((-1_i64 as libc::{theirs}) < 1)")));
    }
}

/// The sizes of what it takes and gives are what a call depends on.
fn function(prototype: &str, claims: &mut Vec<Claim>, helpers: &mut String) {
    let prototype = prototype.trim_start_matches("__attribute__((noreturn)) ");
    let (declaration, renamed) =
        prototype.split_once(" __as64(").map_or((prototype, false), |it| (it.0, true));
    let Some((head, parameters)) = declaration.split_once('(') else { return };
    let start = head.rfind([' ', '*']).map_or(0, |end| end + 1);
    let (result, name) = (head[..start].trim(), &head[start..]);
    if !is_comparable(name) {
        return;
    }
    let parameters = split(parameters.strip_suffix(')').unwrap_or(parameters));
    let is_variadic = parameters.last() == Some(&"...");
    let fixed: Vec<&str> = parameters.into_iter().filter(|it| !matches!(*it, "..." | "void")).collect();
    helper(name, fixed.len(), is_variadic, helpers);
    let theirs = if renamed { format!("{name}64") } else { name.to_owned() };
    for (index, kind) in std::iter::once(result).chain(fixed).enumerate() {
        let c = if kind == "void" { "0".to_owned() } else { format!("sizeof({kind})") };
        claims.push(Claim::new(
            format!("{c} /* {name} {index} */"),
            format!("{name}(libc::{theirs})[{index}]"),
        ));
    }
}

/// Splits at the commas outside of brackets.
fn split(parameters: &str) -> Vec<&str> {
    let mut depth = 0;
    let at_comma = |letter: char| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        letter == ',' && depth == 0
    };
    parameters.split(at_comma).map(str::trim).collect()
}

fn helper(name: &str, parameters: usize, is_variadic: bool, helpers: &mut String) {
    let kinds: Vec<String> = (0..=parameters).map(|index| format!("T{index}")).collect();
    let (all, taken) = (kinds.join(", "), kinds[1..].join(", "));
    let sizes: Vec<String> = kinds.iter().map(|kind| format!("size_of::<{kind}>()")).collect();
    let more = if is_variadic { ", ..." } else { "" };
    // Writing to a string cannot fail.
    let _ = writeln!(
        helpers,
        "const fn {name}<{all}>(_: unsafe extern \"C\" fn({taken}{more}) -> T0) -> [usize; {}] {{ [{}] }}",
        kinds.len(),
        sizes.join(", "),
    );
}

/// The libc crate's name: file offsets have 64 bits here on every machine.
fn in_libc(name: &str) -> &str {
    match name {
        "st_atim" => "st_atime",
        "st_mtim" => "st_mtime",
        "st_ctim" => "st_ctime",
        "off_t" => "off64_t",
        "flock" => "flock64",
        same => same,
    }
}

fn is_comparable(name: &str) -> bool {
    !UNKNOWN.contains(&name)
}
