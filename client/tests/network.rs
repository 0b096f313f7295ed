//! Requests over sockets.

#![cfg(feature = "reqwest")]

use std::time::Duration;

use base64::Engine as _;
use bytes::Bytes;
use futures_util::FutureExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tower::ServiceExt as _;
use ucwa::http::{Request, Response, StatusCode};
use ucwa_client::rustls::pki_types::CertificateDer;
use ucwa_client::{BodyLimit, Client, Network, Password, SameConnection, Transport, TransportError, reqwest};

/// Sends a request to a server that writes `response` and closes the connection.
async fn exchange(response: impl AsRef<[u8]>, limit: usize) -> Result<Response<Bytes>, TransportError> {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    let server = async {
        let (mut connection, _) = listener.accept().await.expect("a connection");
        let mut request = [0; 4096];
        let length = connection.read(&mut request).await.expect("a request");
        assert!(request[..length].starts_with(b"GET /a?b=%20 HTTP/1.1\r\n"));
        connection.write_all(response.as_ref()).await.expect("it is written");
        connection.shutdown().await.expect("it is closed");
    };
    let mut request = Request::get(format!("http://{address}/a?b=%20")).body(Bytes::new()).expect("a request");
    request.extensions_mut().insert(BodyLimit(limit));
    let network =
        Network::from_client(Network::builder([]).expect("a trust store").no_proxy().build().expect("a client"));
    let (result, ()) = tokio::join!(network.oneshot(request), server);
    result
}

#[tokio::test]
async fn a_response_is_received_up_to_the_limit() {
    const RESPONSE: &str = "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nX-A: b\r\nX-A: c\r\n\r\nhello";
    let response = exchange(RESPONSE, 5).await.expect("a response");
    assert_eq!((response.status(), &response.body()[..]), (StatusCode::NOT_FOUND, &b"hello"[..]));
    assert_eq!(response.headers().get_all("x-a").iter().collect::<Vec<_>>(), ["b", "c"]);
    let error = exchange(RESPONSE, 4).await.expect_err("it is too large");
    assert!(matches!(error, TransportError::BodyTooLarge { limit: 4 }), "{error}");
}

#[tokio::test]
async fn redirects_are_left_to_the_client() {
    let response =
        exchange("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n", 9).await;
    assert_eq!(response.expect("a response").status(), StatusCode::FOUND);
}

#[tokio::test]
async fn a_body_that_is_cut_off_is_a_broken_connection() {
    let error = exchange("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", 99).await.expect_err("it is cut off");
    assert!(error.may_have_been_sent() && error.is_retryable(), "{error}");
}

#[tokio::test]
async fn where_nobody_listens_nothing_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    drop(listener);
    let request = Request::get(format!("http://{address}/?cwt=AAEB")).body(Bytes::new()).expect("a request");
    let network =
        Network::from_client(Network::builder([]).expect("a trust store").no_proxy().build().expect("a client"));
    let error = network.oneshot(request).await.expect_err("nobody listens");
    assert!(matches!(error, TransportError::NotConnected(_)) && !error.may_have_been_sent(), "{error}");
    assert!(!format!("{error} {error:?}").contains("AAEB"), "{error:?}");
}

