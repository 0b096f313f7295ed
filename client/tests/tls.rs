//! The client and the simulator over TLS and sockets.

#![cfg(feature = "reqwest")]

mod support;

use support::{ADA, FORMATS, SEED, settings};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use ucwa::Format;
use ucwa::me::{MakeMeAvailableInput, NoteInput};
use ucwa::url::Url;
use ucwa_client::rustls::pki_types::CertificateDer;
use ucwa_client::rustls::pki_types::pem::PemObject as _;
use ucwa_client::{
    ApplicationSettings, ChannelItem, Client, Credentials, Error, Network, Password, SignInError, Transport, reqwest,
};
use ucwa_simulator::{Options, ServerCertificate, Simulator, Topology, serve_tls};

/// A server on a port of this machine.
struct Served {
    simulator: Simulator,
    authority: String,
    port: u16,
    password: String,
    end: oneshot::Sender<()>,
}

async fn serve() -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    let options = Options { topology: Topology::local("contoso.com", "https", port), ..Options::new(SEED) };
    let password = options.accounts[0].password.clone();
    let certificate = ServerCertificate::new(&options.topology).expect("a certificate");
    let authority = certificate.authority().to_owned();
    let simulator = Simulator::with_options(options);
    let (end, until) = oneshot::channel::<()>();
    let served = simulator.clone();
    tokio::spawn(async move { serve_tls(served, listener, &certificate, async { drop(until.await) }).await });
    Served { simulator, authority, port, password, end }
}

async fn sign_in(
    served: &Served,
    authority: &str,
    format: Format,
    credentials: impl Into<Credentials>,
) -> Result<Client, Error> {
    let root = CertificateDer::from_pem_slice(authority.as_bytes()).expect("a certificate");
    let network = Network::with([root], reqwest::ClientBuilder::no_proxy).expect("a client");
    let mut settings = settings(format);
    settings.discovery = Some(Url::parse(&format!("https://127.0.0.1:{}/", served.port)).expect("a URL"));
    Client::sign_in_with(Transport::new(network), settings, ADA, credentials).await
}

#[tokio::test]
async fn a_program_runs_over_tls() {
    for format in FORMATS {
        let served = serve().await;
        let credentials = [
            Credentials::from(Password::new(served.password.as_str())),
            #[cfg(feature = "ntlm")]
            ucwa_client::Ntlm::new("CONTOSO\\ada", served.password.as_str()).into(),
        ];
        for credentials in credentials {
            let client = sign_in(&served, &served.authority, format, credentials).await.expect("it is trusted");
            let application =
                client.create_application(ApplicationSettings::new("test")).await.expect("an application");
            application.make_me_available(MakeMeAvailableInput::new()).await.expect("the user may");
            let mut events = application.events().expect("it has a channel");
            let note = application.me().await.expect("me").note().required().expect("the user is available");
            let mut input = NoteInput::new();
            input.message = Some("over TLS".into());
            application.send(note.post_with(input)).await.expect("it is set");
            loop {
                match events.next().await.expect("the channel goes on") {
                    ChannelItem::Event(event) if event.rel() == "note" => break,
                    ChannelItem::Event(_) => {}
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!(served.simulator.users()[0].note, "over TLS");
            application.close().await.expect("it is removed");
        }
        served.end.send(()).expect("the server runs");
    }
}

#[tokio::test]
async fn a_server_that_is_not_trusted_gets_no_request() {
    let (served, other) = (serve().await, serve().await);
    let password = Password::new(served.password.as_str());
    let error = sign_in(&served, &other.authority, Format::Json, password).await.expect_err("it is not trusted");
    let Error::SignIn(reason) = &error else { panic!("{error}") };
    assert!(matches!(&**reason, SignInError::Discovery(_)) && error.to_string().contains("certificate"), "{error}");
    assert!(served.simulator.requests().is_empty());
}
