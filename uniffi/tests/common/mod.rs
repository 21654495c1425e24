//! A phone: a namespace whose only way out is a TUN, and a session that has the TUN's descriptor.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a failed step is a failed check, and real programs need a real clock"
)]

use std::net::TcpStream;
use std::os::fd::IntoRawFd;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::{Duration, Instant};

use telltale::{AnswerError, FlowTuple, Owner, OwnerLookup, Protector, Session, SessionConfig};
use telltale_core::engine::Tun;
use telltale_tests::world::place::{DNS, NAMED};
use telltale_tests::world::{Family, Mode, Namespace, World};

pub(crate) const HOST: &str = "tracking.intl.miui.com";
pub(crate) const PACKAGE: &str = "com.miui.weather2";
/// Where the phone's apps find a resolver.
pub(crate) const RESOLVER: &str = "10.111.222.2";

pub(crate) struct Phone {
    folder: tempfile::TempDir,
    network: Namespace,
}

/// The system's answer to whose a flow is.
pub(crate) struct System;

impl OwnerLookup for System {
    fn owner(&self, _: FlowTuple) -> Result<Option<Owner>, AnswerError> {
        Ok(Some(Owner { uid: Some(10_123), packages: vec![PACKAGE.to_owned()], process: None }))
    }
}

impl Phone {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("authority.pem"), &world().internet().pem).unwrap();
        Self { folder, network: Namespace::new("phone") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn record(&self) -> String {
        self.path("telltale.db").to_str().unwrap().to_owned()
    }

    pub(crate) fn config(&self) -> SessionConfig {
        SessionConfig {
            record: self.record(),
            lists: None,
            tunnel_dns: vec![RESOLVER.to_owned()],
            dns_servers: vec![DNS.at(Family::V4).to_string()],
            retention: None,
            keeps_evidence: true,
            countries: None,
        }
    }

    /// What `VpnService.establish` gives: the descriptor of a TUN that everything goes into.
    pub(crate) fn establish(&self) -> i32 {
        let tun = self.network.run(|| Tun::create("tun0")).unwrap();
        self.network.ip("link set tun0 up\naddress add 10.111.222.1/30 dev tun0\nroute add default dev tun0");
        tun.into_raw_fd()
    }

    /// What the system does when another VPN takes over.
    pub(crate) fn revoke(&self) {
        self.network.ip("link delete tun0");
    }

    /// Starts a session whose sockets are in the world's network.
    pub(crate) fn start_with(
        &self,
        config: SessionConfig,
        protector: Option<Arc<dyn Protector>>,
    ) -> Arc<Session> {
        let tun = self.establish();
        world()
            .relay_side
            .run(move || Session::start(tun, config, Some(Arc::new(System)), protector))
            .unwrap()
    }

    /// An app that talks to [`HOST`]; answers with what `curl` said.
    pub(crate) fn fetch(&self) -> Output {
        self.curl(443, &[&format!("https://{HOST}/")])
    }

    /// An app that sends this to [`HOST`] in the clear.
    pub(crate) fn send_in_the_clear(&self, body: &str) -> Output {
        self.curl(80, &["--data", body, &format!("http://{HOST}/track/v1")])
    }

    fn curl(&self, port: u16, arguments: &[&str]) -> Output {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--max-time", "20", "--cacert"])
            .arg(self.path("authority.pem"));
        curl.arg("--resolve").arg(format!("{HOST}:{port}:{}", NAMED.host(11).at(Family::V4)));
        curl.args(arguments);
        self.app(move || curl.output().unwrap())
    }

    /// Something that an app does.
    pub(crate) fn app<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        self.network.run(work)
    }

    /// An app that asks for a connection.
    pub(crate) fn knock(&self, address: &str) {
        let address = address.parse().unwrap();
        let _refused = self.app(move || TcpStream::connect_timeout(&address, Duration::from_secs(2)));
    }

    /// A look-up at the tunnel's own resolver; answers with the length of the answer.
    pub(crate) fn look_up(&self) -> usize {
        self.app(|| {
            let socket = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
            socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            let question = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x07example\x03org\0\0\x01\0\x01";
            socket.send_to(question, (RESOLVER, 53)).unwrap();
            socket.recv(&mut [0; 512]).unwrap()
        })
    }
}

pub(crate) fn world() -> &'static World {
    World::shared(Mode::Direct)
}

/// Waits until `is_so`, and fails when it never is.
pub(crate) fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < until, "still not so: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
