//! TCP towards the app: smoltcp with one shared interface and a one-socket set per flow.
//!
//! smoltcp walks its whole socket set for every packet, so a set of one keeps the cost of a packet
//! independent of the number of flows; the flow table does the look-up that smoltcp would do.

mod device;
mod rings;
mod tcp;

pub use tcp::{TcpSocket, TcpStack};
