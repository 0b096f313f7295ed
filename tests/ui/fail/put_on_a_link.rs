//! A PUT needs the ETag of a GET, which a link does not have.

use ucwa::Link;
use ucwa::people::Group2;

fn rename(link: &Link<Group2>) {
    link.put();
}

fn main() {}
