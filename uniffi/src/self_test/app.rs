//! An app with a TCP stack of its own at the other end of the tunnel.

use std::net::SocketAddr;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use smoltcp::iface::{Config, Interface, SocketSet};
use smoltcp::phy::{Device, DeviceCapabilities, Medium, RxToken, TxToken};
use smoltcp::socket::tcp::{Socket, SocketBuffer};
use smoltcp::time::Instant;
use smoltcp::wire::{HardwareAddress, IpAddress, IpCidr, Ipv4Address};
use telltale_core::limits::TUN_MTU;
use telltale_core::packet::{IpPacket, Transport, compose};

use super::{Outcome, PATIENCE};

const ADDRESS: Ipv4Address = Ipv4Address::new(10, 111, 222, 1);
const TCP_PORT: u16 = 40_000;
const UDP_PORT: u16 = 40_001;

/// A packet that was not there is looked for again after so long.
const PAUSE: Duration = Duration::from_millis(2);

/// The app, its interface and its end of the tunnel.
pub(super) struct App {
    cable: Cable,
    interface: Interface,
}

struct Cable(UnixDatagram);

impl App {
    pub(super) fn new(tunnel: UnixDatagram) -> Outcome<Self> {
        tunnel.set_nonblocking(true)?;
        let mut cable = Cable(tunnel);
        let mut interface = Interface::new(Config::new(HardwareAddress::Ip), &mut cable, Instant::now());
        let mut is_full = false;
        interface.update_ip_addrs(|addresses| {
            is_full = addresses.push(IpCidr::new(IpAddress::Ipv4(ADDRESS), 30)).is_err();
        });
        if is_full { Err("no room for an address".into()) } else { Ok(Self { cable, interface }) }
    }

    /// Connects, says `question`, and waits for `answer`.
    pub(super) fn ask_over_tcp(&mut self, to: SocketAddr, question: &[u8], answer: &[u8]) -> Outcome<()> {
        let buffer = || SocketBuffer::new(vec![0; 4096]);
        let mut sockets = SocketSet::new(Vec::new());
        let handle = sockets.add(Socket::new(buffer(), buffer()));
        let socket = sockets.get_mut::<Socket<'_>>(handle);
        socket.connect(self.interface.context(), to, TCP_PORT).map_err(|error| error.to_string())?;
        let (mut unsaid, mut heard) = (question, Vec::new());
        let until = Instant::now() + PATIENCE.into();
        while heard != answer {
            self.interface.poll(Instant::now(), &mut self.cable, &mut sockets);
            let socket = sockets.get_mut::<Socket<'_>>(handle);
            if socket.can_send() {
                let said = socket.send_slice(unsaid).map_err(|error| error.to_string())?;
                unsaid = &unsaid[said..];
            }
            if socket.can_recv() {
                let more = socket.recv(|bytes| (bytes.len(), bytes.to_vec()));
                heard.extend(more.map_err(|error| error.to_string())?);
            }
            pause(until, "TCP")?;
        }
        self.hang_up(&mut sockets, handle);
        Ok(())
    }

    /// Sends a datagram, and waits for it to come back.
    pub(super) fn ask_over_udp(&self, to: SocketAddr, question: &[u8]) -> Outcome<()> {
        let mut packet = Vec::new();
        compose::udp(&mut packet, (ADDRESS, UDP_PORT).into(), to, question);
        self.cable.0.send(&packet)?;
        let until = Instant::now() + PATIENCE.into();
        let mut buffer = [0; TUN_MTU as usize];
        loop {
            if let Ok(length) = self.cable.0.recv(&mut buffer)
                && let Ok(packet) = IpPacket::parse(&buffer[..length])
                && let Transport::Udp(datagram) = packet.transport
                && datagram.payload == question
            {
                return Ok(());
            }
            pause(until, "UDP")?;
        }
    }

    fn hang_up(&mut self, sockets: &mut SocketSet<'_>, handle: smoltcp::iface::SocketHandle) {
        sockets.get_mut::<Socket<'_>>(handle).abort();
        self.interface.poll(Instant::now(), &mut self.cable, sockets);
    }
}

fn pause(until: Instant, what: &str) -> Outcome<()> {
    if Instant::now() > until {
        return Err(format!("no answer over {what}").into());
    }
    std::thread::sleep(PAUSE);
    Ok(())
}

impl Device for Cable {
    type RxToken<'a> = Packet;
    type TxToken<'a> = Wire<'a>;

    fn receive(&mut self, _: Instant) -> Option<(Packet, Wire<'_>)> {
        let mut packet = vec![0; usize::from(TUN_MTU)];
        let length = self.0.recv(&mut packet).ok()?;
        packet.truncate(length);
        Some((Packet(packet), Wire(&self.0)))
    }

    fn transmit(&mut self, _: Instant) -> Option<Wire<'_>> {
        Some(Wire(&self.0))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ip;
        capabilities.max_transmission_unit = usize::from(TUN_MTU);
        capabilities
    }
}

struct Packet(Vec<u8>);

impl RxToken for Packet {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        read(&self.0)
    }
}

struct Wire<'a>(&'a UnixDatagram);

impl TxToken for Wire<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, write: F) -> R {
        let mut packet = vec![0; length];
        let result = write(&mut packet);
        // Lost, as on any link: TCP repeats it.
        let _ = self.0.send(&packet);
        result
    }
}
