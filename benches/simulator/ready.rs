//! How soon a server is ready that is started as a program: from the start of its process to its first response with a document.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Instant;

use tokio::net::TcpListener;
use ucwa_simulator::{Options, Simulator, Topology};

use super::machine::{Took, processor_time_of};
use super::{RUNS, Row};

/// The argument by which this program serves instead of measuring.
pub(crate) const CHILD: &str = "serve";

pub(crate) fn measure() -> Row {
    let times: Vec<_> = (0..RUNS).map(|_| start()).collect();
    Row::of_times("from the start of the program to its first response", &times, "20 ms")
}

fn start() -> Took {
    let begin = Instant::now();
    let program = std::env::current_exe().expect("this program");
    let mut child = Command::new(program).arg(CHILD).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let mut stream = TcpStream::connect(line.trim()).expect("a connection");
    stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").expect("it is sent");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("a response");
    let clock = begin.elapsed().as_secs_f64();
    let processor = processor_time_of(&child.id().to_string());
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    Took { clock, processor }
}

/// Serves until it is ended, and prints where.
pub(crate) fn serve() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let topology = Topology::local("contoso.com", "http", address.port());
        let simulator = Simulator::with_options(Options { topology, ..Options::new(1) });
        println!("{address}");
        ucwa_simulator::serve(simulator, listener, std::future::pending()).await;
    });
}
