//! What has to be read of contacts, and what comes of it.

use tokio::time::Instant;
use ucwa::people::{Contact, ContactLocation, ContactNote, ContactPresence};
use ucwa::{GetRequest, Link};

use super::aspect::Aspect;
use super::entry::{Entry, Source};
use super::followable::Followable;
use super::following::{Following, OpenBook};
use super::limits::{GRACE, REFUSAL};
use crate::address::ContactAddress;
use crate::batch::{Batch, BatchResponse};
use crate::error::Error;

/// What has to be read of contacts.
#[derive(Debug, Default)]
pub(super) struct Readings {
    presences: Vec<Reading<ContactPresence>>,
    notes: Vec<Reading<ContactNote>>,
    locations: Vec<Reading<ContactLocation>>,
}

/// Of whom something is to be read, and where.
type Reading<T> = (ContactInReading, Link<T>);

/// Something that is being read.
type Expected<T> = (ContactInReading, BatchResponse<GetRequest<T>>);

/// Of whom something is read.
#[derive(Debug)]
struct ContactInReading {
    address: ContactAddress,
    /// The number of the entry for which it is read.
    entry: u64,
}

impl Readings {
    pub(super) fn len(&self) -> usize {
        self.presences.len() + self.notes.len() + self.locations.len()
    }

    /// Takes what has to be read of a contact.
    pub(super) fn take(&mut self, address: &ContactAddress, entry: &mut Entry) {
        self.presences.extend(taken(address, entry));
        self.notes.extend(taken(address, entry));
        self.locations.extend(taken(address, entry));
    }
}

fn taken<T: Followable>(address: &ContactAddress, entry: &mut Entry) -> Option<Reading<T>> {
    let slot = T::slot(entry);
    match &slot.source {
        Source::At(link) if std::mem::take(&mut slot.marks.is_outdated) => {
            let link = link.clone();
            Some((ContactInReading { address: address.clone(), entry: entry.number }, link))
        }
        _ => None,
    }
}

fn add<T: Followable>(batch: &mut Batch, readings: Vec<Reading<T>>) -> Vec<Expected<T>> {
    readings.into_iter().map(|(reader, link)| (reader, batch.add(link.get()))).collect()
}

impl Following {
    /// Finds out who the contacts are of whom only the link is known. How they are is read after that.
    pub(super) async fn identify(&self, links: Vec<Link<Contact>>) {
        let generation = self.book().generation;
        let responses = self.application.send_all(links.iter().map(Link::get)).await;
        for (link, response) in links.into_iter().zip(responses) {
            match response {
                Ok(contact) => {
                    let mut book = self.book();
                    // What was asked for before a loss says nothing about the time after it.
                    if book.generation == generation {
                        book.recognize(&link, &contact);
                    }
                }
                Err(error) => self.not_identified(link, &error.into_general()),
            }
        }
    }

    /// Reads how contacts are.
    pub(super) async fn read(&self, readings: Readings) {
        let generation = self.book().generation;
        let mut batch = self.application.batch();
        let presences = add(&mut batch, readings.presences);
        let notes = add(&mut batch, readings.notes);
        let locations = add(&mut batch, readings.locations);
        batch.send().await;
        self.note_all(presences, generation).await;
        self.note_all(notes, generation).await;
        self.note_all(locations, generation).await;
    }

    async fn note_all<T: Followable>(&self, all: Vec<Expected<T>>, generation: u64) {
        for (ContactInReading { address, entry }, response) in all {
            match response.await {
                Ok(value) => {
                    let mut book = self.book();
                    book.succeeded();
                    if book.generation != generation {
                        book.outdate(&address, T::ASPECT);
                    } else if book.is_same_entry(&address, entry) {
                        book.set_value(&address, value.into_inner(), Instant::now());
                    }
                }
                Err(error) if self.book().is_same_entry(&address, entry) => {
                    self.not_read::<T>(&address, &error.into_general());
                }
                Err(_) => {}
            }
        }
    }

    /// Has somebody identified again: soon if the reason may pass, else when subscriptions are checked.
    fn not_identified(&self, link: Link<Contact>, error: &Error) {
        tracing::debug!(%error, "a contact was not identified");
        if error.may_pass() {
            self.pause(error).unidentified.extend(link.address().ok().map(|named| (named, link)));
        } else {
            // Nobody knows whose subscription it is.
            self.book().check_again(|_| true, until(error));
        }
    }

    /// Has something read again that was not read: soon if the reason may pass, else when subscriptions are checked.
    fn not_read<T: Followable>(&self, address: &ContactAddress, error: &Error) {
        tracing::debug!(%error, "how a contact is was not read");
        if error.may_pass() {
            let mut book = self.pause(error);
            book.set_unconfirmed(address, &[T::ASPECT]);
            return book.outdate(address, T::ASPECT);
        }
        let mut book = self.book();
        if T::ASPECT != Aspect::Presence && error.is_deleted_already() {
            return book.set_nowhere::<T>(address);
        }
        book.set_unconfirmed(address, &[T::ASPECT]);
        book.check_again(|found| found.contacts.contains(address), until(error));
    }

    /// Has the next request wait after an error.
    fn pause(&self, error: &Error) -> OpenBook<'_> {
        let (mut book, now) = (self.book(), Instant::now());
        let before = book.pause.filter(|pause| *pause > now);
        // What failed together is one failure.
        if before.is_none() {
            book.failures = book.failures.saturating_add(1);
        }
        book.pause = before.max(Some(now + self.application.client().pause(error, book.failures)));
        book
    }
}

/// When something is tried again that is not worth another try at once.
fn until(error: &Error) -> Instant {
    let is_refused = matches!(error, Error::Server(_));
    Instant::now() + if is_refused { REFUSAL } else { GRACE }
}
