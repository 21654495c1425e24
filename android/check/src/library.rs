//! One library of the APK: whether Android 8 and newer can load it on the machine of its folder.

use std::collections::BTreeSet;

use object::elf::{
    DT_NEEDED, DT_SONAME, DT_TEXTREL, EM_386, EM_AARCH64, EM_ARM, EM_X86_64, FileHeader32, FileHeader64,
    PT_LOAD, PT_TLS,
};
use object::read::elf::{Dyn, ElfFile, FileHeader, ProgramHeader, Sym};
use object::{Endianness, FileKind};

use super::{Refused, ensure};

/// What a library may be linked against: public on every Android.
const SYSTEM: [&str; 4] = ["libc.so", "libdl.so", "liblog.so", "libm.so"];
/// Largest page of a phone.
const PAGE: u64 = 16 * 1024;

/// Checks the library at `path` in the APK, `lib/ABI/NAME`, against the `known` functions.
pub(crate) fn check(path: &str, content: &[u8], known: &BTreeSet<String>) -> Result<String, Refused> {
    match FileKind::parse(content)? {
        FileKind::Elf32 => check_elf::<FileHeader32<Endianness>>(path, content, known),
        FileKind::Elf64 => check_elf::<FileHeader64<Endianness>>(path, content, known),
        other => Err(Refused::Check(format!("{path} is {other:?}"))),
    }
}

fn check_elf<H: FileHeader<Endian = Endianness>>(
    path: &str,
    content: &[u8],
    known: &BTreeSet<String>,
) -> Result<String, Refused> {
    let file = ElfFile::<H>::parse(content)?;
    let machine = file.elf_header().e_machine(file.endian());
    ensure(Some(machine) == expected_machine(path), || format!("{path} is for machine {machine}"))?;
    check_segments(path, &file)?;
    check_dynamic(path, &file)?;
    let undefined = check_symbols(path, &file, known)?;
    Ok(format!("machine {machine}, {undefined} functions of Android's, all known; {} bytes", content.len()))
}

fn expected_machine(path: &str) -> Option<u16> {
    match path.split('/').nth(1)? {
        "arm64-v8a" => Some(EM_AARCH64),
        "armeabi-v7a" => Some(EM_ARM),
        "x86_64" => Some(EM_X86_64),
        "x86" => Some(EM_386),
        _ => None,
    }
}

fn check_segments<H: FileHeader<Endian = Endianness>>(
    path: &str,
    file: &ElfFile<'_, H>,
) -> Result<(), Refused> {
    let endian = file.endian();
    for segment in file.elf_program_headers() {
        let kind = segment.p_type(endian);
        ensure(kind != PT_TLS, || format!("{path} has thread-local data, which Android 8 cannot load"))?;
        let alignment: u64 = segment.p_align(endian).into();
        ensure(kind != PT_LOAD || alignment.is_multiple_of(PAGE), || {
            format!("{path} has a segment aligned to {alignment}")
        })?;
    }
    Ok(())
}

fn check_dynamic<H: FileHeader<Endian = Endianness>>(
    path: &str,
    file: &ElfFile<'_, H>,
) -> Result<(), Refused> {
    let endian = file.endian();
    let sections = file.elf_section_table();
    let Some((entries, strings)) = sections.dynamic(endian, file.data())? else {
        return Err(Refused::Check(format!("{path} has no dynamic section")));
    };
    let strings = sections.strings(endian, file.data(), strings)?;
    for entry in entries {
        let tag = entry.tag32(endian).unwrap_or_default();
        ensure(tag != DT_TEXTREL, || format!("{path} would have its code changed while it is loaded"))?;
        if tag == DT_NEEDED || tag == DT_SONAME {
            let name = String::from_utf8_lossy(entry.string(endian, strings)?);
            let expected = if tag == DT_NEEDED { SYSTEM.contains(&&*name) } else { path.ends_with(&*name) };
            ensure(expected, || format!("{path} names {name}"))?;
        }
    }
    Ok(())
}

/// How many functions it asks the system for.
fn check_symbols<H: FileHeader<Endian = Endianness>>(
    path: &str,
    file: &ElfFile<'_, H>,
    known: &BTreeSet<String>,
) -> Result<usize, Refused> {
    let endian = file.endian();
    let table = file.elf_dynamic_symbol_table();
    let mut asked = 0;
    for symbol in table.iter().filter(|symbol| symbol.is_undefined(endian) && !symbol.is_weak()) {
        let name = String::from_utf8_lossy(symbol.name(endian, table.strings())?);
        ensure(name.is_empty() || known.contains(&*name), || format!("{path} asks for {name}"))?;
        asked += usize::from(!name.is_empty());
    }
    Ok(asked)
}
