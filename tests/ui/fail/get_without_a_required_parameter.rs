//! A search looks for something.

use ucwa::Link;
use ucwa::people::Search;

fn search(link: &Link<Search>) {
    let _ = link.get();
}

fn main() {}
