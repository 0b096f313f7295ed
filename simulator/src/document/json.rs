//! Documents in JSON, written as they are read: no tree of values stands between.

use super::{Event, Events, Link, Marker, OneOrMany, Reason, Resource, Value, etag};

/// A resource as JSON.
pub(crate) fn resource_json(resource: &Resource, marker: &Marker) -> Vec<u8> {
    document(|out| write_resource(out, resource, Some(marker)))
}

/// The reason of a failure as JSON.
pub(crate) fn reason_json(reason: &Reason) -> Vec<u8> {
    document(|out| write_reason(out, reason))
}

/// What the event channel answers, as JSON.
pub(crate) fn events_json(events: &Events) -> Vec<u8> {
    document(|out| {
        out.object(|object| {
            object.entry("_links", |out| {
                out.object(|links| {
                    links.entry("self", |out| out.object(|link| link.text("href", &events.href)));
                    links.entry(events.way.0, |out| out.object(|link| link.text("href", &events.way.1)));
                });
            });
            if let Some(senders) = &events.senders {
                object.entry("sender", |out| {
                    out.list(senders, |out, sender| {
                        out.object(|object| {
                            object.text("rel", &sender.rel);
                            object.text("href", &sender.href);
                            object.entry("events", |out| out.list(&sender.events, write_event));
                        });
                    });
                });
            }
        });
    })
}

/// The answer to OPTIONS as JSON.
pub(crate) fn metadata_json(methods: &[(&str, Vec<&str>)]) -> Vec<u8> {
    document(|out| {
        out.object(|object| {
            object.entry("metadata", |out| {
                out.list(methods, |out, (method, parameters)| {
                    out.object(|object| {
                        object.text("httpMethod", method);
                        object.entry("parameters", |out| {
                            out.list(parameters, |out, name| {
                                out.object(|object| {
                                    object.text("name", name);
                                    object.entry("supportedValues", |out| out.list::<()>(&[], |_, ()| {}));
                                });
                            });
                        });
                    });
                });
            });
        });
    })
}

/// The text so far.
struct JsonWriter(Vec<u8>);

/// An object that is being written.
struct ObjectWriter<'a> {
    out: &'a mut JsonWriter,
    is_first: bool,
}

fn document(write: impl FnOnce(&mut JsonWriter)) -> Vec<u8> {
    let mut out = JsonWriter(Vec::with_capacity(512));
    write(&mut out);
    out.0
}

impl JsonWriter {
    fn text(&mut self, text: &str) {
        // Writing text to memory cannot fail.
        serde_json::to_writer(&mut self.0, text).unwrap_or(());
    }

    fn raw(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    fn object(&mut self, write: impl FnOnce(&mut ObjectWriter<'_>)) {
        self.0.push(b'{');
        write(&mut ObjectWriter { out: self, is_first: true });
        self.0.push(b'}');
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.0.push(b'[');
        for (number, item) in items.iter().enumerate() {
            if number > 0 {
                self.0.push(b',');
            }
            write(self, item);
        }
        self.0.push(b']');
    }

    fn one_or_many<T>(&mut self, items: &OneOrMany<T>, mut write: impl FnMut(&mut Self, &T)) {
        match items {
            OneOrMany::One(one) => write(self, one),
            OneOrMany::Many(many) => self.list(many, write),
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Text(text) => self.text(text),
            Value::Boolean(value) => self.raw(if *value { "true" } else { "false" }),
            Value::Number(number) => self.raw(&number.to_string()),
            Value::Time(milliseconds) => self.raw(&format!("\"/Date({milliseconds})/\"")),
            Value::List(values) => self.list(values, Self::value),
        }
    }
}

impl ObjectWriter<'_> {
    fn entry(&mut self, name: &str, write: impl FnOnce(&mut JsonWriter)) {
        if !std::mem::take(&mut self.is_first) {
            self.out.0.push(b',');
        }
        self.out.text(name);
        self.out.0.push(b':');
        write(self.out);
    }

    fn text(&mut self, name: &str, text: &str) {
        self.entry(name, |out| out.text(text));
    }
}

fn write_resource(out: &mut JsonWriter, resource: &Resource, marker: Option<&Marker>) {
    out.object(|object| {
        for (name, value) in &resource.properties {
            object.entry(name, |out| out.value(value));
        }
        if let Some(marker) = marker.filter(|_| resource.needs_marker) {
            object.text(&marker.name, Marker::VALUE);
        }
        object.text("rel", &resource.rel);
        if resource.shows_etag {
            object.text("etag", &etag(resource));
        }
        object.entry("_links", |out| {
            out.object(|links| {
                links.entry("self", |out| out.object(|link| link.text("href", &resource.href)));
                for (rel, link) in &resource.links {
                    links.entry(rel, |out| out.one_or_many(link, write_link));
                }
            });
        });
        if !resource.embedded.is_empty() {
            object.entry("_embedded", |out| {
                out.object(|embedded| {
                    for (rel, resource) in &resource.embedded {
                        let write = |out: &mut JsonWriter, resource: &Resource| write_resource(out, resource, None);
                        embedded.entry(rel, |out| out.one_or_many(resource, write));
                    }
                });
            });
        }
    });
}

fn write_link(out: &mut JsonWriter, link: &Link) {
    out.object(|object| {
        object.text("href", &link.href);
        if let Some(title) = &link.title {
            object.text("title", title);
        }
        if let Some(revision) = link.revision {
            object.text("revision", &revision.to_string());
        }
    });
}

fn write_reason(out: &mut JsonWriter, reason: &Reason) {
    out.object(|object| {
        object.text("code", &reason.code);
        if let Some(subcode) = &reason.subcode {
            object.text("subcode", subcode);
        }
        if let Some(message) = &reason.message {
            object.text("message", message);
        }
        if !reason.parameters.is_empty() {
            object.entry("parameters", |out| {
                out.list(&reason.parameters, |out, (name, reason)| {
                    out.object(|object| {
                        object.text("name", name);
                        object.text("reason", reason);
                    });
                });
            });
        }
        if !reason.debug_info.is_empty() {
            object.entry("debugInfo", |out| {
                out.object(|object| {
                    for (name, value) in &reason.debug_info {
                        object.text(name, value);
                    }
                });
            });
        }
    });
}

fn write_event(out: &mut JsonWriter, event: &Event) {
    out.object(|object| {
        object.entry("link", |out| {
            out.object(|link| {
                link.text("rel", &event.rel);
                link.text("href", &event.href);
                if let Some(title) = &event.title {
                    link.text("title", title);
                }
            });
        });
        if let Some((rel, href)) = &event.collection {
            object.entry("in", |out| {
                out.object(|link| {
                    link.text("rel", rel);
                    link.text("href", href);
                });
            });
        }
        if let Some(resource) = &event.resource {
            object.entry("_embedded", |out| {
                out.object(|embedded| embedded.entry(&event.rel, |out| write_resource(out, resource, None)));
            });
        }
        object.text("type", &event.kind);
        if let Some(status) = event.status {
            object.text("status", status);
        }
        if let Some(reason) = &event.reason {
            object.entry("reason", |out| write_reason(out, reason));
        }
    });
}
