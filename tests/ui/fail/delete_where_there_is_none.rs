//! A presence cannot be removed.

use ucwa::Link;
use ucwa::people::ContactPresence;

fn remove(link: &Link<ContactPresence>) {
    let _ = link.delete();
}

fn main() {}
