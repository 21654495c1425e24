//! What came of it, as tables in Markdown.

use telltale_core::experiment::wilson;

use crate::encode::Encoding;
use crate::programs::{BATCHINGS, ENCODINGS, NOISES, plain};
use crate::tracker::{Batching, Connection, Content, Padding, Program, Together};
use crate::{Row, Tally};

/// Whether what is uploaded grows with addresses.
fn is_told(content: Content) -> bool {
    matches!(content, Content::Address | Content::CutOff(_) | Content::EveryThird | Content::Referrer)
}

/// Whether the name of an encoding is that of the program.
pub(crate) fn fits(name: &str, program: Program) -> bool {
    match (program.encoding, program.together) {
        (Encoding::Sensors, Together::Batch) => name.starts_with("base64 of gzip, percent"),
        (Encoding::Sensors, Together::EachEvent) => name.starts_with("base64 of gzip, twice"),
        (Encoding::OneTrack, Together::Batch) => name.starts_with("gzip (One"),
        (Encoding::OneTrack, Together::EachEvent) => name.starts_with("gzip, twice"),
        (Encoding::Script, _) => name.starts_with("base64, twice"),
    }
}

/// All that upload addresses by when they send, and all that do not, in each kind of noise.
pub(crate) fn print_summary(rows: &[Row]) {
    println!("| when it sends | missed, no noise | light | heavy | bursts |");
    println!("|---|---|---|---|---|");
    for batching in BATCHINGS {
        let of = |row: &&Row| row.program.content == Content::Address && row.program.batching == batching;
        print_missed(when(Content::Address, batching), &rows.iter().filter(of).collect::<Vec<_>>());
    }
    let uploaders: Vec<_> = rows.iter().filter(|row| row.program.content == Content::Address).collect();
    print_missed("all", &uploaders);
    println!(
        "\n| honest programs | experiments | said `uploaded` | 95 % interval | `not uploaded` | `undecided` |"
    );
    println!("|---|---|---|---|---|---|");
    for noise in NOISES {
        let of = |row: &&Row| !is_told(row.program.content) && row.program.noise == noise;
        let tally = sum(rows.iter().filter(of));
        println!(
            "| noise {noise:?} | {} | {} | {} | {} | {} |",
            tally.experiments,
            tally.uploaded,
            interval(tally.uploaded, tally.experiments),
            share(tally.not_uploaded, tally.experiments),
            share(tally.undecided, tally.experiments),
        );
    }
    println!();
}

fn print_missed(name: &str, rows: &[&Row]) {
    print!("| {name} |");
    for noise in NOISES {
        let tally = sum(rows.iter().copied().filter(|row| row.program.noise == noise));
        let missed = tally.experiments - tally.uploaded;
        print!(" {missed} of {}, {} |", tally.experiments, interval(missed, tally.experiments));
    }
    println!();
}

fn sum<'a>(rows: impl Iterator<Item = &'a Row>) -> Tally {
    rows.fold(Tally::default(), |all, row| all.join(row.tally))
}

pub(crate) fn print_honest(rows: &[Row]) {
    println!(
        "| honest program | when it sends | experiments | said `uploaded` | 95 % interval | `not uploaded` | `undecided` |"
    );
    println!("|---|---|---|---|---|---|---|");
    let is_honest = |row: &&Row| !is_told(row.program.content);
    let honest: Vec<_> = rows.iter().filter(is_honest).collect();
    for content in [Content::Silent, Content::Pings, Content::Events, Content::PageCount] {
        for batching in BATCHINGS {
            for noise in NOISES {
                let is_meant = |row: &&&Row| {
                    let program = row.program;
                    (program.content, program.batching, program.noise) == (content, batching, noise)
                };
                if let Some(row) = honest.iter().find(is_meant) {
                    let what = format!("{content:?}, noise {noise:?}");
                    print_row(&what, when(content, batching), row.tally, row.tally.uploaded);
                }
            }
        }
    }
    let all = sum(honest.iter().copied());
    print_row("all", "", all, all.uploaded);
    println!();
}

fn when(content: Content, batching: Batching) -> &'static str {
    match (content, batching) {
        (Content::Silent, _) => "",
        (Content::Pings, _) => "once a minute",
        (_, Batching::Immediate) => "at once",
        (_, Batching::Timer) => "every 15 s",
        (_, Batching::Fifty) => "at 50 events",
        (_, Batching::Background) => "in the background",
        (_, Batching::First) => "15 s, 50 events or background",
        (_, Batching::Minute) => "every minute",
        (_, Batching::Hundred) => "at 100 events",
        (_, Batching::Late) => "20 to 45 s later",
    }
}

fn print_row(what: &str, when: &str, tally: Tally, errors: u32) {
    println!(
        "| {what} | {when} | {} | {errors} | {} | {} | {} |",
        tally.experiments,
        interval(errors, tally.experiments),
        share(tally.not_uploaded, tally.experiments),
        share(tally.undecided, tally.experiments),
    );
}

fn interval(errors: u32, experiments: u32) -> String {
    let (low, high) = wilson(f64::from(errors), f64::from(experiments));
    format!("{:.2} to {:.2} %", 100.0 * low, 100.0 * high)
}

