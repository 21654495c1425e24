//! One library of the APK: whether Android 8 and newer can load it on the machine of its folder.

use std::collections::BTreeSet;

use object::elf::{
    DF_TEXTREL, DT_FLAGS, DT_NEEDED, DT_SONAME, DT_TEXTREL, EM_AARCH64, EM_ARM, EM_X86_64, FileHeader32,
    FileHeader64, PT_LOAD, PT_TLS,
};
use object::read::elf::{Dyn, ElfFile, FileHeader, ProgramHeader, Sym};
use object::{Endianness, FileKind};

use super::{Refused, ensure};

/// What a library may be linked against: public on every Android.
const SYSTEM: [&str; 4] = ["libc.so", "libdl.so", "liblog.so", "libm.so"];
/// Largest page of a phone.
const PAGE: u64 = 16 * 1024;

/// Machines of phones, and of the emulator.
const MACHINES: [(&str, u16); 3] =
    [("arm64-v8a", EM_AARCH64), ("armeabi-v7a", EM_ARM), ("x86_64", EM_X86_64)];

/// The core, and what calls it from Kotlin.
const LIBRARIES: [&str; 2] = ["libjnidispatch.so", "libtelltale.so"];

/// What Java looks for, and what the bindings ask first.
const EXPORTED: [&str; 2] = ["JNI_OnLoad", "ffi_telltale_uniffi_contract_version"];
/// Is not shipped.
const SELF_TEST: &str = "telltale_self_test";

const RELOCATED: &str = "its code would be changed while it is loaded";

/// Every machine has every library: a phone without one would start the app and fail then.
pub(crate) fn check_all_there(libraries: &[(String, Vec<u8>)]) -> Result<String, Refused> {
    let there: BTreeSet<&str> = libraries.iter().map(|(path, _)| path.as_str()).collect();
    for (machine, _) in MACHINES {
        for library in LIBRARIES {
            let path = format!("lib/{machine}/{library}");
            ensure(there.contains(&*path), || format!("the APK lacks {path}"))?;
        }
    }
    Ok(format!("libraries: {} for each of {} machines", LIBRARIES.len(), MACHINES.len()))
}

/// Checks the library at `path` in the APK, `lib/ABI/NAME`, against the `known` functions.
pub(crate) fn check(path: &str, content: &[u8], known: &BTreeSet<String>) -> Result<String, Refused> {
    let outcome = match FileKind::parse(content) {
        Ok(FileKind::Elf32) => check_elf::<FileHeader32<Endianness>>(path, content, known),
        Ok(FileKind::Elf64) => check_elf::<FileHeader64<Endianness>>(path, content, known),
        _ => Err(Refused::Check("no library".to_owned())),
    };
    outcome.map_err(|refused| Refused::Check(format!("{path}: {refused}")))
}

fn check_elf<H: FileHeader<Endian = Endianness>>(
    path: &str,
    content: &[u8],
    known: &BTreeSet<String>,
) -> Result<String, Refused> {
    let file = ElfFile::<H>::parse(content)?;
    let machine = file.elf_header().e_machine(file.endian());
    ensure(Some(machine) == expected_machine(path), || format!("it is for machine {machine}"))?;
    check_segments(&file)?;
    check_dynamic(path, &file)?;
    let undefined = check_undefined(&file, known)?;
    if path.ends_with("/libtelltale.so") {
        check_exports(&file)?;
    }
    Ok(format!("machine {machine}, {undefined} functions of Android's, all known; {} bytes", content.len()))
}

fn expected_machine(path: &str) -> Option<u16> {
    let folder = path.split('/').nth(1)?;
    MACHINES.iter().find(|(name, _)| *name == folder).map(|(_, machine)| *machine)
}

fn check_segments<H: FileHeader<Endian = Endianness>>(file: &ElfFile<'_, H>) -> Result<(), Refused> {
    let endian = file.endian();
    for segment in file.elf_program_headers() {
        let kind = segment.p_type(endian);
        ensure(kind != PT_TLS, || "it has thread-local data, which Android 8 cannot load".to_owned())?;
        let alignment: u64 = segment.p_align(endian).into();
        ensure(kind != PT_LOAD || alignment.is_multiple_of(PAGE), || {
            format!("a segment is aligned to {alignment}, not to {PAGE}")
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
        return Err(Refused::Check("it has no dynamic section".to_owned()));
    };
    let strings = sections.strings(endian, file.data(), strings)?;
    let mut needed = BTreeSet::new();
    for entry in entries {
        let value: u64 = entry.d_val(endian).into();
        match entry.tag32(endian).unwrap_or_default() {
            DT_NEEDED => {
                needed.insert(String::from_utf8_lossy(entry.string(endian, strings)?));
            }
            DT_SONAME => {
                let name = String::from_utf8_lossy(entry.string(endian, strings)?);
                ensure(path.ends_with(&format!("/{name}")), || format!("it calls itself {name}"))?;
            }
            DT_TEXTREL => return Err(Refused::Check(RELOCATED.to_owned())),
            DT_FLAGS if value & u64::from(DF_TEXTREL) != 0 => {
                return Err(Refused::Check(RELOCATED.to_owned()));
            }
            _ => {}
        }
    }
    let foreign = needed.iter().find(|name| !SYSTEM.contains(&&***name));
    ensure(foreign.is_none(), || format!("it needs {}", foreign.map_or("", |name| name)))?;
    // The linker of Android looks for functions in these alone.
    ensure(needed.contains("libc.so"), || "it does not name libc.so".to_owned())
}

/// How many functions it asks the system for.
fn check_undefined<H: FileHeader<Endian = Endianness>>(
    file: &ElfFile<'_, H>,
    known: &BTreeSet<String>,
) -> Result<usize, Refused> {
    let endian = file.endian();
    let table = file.elf_dynamic_symbol_table();
    let mut asked = 0;
    for symbol in table.iter().filter(|symbol| symbol.is_undefined(endian) && !symbol.is_weak()) {
        let name = String::from_utf8_lossy(symbol.name(endian, table.strings())?);
        ensure(name.is_empty() || known.contains(&*name), || format!("it asks for {name}"))?;
        asked += usize::from(!name.is_empty());
    }
    Ok(asked)
}

/// What Java and the Kotlin bindings call is there, and what is for tests is not.
fn check_exports<H: FileHeader<Endian = Endianness>>(file: &ElfFile<'_, H>) -> Result<(), Refused> {
    let endian = file.endian();
    let table = file.elf_dynamic_symbol_table();
    let mut exported = BTreeSet::new();
    for symbol in table.iter().filter(|symbol| !symbol.is_undefined(endian)) {
        exported.insert(symbol.name(endian, table.strings())?);
    }
    for name in EXPORTED {
        ensure(exported.contains(name.as_bytes()), || format!("it does not export {name}"))?;
    }
    ensure(!exported.contains(SELF_TEST.as_bytes()), || format!("it was built with {SELF_TEST}"))
}
