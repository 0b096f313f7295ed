//! Several requests in one.

mod support;

use support::{Answer, Desk, SEED, accounts, link};
use ucwa_simulator::Simulator;

fn part(request: &str) -> String {
    format!("--a; b\r\nContent-Type: application/http; msgtype=request\r\n\r\n{request}\r\n")
}

async fn batch(desk: &Desk, body: &str) -> Answer {
    let headers = [("content-type", "multipart/batching; boundary=\"a; b\"")];
    desk.send("POST", &link(&desk.application, "batch"), &headers, body.as_bytes()).await
}

/// The status and the body of each part.
fn parts(answer: &Answer) -> Vec<(u16, String)> {
    let media_type = answer.header("content-type");
    let boundary = media_type.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a boundary");
    let text = answer.text();
    let delimiter = format!("--{boundary}");
    let pieces = text.split(&delimiter).skip(1).take_while(|piece| !piece.starts_with("--"));
    pieces
        .map(|piece| {
            assert!(
                piece.starts_with("\r\nContent-Type: application/http; msgtype=response\r\n\r\nHTTP/1.1 "),
                "{piece}"
            );
            let message = piece.split("\r\n\r\n").nth(1).expect("a message");
            let status = message.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
            (status, piece.splitn(3, "\r\n\r\n").nth(2).unwrap_or_default().trim_end().to_owned())
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn requests_with_and_without_bodies_are_answered_in_order() {
    let desk = Desk::available(&Simulator::new(SEED), &accounts()[0]).await;
    let (me, note) = (desk.below("me"), desk.below("me/note"));
    let input = "\u{feff}{\"message\":\"by batch\"}";
    let body = [
        "A preamble.\r\n".to_owned(),
        part(&format!("GET {me} HTTP/1.1\r\nHost: pool1.contoso.com\r\nAccept: application/json\r\n\r\n")),
        part(&format!(
            "POST {note} HTTP/1.1\r\nHost: pool1.contoso.com\r\nContent-Type: application/json\r\n\r\n{input}"
        )),
        part(&format!("GET {note} HTTP/1.1\r\nAccept: application/xml\r\n\r\n")),
        part(&format!("GET {}/nowhere HTTP/1.1\r\n\r\n", desk.below("me"))),
        "--a; b--\r\nAn epilogue.".to_owned(),
    ];
    let answer = batch(&desk, &body.concat()).await.expect(200);
    let parts = parts(&answer);
    let statuses: Vec<_> = parts.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [200, 204, 200, 404]);
    assert!(parts[0].1.contains("\"name\":\"Ada Vale\""), "{}", parts[0].1);
    assert!(parts[2].1.contains(">by batch<"), "{}", parts[2].1);
}

#[tokio::test(start_paused = true)]
async fn photos_events_and_batches_are_not_had_by_batch() {
    let desk = Desk::available(&Simulator::new(SEED), &accounts()[0]).await;
    let hrefs = [desk.below("me/photo"), desk.next.clone(), desk.below("batch")];
    let body: String = hrefs.iter().map(|href| part(&format!("GET {href} HTTP/1.1\r\n\r\n"))).collect();
    let answer = batch(&desk, &format!("{body}--a; b--")).await.expect(200);
    assert!(parts(&answer).iter().all(|(status, _)| *status == 400), "{}", answer.text());
}

#[tokio::test(start_paused = true)]
async fn too_many_requests_are_not_run() {
    let desk = Desk::available(&Simulator::new(SEED), &accounts()[0]).await;
    let note = desk.below("me/note");
    let one = part(&format!("POST {note}?message=run HTTP/1.1\r\nContent-Length: 0\r\n\r\n"));
    let answer = batch(&desk, &format!("{}--a; b--", one.repeat(101))).await.expect(429);
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(desk.get(&note).await.json["message"], "");
    let answer = batch(&desk, &format!("{}--a; b--", one.repeat(100))).await.expect(200);
    assert_eq!(parts(&answer).len(), 100);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_batch_is_refused() {
    let desk = Desk::available(&Simulator::new(SEED), &accounts()[0]).await;
    for body in [
        "",
        "--a; b\r\n",
        "--a; b\r\nGET / HTTP/1.1\r\n\r\n--a; b--",
        &part("no request"),
        "--a; b\r\nContent-Type: text/plain\r\n\r\nGET / HTTP/1.1\r\n\r\n--a; b--",
    ] {
        batch(&desk, body).await.expect(400);
    }
    desk.send("POST", &desk.below("batch"), &[("content-type", "application/json")], b"{}").await.expect(415);
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_not_had_by_batch_however_its_address_is_written() {
    let desk = Desk::available(&Simulator::new(SEED), &accounts()[0]).await;
    let inner = format!("--c\r\nContent-Type: application/http\r\n\r\nGET {} HTTP/1.1\r\n\r\n--c--", desk.below("me"));
    for (method, name, content) in [
        ("POST", "%62atch", "Content-Type: multipart/batching; boundary=c\r\n"),
        ("GET", "even%74s", ""),
        ("GET", "me/phot%6F", ""),
    ] {
        let path = desk.below(name);
        let body = part(&format!("{method} {path} HTTP/1.1\r\n{content}\r\n{inner}"));
        let answer = batch(&desk, &format!("{body}--a; b--")).await.expect(200);
        assert_eq!(parts(&answer)[0].0, 400, "{path}: {}", answer.text());
    }
}

#[tokio::test(start_paused = true)]
async fn a_boundary_begins_its_line() {
    let desk = Desk::available(&Simulator::new(SEED), &accounts()[0]).await;
    let note = desk.below("me/note");
    let input = "{\"message\":\"before --a; b after\"}";
    let body = part(&format!("POST {note} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{input}"));
    let answer = batch(&desk, &format!("{body}--a; b--")).await.expect(200);
    assert_eq!(parts(&answer)[0].0, 204, "{}", answer.text());
    assert_eq!(desk.get(&note).await.json["message"], "before --a; b after");
}
