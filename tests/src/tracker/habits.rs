//! What such programs do differently from one another.

use std::time::Duration;

use clap::{Args, ValueEnum};

/// How often what waits is sent, by those that go by time.
pub(super) const TIMER: Duration = Duration::from_millis(1500);

/// All habits of one program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct Habits {
    /// What it tells of a page
    #[arg(long, value_enum)]
    pub tells: Tells,
    #[arg(long, value_enum)]
    pub encoding: Encoding,
    /// When it sends what waits
    #[arg(long, value_enum)]
    pub when: When,
    /// What is encoded together
    #[arg(long, value_enum)]
    pub together: Together,
    #[arg(long, value_enum)]
    pub connection: Connection,
    /// What it sends beside
    #[arg(long, value_enum)]
    pub noise: Noise,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tells {
    /// Its address.
    Address,
    /// That it was opened.
    Page,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Encoding {
    /// A form with base64 of gzip of JSON, as Sensors' library for Android writes it.
    Sensors,
    /// AES of gzip of JSON, as OneTrack writes it.
    OneTrack,
    /// A form with base64 of JSON, as Sensors' library for JavaScript writes it.
    Script,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    Now,
    Timer,
    /// When many events wait.
    Full,
    Background,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Together {
    Batch,
    EachEvent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Connection {
    Kept,
    New,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Noise {
    None,
    /// Some hundred bytes every two seconds or so.
    Light,
}

impl Habits {
    /// As arguments of the command.
    pub fn arguments(&self) -> [String; 6] {
        let word = |value: Option<clap::builder::PossibleValue>| {
            value.map(|value| value.get_name().to_owned()).unwrap_or_default()
        };
        [
            format!("--tells={}", word(self.tells.to_possible_value())),
            format!("--encoding={}", word(self.encoding.to_possible_value())),
            format!("--when={}", word(self.when.to_possible_value())),
            format!("--together={}", word(self.together.to_possible_value())),
            format!("--connection={}", word(self.connection.to_possible_value())),
            format!("--noise={}", word(self.noise.to_possible_value())),
        ]
    }
}