#[tokio::test]
async fn what_has_to_go_over_the_same_connection_does() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    let server = async {
        let mut connections = 0;
        loop {
            let (mut connection, _) = listener.accept().await.expect("a connection");
            connections += 1;
            let response = format!("HTTP/1.1 401 No\r\nContent-Length: 1\r\n\r\n{connections}");
            tokio::spawn(async move {
                let mut request = [0; 4096];
                while connection.read(&mut request).await.is_ok_and(|length| length > 0) {
                    connection.write_all(response.as_bytes()).await.expect("it is written");
                }
            });
        }
    };
    let network = Network::with([], reqwest::ClientBuilder::no_proxy).expect("a client");
    let send = async |same: Option<&SameConnection>| {
        let mut request = Request::get(format!("http://{address}/")).body(Bytes::new()).expect("a request");
        if let Some(same) = same {
            request.extensions_mut().insert(same.clone());
        }
        let response = network.clone().oneshot(request).await.expect("a response");
        String::from_utf8_lossy(response.body()).into_owned()
    };
    let program = async {
        let (first, second) = (SameConnection::default(), SameConnection::default());
        let all = [
            send(Some(&first)).await,
            send(None).await,
            send(Some(&second)).await,
            send(Some(&first)).await,
            send(Some(&second)).await,
            send(None).await,
        ];
        assert_eq!(all, ["1", "2", "3", "1", "3", "2"]);
        assert_ne!(first, second);
    };
    tokio::select! {
        () = program => {}
        () = server => {}
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_unpacked_is_a_broken_connection() {
    const PLAIN: &str = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello";
    let error = exchange(PLAIN, 99).await.expect_err("it is not packed");
    assert!(matches!(error, TransportError::Broken(_)) && error.is_retryable(), "{error}");
}

#[tokio::test]
async fn what_servers_may_send_is_received() {
    for (response, status, body) in [
        ("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\nhello", 200, "hello"),
        ("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello", 200, "hello"),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nhello", 201, "hello"),
        ("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 204, ""),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX-A: b\r\n\r\n", 200, "hello"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more", 200, "hello"),
        ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", 200, ""),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, ""),
        ("HTTP/1.1 299\r\nContent-Length: 0\r\n\r\n", 299, ""),
    ] {
        let received = exchange(response, 99).await.unwrap_or_else(|error| panic!("{response:?}: {error}"));
        assert_eq!((received.status().as_u16(), &received.body()[..]), (status, body.as_bytes()), "{response:?}");
    }
}

#[tokio::test]
async fn what_is_no_whole_response_is_a_broken_connection() {
    for response in [
        "",
        "HTTP/1.1",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "<html>",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nfffffffffffffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
    ] {
        let error = exchange(response, 99).await.expect_err(response);
        assert!(matches!(error, TransportError::Broken(_)) && error.may_have_been_sent(), "{response:?}: {error}");
    }
}

#[tokio::test]
async fn a_packed_body_is_received_up_to_the_limit_and_to_its_end() {
    const SMALL: &str = "H4sIAAAAAAACA8tIzcnJBwCGphA2BQAAAA==";
    // A hundred thousand zeros.
    const LARGE: &str = "H4sIAAAAAAACA+3BMQEAAADCoPVPbQ0PoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIBXA32VEdSghgEA";
    let packed = |text: &str| base64::prelude::BASE64_STANDARD.decode(text).expect("it is base64");
    let response = |body: &[u8]| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", body.len());
        [head.as_bytes(), body].concat()
    };
    let small = packed(SMALL);
    assert_eq!(exchange(response(&small), 5).await.expect("it is whole").body(), "hello");
    let error = exchange(response(&packed(LARGE)), 20_000).await.expect_err("it is too large");
    assert!(matches!(error, TransportError::BodyTooLarge { limit: 20_000 }), "{error}");
    for length in 1..small.len() {
        let error = exchange(response(&small[..length]), 99).await.expect_err("it is cut");
        assert!(matches!(error, TransportError::Broken(_)) && error.is_retryable(), "{length}: {error}");
    }
}

#[tokio::test]
async fn a_connection_that_is_reset_is_a_broken_one() {
    for response in ["", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let server = async {
            let (mut connection, _) = listener.accept().await.expect("a connection");
            connection.readable().await.expect("a request");
            connection.write_all(response.as_bytes()).await.expect("it is written");
            // A connection that is dropped with something unread is reset.
            drop(connection);
        };
        let network = Network::with([], reqwest::ClientBuilder::no_proxy).expect("a client");
        let request = Request::post(format!("http://{address}/")).body(Bytes::from_static(b"x")).expect("a request");
        let (result, ()) = tokio::join!(network.oneshot(request), server);
        let error = result.expect_err("it is reset");
        assert!(matches!(error, TransportError::Broken(_)) && error.may_have_been_sent(), "{error}");
    }
}

/// A server that closes each connection after its response, whose body is the number of the connection.
async fn one_response_for_each_connection(listener: TcpListener) {
    for number in 1.. {
        let (mut connection, _) = listener.accept().await.expect("a connection");
        let mut request = [0; 4096];
        assert!(connection.read(&mut request).await.is_ok_and(|length| length > 0));
        let response = format!("HTTP/1.1 401 No\r\nConnection: close\r\nContent-Length: 1\r\n\r\n{number}");
        connection.write_all(response.as_bytes()).await.expect("it is written");
        connection.shutdown().await.expect("it is closed");
    }
}

#[tokio::test(start_paused = true)]
async fn another_connection_is_made_whichever_task_waits_for_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(one_response_for_each_connection(listener));
    let network = Network::with([], reqwest::ClientBuilder::no_proxy).expect("a client");
    let same = SameConnection::default();
    let send = || {
        let mut request = Request::get(format!("http://{address}/")).body(Bytes::new()).expect("a request");
        request.extensions_mut().insert(same.clone());
        let body = |response: Response<Bytes>| String::from_utf8_lossy(response.body()).into_owned();
        network.clone().oneshot(request).map(move |result| result.map(body).map_err(|error| error.to_string())).shared()
    };
    assert_eq!(send().await, Ok("1".into()));
    // Who renews a token gives up, and another one who needs it goes on.
    let second = send();
    let first_waiter = tokio::spawn(second.clone());
    tokio::task::yield_now().await;
    first_waiter.abort();
    assert_eq!(second.await, Ok("2".into()));
}

