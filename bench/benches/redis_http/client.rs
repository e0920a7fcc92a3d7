//! A client that sends so many requests and no more, which `wrk` can't.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream as AsyncStream,
    runtime::Builder,
};

/// As many as are under way at a time.
pub const CONNECTIONS: usize = 64;

/// What `wrk` sends.
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

/// Sends so many requests over [`CONNECTIONS`] connections; each sends again when it has been answered.
pub fn send(port: u16, requests: usize) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let connections: Vec<_> =
            (0..CONNECTIONS).map(|_| tokio::spawn(send_each(port, requests / CONNECTIONS))).collect();
        for connection in connections {
            connection.await.expect("all requests are answered");
        }
    });
}

async fn send_each(port: u16, requests: usize) {
    let mut stream = AsyncStream::connect(("127.0.0.1", port)).await.expect("a server that runs");
    let mut answer = [0; 1024];
    for _ in 0..requests {
        stream.write_all(REQUEST).await.expect("a server that runs");
        let mut length = 0;
        // All answers are as short as this, and come at once or nearly.
        while !answer[..length].ends_with(b"\r\n\r\nhello") {
            let more = stream.read(&mut answer[length..]).await.expect("a server that runs");
            assert!(more > 0, "not answered hello: {}", String::from_utf8_lossy(&answer[..length]));
            length += more;
        }
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..length]));
    }
}

/// Makes the server end by itself.
pub fn end(port: u16) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a server that runs");
    stream.write_all(b"GET /exit HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").expect("a server that runs");
    // It ends without an answer.
    let _ = stream.read(&mut [0; 1]);
}
