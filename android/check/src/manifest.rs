//! What the APK says of itself, as aapt2 reads it back.

use std::collections::BTreeSet;
use std::process::Command;

use super::{Refused, ensure};

/// All that the app may ask for; a permission is never added in passing.
const PERMISSIONS: [&str; 7] = [
    "android.permission.ACCESS_NETWORK_STATE",
    "android.permission.FOREGROUND_SERVICE",
    "android.permission.FOREGROUND_SERVICE_SYSTEM_EXEMPTED",
    "android.permission.INTERNET",
    "android.permission.POST_NOTIFICATIONS",
    "android.permission.QUERY_ALL_PACKAGES",
    "android.permission.RECEIVE_BOOT_COMPLETED",
];

/// What a class is in whose name begins with a dot.
const PACKAGE: &str = "org.telltale.app";

pub(crate) fn check_permissions(aapt2: &str, apk: &str) -> Result<String, Refused> {
    let text = run(aapt2, &["dump", "permissions", apk])?;
    let asked: BTreeSet<&str> =
        text.lines().filter_map(|line| quoted(line, "uses-permission: name='", '\'')).collect();
    ensure(asked == BTreeSet::from(PERMISSIONS), || format!("the permissions are {asked:?}"))?;
    Ok(format!("permissions: exactly the {} expected", asked.len()))
}

/// Every class that the manifest names is in `dex`: R8 has kept it.
pub(crate) fn check_components(aapt2: &str, apk: &str, dex: &[u8]) -> Result<String, Refused> {
    let text = run(aapt2, &["dump", "xmltree", "--file", "AndroidManifest.xml", apk])?;
    let classes = components(&text);
    ensure(!classes.is_empty(), || "the manifest names no component".to_owned())?;
    for class in &classes {
        let package = if class.starts_with('.') { PACKAGE } else { "" };
        // A name in a dex file ends with a zero.
        let name = format!("L{};\0", format!("{package}{class}").replace('.', "/"));
        let is_there = dex.windows(name.len()).any(|window| window == name.as_bytes());
        ensure(is_there, || format!("{class} is not in the dex"))?;
    }
    Ok(format!("components: all {} of the manifest are in the dex", classes.len()))
}

fn components(tree: &str) -> BTreeSet<&str> {
    let mut element = "";
    let mut found = BTreeSet::new();
    for line in tree.lines().map(str::trim_start) {
        if let Some(name) = line.strip_prefix("E: ") {
            element = name.split_whitespace().next().unwrap_or_default();
        } else if matches!(element, "application" | "activity" | "service" | "receiver" | "provider") {
            found.extend(quoted(line, "android:name(0x01010003)=\"", '"'));
        }
    }
    found
}

fn quoted<'a>(line: &'a str, before: &str, after: char) -> Option<&'a str> {
    line.split_once(before)?.1.split(after).next()
}

fn run(aapt2: &str, arguments: &[&str]) -> Result<String, Refused> {
    let output = Command::new(aapt2).args(arguments).output()?;
    ensure(output.status.success(), || format!("aapt2 {} failed", arguments.join(" ")))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_told_from_other_names() {
        let tree = r#"E: application (line=16)
          A: http://schemas.android.com/apk/res/android:name(0x01010003)="a.App" (Raw: "a.App")
            E: activity (line=26)
              A: http://schemas.android.com/apk/res/android:name(0x01010003)="a.Screen" (Raw: "a.Screen")
                E: action (line=28)
                  A: http://schemas.android.com/apk/res/android:name(0x01010003)="a.MAIN" (Raw: "a.MAIN")"#;
        assert_eq!(components(tree), BTreeSet::from(["a.App", "a.Screen"]));
    }
}
