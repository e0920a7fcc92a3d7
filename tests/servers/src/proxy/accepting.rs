//! Listening for clients, until told to stop.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use super::lane::Wire;

/// A server that is paused for long takes no connections in the end.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A thread that accepts; it no longer listens once this is dropped.
pub(super) struct Accepting {
    port: u16,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Accepting {
    pub(super) fn start(port: u16, target: SocketAddr, wire: &Arc<Wire>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, wire) = (Arc::clone(&stop), Arc::clone(wire));
        let thread = thread::spawn(move || {
            for client in listener.incoming() {
                if stopped.load(Ordering::Acquire) {
                    return;
                }
                // A client without a server is dropped, and sees the connection end.
                if let (Ok(client), Ok(server)) = (client, TcpStream::connect_timeout(&target, TIMEOUT)) {
                    let _ = wire.join(client, server);
                }
            }
        });
        Ok(Self { port, stop, thread: Some(thread) })
    }
}

impl Drop for Accepting {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        // Wakes the thread out of waiting for a client.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
