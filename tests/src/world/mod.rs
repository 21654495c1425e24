//! Four namespaces in a row, `app - relay - server - far`, with every kind of bad destination behind them.

mod namespace;
pub mod place;
mod relay;

use std::sync::{LazyLock, OnceLock};
use std::{env, fmt};

use nix::sys::resource::{Resource, getrlimit, setrlimit};

pub use namespace::{Namespace, bounded, enter};
use place::{
    APP, BLACK_HOLE, DNS, FAR, FAR_HOSTS, FAR_MTU, GATEWAY, MTU, NAMED, NEAR_NO_ROUTE, NEAR_PROHIBITED,
    NEAR_UNREACHABLE, NO_ROUTE, PROHIBITED, RELAY, ROUTER, SECOND, SERVER, UNREACHABLE,
};
pub use place::{Family, Place};
use relay::Relay;
pub use relay::program;

use crate::servers;
use crate::servers::web::Authority;

/// The app's only interface towards the world, whichever way it is joined.
pub const APP_DEVICE: &str = "tt0";
/// Hardware address of the app's gateway in mode direct; a TUN ignores it.
pub const GATEWAY_HARDWARE: [u8; 6] = [0x02, 0, 0, 0, 0, 0x01];

/// Enough for the 500 connections of one check, four times at once, and for both ends of a benchmark's idle flows.
const OPEN_FILES: u64 = 20_000;

/// What joins the app to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The kernel forwards: the real network.
    Direct,
    /// Everything the app sends passes `telltale tun`.
    Relay,
}

impl Mode {
    /// Both modes run unless `TELLTALE_WORLD_MODE=direct` leaves the relay out.
    pub fn is_wanted(self) -> bool {
        match env::var("TELLTALE_WORLD_MODE").as_deref() {
            Err(_) => true,
            Ok("direct") => self == Self::Direct,
            Ok(other) => panic!("TELLTALE_WORLD_MODE={other}: only `direct` is known"),
        }
    }
}

/// A world. Nothing of it outlives the process.
pub struct World {
    pub mode: Mode,
    pub app_side: Namespace,
    /// Where the relay is, or the router in its place.
    pub relay_side: Namespace,
    pub server_side: Namespace,
    /// Behind the link with the small MTU.
    pub far_side: Namespace,
    process: Option<Relay>,
    internet: OnceLock<Authority>,
}

impl World {
    /// The world of this process in `mode`, made when first asked for.
    pub fn shared(mode: Mode) -> &'static Self {
        // Not OnceLock: when the world cannot be made, the first test says why and the others fail at once.
        static DIRECT: LazyLock<World> = LazyLock::new(|| World::new(Mode::Direct));
        static RELAYED: LazyLock<World> = LazyLock::new(|| World::new(Mode::Relay));
        match mode {
            Mode::Direct => &DIRECT,
            Mode::Relay => &RELAYED,
        }
    }

    /// The same world joined by the kernel: what an app sees here is right by definition.
    pub fn reference() -> &'static Self {
        Self::shared(Mode::Direct)
    }

    fn new(mode: Mode) -> Self {
        raise_open_files();
        let (relay, server, far) = join_servers();
        let app = Namespace::new("app");
        app.tune(COMMON);
        let process = match mode {
            Mode::Direct => {
                join_by_kernel(&app, &relay);
                None
            }
            Mode::Relay => Some(join_by_relay(&app, &relay)),
        };
        Self {
            mode,
            app_side: app,
            relay_side: relay,
            server_side: server,
            far_side: far,
            process,
            internet: OnceLock::new(),
        }
    }

    /// Runs `work` where the app is.
    pub fn app<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        self.app_side.run(work)
    }

    /// Runs `work` where the server is.
    pub fn server<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        self.server_side.run(work)
    }

    /// Starts the servers of the named hosts when first asked for, and says who vouches for their certificates.
    pub fn internet(&self) -> &Authority {
        self.internet.get_or_init(|| servers::start_internet(&self.server_side))
    }

    /// What the relay said before it ended, when it did.
    pub fn relay_obituary(&self) -> Option<String> {
        self.process.as_ref().and_then(Relay::obituary)
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("mode", &self.mode).finish_non_exhaustive()
    }
}

