//! Telling applications what happened.

use ucwa_schema::EventType;

use crate::address::Item;
use crate::catalogue::{Catalogue, Priority};
use crate::channel::Settings;
use crate::document::{Event, Name, Reason};
use crate::state::{ApplicationId, Moment, World};
use crate::views::render;

/// Whether an event brings its target along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// It brings the target itself.
    Embedded,
    /// It only says where the target is.
    Linked,
}

/// Something to be told.
#[derive(Debug, Clone)]
pub(crate) struct News {
    /// The rel of the resource that tells it, and where that is below the application.
    sender: (&'static str, String),
    kind: EventType,
    target: Item,
    content: Content,
    collection: Option<(&'static str, String)>,
    status: Option<&'static str>,
    reason: Option<Reason>,
    title: Option<String>,
}

impl News {
    /// News of a sender whose rel is also where it is.
    pub(crate) fn new(sender: &'static str, kind: EventType, target: Item, content: Content) -> Self {
        Self::from(sender, sender.to_owned(), kind, target, content)
    }

    /// News of a sender that is elsewhere.
    pub(crate) fn from(sender: &'static str, path: String, kind: EventType, target: Item, content: Content) -> Self {
        let sender = (sender, path);
        Self { sender, kind, target, content, collection: None, status: None, reason: None, title: None }
    }

    /// Names the collection that the target joined or left.
    #[must_use]
    pub(crate) fn within(mut self, rel: &'static str, path: impl Into<String>) -> Self {
        self.collection = Some((rel, path.into()));
        self
    }

    /// Says how an operation ended.
    #[must_use]
    pub(crate) fn with_status(mut self, status: &'static str) -> Self {
        self.status = Some(status);
        self
    }

    /// Says why.
    #[must_use]
    pub(crate) fn because(mut self, reason: Option<Reason>) -> Self {
        self.reason = reason;
        self
    }

    /// Names the target for people.
    #[must_use]
    pub(crate) fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }
}

impl World {
    /// Tells an application some news. One that is gone is told nothing.
    pub(crate) fn tell(&mut self, id: ApplicationId, news: News) {
        let Some(application) = self.applications.get(&id) else { return };
        let base = application.href();
        let href = |path: &str| format!("{base}/{path}");
        let resource = match news.content {
            Content::Embedded => render(self, application, &news.target).ok(),
            Content::Linked => None,
        };
        let resource = resource.map(|mut resource| {
            (resource.shows_etag, resource.needs_marker) = (true, false);
            Box::new(resource)
        });
        let (rel, path) = news.sender;
        let due = self.due(rel, news.kind, &news.target, application.channel.settings());
        let event = Event {
            kind: Name::Borrowed(news.kind.name()),
            rel: Name::Borrowed(news.target.resource.rel.as_str()),
            href: href(&news.target.path),
            title: news.title,
            collection: news.collection.map(|(rel, path)| (Name::Borrowed(rel), href(&path))),
            resource,
            status: news.status,
            reason: news.reason.map(Box::new),
        };
        let sender = (Name::Borrowed(rel), href(&path));
        self.events.add(self.now, id, &event);
        if let Some(application) = self.applications.get_mut(&id) {
            application.channel.push(sender, event, due);
        }
    }

    fn due(&self, sender: &str, kind: EventType, target: &Item, settings: Settings) -> Moment {
        let delay = match Catalogue::get().priority(sender, kind, target.name()) {
            Priority::High => 0,
            Priority::Medium => settings.medium,
            Priority::Low => settings.low,
        };
        self.now + delay * 1000
    }
}
