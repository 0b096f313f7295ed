//! A presence does not tell what it can be asked.

use ucwa::Link;
use ucwa::people::ContactPresence;

fn ask(link: &Link<ContactPresence>) {
    let _ = link.options();
}

fn main() {}
