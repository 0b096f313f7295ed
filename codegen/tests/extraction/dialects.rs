//! A page says the same in every dialect: the whole reference, written the way the other dialects are.

use crate::flatten::{Form, flatten};
use ucwa_codegen::pages::{Dialect, read};

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn the_whole_reference_gives_the_same_facts_in_every_dialect() {
    let folder = crate::common::reference();
    let pages = crate::common::read(&[folder]);
    let expected = crate::common::facts(&pages);
    let counts = crate::common::understood(&pages).counts;
    for form in [Form::Piped, Form::Text, Form::InLine] {
        let flat: Vec<_> =
            pages.iter().map(|page| crate::common::page(page.name(), &flatten(page.text(), form))).collect();
        assert!(flat.iter().all(|page| read(page).dialect != Dialect::Markdown));
        crate::common::assert_same(&expected, &crate::common::facts(&flat), &format!("{form:?}"));
        assert_eq!(crate::common::understood(&flat).counts, counts, "{form:?}");
    }
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn line_ends_and_a_byte_order_mark_mean_nothing() {
    let folder = crate::common::reference();
    let pages = crate::common::read(&[folder]);
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let other: Vec<_> = pages.iter().map(|page| crate::common::page(page.name(), &windows(page.text()))).collect();
    crate::common::assert_same(&crate::common::facts(&pages), &crate::common::facts(&other), "CRLF");
}
