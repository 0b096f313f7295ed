//! The simulator on a port, for clients that know that it speaks HTTP/2.

// The client needs what TLS is done with, even if it does not use it.
#![cfg(feature = "tls")]

use std::future::pending;

use tokio::net::TcpListener;
use ucwa_simulator::{Options, Simulator, Topology, serve};

#[tokio::test]
async fn requests_come_by_either_version_of_http() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let options = Options { topology: Topology::local("contoso.com", "http", port), ..Options::new(1) };
    tokio::spawn(serve(Simulator::with_options(options), listener, pending()));
    // One that is there already is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let builder = || reqwest::Client::builder().no_proxy();
    for (builder, version) in [
        (builder().http1_only(), reqwest::Version::HTTP_11),
        (builder().http2_prior_knowledge(), reqwest::Version::HTTP_2),
    ] {
        let client = builder.build().expect("a client");
        let response = client.get(format!("http://127.0.0.1:{port}/")).send().await.expect("a response");
        assert_eq!((response.status().as_u16(), response.version()), (200, version));
        let body = response.text().await.expect("a body");
        let user = format!("http://LocalHost:{port}/Autodiscover/");
        assert!(body.contains(&user), "the links lead to where the request went: {body}");
    }
}
