//! What there is to tell the program of a conversation, in order.

use std::collections::VecDeque;

use ucwa::Link;
use ucwa::communication::Message;

use super::item::{ConversationEnd, Participant, ReceivedMessage};
use super::roster::Happened;
use super::told::Told;

/// How many items wait for the program at most.
const ITEMS: usize = 1000;

/// Something to tell, which may take requests first.
#[derive(Debug, Clone)]
pub(super) enum Note {
    Message(Sender, Option<Link<Message>>, Box<Message>),
    /// The message that came with the invitation.
    First(Box<ReceivedMessage>),
    /// A message that the server did not send along.
    Unread(Link<Message>),
    Roster(Happened, Participant),
    Changed,
    /// The conversation has changed, and the server did not send it along.
    Outdated,
    BecameMeeting,
    /// Those may wait in the lobby of whom no event told.
    Lobby,
    EventsLost,
    Ended(ConversationEnd),
}

/// Who sent a message.
pub(super) type Sender = Participant;

/// What is to be done before the next item can be given.
pub(super) enum Front {
    Give(u64, Note),
    Dropped(usize),
    Wait,
    Finished,
}

/// What there is to tell, and of whom was told.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Each with a number of its own.
    waiting: VecDeque<(u64, Note)>,
    next_number: u64,
    dropped: usize,
    /// Why the conversation is over: the last note, whether it was told or not.
    end: Option<ConversationEnd>,
    pub(super) told: Told,
}

impl Notes {
    /// Adds a note. Nothing comes after the end.
    pub(super) fn push(&mut self, note: Note) {
        if self.end.is_some() {
            return;
        }
        if self.waiting.len() >= ITEMS {
            self.waiting.pop_front();
            self.dropped += 1;
            self.told = Told::Unknown;
        }
        let number = self.new_number();
        self.waiting.push_back((number, note));
    }

    /// Adds a note, unless the last one says the same.
    pub(super) fn push_once(&mut self, note: Note) {
        let is_same = |(_, last): &(u64, Note)| std::mem::discriminant(last) == std::mem::discriminant(&note);
        if !self.waiting.back().is_some_and(is_same) {
            self.push(note);
        }
    }

    /// Puts the message that came with the invitation before all others.
    pub(super) fn push_first(&mut self, message: ReceivedMessage) {
        let number = self.new_number();
        self.waiting.push_front((number, Note::First(Box::new(message))));
    }

    /// A number that no other note has.
    fn new_number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }

    /// Adds the end, behind which nothing comes.
    pub(super) fn finish(&mut self, end: ConversationEnd) {
        self.push(Note::Ended(end.clone()));
        self.end = Some(end);
    }

    /// Why the conversation is over.
    pub(super) fn end(&self) -> Option<&ConversationEnd> {
        self.end.as_ref()
    }

    /// What comes next. It stays until it is [settled](Self::settle).
    pub(super) fn front(&mut self) -> Front {
        match self.waiting.front() {
            _ if self.dropped > 0 => Front::Dropped(std::mem::take(&mut self.dropped)),
            Some((number, note)) => Front::Give(*number, note.clone()),
            None if self.end.is_some() => Front::Finished,
            None => Front::Wait,
        }
    }

    /// Removes the note that comes next, and puts others in its place. Gives whether it was there still: another may have settled it
    /// meanwhile, or it was dropped.
    pub(super) fn settle(
        &mut self,
        number: u64,
        others: impl IntoIterator<Item = Note, IntoIter: DoubleEndedIterator>,
    ) -> bool {
        if self.waiting.front().is_none_or(|(front, _)| *front != number) {
            return false;
        }
        self.waiting.pop_front();
        for note in others.into_iter().rev() {
            let number = self.new_number();
            self.waiting.push_front((number, note));
        }
        true
    }

    /// Whether there are messages that the program has not received.
    pub(super) fn has_unread_messages(&self) -> bool {
        self.waiting.iter().any(|(_, note)| matches!(note, Note::Message(..) | Note::First(_) | Note::Unread(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messaging::Participant;

    fn first() -> ReceivedMessage {
        ReceivedMessage::new(Participant::new(Link::new("")), None, &Message::default())
    }

    #[test]
    fn a_note_that_comes_in_front_of_one_that_is_looked_up_is_not_taken_for_it() {
        let mut notes = Notes::default();
        notes.push(Note::Unread(Link::new("/m")));
        let Front::Give(number, _) = notes.front() else { panic!("there is one") };
        assert!(notes.settle(number, [Note::Changed]));
        let Front::Give(number, Note::Changed) = notes.front() else { panic!("there is another in its place") };
        notes.push_first(first());
        assert!(!notes.settle(number, []));
        assert!(matches!(notes.front(), Front::Give(_, Note::First(_))));
    }
}
