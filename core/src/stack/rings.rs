//! Ring memory of the TCP sockets: reserved for all, resident only where it was touched.
//!
//! smoltcp fixes a ring's size when the socket is made, and the size bounds the speed of the flow. So every
//! flow gets large rings from anonymous mappings, whose untouched pages cost nothing, and pages that a flow
//! no longer needs go back to the system.
#![expect(unsafe_code, reason = "hands smoltcp 'static slices of a mapping that the same owner keeps alive")]

use std::io;
use std::slice;
use std::sync::Arc;

use memmap2::{MmapOptions, MmapRaw, UncheckedAdvice};
use smoltcp::iface::{SocketHandle, SocketSet};
use smoltcp::socket::tcp::{Socket, SocketBuffer};

use crate::limits::{DOWNLOAD_RING, PAGE, RESIDENT_RING, RINGS_PER_MAPPING, UPLOAD_RING};

const SLOT: usize = UPLOAD_RING + DOWNLOAD_RING;

/// Hands out pairs of rings and takes them back.
#[derive(Debug, Default)]
pub(super) struct RingPool {
    free: Vec<RingSlot>,
}

/// Memory for the two rings of one flow.
#[derive(Debug)]
pub(super) struct RingSlot {
    mapping: Arc<MmapRaw>,
    offset: usize,
}

/// A TCP socket whose rings are a slot, alone in its set.
pub(super) struct RingSocket {
    /// Borrows from `slot`: declared first, so dropped first.
    set: SocketSet<'static>,
    handle: SocketHandle,
    slot: RingSlot,
}

/// The two rings of a slot; they alias the slot, see [`RingSlot::lend`].
struct Rings {
    upload: &'static mut [u8],
    download: &'static mut [u8],
}

impl RingSocket {
    /// A closed socket.
    pub(super) fn new(mut slot: RingSlot) -> Self {
        // SAFETY: the slices go into the set and nowhere else; the set is dropped before the slot, and the slot
        // is only reached again through `into_slot`, which drops the set.
        let rings = unsafe { slot.lend() };
        let socket = Socket::new(SocketBuffer::new(rings.upload), SocketBuffer::new(rings.download));
        let mut set = SocketSet::new(Vec::with_capacity(1));
        let handle = set.add(socket);
        Self { set, handle, slot }
    }

    /// The socket, such as smoltcp's interface wants it.
    pub(super) fn set(&mut self) -> &mut SocketSet<'static> {
        &mut self.set
    }

    pub(super) fn socket(&self) -> &Socket<'static> {
        self.set.get(self.handle)
    }

    pub(super) fn socket_mut(&mut self) -> &mut Socket<'static> {
        self.set.get_mut(self.handle)
    }

    /// The memory behind the rings, to give back what is not in use.
    pub(super) fn slot(&self) -> &RingSlot {
        &self.slot
    }

    /// Ends the socket.
    pub(super) fn into_slot(self) -> RingSlot {
        let Self { set, slot, .. } = self;
        drop(set);
        slot
    }
}

impl RingPool {
    /// A slot that nobody uses.
    ///
    /// # Errors
    /// When the system has no address space left for another mapping.
    pub(super) fn take(&mut self) -> io::Result<RingSlot> {
        if let Some(slot) = self.free.pop() {
            return Ok(slot);
        }
        let mapping = MmapOptions::new().len(SLOT * RINGS_PER_MAPPING).no_reserve_swap().map_anon()?;
        let mapping = Arc::new(MmapRaw::from(mapping));
        let slot = |index| RingSlot { mapping: Arc::clone(&mapping), offset: index * SLOT };
        self.free.extend((1..RINGS_PER_MAPPING).rev().map(slot));
        Ok(slot(0))
    }

    /// Takes a slot back. Up to `touched_upload` and `touched_download` bytes of its rings may be resident.
    pub(super) fn give_back(&mut self, slot: RingSlot, touched_upload: usize, touched_download: usize) {
        slot.trim_upload(RESIDENT_RING, touched_upload);
        slot.trim_download(RESIDENT_RING, touched_download);
        self.free.push(slot);
    }
}

impl RingSlot {
    /// Lends the memory out.
    ///
    /// # Safety
    /// Until the slices of an earlier call are gone there must be no second call, and the slices must be gone
    /// before the slot is dropped.
    unsafe fn lend(&mut self) -> Rings {
        let start = self.mapping.as_mut_ptr().wrapping_add(self.offset);
        // SAFETY: the range lies within the mapping, which lives as long as `self` does by the contract above,
        // is readable, writable and zeroed by the system, and no other slot covers it.
        unsafe {
            Rings {
                upload: slice::from_raw_parts_mut(start, UPLOAD_RING),
                download: slice::from_raw_parts_mut(start.add(UPLOAD_RING), DOWNLOAD_RING),
            }
        }
    }

    /// Forgets the upload ring's content between `from` and `to` bytes and gives its pages back.
    pub(super) fn trim_upload(&self, from: usize, to: usize) {
        self.forget(from, to.min(UPLOAD_RING));
    }

    /// Forgets the download ring's content between `from` and `to` bytes and gives its pages back.
    pub(super) fn trim_download(&self, from: usize, to: usize) {
        self.forget(UPLOAD_RING + from, UPLOAD_RING + to.min(DOWNLOAD_RING));
    }

    fn forget(&self, from: usize, to: usize) {
        let (from, to) = (from.next_multiple_of(PAGE), to.next_multiple_of(PAGE));
        if to <= from {
            return;
        }
        // SAFETY: the pages are private and anonymous, so they read as zeros afterwards; callers only trim
        // rings that hold no bytes, and a ring is never read where nothing was written.
        let trimmed = unsafe {
            self.mapping.unchecked_advise_range(UncheckedAdvice::DontNeed, self.offset + from, to - from)
        };
        if let Err(error) = trimmed {
            log::debug!("ring pages stay resident: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_do_not_overlap_and_come_back() {
        let mut pool = RingPool::default();
        let mut slots: Vec<_> = (0..RINGS_PER_MAPPING + 1).map(|_| pool.take().unwrap()).collect();
        for (slot, value) in slots.iter_mut().zip(1u8..) {
            // SAFETY: each slot is lent once and its slices are gone at the end of the statement.
            let rings = unsafe { slot.lend() };
            rings.upload.fill(value);
            rings.download.fill(value);
        }
        for (slot, value) in slots.iter_mut().zip(1u8..) {
            // SAFETY: as above.
            let rings = unsafe { slot.lend() };
            assert!(rings.upload.iter().chain(rings.download.iter()).all(|byte| *byte == value));
        }
        for slot in slots {
            pool.give_back(slot, UPLOAD_RING, DOWNLOAD_RING);
        }
        let mut slot = pool.take().unwrap();
        // SAFETY: as above.
        let rings = unsafe { slot.lend() };
        assert!(rings.upload[RESIDENT_RING..].iter().all(|byte| *byte == 0));
    }
}
