//! Whether events were lost, and what they may have said has been looked up since.

/// Whether events were lost, and what they may have said has been looked up since.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Doubt {
    /// No events were lost.
    #[default]
    None,
    /// Events were lost, and nobody has looked since.
    Open,
    /// Somebody looks at present.
    Looking,
    /// What was found says nothing, or nothing could be found. It is tried again.
    Stuck,
    /// All that there is to know has been looked up.
    Settled,
}

/// What became of looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Done,
    Failed,
}

impl Doubt {
    /// Whether events were lost at any time.
    pub(super) fn has_been(self) -> bool {
        self != Self::None
    }

    /// Whether there is something to look up.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Looking | Self::Stuck)
    }

    /// Whether nobody has finished looking yet, with success or without.
    pub(super) fn is_fresh(self) -> bool {
        matches!(self, Self::Open | Self::Looking)
    }

    /// Notes that somebody begins to look.
    pub(super) fn begin(&mut self) {
        *self = Self::Looking;
    }

    /// Whether what is found now is the latest that there is to know.
    pub(super) fn is_looking(self) -> bool {
        self == Self::Looking
    }

    /// Notes what became of looking. Where events were lost meanwhile, or something was heard, it is to be done again.
    pub(super) fn end(&mut self, look: Look) {
        if self.is_looking() {
            *self = match look {
                Look::Done => Self::Settled,
                Look::Failed => Self::Stuck,
            };
        }
    }

    /// Notes that more can be looked up than before.
    pub(super) fn reopen(&mut self) {
        if *self == Self::Settled {
            *self = Self::Open;
        }
    }

    /// Notes that something was heard: what is found may be older.
    pub(super) fn overtake(&mut self) {
        self.end(Look::Failed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_overtaken_is_looked_up_again() {
        let mut doubt = Doubt::Open;
        doubt.begin();
        doubt.end(Look::Done);
        assert!(!doubt.is_open() && doubt.has_been());
        for overtake in [Doubt::overtake, |doubt: &mut Doubt| *doubt = Doubt::Open] {
            doubt.begin();
            overtake(&mut doubt);
            assert!(!doubt.is_looking());
            doubt.end(Look::Done);
            assert!(doubt.is_open());
        }
        doubt.begin();
        doubt.end(Look::Done);
        doubt.reopen();
        assert!(doubt.is_open());
        let mut none = Doubt::None;
        none.overtake();
        none.reopen();
        assert!(!none.has_been());
    }
}
