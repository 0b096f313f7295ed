//! Requests over loopback, by clients that share the cores with the server.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use ucwa_simulator::{Options, Simulator, Topology, serve};

use super::desk::Desk;
use super::machine::{Stopwatch, Took};
use super::{RUNS, Row};

/// How many connections there are: as many as a browser opens for one host. Each sends a request once the last is answered.
const CONNECTIONS: usize = 6;

/// How many cores the server and the clients have together.
const CORES: f64 = 2.0;

/// How long each run takes.
const RUN: Duration = Duration::from_millis(500);

pub(crate) fn measure() -> Row {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().expect("a runtime");
    let times = runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let topology = Topology::local("contoso.com", "http", port);
        let simulator = Simulator::with_options(Options { topology, ..Options::new(1) });
        let desk = Desk::sign_in(&simulator, "ada@contoso.com").await;
        tokio::spawn(serve(simulator, listener, std::future::pending()));
        let head = head(&desk);
        let mut times = Vec::new();
        for _ in 0..RUNS {
            let (begin, stopwatch) = (Instant::now(), Stopwatch::start());
            let clients: Vec<_> = (0..CONNECTIONS).map(|_| tokio::spawn(client(port, head.clone(), begin))).collect();
            let mut count = 0;
            for client in clients {
                count += client.await.expect("it ends");
            }
            // For one request, on all cores.
            let Took { clock, processor } = stopwatch.stop();
            times.push(Took { clock: clock / f64::from(count), processor: processor / CORES / f64::from(count) });
        }
        times
    });
    Row::of_rates("small GETs over loopback, on two cores with the clients", 1.0, &times, "10,000/s")
}

/// A request as it is sent.
fn head(desk: &Desk) -> String {
    let request = desk.request("GET", "/me/note", "");
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| format!("{name}: {}\r\n", value.to_str().expect("text")));
    let headers: String = headers.collect();
    format!("GET {} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n", request.uri().path())
}

/// Sends requests until the time is over; gives how many were answered.
async fn client(port: u16, head: String, begin: Instant) -> u32 {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    stream.set_nodelay(true).expect("an option");
    let mut buffer = Vec::new();
    let mut count = 0;
    while begin.elapsed() < RUN {
        stream.write_all(head.as_bytes()).await.expect("it is sent");
        read(&mut stream, &mut buffer).await;
        count += 1;
    }
    count
}

/// Reads a response to its end.
async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) {
    buffer.clear();
    loop {
        stream.read_buf(buffer).await.expect("a response");
        let text = std::str::from_utf8(buffer).expect("text");
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            assert!(head.starts_with("HTTP/1.1 200"), "{text}");
            let length = head.split("Content-Length: ").nth(1).and_then(|rest| rest.lines().next());
            if length.and_then(|length| length.parse().ok()) == Some(body.len()) {
                return;
            }
        }
    }
}
