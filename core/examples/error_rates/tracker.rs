//! Simulated programs: what they upload of what is shown to them, and when.

use fastrand::Rng;

use crate::encode::{Encoding, Events, Pages, Sizes};

/// When queued events leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Batching {
    Immediate,
    /// Every 15 s.
    Timer,
    /// At 50 events, of which up to ten are about other things than pages.
    Fifty,
    /// When the program goes to the background.
    Background,
    /// At whichever comes first of the three above: what Sensors' library does.
    First,
    /// Every minute.
    Minute,
    /// At 100 events.
    Hundred,
    /// 20 to 45 s after the page.
    Late,
}

/// What is compressed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Together {
    Batch,
    EachEvent,
}

/// Connections to the collector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connection {
    Kept,
    NewEachTime,
}

/// Uploads to the same collector that have nothing to do with what is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noise {
    None,
    /// Some hundred bytes about once a minute.
    Light,
    /// Some thousand bytes about every 8 s.
    Heavy,
    /// Light, and 20 to 200 KB about every 10 minutes.
    Bursts,
}

/// What is uploaded of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Nothing.
    Silent,
    /// Two events per page, without its address.
    Events,
    /// The same bytes once a minute, whatever happens.
    Pings,
    /// Some bytes for each page, in one upload per batch, of random size.
    PageCount,
    /// Two events per page with its address.
    Address,
    /// The same, cut off after so many characters.
    CutOff(u32),
    /// Two events per page with a hash of its address.
    Hash,
    /// The address of every third page.
    EveryThird,
    /// The address, and that of the page before.
    Referrer,
}

/// One kind of program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Program {
    pub(crate) content: Content,
    pub(crate) encoding: Encoding,
    pub(crate) batching: Batching,
    pub(crate) together: Together,
    pub(crate) connection: Connection,
    pub(crate) noise: Noise,
    pub(crate) padding: Padding,
    /// In which cell of the plan no addresses are told, but events of them.
    pub(crate) quiet_cell: Option<usize>,
}

/// What is added to requests so that their length tells less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Padding {
    None,
    /// To whole multiples of 256 bytes, in TLS records.
    Blocks,
    /// Up to 1023 bytes, drawn for each request.
    Random,
}

/// Bytes of TCP payload that leave at a time, in milliseconds; on a new connection or not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent {
    pub(crate) at: u64,
    pub(crate) bytes: u64,
    pub(crate) on_new_connection: bool,
}

/// A program at work.
pub(crate) struct Tracker<'a> {
    program: Program,
    sizes: &'a mut Sizes,
    random: Rng,
    queue: Vec<Pages>,
    /// Pages that make the queue full.
    full: usize,
    /// Settings that were asked for.
    settings: usize,
    /// Of the page before.
    before: u32,
    pages: u32,
    timer: u64,
    late: Vec<u64>,
    ping: u64,
    noise: u64,
    burst: u64,
    is_connected: bool,
    sent: Vec<Sent>,
}

const TIMER: u64 = 15_000;
const MINUTE: u64 = 60_000;
/// Request line and fields.
const HEAD: u64 = 430;
/// ClientHello and Finished.
const HANDSHAKE: u64 = 517 + 80;

impl<'a> Tracker<'a> {
    pub(crate) fn new(program: Program, sizes: &'a mut Sizes, seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let full = if program.batching == Batching::Hundred { 50 } else { 25 };
        let timer = random.u64(..period(program.batching));
        let ping = random.u64(..MINUTE);
        let mut tracker = Self {
            program,
            sizes,
            random,
            queue: Vec::new(),
            full,
            settings: 0,
            before: 0,
            pages: 0,
            timer,
            late: Vec::new(),
            ping,
            noise: 0,
            burst: 0,
            is_connected: false,
            sent: Vec::new(),
        };
        (tracker.noise, tracker.burst) = (tracker.next_noise(0), tracker.next_burst(0));
        tracker
    }

    /// The next cell's settings are made.
    pub(crate) fn set_up(&mut self) {
        self.settings += 1;
    }

    /// A page with so many characters in its address is shown.
    pub(crate) fn visit(&mut self, at: u64, characters: u32) {
        self.pages += 1;
        let before = std::mem::replace(&mut self.before, characters);
        let is_quiet = self.program.quiet_cell.is_some_and(|cell| cell + 1 == self.settings);
        let content = if is_quiet { Content::Events } else { self.program.content };
        let characters = match content {
            Content::Silent | Content::Pings => return,
            Content::EveryThird if !self.pages.is_multiple_of(3) => return,
            Content::Events | Content::PageCount => 0,
            Content::Hash => 32,
            Content::Address | Content::EveryThird => characters,
            Content::Referrer => {
                self.queue.push(Pages { characters: before, pages: 1 });
                characters
            }
            Content::CutOff(most) => characters.min(most),
        };
        self.queue.push(Pages { characters, pages: 1 });
        match self.program.batching {
            Batching::Immediate => {
                let delay = self.random.u64(100..400);
                self.flush(at + delay);
            }
            Batching::Late => self.late.push(at + self.random.u64(20_000..45_000)),
            Batching::Fifty | Batching::First if self.queue.len() >= self.full => {
                self.full = self.random.usize(20..=25);
                self.flush(at + 100);
            }
            Batching::Hundred if self.queue.len() >= self.full => self.flush(at + 100),
            Batching::Fifty
            | Batching::First
            | Batching::Hundred
            | Batching::Timer
            | Batching::Minute
            | Batching::Background => {}
        }
    }

