//! A presence takes no parameters.

use ucwa::Link;
use ucwa::people::ContactPresence;

fn post(link: &Link<ContactPresence>) {
    let _ = link.post();
}

fn main() {}
