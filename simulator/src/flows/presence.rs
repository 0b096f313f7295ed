//! Presence: what a user is, and who gets to know.

use ucwa_schema::EventType;

use super::tell::{Content, News};
use crate::address::{Item, Place};
use crate::state::{User, World};

/// How available a user is and what they do, by what they chose and whether they are active.
fn seen(user: &User, is_available: bool, is_idle: bool) -> (&'static str, Option<String>) {
    if !is_available {
        return ("Offline", None);
    }
    match (user.preferred.as_deref(), is_idle) {
        (Some("Away"), _) => ("Away", None),
        (Some("BeRightBack"), _) => ("BeRightBack", None),
        (Some("DoNotDisturb"), _) => ("DoNotDisturb", None),
        (Some("Offwork"), _) => ("Away", Some("off-work".into())),
        (Some("Busy"), false) => ("Busy", None),
        (Some("Busy"), true) => ("IdleBusy", None),
        (_, false) => ("Online", None),
        (_, true) => ("IdleOnline", None),
    }
}

impl World {
    /// Works out anew how available a user is, and tells those whom it concerns if that changed.
    pub(crate) fn refresh_presence(&mut self, address: &str) {
        let now = self.now;
        let ids = self.applications_of.get(address).cloned().unwrap_or_default();
        let applications = || ids.iter().filter_map(|id| self.applications.get(id));
        let active = applications().filter_map(|found| Some((found.last_activity, found.available.as_ref()?)));
        let is_active = active.clone().any(|(last, available)| now < last.saturating_add(available.inactive_timeout));
        let is_available = active.count() > 0;
        let Some(user) = self.users.get_mut(address) else { return };
        let (availability, activity) = seen(user, is_available, !is_active);
        if user.availability == availability && user.activity == activity {
            return;
        }
        (user.availability, user.activity) = (availability, activity);
        self.tell_own(address, "presence", EventType::Updated);
        self.tell_followers(address, "contactPresence");
    }

    /// Tells a user's applications about something that the user publishes.
    pub(crate) fn tell_own(&mut self, address: &str, name: &'static str, kind: EventType) {
        for id in self.applications_of.get(address).cloned().unwrap_or_default() {
            let is_available = self.applications.get(&id).is_some_and(|application| application.available.is_some());
            let path = if name == "me" { "me".to_owned() } else { format!("me/{name}") };
            if let Some(target) = Item::new(name, Place::Application, path).filter(|_| is_available || name == "me") {
                self.tell(id, News::new("me", kind, target, Content::Linked));
            }
        }
    }

    /// Tells all who follow a user that something about the user changed, such as `contactPresence`.
    pub(crate) fn tell_followers(&mut self, address: &str, name: &'static str) {
        for id in self.followers.get(address).cloned().unwrap_or_default() {
            self.tell_contact(id, address, name);
        }
    }

    /// Tells an application that something about a contact changed.
    pub(crate) fn tell_contact(&mut self, id: crate::state::ApplicationId, address: &str, name: &'static str) {
        let Some(contact) = Item::person(address) else { return };
        let path = format!("{}/{name}", contact.path);
        if let Some(target) = Item::new(name, contact.place, path) {
            let news = News::new("people", EventType::Updated, target, Content::Linked);
            self.tell(id, news.within("contact", contact.path));
        }
    }
}
