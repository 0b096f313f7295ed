//! What two schemas differ in, and what each difference means for users of the crate.
//!
//! The differences are found twice. In the schemas they are [`SchemaChange`]s: a property whose type is another, an error row that
//! vanished. In what generation would emit they are [`SurfaceEffect`]s: a field of another type, a variant that is gone. Each effect
//! is put to the change that explains it, and the class of a change is that of its worst effect, so that the classification
//! cannot disagree with what is emitted. An effect that no change of the same row explains is reported as a change of its own
//! ([`Rule::Consequence`]): a page that is added gives a type to links of other pages.
//!
//! | module | what it does |
//! |---|---|
//! | `rules` | the table: every kind of change, the class it has as a rule, and why |
//! | `find` | finds changes in schemas |
//! | `table` | tells which row of a table is which of another, be its name the same or not |
//! | `surface` | what users of the crate can name, call and rely on |
//! | `listing` | lists that as lines for people |
//! | `effect` | finds effects in surfaces |
//! | `gaps` | says what is missing because a page is |
//! | `source` | reads a schema folder, a git revision, or pages |
//! | `render` | reports as text, Markdown and JSON |

mod change;
mod effect;
mod find;
mod gaps;
mod listing;
mod render;
mod rules;
mod source;
mod subject;
mod surface;
mod table;

use ucwa_schema::Schema;

pub use change::{Comparison, Extent, SchemaChange, SurfaceEffect};
pub use gaps::Gaps;
pub use listing::surface;
pub use render::{json, markdown, text};
pub use rules::{Action, Class, Rule};
pub use source::{Loaded, Source, SourceError};
pub use subject::ChangeSubject;

/// Finds what `new` differs from `old` in. Both are taken for whole; who knows better says so in [`Comparison::extent`].
pub fn compare(old: &Schema, new: &Schema) -> Comparison {
    if old == new {
        return Comparison::default();
    }
    // That causes were named is no change of what they are.
    let (mut named_old, mut named_new) = (old.clone(), new.clone());
    named_old.name_causes(&new.errors);
    named_new.name_causes(&old.errors);
    let mut changes = find::changes(&named_old, &named_new);
    let effects = effect::effects(&surface::of(old), &surface::of(new), &changes);
    effect::attribute(&mut changes, effects);
    changes.sort_by(|left, right| left.subject.cmp(&right.subject));
    Comparison { changes, extent: Extent::Whole }
}
