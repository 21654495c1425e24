//! Packets as they are on a link: written past every check of the kernel, and watched for.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::libc;
use nix::net::if_::if_nametoindex;
use socket2::{Domain, Protocol, Socket, Type};

use crate::sys;
use crate::world::{APP_DEVICE, Family, GATEWAY_HARDWARE, Namespace, World};

/// Counts the packets on all interfaces of a namespace that carry a mark.
pub struct Watch {
    ends: Arc<AtomicBool>,
    watcher: JoinHandle<Vec<Vec<u8>>>,
}

impl Watch {
    /// Starts to look for packets that contain `mark`.
    pub fn start(namespace: &Namespace, mark: &'static [u8]) -> Self {
        let everything = i32::from(ethertype(libc::ETH_P_ALL).to_be());
        let socket = namespace
            .run(move || Socket::new(Domain::PACKET, Type::DGRAM, Some(Protocol::from(everything))))
            .expect("packet sockets are allowed in the world");
        socket.set_read_timeout(Some(Duration::from_millis(100))).expect("a timeout above zero");
        let ends = Arc::new(AtomicBool::new(false));
        let asked = ends.clone();
        let watcher = thread::spawn(move || {
            let mut found = Vec::new();
            while !asked.load(Ordering::Relaxed) {
                if let Ok(packet) = receive(&socket)
                    && packet.windows(mark.len()).any(|window| window == mark)
                {
                    found.push(packet);
                }
            }
            found
        });
        Self { ends, watcher }
    }

    /// Waits `more` and hands over what was seen.
    pub fn finish(self, more: Duration) -> Vec<Vec<u8>> {
        thread::sleep(more);
        self.ends.store(true, Ordering::Relaxed);
        self.watcher.join().expect("the watcher does not panic")
    }
}

impl World {
    /// Puts `packets` on the app's link exactly as they are.
    pub fn inject(&self, family: Family, packets: Vec<Vec<u8>>) {
        self.app(move || {
            let socket = Socket::new(Domain::PACKET, Type::DGRAM, None).expect("packet sockets are allowed");
            let index = if_nametoindex(APP_DEVICE).expect("the app's link").cast_signed();
            let ethertype = match family {
                Family::V4 => ethertype(libc::ETH_P_IP),
                Family::V6 => ethertype(libc::ETH_P_IPV6),
            };
            let link = sys::link_address(index, ethertype, GATEWAY_HARDWARE);
            for packet in packets {
                socket.send_to(&packet, &link).expect("the link takes it");
            }
        });
    }
}

/// One packet; an error is a timeout.
pub fn receive(mut socket: &Socket) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; 1 << 17];
    let len = socket.read(&mut buffer)?;
    buffer.truncate(len);
    Ok(buffer)
}

/// The first packet within `limit` that `wanted` makes something of.
pub fn find<T>(socket: &Socket, limit: Duration, mut wanted: impl FnMut(&[u8]) -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    while let Some(left) = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        socket.set_read_timeout(Some(left)).expect("a timeout above zero");
        if let Some(found) = receive(socket).ok().and_then(|packet| wanted(&packet)) {
            return Some(found);
        }
    }
    None
}

#[expect(clippy::cast_possible_truncation, reason = "an EtherType has 16 bits")]
fn ethertype(constant: i32) -> u16 {
    constant as u16
}
