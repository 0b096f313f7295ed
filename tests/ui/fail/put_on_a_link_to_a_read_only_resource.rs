//! A presence is read, whatever holds it.

use ucwa::Link;
use ucwa::people::ContactPresence;

fn replace(link: &Link<ContactPresence>) {
    link.put();
}

fn main() {}
