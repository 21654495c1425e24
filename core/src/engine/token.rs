//! What an epoll event is about, packed into its 64 bits.

use crate::flow::{AssociationKey, FlowKey};

/// Source of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Tun,
    Waker,
    Tcp(FlowKey),
    /// The socket of an association in one family.
    Datagrams(AssociationKey, Family),
}

/// IP version of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    V4,
    V6,
}

/// Bits of an index; `MAX_FLOWS` needs 14.
const INDEX_BITS: u32 = 24;
const _: () = assert!(crate::limits::MAX_FLOWS < 1 << INDEX_BITS);

impl Token {
    /// Kind in the upper 8 bits, index in the next 24, sequence in the lower 32.
    pub(super) fn pack(self) -> u64 {
        let (kind, index, sequence) = match self {
            Self::Tun => (0, 0, 0),
            Self::Waker => (1, 0, 0),
            Self::Tcp(key) => (2, key.index, key.sequence),
            Self::Datagrams(key, Family::V4) => (3, key.index, key.sequence),
            Self::Datagrams(key, Family::V6) => (4, key.index, key.sequence),
        };
        kind << (32 + INDEX_BITS) | u64::from(index) << 32 | u64::from(sequence)
    }

    /// The reverse of [`Self::pack`]; `None` for what it never makes.
    pub(super) fn unpack(bits: u64) -> Option<Self> {
        let sequence = u32::try_from(bits & u64::from(u32::MAX)).ok()?;
        let index = u32::try_from(bits >> 32 & ((1 << INDEX_BITS) - 1)).ok()?;
        match bits >> (32 + INDEX_BITS) {
            0 => Some(Self::Tun),
            1 => Some(Self::Waker),
            2 => Some(Self::Tcp(FlowKey { index, sequence })),
            3 => Some(Self::Datagrams(AssociationKey { index, sequence }, Family::V4)),
            4 => Some(Self::Datagrams(AssociationKey { index, sequence }, Family::V6)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_survive_packing() {
        let flow = FlowKey { index: 10_239, sequence: u32::MAX };
        let association = AssociationKey { index: 7, sequence: 9 };
        for token in [
            Token::Tun,
            Token::Waker,
            Token::Tcp(flow),
            Token::Datagrams(association, Family::V4),
            Token::Datagrams(association, Family::V6),
        ] {
            assert_eq!(Token::unpack(token.pack()), Some(token));
        }
        assert_eq!(Token::unpack(u64::MAX), None);
    }
}
