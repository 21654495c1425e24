//! What the APK says of itself, as aapt2 reads it back.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::{Refused, ensure, output};

/// The app, and what a class is in whose name begins with a dot.
const PACKAGE: &str = "org.telltale.app";

/// The APK is the app at this version, for Android 8 and newer, and nobody can debug it.
pub(crate) fn check_version(aapt2: &Path, apk: &str, version: &str) -> Result<String, Refused> {
    let text = run(aapt2, &["dump", "badging", apk])?;
    let (package, name) = (quoted(&text, "package: name='", '\''), quoted(&text, "versionName='", '\''));
    ensure((package, name) == (Some(PACKAGE), Some(version)), || {
        format!("the APK is {} {}, not {PACKAGE} {version}", package.unwrap_or("?"), name.unwrap_or("?"))
    })?;
    let least = quoted(&text, "minSdkVersion:'", '\'').or_else(|| quoted(&text, "\nsdkVersion:'", '\''));
    ensure(least == Some("26"), || format!("the APK asks for API {}, not 26", least.unwrap_or("?")))?;
    ensure(!text.contains("application-debuggable"), || "the APK can be debugged".to_owned())?;
    Ok(format!("version: {PACKAGE} {version}, from API 26 on"))
}

pub(crate) fn check_permissions(
    aapt2: &Path,
    apk: &str,
    expected: &BTreeSet<String>,
) -> Result<String, Refused> {
    let text = run(aapt2, &["dump", "permissions", apk])?;
    let asked: BTreeSet<String> = text
        .lines()
        .filter_map(|line| quoted(line, "uses-permission: name='", '\''))
        .map(str::to_owned)
        .collect();
    let more: Vec<&String> = asked.difference(expected).collect();
    ensure(more.is_empty(), || format!("the APK asks for permissions that are not on the list: {more:?}"))?;
    let less: Vec<&String> = expected.difference(&asked).collect();
    ensure(less.is_empty(), || format!("the APK does not ask for permissions on the list: {less:?}"))?;
    Ok(format!("permissions: exactly the {} on the list", asked.len()))
}

/// Every class that the manifest names is among those of the APK: R8 has kept it.
pub(crate) fn check_components(
    aapt2: &Path,
    apk: &str,
    classes: &BTreeSet<String>,
) -> Result<String, Refused> {
    let text = run(aapt2, &["dump", "xmltree", "--file", "AndroidManifest.xml", apk])?;
    let named = components(&text);
    ensure(!named.is_empty(), || "the manifest names no component".to_owned())?;
    for name in &named {
        let package = if name.starts_with('.') { PACKAGE } else { "" };
        ensure(classes.contains(&format!("{package}{name}")), || format!("{name} is not in the dex"))?;
    }
    Ok(format!("components: all {} of the manifest are among the {} classes", named.len(), classes.len()))
}

fn components(tree: &str) -> BTreeSet<&str> {
    let mut element = "";
    let mut found = BTreeSet::new();
    for line in tree.lines().map(str::trim_start) {
        if let Some(name) = line.strip_prefix("E: ") {
            element = name.split_whitespace().next().unwrap_or_default();
        }
        let attribute = match element {
            "application" | "activity" | "service" | "receiver" | "provider" => "android:name(0x01010003)=\"",
            "activity-alias" => "android:targetActivity(0x01010202)=\"",
            _ => continue,
        };
        found.extend(quoted(line, attribute, '"'));
    }
    found
}

fn quoted<'a>(text: &'a str, before: &str, after: char) -> Option<&'a str> {
    text.split_once(before)?.1.split(after).next()
}

fn run(aapt2: &Path, arguments: &[&str]) -> Result<String, Refused> {
    output(Command::new(aapt2).args(arguments), "aapt2 cannot read the APK")
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
                  A: http://schemas.android.com/apk/res/android:name(0x01010003)="a.MAIN" (Raw: "a.MAIN")
            E: activity-alias (line=30)
              A: http://schemas.android.com/apk/res/android:name(0x01010003)="a.Icon" (Raw: "a.Icon")
              A: http://schemas.android.com/apk/res/android:targetActivity(0x01010202)="a.Home" (Raw: "a.Home")"#;
        assert_eq!(components(tree), BTreeSet::from(["a.App", "a.Home", "a.Screen"]));
    }
}
