//! A decoding for people: what it is, its layers, its tree, what in it is personal, and what is to be said of it.

use std::fmt::Write;

use telltale_core::decode::{Decoded, Layer, Line, Personal, PersonalKind};

/// Characters of a value on its line; the JSON has all.
const SHOWN: usize = 200;

/// As one text of several lines.
pub(crate) fn of(decoded: &Decoded) -> String {
    let mut text = headline(decoded);
    section(&mut text, "LAYERS", layers(decoded));
    section(&mut text, "CONTENT", content(decoded));
    section(&mut text, "PERSONAL", personal(&decoded.personal));
    section(&mut text, "NOTES", decoded.notes.iter().map(|note| printable(&note.to_string())));
    text
}

fn headline(decoded: &Decoded) -> String {
    let format = decoded.format;
    match format.citation() {
        "" => format!("{} [{}]\n", format.label(), format.as_str()),
        sources => {
            format!("{} [{}; known from {}]\n", format.label(), format.as_str(), sources.replace(';', ", "))
        }
    }
}

fn section(text: &mut String, title: &str, lines: impl IntoIterator<Item = String>) {
    let mut lines = lines.into_iter().peekable();
    if lines.peek().is_some() {
        let _ = writeln!(text, "\n{title}");
    }
    for line in lines {
        let _ = writeln!(text, "  {line}");
    }
}

/// `body.data_list: percent -> base64 -> gzip -> json, a list of 3`; those of a place are in one line.
fn layers(decoded: &Decoded) -> Vec<String> {
    let mut places: Vec<(&str, Vec<&Layer>)> = Vec::new();
    for layer in &decoded.layers {
        match places.iter_mut().find(|(path, _)| *path == layer.path) {
            Some((_, layers)) => layers.push(layer),
            None => places.push((&layer.path, vec![layer])),
        }
    }
    places.into_iter().map(|(path, layers)| place(decoded, path, &layers)).collect()
}

fn place(decoded: &Decoded, path: &str, layers: &[&Layer]) -> String {
    let name = if path.is_empty() { "all" } else { path };
    let steps: Vec<String> = layers.iter().map(|layer| step(layer)).collect();
    let result = decoded.at(path).filter(|value| !value.is_leaf());
    let result = result.map(|value| format!(", a {value}")).unwrap_or_default();
    printable(&format!("{name}: {}{result}", steps.join(" -> ")))
}

fn step(layer: &Layer) -> String {
    let name = layer.name.as_str();
    match layer.bytes_in == layer.bytes_out {
        true => format!("{name} ({} bytes)", layer.bytes_in),
        false => format!("{name} ({} to {} bytes)", layer.bytes_in, layer.bytes_out),
    }
}

/// The tree, indented, with what is personal marked.
fn content(decoded: &Decoded) -> Vec<String> {
    let lines = decoded.outline();
    let next = lines.iter().skip(1).map(Some).chain([None]);
    lines.iter().zip(next).map(|(line, next)| shown(line, next)).collect()
}

fn shown(line: &Line, next: Option<&Line>) -> String {
    let indent = "  ".repeat(line.depth);
    let name = printable(&line.name);
    let Some(value) = &line.value else {
        let is_empty = next.is_none_or(|next| next.depth <= line.depth);
        return format!("{indent}{name}:{}", if is_empty { " (empty)" } else { "" });
    };
    let mark = line.kind.map(|kind| format!("   <- {}", kind.label())).unwrap_or_default();
    let value = if value.is_empty() { "\"\"".to_owned() } else { clipped(&printable(value)) };
    let separator = if name.is_empty() { "" } else { ": " };
    format!("{indent}{name}{separator}{value}{mark}")
}

/// A line for each kind, in the order of their first places.
fn personal(personal: &[Personal]) -> Vec<String> {
    let mut kinds: Vec<(PersonalKind, usize)> = Vec::new();
    for personal in personal {
        match kinds.iter_mut().find(|(kind, _)| *kind == personal.kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((personal.kind, 1)),
        }
    }
    let line =
        |(kind, count): (PersonalKind, usize)| format!("{} ({count}): {}", kind.label(), kind.explain());
    kinds.into_iter().map(line).collect()
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}... ({} characters)", &text[..end], text.chars().count()),
        None => text.to_owned(),
    }
}

/// Text on one line that can neither steer the terminal nor turn its letters around.
fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        let is_unseen = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
        if c.is_control() || is_unseen {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use telltale_core::decode::decode_bytes;

    use super::*;

    #[test]
    fn values_stay_on_their_line_and_cannot_steer_the_terminal() {
        let shown = of(&decode_bytes("[\"a\\nNOTES\",\"\\u202egnp\",\"\\u001b[2J\",\"\",{}]".as_bytes()));
        assert!(shown.contains("[0]: a\\nNOTES\n"), "{shown}");
        assert!(shown.contains("[1]: \\u{202e}gnp\n") && shown.contains("[2]: \\u{1b}[2J\n"), "{shown}");
        assert!(shown.contains("[3]: \"\"\n  [4]: (empty)\n"), "{shown}");
    }

    #[test]
    fn long_values_are_cut() {
        let shown = of(&decode_bytes("word ".repeat(100).as_bytes()));
        assert!(shown.contains("... (500 characters)\n"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() < SHOWN + 40), "{shown}");
    }
}
