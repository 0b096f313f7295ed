//! Requests and answers carried by a client that knows nothing of UCWA, over a connection to this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

use reqwest::blocking::Client;
use ucwa::enumerations::PrivacyRelationshipLevel;
use ucwa::people::{ContactPrivacyRelationship2, ContactPrivacyRelationship2GetError};
use ucwa::{Format, Link, OperationError, OperationRequest, ResponseUrl};
use url::Url;

/// A server that gives one answer after the other, each on a connection of its own, and tells what it was asked.
struct Server {
    host: String,
    asked: JoinHandle<Vec<String>>,
}

impl Server {
    fn start(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let host = format!("http://{}", listener.local_addr().expect("an address"));
        let answers: Vec<_> = answers.iter().map(|answer| answer.replace('\n', "\r\n")).collect();
        let serve =
            move || answers.iter().map(|answer| serve(&listener.accept().expect("a client").0, answer)).collect();
        Self { host, asked: thread::spawn(serve) }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.host)
    }

    /// What was asked: start line, headers with names in lower case, body.
    fn asked(self) -> Vec<String> {
        self.asked.join().expect("all answers were given")
    }
}

fn serve(mut stream: &TcpStream, answer: &str) -> String {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line");
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().expect("a number");
        }
        head.push_str(line);
        head.push('\n');
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body");
    stream.write_all(answer.as_bytes()).expect("the client listens");
    format!("{head}\n{}", String::from_utf8(body).expect("text"))
}

/// A client that goes straight to this machine, whatever proxies its environment names.
fn client() -> Client {
    // This workspace builds reqwest without a provider of cryptography of its own. Another test may have installed this one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().build().expect("a client")
}

fn send(client: &Client, request: http::Request<Vec<u8>>) -> http::Response<Vec<u8>> {
    let answer = client.execute(request.try_into().expect("a request")).expect("an answer");
    let mut response = http::Response::new(Vec::new());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    response.extensions_mut().insert(ResponseUrl(answer.url().clone()));
    *response.body_mut() = answer.bytes().expect("a body").into();
    response
}

#[test]
fn a_resource_is_read_changed_and_written_back_where_a_redirect_led() {
    let body = r#"{"rel":"contactPrivacyRelationship","relationshipLevel":"Colleagues","0e2f":"please pass this","_links":{"self":{"href":"level"}}}"#;
    let server = Server::start(&[
        "HTTP/1.1 307 Temporary Redirect\nLocation: /ucwa/v2/level\nContent-Length: 0\nConnection: close\n\n",
        &format!(
            "HTTP/1.1 200 OK\nContent-Type: application/json; charset=utf-8\nETag: \"7\"\nContent-Length: {}\nConnection: close\n\n{body}",
            body.len()
        ),
        "HTTP/1.1 204 No Content\nETag: \"8\"\nConnection: close\n\n",
    ]);
    let client = client();

    let get = Link::<ContactPrivacyRelationship2>::new(server.url("/ucwa/v1/level")).get();
    let mut relationship =
        get.read(send(&client, get.to_http(Format::Json).expect("a request"))).expect("a relationship");
    assert_eq!(relationship.base().map(Url::path), Some("/ucwa/v2/level"));
    relationship.relationship_level = Some(PrivacyRelationshipLevel::Workgroup);
    let put = relationship.put().expect("it has an ETag");
    let updated = put.read(send(&client, put.to_http(Format::Json).expect("a request"))).expect("it went well");
    assert_eq!(updated.etag.as_deref(), Some("\"8\""));

    let asked = server.asked();
    assert!(asked[0].starts_with("GET /ucwa/v1/level HTTP/1.1\n"), "{}", asked[0]);
    let has = |part: &str| assert!(asked[2].contains(part), "{part}: {}", asked[2]);
    has("PUT /ucwa/v2/level HTTP/1.1\n");
    has("\nif-match: \"7\"\n");
    has("\ncontent-type: application/json\n");
    has("\nx-ms-requiresminresourceversion: 2\n");
    let sent = r#"{"rel":"contactPrivacyRelationship","relationshipLevel":"Workgroup","0e2f":"please pass this"}"#;
    assert!(asked[2].ends_with(&format!("\n\n{sent}")), "{}", asked[2]);
}

#[test]
fn an_error_is_read_as_what_the_page_documents() {
    let body = r#"{"code":"Forbidden","message":"no right to the contact list"}"#;
    let server = Server::start(&[&format!(
        "HTTP/1.1 403 Forbidden\nContent-Type: application/json\nContent-Length: {}\nConnection: close\n\n{body}",
        body.len()
    )]);
    let get = Link::<ContactPrivacyRelationship2>::new(server.url("/level")).get();
    let answer = send(&client(), get.to_http(Format::Json).expect("a request"));
    let error: OperationError<_> = get.read(answer).expect_err("a refusal");
    assert!(error.is(ContactPrivacyRelationship2GetError::Forbidden), "{error}");
    assert_eq!(server.asked().len(), 1);
}
