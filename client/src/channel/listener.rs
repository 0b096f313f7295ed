//! Parts of the client that follow the channel beside the program.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::item::ChannelItem;
use super::reader::ChannelReader;
use crate::application::{Application, Part};

/// A part of the client that follows the channel beside the program.
pub(crate) trait Listener: Send + Sync {
    /// Takes note of an item before the program receives it. It must not wait for anything.
    fn hear(&self, item: &ChannelItem);

    /// Takes note of whether events arrive.
    fn set_liveness(&self, _: Liveness) {}

    /// Takes note that the application is closed: whoever waits for something waits no longer, whether or not somebody reads the
    /// channel.
    fn close(&self) {}

    /// Takes note that a new stream has the channel, which has not failed yet.
    fn begin(&self) {}
}

/// Whether events arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Liveness {
    /// The server has just responded, and the next poll is on its way.
    Live,
    /// The channel does not work at present, has ended, or there is no stream.
    Silent,
}

/// Those who follow the channel of an application. They are forgotten when nobody else holds them any more.
#[derive(Default)]
pub(crate) struct Listeners {
    all: Mutex<Vec<Weak<dyn Listener>>>,
    /// How many have been added.
    additions: AtomicUsize,
    /// Whether the channel has failed, and has not worked since.
    is_interrupted: AtomicBool,
    /// Whether events arrive.
    is_live: AtomicBool,
    /// Whether the program reads the channel.
    reader: Arc<ChannelReader>,
}

impl Part for Listeners {
    fn closed(&self) {
        self.each(|listener| listener.close());
    }
}

impl Application {
    /// Those who follow the event channel.
    pub(crate) fn listeners(&self) -> Arc<Listeners> {
        self.parts().own(Arc::default)
    }

    /// The part of a type that follows the event channel for as long as the application exists, made when it is first needed.
    pub(crate) fn own_listener<T: Part + Listener>(&self, make: impl FnOnce() -> T) -> Arc<T> {
        let listeners = self.listeners();
        self.parts().own(|| {
            let part = Arc::new(make());
            listeners.add(&part);
            part
        })
    }
}

impl Listeners {
    /// Tells a listener of all items from now on, and that events arrive, if they do.
    pub(crate) fn add<L: Listener + 'static>(&self, listener: &Arc<L>) {
        let added: Weak<L> = Arc::downgrade(listener);
        {
            let mut listeners = self.lock();
            listeners.retain(|listener| listener.strong_count() > 0);
            listeners.push(added);
            self.additions.fetch_add(1, Ordering::SeqCst);
        }
        if self.is_live.load(Ordering::SeqCst) {
            listener.set_liveness(Liveness::Live);
            // Where that changed meanwhile, the listener may have been told in the other order.
            if !self.is_live.load(Ordering::SeqCst) {
                listener.set_liveness(Liveness::Silent);
            }
        }
    }

    /// Whether the channel has failed, and has not worked since.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.is_interrupted.load(Ordering::SeqCst)
    }

    /// The program, as the one who reads the channel.
    pub(crate) fn reader(&self) -> &Arc<ChannelReader> {
        &self.reader
    }

    /// Tells all listeners of an item.
    pub(super) fn tell(&self, item: &ChannelItem) {
        match item {
            ChannelItem::Interrupted(_) => self.is_interrupted.store(true, Ordering::SeqCst),
            ChannelItem::Reconnected => self.is_interrupted.store(false, Ordering::SeqCst),
            _ => {}
        }
        self.each(|listener| listener.hear(item));
    }

    /// Those who hear of the items that have come together.
    pub(super) fn audience(&self) -> Audience<'_> {
        Audience { listeners: self, present: Vec::new(), additions: None }
    }

    /// Tells all listeners whether events arrive.
    pub(super) fn set_liveness(&self, liveness: Liveness) {
        self.is_live.store(liveness == Liveness::Live, Ordering::SeqCst);
        self.each(|listener| listener.set_liveness(liveness));
    }

    /// Tells all listeners that a new stream has the channel.
    pub(super) fn begin(&self) {
        self.is_interrupted.store(false, Ordering::SeqCst);
        self.reader.changes_stream();
        self.each(|listener| listener.begin());
    }

    fn each(&self, mut tell: impl FnMut(&dyn Listener)) {
        // Listeners may add others, so that the lock is not held while they hear.
        for listener in self.present() {
            tell(&*listener);
        }
    }

    /// The listeners, in the order in which they were added.
    fn present(&self) -> Vec<Arc<dyn Listener>> {
        let mut listeners = self.lock();
        listeners.retain(|listener| listener.strong_count() > 0);
        listeners.iter().filter_map(Weak::upgrade).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Weak<dyn Listener>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Those who hear of items that have come together. They are looked for once, and again where what they hear makes them add others.
pub(super) struct Audience<'l> {
    listeners: &'l Listeners,
    present: Vec<Arc<dyn Listener>>,
    /// How many had been added when they were looked for.
    additions: Option<usize>,
}

impl Audience<'_> {
    /// Tells all listeners of an event.
    pub(super) fn tell(&mut self, event: &ChannelItem) {
        let additions = Some(self.listeners.additions.load(Ordering::SeqCst));
        if self.additions != additions {
            (self.present, self.additions) = (self.listeners.present(), additions);
        }
        self.present.iter().for_each(|listener| listener.hear(event));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Idle;

    impl Listener for Idle {
        fn hear(&self, _: &ChannelItem) {}
    }

    /// Adds another listener at the first item, and counts the items.
    #[derive(Default)]
    struct Inviting {
        listeners: Arc<Listeners>,
        heard: AtomicUsize,
        guest: std::sync::OnceLock<Arc<Inviting>>,
        is_guest: bool,
    }

    impl Listener for Inviting {
        fn hear(&self, _: &ChannelItem) {
            self.heard.fetch_add(1, Ordering::SeqCst);
            if !self.is_guest {
                self.guest.get_or_init(|| {
                    let guest = Arc::new(Self { is_guest: true, ..Self::default() });
                    self.listeners.add(&guest);
                    guest
                });
            }
        }
    }

    #[test]
    fn whoever_is_added_at_an_event_hears_the_next_of_the_same_response() {
        let listeners = Arc::new(Listeners::default());
        let host = Arc::new(Inviting { listeners: Arc::clone(&listeners), ..Inviting::default() });
        listeners.add(&host);
        let mut audience = listeners.audience();
        for _ in 0..3 {
            audience.tell(&ChannelItem::Reconnected);
        }
        let heard = |listener: &Inviting| listener.heard.load(Ordering::SeqCst);
        assert_eq!((heard(&host), host.guest.get().map(|guest| heard(guest))), (3, Some(2)));
    }

    #[test]
    fn those_whom_nobody_holds_are_forgotten_even_if_nobody_reads_the_channel() {
        let listeners = Listeners::default();
        for _ in 0..10 {
            listeners.add(&Arc::new(Idle));
        }
        assert_eq!(listeners.lock().len(), 1, "the latest");
    }
}