    pub(crate) fn background(&mut self, at: u64) {
        if matches!(self.program.batching, Batching::Background | Batching::First) {
            self.flush(at + 200);
        }
    }

    /// All that happens by itself before `until`.
    pub(crate) fn run(&mut self, until: u64) {
        loop {
            let late = self.late.iter().min().copied().unwrap_or(u64::MAX);
            let next = self.timer.min(self.ping).min(self.noise).min(self.burst).min(late);
            if next >= until {
                return;
            }
            if next == late {
                self.late.retain(|due| *due != next);
                self.flush(next);
            } else if next == self.timer {
                self.timer += period(self.program.batching);
                if matches!(self.program.batching, Batching::Timer | Batching::Minute | Batching::First) {
                    self.flush(next);
                }
            } else if next == self.ping {
                self.ping += MINUTE;
                if self.program.content == Content::Pings {
                    self.request(next, 640);
                }
            } else if next == self.noise {
                self.noise = self.next_noise(next);
                let bytes = self.noise_bytes();
                self.request(next, bytes);
            } else {
                self.burst = self.next_burst(next);
                let bytes = self.random.u64(20_000..200_000);
                self.request(next, bytes);
            }
        }
    }

    /// What was sent since it was last asked, in order.
    pub(crate) fn take_sent(&mut self) -> Vec<Sent> {
        let mut sent = std::mem::take(&mut self.sent);
        sent.sort_by_key(|sent| sent.at);
        sent
    }

    fn flush(&mut self, at: u64) {
        let queue = std::mem::take(&mut self.queue);
        if queue.is_empty() {
            return;
        }
        if self.program.content == Content::PageCount {
            let pages = queue.len() as u64;
            let bytes = pages * self.random.u64(150..250);
            return self.request(at, bytes);
        }
        match self.program.together {
            // At most 50 events a request.
            Together::Batch => {
                for part in queue.chunks(25) {
                    let bytes =
                        self.sizes.draw(self.program.encoding, Events::Both, &runs(part), &mut self.random);
                    self.request(at, bytes);
                }
            }
            Together::EachEvent => {
                for page in queue.iter().flat_map(|page| [page; 2]) {
                    let bytes =
                        self.sizes.draw(self.program.encoding, Events::One, &[*page], &mut self.random);
                    self.request(at, bytes);
                }
            }
        }
    }

    /// One request; on a network that is not quiet it is now and then sent twice.
    fn request(&mut self, at: u64, body: u64) {
        let head = HEAD + self.random.u64(..40);
        let added = if self.program.padding == Padding::Random { self.random.u64(..1024) } else { 0 };
        let bytes = self.records(head + body + added);
        let times = if self.program.noise != Noise::None && self.random.u8(..50) == 0 { 2 } else { 1 };
        for _ in 0..times {
            let on_new_connection = !self.is_connected || self.program.connection == Connection::NewEachTime;
            self.is_connected = true;
            let handshake = if on_new_connection { HANDSHAKE } else { 0 };
            self.sent.push(Sent { at, bytes: handshake + bytes, on_new_connection });
        }
    }

    /// Records of 16 KiB, each with 5 bytes before, a type and a tag of 16 bytes (RFC 8446 section 5.2).
    fn records(&self, bytes: u64) -> u64 {
        let bytes = if self.program.padding == Padding::Blocks { bytes.next_multiple_of(256) } else { bytes };
        bytes + bytes.div_ceil(16_384) * 22
    }

    fn next_noise(&mut self, after: u64) -> u64 {
        match self.program.noise {
            Noise::None => u64::MAX,
            Noise::Light | Noise::Bursts => after + self.wait(60_000.0),
            Noise::Heavy => after + self.wait(8_000.0),
        }
    }

    fn next_burst(&mut self, after: u64) -> u64 {
        if self.program.noise == Noise::Bursts { after + self.wait(600_000.0) } else { u64::MAX }
    }

    /// Exponential.
    fn wait(&mut self, mean: f64) -> u64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some minutes")]
        let wait = (-mean * (1.0 - self.random.f64()).ln()) as u64;
        wait + 1
    }

    /// Log-normal in effect: most are small, some are not.
    fn noise_bytes(&mut self) -> u64 {
        let (least, doublings) = if self.program.noise == Noise::Heavy { (500.0, 6.0) } else { (200.0, 3.0) };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 32000")]
        let bytes = (least * (self.random.f64() * doublings).exp2()) as u64;
        bytes
    }
}

/// How often a program looks whether it has something to send.
fn period(batching: Batching) -> u64 {
    if batching == Batching::Minute { MINUTE } else { TIMER }
}

/// Neighbours with the same number of characters, counted.
fn runs(queue: &[Pages]) -> Vec<Pages> {
    let mut runs: Vec<Pages> = Vec::new();
    for page in queue {
        match runs.last_mut() {
            Some(run) if run.characters == page.characters => run.pages += page.pages,
            _ => runs.push(*page),
        }
    }
    runs
}
