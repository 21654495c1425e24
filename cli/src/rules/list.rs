//! `telltale rules list`: all rules, or all that is known of a party.

use clap::Args;
use telltale_core::rules::{Announced, Effect, FactSheet, RuleRow, RuleSet};

use super::{RulesCommandError, rule_set};
use crate::args::Global;
use crate::error::Error;
use crate::output::{self, Column, Format, Listing, Row};

/// Rows of a table unless told otherwise: own lists may hold millions.
const SHOWN: usize = 1_000;

/// Arguments of `telltale rules list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// What is known of this party, or of each; with other filters, or as CSV, its rules
    #[arg(long, value_name = "NAME", num_args = 0..=1)]
    party: Option<Option<String>>,
    /// Only rules of this category, such as analytics
    #[arg(long)]
    category: Option<String>,
    /// Only rules of this tier: A, B, C or own
    #[arg(long, value_parser = ["A", "B", "C", "own"], ignore_case = true)]
    tier: Option<String>,
    /// Only rules of own lists
    #[arg(long)]
    own: bool,
    /// At most so many rows; 0 is all [default: all, but 1000 in a table]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Comma-separated values
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

pub(super) fn list(args: &ListArgs, global: &Global) -> Result<(), Error> {
    let rules = rule_set(&global.own_lists()).map_err(RulesCommandError::from)?;
    match &args.party {
        Some(party) if args.is_about_party() => fact_sheets(&rules, party.as_deref(), global),
        _ => rows(&rules, args, global),
    }
}

impl ListArgs {
    fn is_about_party(&self) -> bool {
        !self.csv && !self.own && self.category.is_none() && self.tier.is_none() && self.limit.is_none()
    }

    fn matches(&self, rule: &RuleRow) -> bool {
        let is = |asked: &Option<String>, told: &str| {
            asked.as_deref().is_none_or(|asked| asked.eq_ignore_ascii_case(told))
        };
        let is_own = rule.tier.as_str() == "Own";
        (!self.own || is_own)
            && is(&self.category, &rule.category)
            && is(&self.tier, rule.tier.as_str())
            && self.party.as_ref().is_none_or(|party| match rule.party.as_deref() {
                Some(told) => is(party, told),
                None => false,
            })
    }

    fn format(&self, global: &Global) -> Format {
        match (global.json, self.csv) {
            (true, _) => Format::Json,
            (false, true) => Format::Csv,
            (false, false) => Format::Table,
        }
    }
}

fn rows(rules: &RuleSet, args: &ListArgs, global: &Global) -> Result<(), Error> {
    let format = args.format(global);
    let shown = match (args.limit, format) {
        (None, Format::Table) => SHOWN,
        (None | Some(0), _) => usize::MAX,
        (Some(limit), _) => limit,
    };
    let mut listing = Listing::new::<RuleRow>(format)?;
    let mut found = rules.rules().filter(|rule| args.matches(rule));
    found.by_ref().take(shown).try_for_each(|rule| listing.push(&rule))?;
    listing.finish("Rules: none of that kind.")?;
    let more = found.count();
    if more > 0 && args.limit.is_none() && !global.quiet {
        output::remark(&format!("The first {shown} rules; {more} more with --limit 0."));
    }
    Ok(())
}

impl Row for RuleRow {
    const COLUMNS: &'static [Column] = &[
        Column::text("RULE"),
        Column::text("PARTY"),
        Column::text("CATEGORY"),
        Column::text("TIER"),
        Column::text("EFFECT"),
        Column::text("WHY").extra(),
        Column::text("SOURCES").extra(),
    ];
    const FIELDS: &'static [&'static str] =
        &["rule", "party", "category", "tier", "effect", "why", "citation"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.rule.to_string(),
            self.party.as_deref().unwrap_or_default().to_owned(),
            self.category.to_string(),
            self.tier.as_str().to_owned(),
            word(self.effect).to_owned(),
            self.why.to_string(),
            self.citation.replace(';', " "),
        ]
    }
}

fn word(effect: Effect) -> &'static str {
    match effect {
        Effect::Finding => "flagged",
        Effect::Expected => "expected",
        Effect::PartyOnly => "named",
        Effect::Exception => "excepted",
    }
}

fn fact_sheets(rules: &RuleSet, party: Option<&str>, global: &Global) -> Result<(), Error> {
    let sheets = rules.fact_sheets(party);
    if let (Some(party), true) = (party, sheets.is_empty()) {
        let known: Vec<_> = rules.fact_sheets(None).iter().map(|sheet| sheet.party.to_string()).collect();
        let (party, known) = (party.to_owned(), known.join(", "));
        return Err(RulesCommandError::Party { party, known }.into());
    }
    if global.json {
        sheets.iter().try_for_each(output::print_json)?;
    } else {
        let pages: Vec<_> = sheets.iter().map(page).collect();
        output::print(&pages.join("\n\n"))?;
    }
    Ok(())
}

/// Columns of a page that a person reads.
const WIDTH: usize = 100;

fn page(sheet: &FactSheet) -> String {
    let mut page = format!("{}\n\n{}\n", sheet.party, wrapped(&sheet.about, 0));
    page += "\nHosts, each with everything below it:\n";
    for purpose in &sheet.purposes {
        let hosts: Vec<&str> = purpose.hosts.iter().map(|host| &**host).collect();
        page += &format!("\n  {}, {} ({})\n", purpose.category, word(purpose.effect), hosts.len());
        page += &format!("{}\n", wrapped(&hosts.join(" "), 4));
    }
    if !sheet.networks.is_empty() {
        page += &format!(
            "\nNetworks{}:\n\n",
            if sheet.is_hosting { ", whose servers are rented out" } else { "" }
        );
        for Announced { asn, ranges } in &sheet.networks {
            let noun = if *ranges == 1 { "range" } else { "ranges" };
            page += &format!("  AS{asn}: {ranges} {noun} of addresses\n");
        }
    }
    page += "\nSources:\n\n";
    for source in &sheet.sources {
        page += &format!("{}\n", wrapped(&format!("{}: {}", source.key, source.origin), 2));
    }
    page.trim_end().to_owned()
}

/// Broken between words, every line indented.
fn wrapped(text: &str, indent: usize) -> String {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && indent + line.len() + 1 + word.len() > WIDTH {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    let margin = " ".repeat(indent);
    lines.iter().map(|line| format!("{margin}{line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_no_wider_than_it_should_be() {
        let text = wrapped(&"word ".repeat(100), 4);
        assert!(text.lines().all(|line| line.starts_with("    word") && line.len() <= WIDTH), "{text}");
        assert_eq!(wrapped("", 0), "");
    }
}
