//! Windows sign-in: a client that knows NTLM and nothing of the simulator gets a token.

#![cfg(feature = "ntlm")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use md4::{Digest, Md4};
use md5::Md5;
use support::{Answer, SEED, accounts, request};
use ucwa_simulator::{ConnectionId, Memory, Simulator};

const ENDPOINT: &str = "https://lyncweb.contoso.com/WebTicket/oauthtoken";
const GRANT: &[u8] = b"grant_type=urn:microsoft.rtc:windows";
const SIGNATURE: &[u8] = b"NTLMSSP\0";

/// A client, and the connection on which its requests come.
struct Client<'a> {
    simulator: &'a Simulator,
    connection: Option<u64>,
    scheme: &'a str,
}

impl Client<'_> {
    async fn send(&self, token: Option<&[u8]>, body: &[u8]) -> Answer {
        let authorization = token.map(|token| format!("{} {}", self.scheme, STANDARD.encode(token)));
        let headers: Vec<_> = authorization.iter().map(|value| ("authorization", value.as_str())).collect();
        let mut request = request("POST", ENDPOINT, &headers, body);
        if let Some(connection) = self.connection {
            request.extensions_mut().insert(ConnectionId(connection));
        }
        Answer::new(self.simulator.handle(request).await.expect("an answer"))
    }

    /// The first half of a handshake: the server's message. Clients send no form with theirs.
    async fn challenge(&self) -> Vec<u8> {
        let first = [SIGNATURE, &1_u32.to_le_bytes(), &0xa208_8207_u32.to_le_bytes(), &[0; 16]].concat();
        let answer = self.send(Some(&first), b"").await.expect(401);
        let value = answer.header("www-authenticate").strip_prefix(self.scheme).expect("the same scheme").trim();
        STANDARD.decode(value).expect("a token")
    }

    /// The second half.
    async fn respond(&self, challenge: &[u8], domain: &str, user: &str, password: &str) -> Answer {
        self.send(Some(&authenticate(challenge, domain, user, password)), GRANT).await
    }
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    Hmac::<Md5>::new_from_slice(key).expect("a key").chain_update(text).finalize().into_bytes().to_vec()
}

/// The response to a challenge (MS-NLMP, section 3.3.2).
fn authenticate(message: &[u8], domain: &str, user: &str, password: &str) -> Vec<u8> {
    assert!(message.starts_with(SIGNATURE) && message[8] == 2, "{message:?}");
    let place = |at: usize| usize::from(u16::from_le_bytes([message[at], message[at + 1]]));
    let description = &message[place(44)..place(44) + place(40)];
    let rest = [&[1, 1, 0, 0, 0, 0, 0, 0][..], &[0; 8], b"clientch", &[0; 4], description, &[0; 4]].concat();
    let key = hmac(&Md4::digest(utf16(password)), &utf16(&(user.to_uppercase() + domain)));
    let proof = hmac(&key, &[&message[24..32], &rest].concat());
    let parts = [vec![0; 24], [proof, rest].concat(), utf16(domain), utf16(user), Vec::new(), Vec::new()];
    let mut bytes = [SIGNATURE, &3_u32.to_le_bytes()].concat();
    let mut begin = 64_u32;
    for part in &parts {
        let length = u16::try_from(part.len()).expect("short").to_le_bytes();
        bytes.extend([length, length].concat());
        bytes.extend(begin.to_le_bytes());
        begin += u32::from(u16::from_le_bytes(length));
    }
    bytes.extend(0xa288_8205_u32.to_le_bytes());
    bytes.extend(parts.concat());
    bytes
}

