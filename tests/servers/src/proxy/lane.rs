//! How bytes travel: for each direction of each connection one thread reads and another writes, when it is time.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};

/// What happens to bytes in one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flow {
    /// They arrive at once.
    #[default]
    Pass,
    /// They arrive this much after they were sent.
    Delay(Duration),
    /// They wait until the flow is another: a network that is away for a while.
    Stall,
    /// They are lost, and all that follow on the connection while this is the flow.
    Swallow,
}

/// Both directions, and the connections that go by them.
#[derive(Default)]
pub(super) struct Wire {
    pub(super) to_server: Arc<Lane>,
    pub(super) to_client: Arc<Lane>,
    connections: Arc<Mutex<Vec<Connection>>>,
    /// How many connections there have ever been. Counted while `connections` is locked.
    count: AtomicU64,
}

struct Connection {
    number: u64,
    client: TcpStream,
    server: TcpStream,
}

/// One direction of all connections.
#[derive(Default)]
pub(super) struct Lane {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    flow: Flow,
    /// Connections up to this number have been cut.
    cut: u64,
}

/// Bytes on their way.
struct Chunk {
    sent: Instant,
    /// Empty when the sender has sent all.
    bytes: Vec<u8>,
}

impl Wire {
    /// Lets bytes travel between `client` and `server`.
    pub(super) fn join(&self, client: TcpStream, server: TcpStream) -> io::Result<()> {
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let there = (client.try_clone()?, server.try_clone()?);
        let back = (server.try_clone()?, client.try_clone()?);
        let mut connections = self.connections.lock();
        let number = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        connections.push(Connection { number, client, server });
        let there = travel(&self.to_server, number, there);
        let back = travel(&self.to_client, number, back);
        let connections = Arc::clone(&self.connections);
        thread::spawn(move || {
            let _ = (there.join(), back.join());
            connections.lock().retain(|connection| connection.number != number);
        });
        Ok(())
    }

    pub(super) fn cut(&self) {
        let connections = self.connections.lock();
        let last = self.count.load(Ordering::Relaxed);
        self.to_server.cut(last);
        self.to_client.cut(last);
        for connection in &*connections {
            // An error says that it has ended already.
            let _ = connection.client.shutdown(Shutdown::Both);
            let _ = connection.server.shutdown(Shutdown::Both);
        }
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.lock().len()
    }
}

impl Lane {
    pub(super) fn set(&self, flow: Flow) {
        self.state.lock().flow = flow;
        self.changed.notify_all();
    }

    fn cut(&self, number: u64) {
        self.state.lock().cut = number;
        self.changed.notify_all();
    }

    /// Waits until what was sent at `sent` arrives; `false` when it never does.
    fn arrives(&self, connection: u64, sent: Instant) -> bool {
        let mut state = self.state.lock();
        loop {
            if connection <= state.cut {
                return false;
            }
            match state.flow {
                Flow::Pass => return true,
                Flow::Swallow => return false,
                Flow::Stall => self.changed.wait(&mut state),
                Flow::Delay(delay) => {
                    if sent.elapsed() >= delay {
                        return true;
                    }
                    self.changed.wait_until(&mut state, sent + delay);
                }
            }
        }
    }
}

fn travel(lane: &Arc<Lane>, number: u64, (from, to): (TcpStream, TcpStream)) -> thread::JoinHandle<()> {
    let (sender, chunks) = mpsc::channel();
    let lane = Arc::clone(lane);
    thread::spawn(move || read(from, &sender));
    thread::spawn(move || write(to, &chunks, &lane, number))
}

fn read(mut from: TcpStream, chunks: &mpsc::Sender<Chunk>) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = from.read(&mut buffer).unwrap_or(0);
        let chunk = Chunk { sent: Instant::now(), bytes: buffer[..count].to_vec() };
        if chunks.send(chunk).is_err() || count == 0 {
            return;
        }
    }
}

fn write(mut to: TcpStream, chunks: &mpsc::Receiver<Chunk>, lane: &Lane, number: u64) {
    for Chunk { sent, bytes } in chunks {
        if !lane.arrives(number, sent) {
            continue;
        }
        // The end travels like bytes, each direction's by itself.
        let written = if bytes.is_empty() { to.shutdown(Shutdown::Write) } else { to.write_all(&bytes) };
        if written.is_err() {
            // The receiver is gone: the sender shall see it.
            let _ = to.shutdown(Shutdown::Both);
            return;
        }
    }
}