pub(crate) fn print_uploaders(rows: &[Row]) {
    println!(
        "| encoding | when it sends | compressed | connection | missed, no noise | light | heavy | bursts | 95 % interval, all four | encoding told |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let uploaders: Vec<_> = rows.iter().filter(|row| row.program.content == Content::Address).collect();
    for encoding in ENCODINGS {
        for batching in BATCHINGS {
            for together in [Together::Batch, Together::EachEvent] {
                for connection in [Connection::Kept, Connection::NewEachTime] {
                    let head = Program { encoding, batching, together, connection, ..plain() };
                    print_uploader(head, &uploaders);
                }
            }
        }
    }
    let all = sum(uploaders.iter().copied());
    let (missed, wrong) = (all.experiments - all.uploaded, all.not_uploaded);
    let interval = interval(missed, all.experiments);
    println!(
        "\nAll uploaders: missed {missed} of {} ({interval}); said `not uploaded` of {wrong}.\n",
        all.experiments
    );
}

/// A row: the four kinds of noise beside each other.
fn print_uploader(head: Program, uploaders: &[&Row]) {
    let key = |program: Program| (program.encoding, program.batching, program.together, program.connection);
    let mut all = Tally::default();
    print!(
        "| {:?} | {} | {:?} | {:?} |",
        head.encoding,
        when(head.content, head.batching),
        head.together,
        head.connection
    );
    for noise in NOISES {
        let is_meant = |row: &&&Row| key(row.program) == key(head) && row.program.noise == noise;
        let tally = uploaders.iter().find(is_meant).map(|row| row.tally).unwrap_or_default();
        print!(" {} of {} |", tally.experiments - tally.uploaded, tally.experiments);
        all = all.join(tally);
    }
    let told = 100.0 * f64::from(all.fitting) / f64::from(all.uploaded.max(1));
    println!(" {} | {told:.1} % |", interval(all.experiments - all.uploaded, all.experiments));
}

pub(crate) fn print_cut_off(rows: &[Row]) {
    println!(
        "| addresses cut off after | noise | experiments | missed | 95 % interval | `not uploaded` | `undecided` |"
    );
    println!("|---|---|---|---|---|---|---|");
    for most in [100, 256, 1000, 2000] {
        for noise in NOISES {
            let is_meant =
                |row: &&Row| row.program.content == Content::CutOff(most) && row.program.noise == noise;
            if let Some(Row { tally, .. }) = rows.iter().find(is_meant) {
                print_row(
                    &most.to_string(),
                    &format!("{noise:?}"),
                    *tally,
                    tally.experiments - tally.uploaded,
                );
            }
        }
    }
}

/// Programs with other habits: errors are uploads missed, or claimed where there is none.
pub(crate) fn print_strange(rows: &[Row]) {
    println!(
        "\n| what is sent | when it sends | padding | errors, no noise | light | heavy | bursts | 95 % interval, all four | \
         `not uploaded` | `undecided` |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for head in rows.iter().filter(|row| row.program.noise == NOISES[0]).map(|row| row.program) {
        let key = |program: Program| (program.content, program.batching, program.padding);
        let alike: Vec<_> = rows.iter().filter(|row| key(row.program) == key(head)).collect();
        print_strange_row(head, &alike);
    }
}

fn print_strange_row(head: Program, rows: &[&Row]) {
    let errors = |tally: Tally| {
        if is_told(head.content) { tally.experiments - tally.uploaded } else { tally.uploaded }
    };
    print!("| {:?} | {} | {} |", head.content, when(head.content, head.batching), padding(head.padding));
    let mut all = Tally::default();
    for noise in NOISES {
        let tally =
            rows.iter().find(|row| row.program.noise == noise).map(|row| row.tally).unwrap_or_default();
        print!(" {} of {} |", errors(tally), tally.experiments);
        all = all.join(tally);
    }
    println!(
        " {} | {} | {} |",
        interval(errors(all), all.experiments),
        share(all.not_uploaded, all.experiments),
        share(all.undecided, all.experiments)
    );
}

fn padding(padding: Padding) -> &'static str {
    match padding {
        Padding::None | Padding::Blocks => "half in blocks of 256",
        Padding::Random => "up to 1023 bytes",
    }
}

/// Settings in which a program uploads addresses, and one in which it does not.
pub(crate) fn print_cells(rows: &[Row]) {
    println!(
        "| when it sends | noise | settings that upload | missed | 95 % interval | settings that do not | said `uploaded` | \
         95 % interval | `not uploaded` | `undecided` |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let mut rows: Vec<_> = rows.iter().collect();
    rows.sort_by_key(|row| {
        (
            BATCHINGS.iter().position(|b| *b == row.program.batching),
            NOISES.iter().position(|n| *n == row.program.noise),
        )
    });
    for Row { program, tally, quiet } in rows {
        let missed = tally.experiments - tally.uploaded;
        println!(
            "| {} | {:?} | {} | {missed} | {} | {} | {} | {} | {} | {} |",
            when(program.content, program.batching),
            program.noise,
            tally.experiments,
            interval(missed, tally.experiments),
            quiet.experiments,
            quiet.uploaded,
            interval(quiet.uploaded, quiet.experiments),
            share(quiet.not_uploaded, quiet.experiments),
            share(quiet.undecided, quiet.experiments),
        );
    }
}

fn share(count: u32, of: u32) -> String {
    format!("{:.1} %", 100.0 * f64::from(count) / f64::from(of.max(1)))
}
