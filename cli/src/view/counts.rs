//! The counter line.

use telltale_core::session::Totals;

use crate::rows::{bytes, percent};

/// How many flows ended, and of what kind, in one line.
pub(crate) fn line(totals: &Totals) -> String {
    let flows = counted(totals.talk.flows, "flow");
    let look_ups = counted(totals.look_ups.flows, "look-up");
    let hidden = match totals.hidden.flows {
        0 => String::new(),
        hidden => format!(" ({hidden} hidden)"),
    };
    let findings = counted(totals.findings, "finding");
    let total = bytes(totals.talk.bytes + totals.look_ups.bytes);
    format!("{flows} ended{}, {look_ups}{hidden}, {findings}, {total}", share(totals))
}

/// How much of the talk has a host name, however it was come by.
fn share(totals: &Totals) -> String {
    let (named, talk) = (totals.named, totals.talk);
    match (percent(named.flows, talk.flows), percent(named.bytes, talk.bytes)) {
        (Some(flows), Some(bytes)) => format!(" ({flows} with a host name, {bytes} of bytes)"),
        (Some(flows), None) => format!(" ({flows} with a host name)"),
        (None, _) => String::new(),
    }
}

fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_kind_is_singular() {
        assert_eq!(
            [0, 1, 2].map(|count| counted(count, "look-up")),
            ["0 look-ups", "1 look-up", "2 look-ups"]
        );
    }

    #[test]
    fn nothing_has_no_share() {
        assert_eq!(line(&Totals::default()), "0 flows ended, 0 look-ups, 0 findings, 0 B");
    }
}
