//! Choosing by chance.

use fastrand::Rng;

/// One of several.
pub(crate) fn choose<'a, T>(random: &mut Rng, all: &'a [T]) -> &'a T {
    &all[random.usize(0..all.len())]
}
