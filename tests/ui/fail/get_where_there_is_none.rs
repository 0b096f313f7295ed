//! What starts a conversation cannot be read.

use ucwa::Link;
use ucwa::communication::StartMessaging;

fn read(link: &Link<StartMessaging>) {
    let _ = link.get();
}

fn main() {}
