//! A wire between client and server that can be made slow, or broken.

mod accepting;
mod lane;

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use parking_lot::Mutex;

pub use self::lane::Flow;
use self::{accepting::Accepting, lane::Wire};
use crate::port::Port;

/// A TCP proxy in front of a server; what it does to the bytes can be changed at any time, for each direction.
///
/// ```
/// use std::time::Duration;
/// use ratelimit_test_servers::{DelayingProxy, Flow, Redis};
///
/// let redis = Redis::start();
/// let proxy = DelayingProxy::start(redis.port());
/// let uri = redis.uri_at(proxy.port()); // for a client
/// proxy.to_client(Flow::Delay(Duration::from_millis(20))); // answers come late
/// proxy.to_client(Flow::Swallow); // the server counts, but the client never learns
/// proxy.both(Flow::Pass);
/// proxy.cut(); // connections end; new ones can be made
/// proxy.refuse(); // … not any more
/// proxy.accept();
/// ```
///
/// Delays are those of a long wire: bytes sent one after another arrive one after another, each as late as said, and
/// don't wait for each other.
pub struct DelayingProxy {
    target: Mutex<SocketAddr>,
    wire: Arc<Wire>,
    accepting: Mutex<Option<Accepting>>,
    // Last, so that the port stays ours while something may listen.
    port: Port,
}

impl DelayingProxy {
    /// Starts a proxy in front of a server on `port` of 127.0.0.1, passing everything on.
    pub fn start(port: u16) -> Self {
        Self::start_before((Ipv4Addr::LOCALHOST, port).into())
    }

    /// Starts a proxy in front of any server.
    pub fn start_before(target: SocketAddr) -> Self {
        let wire = Arc::new(Wire::default());
        let mut port = Port::reserve();
        let accepting = loop {
            match Accepting::start(port.number(), target, &wire) {
                Ok(accepting) => break accepting,
                // Somebody who knows nothing of reservations was faster.
                Err(_) => port = Port::reserve(),
            }
        };
        Self { target: Mutex::new(target), wire, accepting: Mutex::new(Some(accepting)), port }
    }

    /// The port for clients.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// The address for clients.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port()).into()
    }

    /// How bytes travel from clients to the server from now on, those included that are on their way.
    pub fn to_server(&self, flow: Flow) {
        self.wire.to_server.set(flow);
    }

    /// How bytes travel from the server to clients from now on, those included that are on their way.
    pub fn to_client(&self, flow: Flow) {
        self.wire.to_client.set(flow);
    }

    /// [`to_server`](Self::to_server) and [`to_client`](Self::to_client).
    pub fn both(&self, flow: Flow) {
        self.to_server(flow);
        self.to_client(flow);
    }

    /// Ends all connections at once; bytes on their way are lost.
    pub fn cut(&self) {
        self.wire.cut();
    }

    /// Refuses connections, as if nobody listened. Those that exist remain: see [`cut`](Self::cut).
    pub fn refuse(&self) {
        drop(self.accepting.lock().take());
    }

    /// Accepts connections again after [`refuse`](Self::refuse), on the same port.
    ///
    /// # Panics
    /// When a stranger has taken the port meanwhile.
    #[track_caller]
    pub fn accept(&self) {
        let mut accepting = self.accepting.lock();
        if accepting.is_none() {
            *accepting = Some(
                Accepting::start(self.port(), *self.target.lock(), &self.wire).expect("a reserved port"),
            );
        }
    }

    /// Leads new connections to the server on another port, as a name does whose address has changed. Those that
    /// exist remain where they are.
    ///
    /// # Panics
    /// As [`accept`](Self::accept).
    #[track_caller]
    pub fn lead_to(&self, port: u16) {
        self.refuse();
        *self.target.lock() = (Ipv4Addr::LOCALHOST, port).into();
        self.accept();
    }

    /// How many connections there are.
    pub fn connections(&self) -> usize {
        self.wire.connections()
    }
}

impl Drop for DelayingProxy {
    fn drop(&mut self) {
        self.refuse();
        self.cut();
    }
}

impl fmt::Debug for DelayingProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DelayingProxy")
            .field("port", &self.port())
            .field("target", &*self.target.lock())
            .finish_non_exhaustive()
    }
}
