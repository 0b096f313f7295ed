//! Over TLS, to a client that trusts the simulator's certificate and no other.

#![cfg(feature = "tls")]

use std::error::Error;

use reqwest::{Certificate, Client};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use ucwa_simulator::{Options, ServerCertificate, Simulator, Topology, serve_tls};

/// A client that trusts what an authority has signed, and nothing else.
fn client(authority: &str) -> Client {
    // A provider that is there already is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let authority = Certificate::from_pem(authority.as_bytes()).expect("a certificate");
    Client::builder().no_proxy().tls_certs_only([authority]).build().expect("a client")
}

#[tokio::test]
async fn a_client_that_trusts_the_certificate_signs_in() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let options = Options { topology: Topology::local("contoso.com", "https", port), ..Options::new(7) };
    let account = options.accounts[0].clone();
    let certificate = ServerCertificate::new(&options.topology)?;
    let (trusting, distrusting) =
        (client(certificate.authority()), client(ServerCertificate::new(&options.topology)?.authority()));
    let (end, until) = oneshot::channel::<()>();
    let simulator = Simulator::with_options(options);
    let server = tokio::spawn(async move {
        serve_tls(simulator, listener, &certificate, async { drop(until.await) }).await;
    });

    let refused = distrusting.get(format!("https://127.0.0.1:{port}/")).send().await.expect_err("it is not trusted");
    assert!(refused.is_connect(), "{refused:?}");
    let root: Value =
        serde_json::from_slice(&trusting.get(format!("https://127.0.0.1:{port}/")).send().await?.bytes().await?)?;
    // Links lead to another name of this machine, which the certificate has too.
    let redirect = root["_links"]["redirect"]["href"].as_str().expect("a link");
    assert!(redirect.starts_with(&format!("https://LocalHost:{port}/")), "{redirect}");
    assert_eq!(trusting.get(redirect).send().await?.status(), 200);
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("grant_type", "password"), ("username", &account.address), ("password", &account.password)])
        .finish();
    let granted = trusting.post(format!("https://localhost:{port}/WebTicket/oauthtoken")).body(form).send().await?;
    assert_eq!(granted.status(), 200);
    end.send(()).expect("the server runs");
    server.await?;
    Ok(())
}
