//! Looks for passwords and tokens in all that the client shows: what it traces, and what its values print.

use std::cell::RefCell;
use std::fmt;
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata};
use ucwa::url::form_urlencoded;

/// What every token of the simulator begins with.
const TOKEN: &str = "cwt=AAEB";

/// A secret as it is, and as forms have it.
pub(crate) fn spellings(secret: &str) -> [String; 2] {
    [secret.to_owned(), form_urlencoded::byte_serialize(secret.as_bytes()).collect()]
}

thread_local! {
    static WATCH: RefCell<Watch> = RefCell::default();
}

/// The secrets of the schedule that runs in this thread, and where they were seen.
#[derive(Default)]
struct Watch {
    secrets: Vec<String>,
    seen: Vec<String>,
}

/// Begins to look for secrets in what this thread traces; for none where there are none.
pub(crate) fn watch(secrets: &[String]) {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // In a program that has a subscriber of its own, values are looked at and traces are not.
        let _ = tracing::subscriber::set_global_default(Looking);
    });
    let mut secrets: Vec<_> = secrets.iter().flat_map(|secret| spellings(secret)).collect();
    if !secrets.is_empty() {
        secrets.push(TOKEN.into());
    }
    WATCH.with_borrow_mut(|watch| *watch = Watch { secrets, ..Watch::default() });
}

/// Whether anything is looked for.
pub(crate) fn is_looking() -> bool {
    WATCH.with_borrow(|watch| !watch.secrets.is_empty())
}

/// Looks for secrets in a text.
pub(crate) fn look(text: &str) {
    WATCH.with_borrow_mut(|watch| {
        if let Some(secret) = watch.secrets.iter().find(|secret| text.contains(secret.as_str())) {
            let seen = format!("{secret} is shown in: {text}");
            watch.seen.push(seen);
        }
    });
}

/// What was seen of secrets.
pub(crate) fn seen() -> Vec<String> {
    WATCH.with_borrow_mut(|watch| std::mem::take(&mut watch.seen))
}

/// A subscriber that looks at all fields.
struct Looking;

impl Visit for Looking {
    fn record_debug(&mut self, _: &Field, value: &dyn fmt::Debug) {
        if is_looking() {
            look(&format!("{value:?}"));
        }
    }
}

impl tracing::Subscriber for Looking {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("ucwa")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut Self);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Self);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Self);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_in_a_trace_or_a_value_is_seen() {
        watch(&["hunter 2".into()]);
        tracing::debug!(target: "ucwa_client", password = "hunter3", "harmless");
        look("hunter");
        assert_eq!(seen().len(), 0);
        tracing::debug!(target: "ucwa_client", password = "hunter 2", "not harmless");
        look("grant_type=password&password=hunter+2");
        tracing::debug!(target: "ucwa_client", "Bearer {TOKEN}AB");
        assert_eq!(seen().len(), 3);
    }
}
