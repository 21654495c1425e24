//! Which programs are tried.

use crate::encode::Encoding;
use crate::tracker::{Batching, Connection, Content, Noise, Padding, Program, Together};

pub(crate) const ENCODINGS: [Encoding; 3] = [Encoding::Sensors, Encoding::OneTrack, Encoding::Script];
pub(crate) const BATCHINGS: [Batching; 4] =
    [Batching::Immediate, Batching::Timer, Batching::Fifty, Batching::Background];
pub(crate) const NOISES: [Noise; 4] = [Noise::None, Noise::Light, Noise::Heavy, Noise::Bursts];

pub(crate) fn plain() -> Program {
    Program {
        content: Content::Address,
        encoding: Encoding::Sensors,
        batching: Batching::Timer,
        together: Together::Batch,
        connection: Connection::Kept,
        noise: Noise::None,
        padding: Padding::None,
        quiet_cell: None,
    }
}

fn in_all_noises(program: Program) -> [Program; 4] {
    NOISES.map(|noise| Program { noise, ..program })
}

/// Programs that do not upload addresses, in all their habits.
pub(crate) fn honest() -> Vec<Program> {
    let talkative = [Content::Events, Content::PageCount]
        .into_iter()
        .flat_map(|content| BATCHINGS.map(|batching| Program { content, batching, ..plain() }));
    let others = [Content::Silent, Content::Pings].map(|content| {
        let batching = Batching::Immediate;
        Program { content, batching, ..plain() }
    });
    others.into_iter().chain(talkative).flat_map(in_all_noises).collect()
}

/// Programs that upload whole addresses, in all their habits.
pub(crate) fn uploaders() -> Vec<Program> {
    let mut programs = Vec::new();
    for encoding in ENCODINGS {
        for batching in BATCHINGS {
            for together in [Together::Batch, Together::EachEvent] {
                for connection in [Connection::Kept, Connection::NewEachTime] {
                    let program = Program { encoding, batching, together, connection, ..plain() };
                    programs.extend(in_all_noises(program));
                }
            }
        }
    }
    programs
}

/// Programs that upload the beginning of addresses.
pub(crate) fn cut_off() -> Vec<Program> {
    let contents = [100, 256, 1000, 2000].map(Content::CutOff);
    contents.into_iter().flat_map(|content| in_all_noises(Program { content, ..plain() })).collect()
}

/// Programs with habits that nothing in the method was made for.
pub(crate) fn strange() -> Vec<Program> {
    let batchings = [Batching::First, Batching::Minute, Batching::Hundred, Batching::Late];
    let paddings = [Padding::None, Padding::Random];
    let contents = [Content::Address, Content::EveryThird, Content::Referrer, Content::Hash, Content::Events];
    let mut programs = Vec::new();
    for content in contents {
        for batching in batchings {
            for padding in paddings {
                let encoding = Encoding::OneTrack;
                let program = Program { content, batching, padding, encoding, ..plain() };
                programs.extend(in_all_noises(program));
            }
        }
    }
    programs
}

/// Programs that upload addresses in all settings but the second, where they upload that a page was opened.
pub(crate) fn switched() -> Vec<Program> {
    let program = Program { quiet_cell: Some(1), ..plain() };
    BATCHINGS.into_iter().flat_map(|batching| in_all_noises(Program { batching, ..program })).collect()
}
