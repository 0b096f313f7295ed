//! Telling applications what happened.

use ucwa_schema::EventType;

use crate::address::{Item, locate};
use crate::catalogue::{Catalogue, Priority};
use crate::channel::Settings;
use crate::document::{Event, Events, Name, Reason, Resource};
use crate::state::{Application, ApplicationId, Moment, World};
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
            Content::Embedded => self.content(application, &news.target),
            Content::Linked => None,
        };
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

    /// Puts what events are about into those that only link to it, as far as it is there still.
    pub(crate) fn embed_targets(&self, events: &mut Events) {
        for event in events.senders.iter_mut().flatten().flat_map(|sender| &mut sender.events) {
            if event.resource.is_none() && event.kind != EventType::Deleted.name() {
                event.resource = self.target(event).and_then(|(application, item)| self.content(application, &item));
            }
        }
    }

    /// What an event is about, and whose application is told of it.
    fn target(&self, event: &Event) -> Option<(&Application, Item)> {
        let below = event.href.strip_prefix(Application::COLLECTION)?.trim_start_matches('/');
        let (id, path) = below.split_once('/')?;
        let application = self.applications.get(&id.parse().ok()?)?;
        let item = locate(self, application, path).ok()?;
        (item.name() == event.rel).then_some((application, item))
    }

    /// What an event brings along.
    fn content(&self, application: &Application, target: &Item) -> Option<Box<Resource>> {
        let mut resource = render(self, application, target).ok()?;
        (resource.shows_etag, resource.needs_marker) = (true, false);
        Some(Box::new(resource))
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
