//! A report of a real run, in a real browser: it says what happened, complains of nothing, asks for nothing, and fits a
//! phone.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::evidence::{PAGE, sensors};
use super::{Desk, finish};

/// Every name leads nowhere, every complaint is told, and the page that looks at the report may look into it.
const CHROMIUM: &str = "--headless --no-sandbox --disable-gpu --no-first-run --hide-scrollbars --disable-background-networking \
    --disable-component-update --disable-sync --allow-file-access-from-files --enable-logging=stderr --v=0 \
    --host-resolver-rules=MAP\u{20}*\u{20}~NOTFOUND --virtual-time-budget=5000";

/// Shows the report as wide as a phone, opens all of it, and writes down what is wider than that, what was asked for and
/// what the browser refused.
const PROBE: &str = r#"<!doctype html><body style="margin:0"><iframe id="f" style="border:0;width:360px;height:20000px"></iframe>
<pre id="told"></pre><script>
const f = document.getElementById('f');
f.onload = () => {
  const d = f.contentDocument;
  d.querySelectorAll('details').forEach(one => one.open = true);
  const wide = [...d.querySelectorAll('*')].filter(one => {
    const box = one.getBoundingClientRect();
    return box.right > 360.5 || box.left < -0.5;
  });
  document.getElementById('told').textContent = JSON.stringify({
    width: d.documentElement.scrollWidth,
    wide: wide.map(one => one.outerHTML.slice(0, 120)),
    asked: f.contentWindow.performance.getEntriesByType('resource').map(one => one.name),
    scripts: d.scripts.length,
    headings: [...d.querySelectorAll('h2')].map(one => one.textContent),
  });
};
f.src = 'report.html';
</script>"#;

/// A run with uploads in the clear and encrypted ones, and the report that `run` itself made of it.
fn reported() -> Option<Desk> {
    if Command::new("chromium").arg("--version").output().is_err() {
        use std::io::Write;
        // Past libtest, which hides what passing tests print.
        let _ = writeln!(std::io::stderr(), "skipping Chromium: not installed; scripts/setup.sh installs it");
        return None;
    }
    let desk = Desk::new();
    fs::write(desk.path("body"), sensors()).unwrap();
    let script = "curl -sS --data-binary @body 'http://sa.api.intl.miui.com/sa?project=p' && \
        curl -sS https://tracking.intl.miui.com/ && curl -sS https://example.org/";
    let run = desk.watch_with(&[], &["--report", "report.html"], script);
    assert_eq!(run.status, 0, "{run:?}");
    assert!(run.stderr.contains("telltale: the report is in report.html"), "{run:?}");
    Some(desk)
}

/// What Chromium prints, and what it complains of.
fn chromium(folder: &Path, options: &str) -> (String, String) {
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!(
            "HOME=$PWD exec timeout 75 chromium {} --user-data-dir=profile {options}",
            quoted(CHROMIUM)
        ))
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (text(output.stdout), text(output.stderr))
}

/// The one option with spaces in it is kept together.
fn quoted(options: &str) -> String {
    options.replace("=MAP * ~NOTFOUND", "='MAP * ~NOTFOUND'")
}

#[test]
fn a_report_is_at_home_in_a_browser_and_on_a_phone() {
    let Some(desk) = reported() else { return };
    let folder = desk.folder.path();
    fs::write(desk.path("probe.html"), PROBE).unwrap();
    let (dom, complaints) = chromium(folder, &format!("--dump-dom file://{}/probe.html", folder.display()));
    let told = dom.split("<pre id=\"told\">").nth(1).and_then(|rest| rest.split("</pre>").next()).unwrap();
    let told: Value =
        serde_json::from_str(&told.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")).unwrap();
    assert_eq!((&told["width"], &told["wide"]), (&360.into(), &Value::Array(Vec::new())), "{told:#}");
    assert_eq!((&told["asked"], &told["scripts"]), (&Value::Array(Vec::new()), &0.into()), "{told:#}");
    assert_eq!(told["headings"].as_array().unwrap().len(), 9, "{told:#}");
    assert!(!complaints.contains("CONSOLE"), "{complaints}");
}

#[test]
fn a_report_is_seen_by_day_and_by_night() {
    let Some(desk) = reported() else { return };
    let page = format!("file://{}/report.html", desk.folder.path().display());
    for (name, width, scheme) in
        [("day-360", 360, 1), ("night-360", 360, 0), ("day-1280", 1280, 1), ("night-1280", 1280, 0)]
    {
        let options = format!(
            "--blink-settings=preferredColorScheme={scheme} --window-size={width},1600 --screenshot={name}.png {page}"
        );
        let (_, complaints) = chromium(desk.folder.path(), &options);
        assert!(!complaints.contains("CONSOLE"), "{complaints}");
        let picture = fs::read(desk.path(&format!("{name}.png"))).unwrap();
        assert_eq!((&picture[1..4], png_width(&picture)), (&b"PNG"[..], width));
        assert!(picture.len() > 20_000, "{name} is as good as empty: {} bytes", picture.len());
        // To be looked at.
        fs::copy(
            desk.path(&format!("{name}.png")),
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("report-{name}.png")),
        )
        .unwrap();
    }
}

/// From its header: <https://www.w3.org/TR/png-3/#11IHDR>
fn png_width(picture: &[u8]) -> u32 {
    u32::from_be_bytes(picture[16..20].try_into().unwrap())
}

#[test]
fn a_report_fits_its_record_until_either_is_changed() {
    let Some(desk) = reported() else { return };
    let verify = || {
        let mut command = desk.telltale(&desk.db());
        command.args(["report", "--verify", "report.html"]);
        finish(command, "")
    };
    let good = verify();
    assert_eq!((good.status, good.stderr.as_str()), (0, ""), "{good:?}");
    assert!(good.stdout.contains("the report fits the record"), "{good:?}");
    let page = fs::read_to_string(desk.path("report.html")).unwrap();
    assert!(page.contains("tracking.intl.miui.com") && !page.contains(PAGE), "redacted, but told");
    fs::write(desk.path("report.html"), page.replace("tracking.intl", "tracking.in")).unwrap();
    let changed = verify();
    assert_eq!(changed.status, 1, "{changed:?}");
    assert!(changed.stdout.contains("it was changed"), "{changed:?}");
    fs::write(desk.path("report.html"), &page).unwrap();
    desk.watch("curl -sS https://tracking.intl.miui.com/");
    let grown = verify();
    assert!(grown.status == 1 && grown.stdout.contains("written or pruned since"), "{grown:?}");
}

#[test]
fn a_report_may_be_full_and_claims_are_told_of_the_app_that_is_asked_about() {
    let Some(desk) = reported() else { return };
    desk.ask(&["report", "full.html", "--full", "--fact", "Browser=curl 8"]);
    let page = fs::read_to_string(desk.path("full.html")).unwrap();
    assert!(
        page.contains(PAGE) && page.contains("Full: personal values are shown") && page.contains("curl 8")
    );
    let claims = desk.ask(&["claims", "--app", "curl", "--json"]);
    let answers: Vec<Value> = claims.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answer = |claim: &str| answers.iter().find(|row| row["claim"] == claim).unwrap()["answer"].clone();
    for claim in ["C1", "C3", "C9", "C10"] {
        assert_eq!(answer(claim), "confirmed", "{claim}: {claims}");
    }
    assert_eq!(answer("C6"), "not-observable", "{claims}");
}
