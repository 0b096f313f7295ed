//! Nobody can be added who is not named.

use ucwa::Link;
use ucwa::communication::AddParticipant;

fn invite(link: &Link<AddParticipant>) {
    let _ = link.post();
}

fn main() {}
