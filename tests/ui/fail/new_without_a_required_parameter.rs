//! The constructor takes what the operation cannot do without.

use ucwa::communication::{AddParticipant, AddParticipantInput};
use ucwa::Link;

fn invite(link: &Link<AddParticipant>) {
    let _ = link.post_with(AddParticipantInput::new());
}

fn main() {}
