//! The signature, as apksig verifies it: the library that the SDK's own tools are made of.

use std::path::Path;
use std::process::Command;

use super::{Refused, output};

pub(crate) fn check(android: &Path, apk: &str) -> Result<String, Refused> {
    let mut java = Command::new("java");
    java.arg("-cp").arg(android.join("target/tools/apksig.jar"));
    java.arg(android.join("package/Verify.java")).arg(apk);
    output(&mut java, "the signature does not hold")?;
    Ok("signature: v2 and v3 verified for Android 8 and newer".to_owned())
}
