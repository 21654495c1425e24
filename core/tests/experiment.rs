//! Experiments over simulated programs: a small part of what `scripts/error-rates.sh` measures.

#[path = "../examples/error_rates/drive.rs"]
mod drive;
#[path = "../examples/error_rates/encode.rs"]
mod encode;
#[path = "../examples/error_rates/tracker.rs"]
mod tracker;

use telltale_core::experiment::{Claim, Doubt, LengthResult, Measured, Plan, Verdict};

use encode::{Encoding, Sizes};
use tracker::{Batching, Connection, Content, Noise, Padding, Program, Together};

const SENSORS: Program = Program {
    content: Content::Address,
    encoding: Encoding::Sensors,
    batching: Batching::Timer,
    together: Together::Batch,
    connection: Connection::Kept,
    noise: Noise::None,
    padding: Padding::None,
    quiet_cell: None,
};

const BATCHINGS: [Batching; 4] =
    [Batching::Immediate, Batching::Timer, Batching::Fifty, Batching::Background];

const PAGE: &str = "http://pages.example/{}";

fn run(program: Program, seed: u64) -> LengthResult {
    run_plan(Plan::named(Claim::C1, "browser", PAGE), program, seed)
}

fn run_plan(plan: Plan, program: Program, seed: u64) -> LengthResult {
    let outcome = drive::run(plan, program, &mut Sizes::default(), seed);
    assert!(outcome.complete);
    let Measured::Length(result) = outcome.cells[0].collectors.clone() else { panic!("{outcome:?}") };
    result
}

#[test]
fn uploads_are_found_however_they_are_batched() {
    for batching in BATCHINGS {
        for noise in [Noise::Heavy, Noise::Bursts] {
            let program = Program { batching, noise, ..SENSORS };
            assert_eq!(run(program, 3).verdict, Verdict::Uploaded, "{program:?}");
        }
    }
}

#[test]
fn encodings_are_told_apart() {
    for (encoding, slope) in [(Encoding::Sensors, 1.10), (Encoding::OneTrack, 0.77), (Encoding::Script, 2.67)]
    {
        for batching in [Batching::Timer, Batching::Fifty] {
            let program = Program { encoding, batching, ..SENSORS };
            let result = run(program, 5);
            assert!((result.slope.estimate / slope - 1.0).abs() < 0.04, "{program:?}: {result:?}");
            let found = result.encoding.unwrap();
            assert!(found.compatible.contains(&found.nearest), "{program:?}: {found:?}");
        }
    }
}

#[test]
fn events_without_the_address_are_no_upload_of_it() {
    for batching in BATCHINGS {
        for content in [Content::Events, Content::PageCount] {
            let program = Program { content, batching, together: Together::EachEvent, ..SENSORS };
            assert_eq!(run(program, 7).verdict, Verdict::NotUploaded, "{program:?}");
        }
    }
}

#[test]
fn pings_and_noise_are_no_upload() {
    for (content, noise) in [(Content::Pings, Noise::None), (Content::Silent, Noise::Light)] {
        let result = run(Program { content, noise, ..SENSORS }, 9);
        assert_eq!(result.verdict, Verdict::NotUploaded, "{result:?}");
    }
}

#[test]
fn in_heavy_noise_more_trials_are_asked_for() {
    let result = run(Program { content: Content::Silent, noise: Noise::Heavy, ..SENSORS }, 9);
    assert_eq!((result.verdict, result.doubt), (Verdict::Undecided, Some(Doubt::Noise)));
    assert!(result.further.is_some_and(|further| (10..2000).contains(&further)), "{result:?}");
}

#[test]
fn of_a_silent_program_nothing_is_said() {
    let result = run(Program { content: Content::Silent, ..SENSORS }, 9);
    assert_eq!((result.verdict, result.doubt), (Verdict::Undecided, Some(Doubt::NothingSent)));
}

#[test]
fn addresses_that_are_cut_off_are_uploaded_up_to_there() {
    let result = run(Program { content: Content::CutOff(1500), ..SENSORS }, 11);
    assert_eq!(result.verdict, Verdict::Uploaded);
    let cut_off = result.cut_off.unwrap();
    assert!((1350.0..1650.0).contains(&cut_off), "{result:?}");
    assert_eq!(result.encoding.unwrap().compatible.len(), 1);
    let shorter = run(Program { content: Content::CutOff(100), ..SENSORS }, 11);
    assert_eq!((shorter.verdict, shorter.encoding.clone()), (Verdict::Uploaded, None), "{shorter:?}");
}

#[test]
fn other_habits_are_found_as_well() {
    let padding = Padding::Random;
    for batching in [Batching::First, Batching::Minute, Batching::Hundred, Batching::Late] {
        let told = Program { batching, padding, noise: Noise::Light, ..SENSORS };
        assert_eq!(run(told, 13).verdict, Verdict::Uploaded, "{told:?}");
        let hashed = Program { content: Content::Hash, ..told };
        assert_eq!(run(hashed, 13).verdict, Verdict::NotUploaded, "{hashed:?}");
    }
}

#[test]
fn pages_left_out_and_pages_told_twice_are_uploads() {
    for content in [Content::EveryThird, Content::Referrer] {
        let program = Program { content, noise: Noise::Light, ..SENSORS };
        assert_eq!(run(program, 15).verdict, Verdict::Uploaded, "{program:?}");
    }
}

#[test]
fn ten_minutes_are_enough_where_it_is_quiet() {
    for batching in BATCHINGS {
        let program = Program { batching, ..SENSORS };
        let short = |program| run_plan(Plan::short(Claim::C1, "browser", PAGE), program, 17).verdict;
        assert_eq!(short(program), Verdict::Uploaded, "{program:?}");
        let honest = Program { content: Content::Events, ..program };
        assert_eq!(short(honest), Verdict::NotUploaded, "{honest:?}");
    }
}

#[test]
fn the_setting_in_which_nothing_is_told_is_told_apart() {
    let plan = Plan::named(Claim::C2, "browser", PAGE);
    let program = Program { quiet_cell: Some(1), noise: Noise::Light, ..SENSORS };
    let outcome = drive::run(plan, program, &mut Sizes::default(), 19);
    let verdicts: Vec<_> = outcome.cells.iter().map(|cell| cell.collectors.verdict()).collect();
    let (told, quiet) = (Verdict::Uploaded, Verdict::NotUploaded);
    assert_eq!(verdicts, [told, quiet, told, told], "{outcome}");
    assert!(outcome.differences[0].estimate < -0.9, "{outcome:?}");
}

#[test]
fn one_page_per_trial_is_too_little_for_queues_of_fifty_events() {
    let mut plan = Plan::named(Claim::C1, "browser", PAGE);
    if let telltale_core::experiment::Test::Length { visits, .. } = &mut plan.test {
        *visits = 1;
    }
    let program = Program { batching: Batching::Fifty, noise: Noise::Light, ..SENSORS };
    for seed in 0..10 {
        let outcome = drive::run(plan.clone(), program, &mut Sizes::default(), seed);
        assert_ne!(outcome.verdict, Verdict::NotUploaded, "{outcome}");
    }
}
