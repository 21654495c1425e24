//! The Internet checksum (RFC 1071), wide enough that the compiler vectorises it.

use std::net::IpAddr;

/// A one's-complement sum in the making. Every part but the last must be of even length.
#[derive(Debug, Clone, Copy, Default)]
pub struct Checksum(u64);

/// Bytes summed per step: eight lanes of 32 bits.
const STRIDE: usize = 32;

impl Checksum {
    /// Starts with the pseudo header of RFC 9293 section 3.1 or RFC 8200 section 8.1.
    pub fn pseudo(source: IpAddr, destination: IpAddr, protocol: u8, length: u32) -> Self {
        let addresses = Self::default().address(source).address(destination);
        addresses.bytes(&length.to_be_bytes()).bytes(&[0, protocol])
    }

    /// Adds `bytes`, in the order of the wire.
    pub fn bytes(self, bytes: &[u8]) -> Self {
        let mut lanes = [0u64; STRIDE / 4];
        let mut strides = bytes.chunks_exact(STRIDE);
        for stride in &mut strides {
            for (lane, word) in lanes.iter_mut().zip(stride.chunks_exact(4)) {
                *lane += u64::from(u32::from_ne_bytes([word[0], word[1], word[2], word[3]]));
            }
        }
        let tail: u64 = strides
            .remainder()
            .chunks(2)
            .map(|pair| u64::from(u16::from_ne_bytes([pair[0], pair.get(1).copied().unwrap_or(0)])))
            .sum();
        // Packets are below 64 KiB, so no lane and no sum of lanes can overflow.
        Self(self.0 + lanes.iter().sum::<u64>() + tail)
    }

    /// The two bytes to put into the packet, such as they go on the wire.
    pub fn finish(self) -> [u8; 2] {
        let mut sum = self.0;
        while sum > 0xffff {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        let [low, high, ..] = (!sum).to_le_bytes();
        u16::from_le_bytes([low, high]).to_ne_bytes()
    }

    fn address(self, address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => self.bytes(&address.octets()),
            IpAddr::V6(address) => self.bytes(&address.octets()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reference(bytes: &[u8]) -> [u8; 2] {
        let mut sum = 0u32;
        for pair in bytes.chunks(2) {
            sum += u32::from(u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]));
            sum = (sum & 0xffff) + (sum >> 16);
        }
        let [_, _, high, low] = (!sum).to_be_bytes();
        [high, low]
    }

    #[test]
    fn rfc_1071_example() {
        let bytes = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
        assert_eq!(Checksum::default().bytes(&bytes).finish(), [0x22, 0x0d]);
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            prop_assert_eq!(Checksum::default().bytes(&bytes).finish(), reference(&bytes));
        }
    }
}
