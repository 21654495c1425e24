//! An APK made for a test, and what the checker needs beside it: lists, and stand-ins for aapt2 and Java that give the
//! answers of the test.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const MACHINES: [(&str, u16); 3] = [("arm64-v8a", 183), ("armeabi-v7a", 40), ("x86_64", 62)];

/// Where an ELF header names its machine.
const MACHINE: std::ops::Range<usize> = 18..20;

/// What libtelltale.so is made of in a test.
pub(crate) struct Library {
    pub(crate) source: String,
    pub(crate) name: &'static str,
    pub(crate) page: u32,
    /// A library beside Android's that it is linked against.
    pub(crate) needs: Option<&'static str>,
}

impl Default for Library {
    fn default() -> Self {
        let source = "void *memcpy(void *, const void *, unsigned long);
            void JNI_OnLoad(char *to) { memcpy(to, to + 1, 1); }
            void ffi_telltale_uniffi_contract_version(void) {}";
        Self { source: source.to_owned(), name: "libtelltale.so", page: 16384, needs: None }
    }
}

/// All that a test can break; as it is by default, nothing is broken.
pub(crate) struct Apk {
    pub(crate) telltale: Library,
    /// Machines, in the order of their folders, each with the number that its libraries carry.
    pub(crate) machines: Vec<(&'static str, u16)>,
    /// Bytes of a file before the table of resources.
    pub(crate) before: usize,
    /// Of that table.
    pub(crate) alignment: u16,
    pub(crate) compression: CompressionMethod,
    /// The same of libraries.
    pub(crate) of_libraries: CompressionMethod,
    pub(crate) dex: Vec<u8>,
    pub(crate) more: Vec<(&'static str, Vec<u8>)>,
    pub(crate) badging: &'static str,
    pub(crate) permissions: &'static str,
    pub(crate) tree: &'static str,
    /// What Java prints, and how it ends.
    pub(crate) java: &'static str,
}

impl Default for Apk {
    fn default() -> Self {
        Self {
            telltale: Library::default(),
            machines: MACHINES.to_vec(),
            before: 0,
            alignment: 4,
            compression: CompressionMethod::Stored,
            of_libraries: CompressionMethod::Deflated,
            dex: dex("Lorg/telltale/app/Home;"),
            more: Vec::new(),
            badging: "package: name='org.telltale.app' versionCode='1' versionName='1.2.3'\nminSdkVersion:'26'\n",
            permissions: "package: org.telltale.app\nuses-permission: name='android.permission.INTERNET'\n",
            tree: "E: activity (line=1)\n  A: http://x:android:name(0x01010003)=\".Home\" (Raw: \".Home\")\n",
            java: "exit 0",
        }
    }
}

impl Apk {
    /// What the checker says of it: its output when it holds, else its complaint.
    pub(crate) fn check(&self) -> Result<String, String> {
        let folder = TempDir::new().unwrap();
        let apk = folder.path().join("test.apk");
        self.write(&apk, folder.path());
        run(&[apk.to_str().unwrap(), "1.2.3", self.android(folder.path()).to_str().unwrap()], folder.path())
    }

    fn write(&self, apk: &Path, scratch: &Path) {
        let mut zip = ZipWriter::new(File::create(apk).unwrap());
        let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let stored = deflated.compression_method(CompressionMethod::Stored);
        let libraries = deflated.compression_method(self.of_libraries);
        let telltale = build(&self.telltale, scratch);
        let jna = build(&Library { name: "libjnidispatch.so", ..Library::default() }, scratch);
        for (folder, machine) in &self.machines {
            for (name, content) in [("libjnidispatch.so", &jna), ("libtelltale.so", &telltale)] {
                let mut content = content.clone();
                content[MACHINE].copy_from_slice(&machine.to_le_bytes());
                zip.start_file(format!("lib/{folder}/{name}"), libraries).unwrap();
                zip.write_all(&content).unwrap();
            }
        }
        zip.start_file("classes.dex", deflated).unwrap();
        zip.write_all(&self.dex).unwrap();
        let resources = deflated.compression_method(self.compression).with_alignment(self.alignment);
        zip.start_file("assets/before", stored).unwrap();
        zip.write_all(&vec![0; self.before]).unwrap();
        zip.start_file("resources.arsc", resources).unwrap();
        zip.write_all(b"table").unwrap();
        for (name, content) in &self.more {
            let options = if name.ends_with(".so") { deflated } else { stored };
            zip.start_file(*name, options).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap();
    }

    fn android(&self, folder: &Path) -> PathBuf {
        let android = folder.join("android");
        let tools = android.join("target/tools/prebuilt/linux");
        fs::create_dir_all(&tools).unwrap();
        fs::create_dir_all(android.join("native/symbols")).unwrap();
        fs::write(android.join("native/symbols/libc.txt"), "# Of a test.\nmemcpy\n").unwrap();
        fs::write(android.join("permissions.txt"), "# All.\nandroid.permission.INTERNET  to relay\n")
            .unwrap();
        for (what, text) in
            [("badging", self.badging), ("permissions", self.permissions), ("xmltree", self.tree)]
        {
            fs::write(tools.join(what), text).unwrap();
        }
        script(&tools.join("aapt2"), "cat \"$(dirname \"$0\")/$2\"");
        script(&folder.join("java"), self.java);
        android
    }
}

/// Runs the checker with the Java of `folder`.
pub(crate) fn run(arguments: &[&str], folder: &Path) -> Result<String, String> {
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let checker = env!("CARGO_BIN_EXE_telltale-apk");
    let output = Command::new(checker).args(arguments).env("PATH", path).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

fn script(path: &Path, text: &str) {
    fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A library for this machine, linked against what stands in for Android's libc.
fn build(library: &Library, scratch: &Path) -> Vec<u8> {
    link("libc.so", "void memcpy(void) {} void unheard_of(void) {}", 16384, &[], scratch);
    let mut needed = vec!["-l:libc.so"];
    let needs = library.needs.map(|name| {
        link(name, "void nothing(void) {}", 16384, &[], scratch);
        format!("-l:{name}")
    });
    needed.extend(needs.as_deref());
    fs::read(link(library.name, &library.source, library.page, &needed, scratch)).unwrap()
}

fn link(name: &str, source: &str, page: u32, needed: &[&str], scratch: &Path) -> PathBuf {
    let c = scratch.join("source.c");
    fs::write(&c, source).unwrap();
    let library = scratch.join(name);
    let mut compiler = Command::new("cc");
    compiler.args(["-w", "-shared", "-fPIC", "-nostdlib", "-ftls-model=global-dynamic"]);
    compiler.args(["-fno-builtin", "-Wl,--no-as-needed"]);
    compiler.arg(format!("-Wl,-z,max-page-size={page}")).arg(format!("-Wl,-soname,{name}"));
    compiler.arg(&c).arg("-L").arg(scratch).args(needed).arg("-o").arg(&library);
    assert!(compiler.status().unwrap().success());
    library
}

/// A dex file that mentions the class `Lorg/Mentioned;` and defines one of name `descriptor`.
pub(crate) fn dex(descriptor: &str) -> Vec<u8> {
    let strings = ["Lorg/Mentioned;", descriptor];
    let mut dex = vec![0; 0x70];
    dex[..8].copy_from_slice(b"dex\n035\0");
    let place = |dex: &mut Vec<u8>, header: usize| {
        let at = u32::try_from(dex.len()).unwrap();
        dex[header..header + 4].copy_from_slice(&at.to_le_bytes());
    };
    let data = 0x70 + 2 * 4 + 2 * 4 + 32;
    place(&mut dex, 0x3c);
    let mut at = u32::try_from(data).unwrap();
    for string in strings {
        dex.extend(at.to_le_bytes());
        at += u32::try_from(string.len()).unwrap() + 2;
    }
    place(&mut dex, 0x44);
    dex.extend([0_u32, 1].iter().flat_map(|index| index.to_le_bytes()));
    dex[0x60] = 1;
    place(&mut dex, 0x64);
    dex.extend(1_u32.to_le_bytes());
    dex.resize(data, 0);
    for string in strings {
        dex.push(u8::try_from(string.len()).unwrap());
        dex.extend(string.as_bytes());
        dex.push(0);
    }
    dex
}
