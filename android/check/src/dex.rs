//! Classes that a dex file defines; one that is only mentioned does not count.

use std::collections::BTreeSet;

/// Offsets in the header: of the tables of strings and types, and of size and offset of the table of classes.
const STRINGS: usize = 0x3c;
const TYPES: usize = 0x44;
const CLASS_COUNT: usize = 0x60;
const CLASSES: usize = 0x64;

/// Bytes of an entry in the table of classes; the first word is the class's type.
const CLASS: usize = 32;

/// Adds the names of the classes, with dots; none if the file is not a whole dex file.
pub(crate) fn classes(dex: &[u8], names: &mut BTreeSet<String>) -> Option<()> {
    dex.strip_prefix(b"dex\n")?;
    let (strings, types, classes) = (word(dex, STRINGS)?, word(dex, TYPES)?, word(dex, CLASSES)?);
    for index in 0..word(dex, CLASS_COUNT)? {
        let kind = word(dex, classes + index * CLASS)?;
        let string = word(dex, types + kind * 4)?;
        names.insert(name(dex, word(dex, strings + string * 4)?)?);
    }
    Some(())
}

fn word(dex: &[u8], at: usize) -> Option<usize> {
    let (bytes, _) = dex.get(at..)?.split_first_chunk::<4>()?;
    usize::try_from(u32::from_le_bytes(*bytes)).ok()
}

/// A descriptor such as `Lorg/telltale/app/Home;`, after its length and before a zero.
fn name(dex: &[u8], at: usize) -> Option<String> {
    let length = dex.get(at..)?.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let descriptor = dex.get(at + length..)?.split(|byte| *byte == 0).next()?;
    let path = std::str::from_utf8(descriptor).ok()?.strip_prefix('L')?.strip_suffix(';')?;
    Some(path.replace('/', "."))
}
