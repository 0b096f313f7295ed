//! There is one revision of a presence.

use ucwa::Link;
use ucwa::people::ContactPresence;

fn newest(link: &Link<ContactPresence>) {
    let _ = link.later();
}

fn main() {}