/// What a server does with a connection: it reads a request, and then writes these pieces, a second after each other.
async fn drip(mut connection: tokio::net::TcpStream, pieces: impl Iterator<Item = &'static [u8]>) {
    let mut request = [0; 4096];
    assert!(connection.read(&mut request).await.is_ok_and(|length| length > 0));
    for piece in pieces {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if connection.write_all(piece).await.is_err() {
            return;
        }
    }
    // It says nothing more, and does not close the connection.
    std::future::pending::<()>().await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_slow_on_purpose_is_given_up() {
    const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nX-A: ";
    const BODY: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
    const CHUNKS: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    const PACKED: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08\0\0\0\0\0\x03";
    const TRAILERS: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-A: ";
    const EARLY: &[u8] = b"HTTP/1.1 103 Early Hints\r\n\r\n";
    let servers: [(&[u8], &[u8]); 8] = [
        (b"", b""),
        (HEAD, b"x"),
        (BODY, b"x"),
        (CHUNKS, b"1\r\nx\r\n"),
        (PACKED, b"x"),
        (TRAILERS, b"x"),
        (b"", EARLY),
        (HEAD, b"\r\n"),
    ];
    for (begin, rest) in servers {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        tokio::spawn(async move {
            loop {
                let (connection, _) = listener.accept().await.expect("a connection");
                let is_silent = rest.is_empty();
                let pieces =
                    std::iter::once(begin).chain(std::iter::repeat(rest)).take(if is_silent { 0 } else { 1000 });
                tokio::spawn(drip(connection, pieces));
            }
        });
        let network = Network::with([], reqwest::ClientBuilder::no_proxy).expect("a client");
        let mut settings = ucwa_client::Settings::default();
        settings.plain_http = ucwa_client::PlainHttp::FirstHop;
        settings.discovery = Some(format!("http://{address}/").parse().expect("a URL"));
        settings.retry.attempts = 2;
        settings.retry.delay = Duration::ZERO;
        let start = tokio::time::Instant::now();
        let signing_in = Client::sign_in_with(Transport::new(network), settings, "ada@contoso.com", Password::new("x"));
        let error = signing_in.await.expect_err("there is no response");
        let shown = (String::from_utf8_lossy(begin), String::from_utf8_lossy(rest));
        assert!(error.to_string().contains("no response within 30s"), "{shown:?}: {error}");
        let elapsed = start.elapsed();
        assert!(elapsed >= Duration::from_secs(60) && elapsed < Duration::from_secs(61), "{shown:?}: {elapsed:?}");
    }
}

#[tokio::test]
async fn what_comes_behind_a_response_is_not_taken_for_the_next_one() {
    const ONE: &str = "HTTP/1.1 401 No\r\nContent-Length: 3\r\n\r\none";
    const TWO: &str = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo";
    const CHUNKED: &str = "HTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n0\r\n\r\n";
    const EMPTY: &str = "HTTP/1.1 204 No\r\n\r\n";
    for (first, is_same) in
        [(ONE, true), (ONE, false), (CHUNKED, true), (CHUNKED, false), (EMPTY, true), (EMPTY, false)]
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        tokio::spawn(async move {
            for number in 0.. {
                let (mut connection, _) = listener.accept().await.expect("a connection");
                tokio::spawn(async move {
                    let mut request = [0; 4096];
                    while connection.read(&mut request).await.is_ok_and(|length| length > 0) {
                        let more = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood".to_owned();
                        let response = if number == 0 { format!("{first}{TWO}") } else { more };
                        if connection.write_all(response.as_bytes()).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        let network = Network::with([], reqwest::ClientBuilder::no_proxy).expect("a client");
        let same = SameConnection::default();
        let send = async || {
            let mut request = Request::get(format!("http://{address}/")).body(Bytes::new()).expect("a request");
            if is_same {
                request.extensions_mut().insert(same.clone());
            }
            network.clone().oneshot(request).await
        };
        send().await.expect("a response");
        // It fails, or goes over another connection.
        if let Ok(second) = send().await {
            assert_eq!(second.body(), "good", "{first}, {is_same}");
        }
    }
}

/// A proxy that responds to whatever is sent to it, and notes it.
async fn proxied(response: &'static str) -> (TransportError, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    let (note, mut noted) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (mut connection, _) = listener.accept().await.expect("a connection");
            let mut request = [0; 4096];
            let length = connection.read(&mut request).await.expect("a request");
            note.send(String::from_utf8_lossy(&request[..length]).into_owned()).expect("the test reads it");
            connection.write_all(response.as_bytes()).await.expect("it is written");
            if response.is_empty() {
                std::future::pending::<()>().await;
            }
        }
    });
    let proxy = reqwest::Proxy::all(format!("http://ada:hunter2@{address}")).expect("a proxy");
    let network = Network::with([], move |builder| builder.proxy(proxy.clone())).expect("a client");
    let shown = format!("{network:?}");
    let request = Request::post("https://pool1.contoso.com/WebTicket/oauthtoken")
        .header("authorization", "Bearer cwt=AAEB")
        .body(Bytes::from_static(b"password=hunter3"))
        .expect("a request");
    let error = network.oneshot(request).await.expect_err("it leads nowhere");
    let shown = format!("{shown} {error} {error:?}");
    assert!(!shown.contains("hunter2") && !shown.contains("YWRhOmh1bnRlcjI="), "{shown}");
    (error, noted.recv().await.expect("the proxy was asked"))
}

#[tokio::test(start_paused = true)]
async fn a_proxy_learns_where_a_request_goes_and_nothing_else() {
    for response in [
        "",
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: NTLM\r\n\r\n",
        "HTTP/1.1 403 Forbidden\r\n\r\n",
        "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
        "hello",
    ] {
        let begin = tokio::time::Instant::now();
        let (error, asked) = proxied(response).await;
        assert!(matches!(error, TransportError::NotConnected(_)), "{response:?}: {error}");
        assert!(begin.elapsed() <= Duration::from_secs(10), "{response:?}: {:?}", begin.elapsed());
        assert!(asked.starts_with("CONNECT pool1.contoso.com:443 HTTP/1.1\r\n"), "{asked}");
        assert!(!asked.contains("AAEB") && !asked.contains("hunter3"), "{asked}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_windows_sign_in_keeps_its_connection_whatever_the_caller_wants_of_others() {
    type Change = fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder;
    let changes: [Change; 3] = [
        |builder| builder.pool_max_idle_per_host(0),
        |builder| builder.http2_prior_knowledge(),
        |builder| builder.http1_only(),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        tokio::spawn(async move {
            for connection in 1.. {
                let (mut stream, _) = listener.accept().await.expect("a connection");
                let response = format!("HTTP/1.1 401 No\r\nContent-Length: 1\r\n\r\n{connection}");
                tokio::spawn(async move {
                    let mut request = [0; 4096];
                    while stream.read(&mut request).await.is_ok_and(|length| length > 0) {
                        stream.write_all(response.as_bytes()).await.expect("it is written");
                    }
                });
            }
        });
        let network = Network::with([], move |builder| change(builder.no_proxy())).expect("a client");
        let same = SameConnection::default();
        for _ in 0..3 {
            let mut request = Request::get(format!("http://{address}/")).body(Bytes::new()).expect("a request");
            request.extensions_mut().insert(same.clone());
            let response = network.clone().oneshot(request).await;
            let response = response.unwrap_or_else(|error| panic!("change {number}: {error}"));
            assert_eq!(response.body(), "1", "change {number}");
        }
    }
}

#[tokio::test]
async fn a_response_that_switches_protocols_is_one_without_a_body() {
    const SWITCHED: &str = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: a\r\n\r\nhello";
    match exchange(SWITCHED, 99).await {
        Ok(response) => assert_eq!((response.status().as_u16(), &response.body()[..]), (101, &b""[..])),
        Err(error) => assert!(matches!(error, TransportError::Broken(_)), "{error}"),
    }
}

#[test]
fn what_is_no_certificate_is_no_root() {
    let root = CertificateDer::from(b"hunter2".to_vec());
    let error = Network::with([root], reqwest::ClientBuilder::no_proxy).expect_err("it is none");
    assert!(matches!(error, TransportError::NotConnected(_)), "{error}");
}