/// The relay's, the server's and the far namespace, joined and routed; an app is still missing.
/// `telltale-world` uses them as a whole network for a command that runs where the relay would.
pub fn join_servers() -> (Namespace, Namespace, Namespace) {
    let (relay, server, far) = (Namespace::new("relay"), Namespace::new("server"), Namespace::new("far"));
    for namespace in [&relay, &server, &far] {
        namespace.tune(COMMON);
    }
    for namespace in [&relay, &server] {
        namespace.tune(FORWARDING);
    }
    relay.ip(&format!("link add server type veth peer name relay netns {}", server.path()));
    server.ip(&format!(
        "link add far mtu {FAR_MTU} type veth peer name server mtu {FAR_MTU} netns {}",
        far.path()
    ));

    let mut set_up = [up("server"), up("relay") + &up("far"), up("server")];
    for family in [Family::V4, Family::V6] {
        let [relay, server, far] = &mut set_up;
        let to = |place: Place| prefix(place, family);
        let at = |place: Place| place.at(family);
        *relay += &address(RELAY, family, "server");
        *relay += &format!("route add default via {}\n", at(SERVER));
        *relay += &format!("route add unreachable {}\n", to(NEAR_UNREACHABLE));
        *relay += &format!("route add prohibit {}\n", to(NEAR_PROHIBITED));
        *relay += &format!("route add throw {}\n", to(NEAR_NO_ROUTE));

        for (place, device) in [(SERVER, "relay"), (SECOND, "relay"), (DNS, "relay"), (ROUTER, "far")] {
            *server += &address(place, family, device);
        }
        *server += &format!("route add local {} dev lo\n", to(NAMED));
        *server += &format!("route add {} via {}\n", to(APP), at(RELAY));
        *server += &format!("route add blackhole {}\n", to(BLACK_HOLE));
        *server += &format!("route add unreachable {}\n", to(UNREACHABLE));
        *server += &format!("route add prohibit {}\n", to(PROHIBITED));
        *server += &format!("route add throw {}\n", to(NO_ROUTE));

        for host in FAR_HOSTS {
            *far += &address(FAR.host(host), family, "server");
        }
        *far += &format!("route add default via {}\n", at(ROUTER));
    }
    for (namespace, commands) in [&relay, &server, &far].into_iter().zip(&set_up) {
        namespace.ip(commands);
    }
    (relay, server, far)
}

/// A link between app and relay, with the relay's kernel as the router.
pub(crate) fn join_by_kernel(app: &Namespace, relay: &Namespace) {
    let hardware = GATEWAY_HARDWARE.map(|byte| format!("{byte:02x}")).join(":");
    relay.ip(&format!(
        "link add app address {hardware} type veth peer name {APP_DEVICE} netns {}\n{}",
        app.path(),
        up("app")
    ));
    app.ip(&up(APP_DEVICE));
    for family in [Family::V4, Family::V6] {
        relay.ip(&address(GATEWAY, family, "app"));
        app.ip(&address(APP, family, APP_DEVICE));
        app.ip(&format!("route add default via {}", GATEWAY.at(family)));
    }
    // Linux forwards these; a router must not (RFC 3927 section 7).
    relay.ip("route add blackhole 169.254.0.0/16");
}

/// The relay opens its TUN beside itself, as on a phone; then the TUN moves to the app.
fn join_by_relay(app: &Namespace, relay: &Namespace) -> Relay {
    let process = Relay::start(relay, APP_DEVICE, MTU);
    relay.ip(&format!("link set {APP_DEVICE} netns {}", app.path()));
    // With the usual queue of 500 packets, the bulk transfers of one check lose the datagrams of another.
    app.ip(&format!("link set {APP_DEVICE} mtu {MTU} txqueuelen 20000\n{}", up(APP_DEVICE)));
    for family in [Family::V4, Family::V6] {
        app.ip(&address(APP, family, APP_DEVICE));
        app.ip(&format!("route add default dev {APP_DEVICE} src {}", APP.at(family)));
    }
    process
}

/// The relay inherits it.
pub(crate) fn raise_open_files() {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("a known limit");
    setrlimit(Resource::RLIMIT_NOFILE, soft.max(OPEN_FILES).min(hard), hard).expect("below the hard limit");
}

fn up(device: &str) -> String {
    format!("link set {device} up\n")
}

fn address(place: Place, family: Family, device: &str) -> String {
    let address = place.at(family);
    match family {
        Family::V4 => format!("address add {address}/24 dev {device}\n"),
        // Without duplicate address detection, which would keep the address unusable for a second.
        Family::V6 => format!("address add {address}/64 dev {device} nodad\n"),
    }
}

/// The whole network of a place.
fn prefix(place: Place, family: Family) -> String {
    let network = place.host(0).at(family);
    match family {
        Family::V4 => format!("{network}/24"),
        Family::V6 => format!("{network}/64"),
    }
}

/// Every ICMP error is sent (many tests share a router, and the default is one a second), and everyone may ping.
const COMMON: &[(&str, &str)] = &[
    ("ipv4/icmp_ratelimit", "0"),
    ("ipv4/icmp_msgs_per_sec", "100000"),
    ("ipv4/icmp_msgs_burst", "100000"),
    ("ipv6/icmp/ratelimit", "0"),
    ("ipv4/ping_group_range", "0 0"),
    ("ipv4/conf/all/rp_filter", "0"),
    ("ipv4/conf/default/rp_filter", "0"),
];
const FORWARDING: &[(&str, &str)] = &[("ipv4/ip_forward", "1"), ("ipv6/conf/all/forwarding", "1")];
