//! A client that sends so many requests and no more, which `wrk` can't.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Builder,
};

/// What `wrk` sends.
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

/// Sends `each` requests over each of so many connections, one at a time, and sees that all are answered `status`.
///
/// # Panics
/// When one isn't.
pub fn send(port: u16, connections: usize, each: usize, status: u16) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let connections: Vec<_> =
            (0..connections).map(|_| tokio::spawn(send_each(port, each, Some(status)))).collect();
        for connection in connections {
            connection.await.expect("all requests are answered");
        }
    });
}

/// Sends one request, whatever is answered.
///
/// # Panics
/// When nothing is.
pub fn warm_up(port: u16) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(send_each(port, 1, None));
}

async fn send_each(port: u16, requests: usize, status: Option<u16>) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a server that runs");
    let expected = status.map(|status| format!("HTTP/1.1 {status} "));
    let mut answer = [0; 2048];
    for _ in 0..requests {
        stream.write_all(REQUEST).await.expect("a server that runs");
        let mut length = 0;
        while !is_whole(&answer[..length]) {
            let more = stream.read(&mut answer[length..]).await.expect("a server that runs");
            assert!(more > 0, "not answered: {}", String::from_utf8_lossy(&answer[..length]));
            length += more;
        }
        if let Some(expected) = &expected {
            let answer = String::from_utf8_lossy(&answer[..length]);
            assert!(answer.starts_with(expected), "not answered {expected}: {answer}");
        }
    }
}

/// Whether all of an answer has come.
fn is_whole(answer: &[u8]) -> bool {
    let answer = String::from_utf8_lossy(answer);
    let Some((head, body)) = answer.split_once("\r\n\r\n") else { return false };
    let length = head.lines().filter_map(|line| line.split_once(": "));
    let mut length = length.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let (_, length) = length.next().expect("answers of a known length");
    body.len() >= length.parse().expect("a length")
}
