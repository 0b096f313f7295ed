//! What is sent as it is has to be given.

use ucwa::Link;
use ucwa::communication::SendMessage;

fn say_nothing(link: &Link<SendMessage>) {
    let _ = link.post();
}

fn main() {}
