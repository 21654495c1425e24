//! Proxies to the named hosts, and servers that say what they are told to.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;

use super::hosts;
use crate::world::{Family, Namespace};

/// An HTTP proxy that knows nothing but CONNECT.
pub fn connect(namespace: &'static Namespace) -> impl Fn(TcpStream) -> io::Result<usize> {
    move |mut client| {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            // Byte by byte: what follows the head is not the proxy's.
            client.read_exact(head_room(&mut head))?;
        }
        let head = String::from_utf8_lossy(&head);
        let target = head.split(' ').nth(1).and_then(|target| target.split_once(':'));
        let (host, port) = target.ok_or(io::ErrorKind::InvalidData)?;
        let port = port.parse().map_err(|_| io::ErrorKind::InvalidData)?;
        let remote = reach(namespace, host, port)?;
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
        relay(&client, &remote)
    }
}

/// A SOCKS 5 proxy for host names, without authentication.
pub fn socks(namespace: &'static Namespace) -> impl Fn(TcpStream) -> io::Result<usize> {
    move |mut client| {
        let [_, methods] = take(&mut client)?;
        client.read_exact(&mut vec![0; methods.into()])?;
        client.write_all(&[5, 0])?;
        let [_, _, _, _, length] = take(&mut client)?;
        let mut host = vec![0; length.into()];
        client.read_exact(&mut host)?;
        let port = u16::from_be_bytes(take(&mut client)?);
        let remote = reach(namespace, &String::from_utf8_lossy(&host), port)?;
        client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
        relay(&client, &remote)
    }
}

/// A server that greets, answers each thing it is told with the next of `answers`, and hangs up at one more.
pub fn script(
    greeting: &'static str,
    answers: &'static [&'static str],
) -> impl Fn(TcpStream) -> io::Result<usize> {
    move |mut client| {
        client.write_all(greeting.as_bytes())?;
        let mut reader = BufReader::new(client.try_clone()?);
        for answer in answers {
            let told = reader.fill_buf()?.len();
            reader.consume(told);
            client.write_all(answer.as_bytes())?;
        }
        reader.fill_buf().map(<[u8]>::len)
    }
}

fn head_room(head: &mut Vec<u8>) -> &mut [u8] {
    head.push(0);
    let last = head.len() - 1;
    &mut head[last..]
}

fn take<const N: usize>(client: &mut TcpStream) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    client.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn reach(namespace: &'static Namespace, host: &str, port: u16) -> io::Result<TcpStream> {
    let address = hosts::address(host, Family::V4).ok_or(io::ErrorKind::NotFound)?;
    namespace.run(move || TcpStream::connect(SocketAddr::new(address, port)))
}

/// Passes bytes on both ways until both sides are done.
fn relay(client: &TcpStream, remote: &TcpStream) -> io::Result<usize> {
    thread::scope(|scope| {
        let up = scope.spawn(|| pass_on(client, remote));
        let down = pass_on(remote, client)?;
        up.join().expect("it does not panic")?;
        usize::try_from(down).map_err(io::Error::other)
    })
}

fn pass_on(mut from: &TcpStream, mut to: &TcpStream) -> io::Result<u64> {
    let count = io::copy(&mut from, &mut to)?;
    to.shutdown(Shutdown::Write)?;
    Ok(count)
}
