//! One direction of the way between the apps and the machine.

use std::collections::BTreeMap;

use super::{Rng, Time, ms};

/// How bad a link is. The TUN of a phone is [`Quality::PERFECT`]; worse ones find what a busy machine does rarely.
#[derive(Debug, Clone, Copy)]
pub struct Quality {
    /// Of a thousand packets, so many are lost.
    pub loss: u64,
    /// Of a thousand packets, so many come twice.
    pub duplicate: u64,
    /// Each packet takes up to so long: with a difference above 0 they overtake each other.
    pub delay: (Time, Time),
}

impl Quality {
    /// Nothing is lost and nothing takes time.
    pub const PERFECT: Self = Self { loss: 0, duplicate: 0, delay: (Time::ZERO, Time::ZERO) };

    /// Any of several kinds of trouble, or none.
    pub fn random(rng: &mut Rng) -> Self {
        let shortest = rng.pick(&[ms(0), ms(1), ms(20)]);
        Self {
            loss: rng.pick(&[0, 0, 5, 30, 100]),
            duplicate: rng.pick(&[0, 0, 10, 100]),
            delay: (shortest, shortest + rng.pick(&[ms(0), ms(0), ms(1), ms(30)])),
        }
    }
}

/// A link with the packets that are on it.
pub struct Link {
    quality: Quality,
    rng: Rng,
    sent: u64,
    packets: BTreeMap<(Time, u64), Vec<u8>>,
}

impl Link {
    /// An empty link.
    pub fn new(quality: Quality, rng: Rng) -> Self {
        Self { quality, rng, sent: 0, packets: BTreeMap::new() }
    }

    /// Puts a packet on it.
    pub fn send(&mut self, packet: &[u8], now: Time) {
        let copies = if self.rng.chance(self.quality.loss) {
            0
        } else {
            1 + u64::from(self.rng.chance(self.quality.duplicate))
        };
        for _ in 0..copies {
            let at = now + self.delay();
            self.sent += 1;
            self.packets.insert((at, self.sent), packet.to_vec());
        }
    }

    /// The next packet that has arrived.
    pub fn receive(&mut self, now: Time) -> Option<Vec<u8>> {
        let next = self.packets.first_entry()?;
        (next.key().0 <= now).then(|| next.remove())
    }

    /// When the next packet arrives.
    pub fn next(&self) -> Option<Time> {
        self.packets.first_key_value().map(|((at, _), _)| *at)
    }

    fn delay(&mut self) -> Time {
        let (shortest, longest) = self.quality.delay;
        let spread = u64::try_from((longest - shortest).as_micros()).expect("delays are short");
        shortest + Time::from_micros(self.rng.within(0..=spread))
    }
}
