//! What somebody follows: a set of contacts, and a stream of changes.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use ucwa::Resource as _;
use ucwa::people::Contact;

use super::aspect::Aspects;
use super::book::News;
use super::contact::FollowedContact;
use super::driver;
use super::entry::FollowerId;
use super::following::Following;
use crate::address::ContactAddress;

/// A set of contacts who are followed, and their changes as a [`Stream`].
///
/// The stream gives a contact whenever something that is followed or its [`standing`](FollowedContact::standing) has changed. Of several
/// changes between two looks it gives the last, so that a slow program holds no more than one change for each contact. It ends when
/// the application is closed. Dropping the set ends following, unless somebody else follows the same contacts.
pub struct Followed {
    shared: Arc<Following>,
    aspects: Aspects,
    id: FollowerId,
}

impl Followed {
    pub(super) fn new(shared: Arc<Following>, aspects: Aspects) -> Self {
        let id = shared.book().add_follower(aspects);
        Self { shared, aspects, id }
    }

    /// Follows more contacts. The ones that are in the set already stay there.
    ///
    /// # Panics
    ///
    /// Panics outside of tokio's runtime, as a task is spawned.
    pub fn add(&mut self, contacts: impl IntoIterator<Item = impl Into<ContactAddress>>) {
        // Whom to add may depend on what is known: the book is not locked meanwhile.
        let contacts: Vec<ContactAddress> = contacts.into_iter().map(Into::into).collect();
        let mut book = self.shared.book();
        for address in &contacts {
            book.follow(self.id, address);
        }
        drop(book);
        driver::start(&self.shared);
    }

    /// Follows more contacts that were read before. A contact without an address is left out.
    ///
    /// # Panics
    ///
    /// Panics outside of tokio's runtime, as a task is spawned.
    pub fn add_contacts<'c>(&mut self, contacts: impl IntoIterator<Item = &'c Contact>) {
        let contacts: Vec<_> = contacts.into_iter().collect();
        let mut book = self.shared.book();
        for contact in contacts {
            let Some(address) = ContactAddress::of(contact) else { continue };
            book.follow(self.id, &address);
            if let Some(link) = contact.self_link() {
                book.name(&address, &link, contact);
            }
        }
        drop(book);
        driver::start(&self.shared);
    }

    /// Follows contacts no more. Whom nobody else follows is forgotten, and the server is told.
    pub fn remove(&mut self, contacts: impl IntoIterator<Item = impl Into<ContactAddress>>) {
        let contacts: Vec<ContactAddress> = contacts.into_iter().map(Into::into).collect();
        let mut book = self.shared.book();
        for address in &contacts {
            book.unfollow(self.id, address);
        }
        drop(book);
        self.shared.work.notify_one();
    }

    /// What is known of a contact; `None` if nobody follows them.
    pub fn get(&self, address: impl Into<ContactAddress>) -> Option<FollowedContact> {
        self.shared.book().snapshot(&address.into(), self.aspects)
    }

    /// What is known of all contacts of the set, by address.
    pub fn contacts(&self) -> Vec<FollowedContact> {
        self.shared.book().of_follower(self.id)
    }

    /// The next contact that has changed; `None` once the application is closed. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<FollowedContact> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    fn poll(&self, context: &Context<'_>) -> Poll<Option<FollowedContact>> {
        driver::start_again(&self.shared);
        #[cfg(ucwa_planted)]
        if crate::planted::Planted::UntoldChange.is_made() && !self.shared.application.is_closed() {
            return Poll::Pending;
        }
        match self.shared.book().take_news(self.id, context.waker()) {
            News::Contact(contact) => Poll::Ready(Some(contact)),
            News::None => Poll::Pending,
            News::Closed => Poll::Ready(None),
        }
    }
}

impl Stream for Followed {
    type Item = FollowedContact;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<FollowedContact>> {
        self.poll(context)
    }
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.shared.book().remove_follower(self.id);
        self.shared.work.notify_one();
    }
}

impl fmt::Debug for Followed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Followed").field("contacts", &self.contacts().len()).finish_non_exhaustive()
    }
}
