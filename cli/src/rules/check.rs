//! `telltale rules check`: what is known of a host or an address.

use clap::Args;
use serde::Serialize;
use telltale_core::rules::{CountryEstimate, Effect, Explanation, NetworkRow, RuleRow, Subject};

use super::{RulesCommandError, rule_set};
use crate::args::Global;
use crate::error::Error;
use crate::output;

/// Arguments of `telltale rules check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Hosts, addresses, or URLs
    #[arg(required = true, value_name = "HOST|ADDRESS")]
    subjects: Vec<String>,
}

/// As JSON.
#[derive(Serialize)]
struct Answer<'a> {
    asked: &'a str,
    #[serde(flatten)]
    told: &'a Explanation,
}

pub(super) fn check(args: &CheckArgs, global: &Global) -> Result<(), Error> {
    let rules = rule_set(&global.own_lists()).map_err(RulesCommandError::from)?;
    let subjects: Result<Vec<Subject>, _> = args.subjects.iter().map(|text| text.parse()).collect();
    for (asked, subject) in args.subjects.iter().zip(subjects.map_err(RulesCommandError::from)?) {
        let told = rules.explain(&subject);
        if global.json {
            output::print_json(&Answer { asked, told: &told })?;
        } else {
            output::print(&text(&subject, &told))?;
        }
    }
    Ok(())
}

fn text(subject: &Subject, told: &Explanation) -> String {
    let mut lines = vec![match subject {
        Subject::Host(host) => host.to_string(),
        Subject::Address(address) => address.to_string(),
    }];
    if let Some(rule) = &told.rule {
        add_rule(&mut lines, rule);
    }
    if let Some(overruled) = &told.overruled {
        let judged = format!("{} ({})", overruled.category, tier(overruled));
        lines.push(format!("  outweighs  the catalogue's {}: {judged}", overruled.rule));
    }
    if let Some(network) = &told.network {
        add_network(&mut lines, network);
    }
    if let Some(CountryEstimate { country, date }) = &told.country_estimate {
        lines.push(format!("  country    {country}: an estimate, as of {date}"));
    }
    if told.rule.is_none() && told.network.is_none() && told.country_estimate.is_none() {
        lines.push("  nothing is known of it".to_owned());
    }
    for source in &told.sources {
        lines.push(format!("  source     {}: {} ({})", source.key, source.origin, source.terms));
    }
    lines.join("\n")
}

fn add_rule(lines: &mut Vec<String>, rule: &RuleRow) {
    lines.push(format!("  rule       {}, and everything below it", rule.rule));
    if let Some(party) = &rule.party {
        lines.push(format!("  party      {party}"));
    }
    lines.push(format!("  category   {} ({})", rule.category, tier(rule)));
    lines.push(format!("  effect     {}", effect(rule.effect)));
    lines.push(format!("  why        {}", rule.why));
}

fn add_network(lines: &mut Vec<String>, network: &NetworkRow) {
    let NetworkRow { first, last, asn, party, date, .. } = network;
    lines.push(format!("  network    AS{asn}, {first} to {last}, as of {date}"));
    let hosting =
        if network.is_hosting { ", who rents its servers out: no sign of who uses this one" } else { "" };
    lines.push(format!("  party      {party}{hosting}"));
}

fn tier(rule: &RuleRow) -> String {
    match rule.tier.as_str() {
        "Own" => "own list".to_owned(),
        tier => format!("tier {tier}"),
    }
}

/// What it means for a flow.
pub(super) fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Finding => "a finding",
        Effect::Expected => "expected: shown, not flagged",
        Effect::PartyOnly => "names the party, says nothing of the purpose",
        Effect::Exception => "an exception: never flagged",
    }
}
