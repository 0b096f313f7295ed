//! Which edition of the reference the numbers in tests were counted on.

use sha2::{Digest, Sha256};
use ucwa_codegen::pages::Page;

/// The digest of that edition, as [`digest`] makes it.
const COUNTED: &str = "c30a0da25f70b9bc1f462c2bf97ed85a844558eaed4e38dcdf099e5520acb7bf";

/// Whether pages are the edition of the reference that was counted.
///
/// Pages go on, and what they hold then is for the review of their schema to tell. So numbers that are written down in tests, and
/// lists of what pages get wrong, are those of one edition. Of any other, tests ask whether it agrees with the schema.
pub fn is_counted_edition(pages: &[Page]) -> bool {
    let found = digest(pages);
    if found != COUNTED {
        eprintln!("{found} is another edition of the reference than the one that was counted");
    }
    found == COUNTED
}

/// The digest of the names and lines of all pages, however their lines end.
fn digest(pages: &[Page]) -> String {
    let mut digest = Sha256::new();
    for page in pages {
        for line in [page.name()].into_iter().chain(page.text().lines()) {
            digest.update(line);
            digest.update("\n");
        }
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}
