//! A presence is read; `me` has a relation that sets it.

use ucwa::Fetched;
use ucwa::people::ContactPresence;

fn replace(presence: &Fetched<ContactPresence>) {
    let _ = presence.put();
}

fn main() {}
