//! Names that do not stand at the beginning of a connection: behind proxies, greetings, upgrades and prefaces.

use std::io;
use std::net::TcpStream;

use serde_json::{Value, json};
use telltale_tests::servers::proxy;
use telltale_tests::servers::tcp::{TcpServer, echo};
use telltale_tests::world::place::SERVER;

use super::{Desk, Family, NAMED, named, world};

const HOST: &str = "tracking.intl.miui.com";

/// A server at the address of [`HOST`].
fn serve<B>(behaviour: B) -> TcpServer
where
    B: Fn(TcpStream) -> io::Result<usize> + Send + Sync + 'static,
{
    TcpServer::start(&world().server_side, NAMED.host(11).at(Family::V4), behaviour)
}

fn proxy<B>(behaviour: B) -> TcpServer
where
    B: Fn(TcpStream) -> io::Result<usize> + Send + Sync + 'static,
{
    TcpServer::start(&world().server_side, SERVER.at(Family::V4), behaviour)
}

/// The one flow to this server, as a run tells it; the client may fail.
fn flow_to(server: &TcpServer, script: &str) -> Value {
    let run = Desk::new().watch_with(&["--json"], &[], &format!("{script} >&2 || true"));
    let flows = run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let flows: Vec<Value> = flows.filter(|flow| flow["responder"]["port"] == server.address.port()).collect();
    let [flow] = &flows[..] else { panic!("one flow: {flows:#?} {run:?}") };
    flow.clone()
}

#[test]
fn tls_through_a_proxy() {
    let desk = Desk::new();
    for (server, option) in [
        (proxy(proxy::connect(&world().server_side)), "--proxy http://"),
        (proxy(proxy::socks(&world().server_side)), "--socks5-hostname "),
    ] {
        let run = desk.watch(&format!("curl -sS {option}{} https://{HOST}/", server.address));
        assert!(run.stdout.starts_with("{\"host\":\"tracking"), "{option}: {run:?}");
        let flow = &desk.flows_to(HOST)[0];
        assert_eq!(flow["responder"]["port"], server.address.port(), "{option}");
        assert_eq!(flow["name"], json!({ "host": HOST, "provenance": "tls-sni" }), "{option}");
        assert_eq!(flow["finding"]["rule"], HOST, "{option}");
    }
}

#[test]
fn http_through_a_proxy() {
    let server = proxy(proxy::socks(&world().server_side));
    let flow = flow_to(&server, &format!("curl -sS --socks5-hostname {} http://{HOST}/", server.address));
    assert_eq!(flow["name"], json!({ "host": HOST, "provenance": "http-host" }));
    assert_eq!(flow["application"], "http");
}

#[test]
fn http2_without_tls() {
    let server = serve(echo);
    let port = server.address.port();
    let flow = flow_to(&server, &format!("curl -sS --http2-prior-knowledge http://{HOST}:{port}/"));
    assert_eq!(flow["name"], json!({ "host": HOST, "provenance": "http-host" }));
    assert_eq!(flow["application"], "http2");
}

#[test]
fn a_web_socket() {
    let answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    let server = serve(proxy::script("", Box::leak(Box::new([answer]))));
    let port = server.address.port();
    let headers = "-H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' \
        -H 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='";
    let flow = flow_to(&server, &format!("curl -sS -m 2 {headers} http://{HOST}:{port}/"));
    assert_eq!(flow["name"], json!({ "host": HOST, "provenance": "http-host" }));
    assert_eq!(flow["application"], "web-socket");
}

#[test]
fn mail_that_turns_to_tls() {
    let answers: &[&str] = &["250-mx\r\n250 STARTTLS\r\n", "220 go ahead\r\n"];
    let server = serve(proxy::script("220 mx ESMTP\r\n", answers));
    let port = server.address.port();
    let flow = flow_to(&server, &format!("curl -sS --ssl-reqd smtp://{HOST}:{port}/"));
    assert_eq!(flow["name"], json!({ "host": HOST, "provenance": "tls-sni" }));
    assert_eq!(flow["application"], "tls");
}

#[test]
fn a_look_up_over_http_names_the_flow_that_follows() {
    let body = "{\"host\":\"sdk-api.sensorsdata.cn\",\"ips\":[\"198.18.10.17\"],\"ttl\":60}";
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let server = proxy(proxy::script("", Box::leak(Box::new([&*answer.leak()]))));
    let look_up = format!("curl -sS 'http://{}/1645/d?host=sdk-api.sensorsdata.cn'", server.address);
    let desk = Desk::new();
    desk.watch(&format!("{look_up}; bash -c 'exec 3<>/dev/tcp/{}/443; sleep 1.5'", named(17)));
    let [flow] = &desk.flows_to("sdk-api.sensorsdata.cn")[..] else { panic!("one flow") };
    assert_eq!(flow["name"], json!({ "host": "sdk-api.sensorsdata.cn", "provenance": "http-dns" }));
    assert_eq!(flow["responder"], json!({ "address": named(17), "port": 443 }));
}