#[tokio::test(start_paused = true)]
async fn a_handshake_gets_a_token_for_the_user() {
    let simulator = Simulator::new(SEED);
    let password = &accounts()[0].password;
    let asked = Client { simulator: &simulator, connection: None, scheme: "NTLM" }.send(None, GRANT).await.expect(401);
    let offered: Vec<_> = asked.response.headers().get_all("www-authenticate").iter().collect();
    assert_eq!(offered, ["Negotiate", "NTLM"]);
    for (scheme, connection) in [("NTLM", None), ("NTLM", Some(1)), ("Negotiate", Some(1))] {
        let client = Client { simulator: &simulator, connection, scheme };
        for (domain, user) in [("CONTOSO", "ada"), ("contoso", "Ada"), ("", "ada"), ("", "ada@contoso.com")] {
            let granted = client.respond(&client.challenge().await, domain, user, password).await.expect(200);
            let token = granted.json["access_token"].as_str().expect("a token");
            let authorization = format!("Bearer {token}");
            let applications = "https://pool1.contoso.com/ucwa/oauth/v1/applications";
            let input = br#"{"userAgent":"x","endpointId":"1","culture":"en-US"}"#;
            let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
            support::send(&simulator, "POST", applications, &headers, input).await.expect("an answer");
            assert_eq!(simulator.applications()[0].user, "ada@contoso.com", "{scheme} {domain} {user}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_cannot_prove_the_password_is_asked_again() {
    let simulator = Simulator::new(SEED);
    let (ada, ben) = (&accounts()[0].password, &accounts()[1].password);
    let client = Client { simulator: &simulator, connection: Some(1), scheme: "NTLM" };
    for (domain, user, password) in [
        ("CONTOSO", "ada", ben.as_str()),
        ("CONTOSO", "ada", ""),
        ("FABRIKAM", "ada", ada.as_str()),
        ("CONTOSO", "nobody", ada.as_str()),
    ] {
        let refused = client.respond(&client.challenge().await, domain, user, password).await.expect(401);
        let offered: Vec<_> = refused.response.headers().get_all("www-authenticate").iter().collect();
        assert_eq!(offered, ["Negotiate", "NTLM"], "{domain} {user} {password}");
    }
    for token in [&b""[..], b"NTLMSSP", b"NTLMSSP\0\x03\0\0\0", &[0xff; 100]] {
        client.send(Some(token), GRANT).await.expect(401);
    }
}

#[tokio::test(start_paused = true)]
async fn a_challenge_is_good_once_and_on_its_own_connection() {
    let simulator = Simulator::new(SEED);
    let password = &accounts()[0].password;
    let [one, two, none] =
        [Some(1), Some(2), None].map(|connection| Client { simulator: &simulator, connection, scheme: "NTLM" });
    let challenge = one.challenge().await;
    assert_ne!(challenge, two.challenge().await);
    for other in [&two, &none] {
        other.respond(&challenge, "CONTOSO", "ada", password).await.expect(401);
    }
    one.respond(&challenge, "CONTOSO", "ada", password).await.expect(200);
    one.respond(&challenge, "CONTOSO", "ada", password).await.expect(401);
    // A second handshake on a connection takes the place of the first.
    let (first, second) = (one.challenge().await, one.challenge().await);
    one.respond(&first, "CONTOSO", "ada", password).await.expect(401);
    one.respond(&second, "CONTOSO", "ada", password).await.expect(401);
    // Without connections, handshakes may overlap.
    let (first, second) = (none.challenge().await, none.challenge().await);
    none.respond(&second, "CONTOSO", "ada", password).await.expect(200);
    none.respond(&first, "CONTOSO", "ada", password).await.expect(200);
}

#[tokio::test(start_paused = true)]
async fn a_connection_stays_signed_in() {
    let simulator = Simulator::new(SEED);
    let password = &accounts()[0].password;
    let [one, two, none] =
        [Some(1), Some(2), None].map(|connection| Client { simulator: &simulator, connection, scheme: "NTLM" });
    for client in [&one, &none] {
        client.respond(&client.challenge().await, "CONTOSO", "ada", password).await.expect(200);
    }
    one.send(None, GRANT).await.expect(200);
    // Whoever has no connection is not signed in on it.
    for other in [&two, &none] {
        other.send(None, GRANT).await.expect(401);
    }
    one.respond(&one.challenge().await, "CONTOSO", "ada", "wrong").await.expect(401);
    one.send(None, GRANT).await.expect(401);
    two.respond(&two.challenge().await, "CONTOSO", "ada", password).await.expect(200);
    simulator.restart(Memory::Kept);
    two.send(None, GRANT).await.expect(401);
}

#[tokio::test(start_paused = true)]
async fn challenges_come_from_the_seed() {
    let mut challenges = Vec::new();
    for seed in [3, 3, 4] {
        let simulator = Simulator::new(seed);
        challenges.push(Client { simulator: &simulator, connection: None, scheme: "NTLM" }.challenge().await);
    }
    assert_eq!(challenges[0], challenges[1]);
    assert_ne!(challenges[0], challenges[2]);
}
