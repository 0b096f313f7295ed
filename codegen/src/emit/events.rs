//! The enumeration of documented events.

use proc_macro2::TokenStream;
use quote::quote;
use ucwa_schema::EventType;

use super::tokens::{Root, docs, ident};
use super::uses::Uses;
use crate::lower::EventModel;

/// The module of the events: a variant for each kind, and the table that finds it.
pub(super) fn module(events: &[EventModel], root: &Root) -> TokenStream {
    let uses = Uses::new(root, []);
    let [event, table] = ["Event", "EventTable"].map(|name| uses.runtime(name));
    // What stands in the lines of events alone is not imported where there are none.
    let of_events = |name| if events.is_empty() { ident(name) } else { uses.runtime(name) };
    let [event_kind, typed] = ["EventKind", "TypedEvent"].map(of_events);
    let names: Vec<_> = events.iter().map(|found| ident(&found.name)).collect();
    let targets: Vec<_> = events
        .iter()
        .map(|found| found.target.as_ref().map_or_else(|| uses.runtime("GenericResource"), |target| uses.of(target)))
        .collect();
    let docs_of_variants = events.iter().map(|found| docs(&found.docs));
    let rels = events.iter().map(|found| &found.rel);
    let kinds = events.iter().map(|found| ident(variant(found.kind)));
    let imports = uses.imports();
    let example = match root {
        Root::Crate => example(),
        Root::Module(_) => TokenStream::new(),
    };
    quote! {
        #![doc = " The events that the reference documents, as variants to match on."]
        #example
        #imports

        /// A documented event: [`Event::documented`] sorts an event by the resource that it is about and what happened to it.
        ///
        /// Several pages may document one kind of event, with other senders and collections: the documentation of a variant
        /// lists them. A resource is of the latest revision.
        #[derive(Debug, Clone, Copy)]
        #[non_exhaustive]
        pub enum Documented<'e> {
            #(#docs_of_variants #names(#typed<'e, #targets>),)*
            /// An event about a resource that no page describes, or of a kind that no page lists for the resource.
            /// [`Event::about`] gives a typed event if the type of the resource is known.
            Undocumented(&'e #event),
            /// An event of which so little could be read that it cannot be told what it is; [`Event::unreadable`] has its text and the
            /// reason. An event whose resource and kind could be read has its own variant, whatever else is wrong with it.
            Unreadable(&'e #event),
        }

        impl<'e> #table<'e> for Documented<'e> {
            #[allow(clippy::too_many_lines, reason = "there is a line for each kind of event")]
            fn sort(event: &'e #event) -> Self {
                match (event.rel(), &event.kind) {
                    #((#rels, #event_kind::#kinds) => Self::#names(#typed::new(event)),)*
                    _ if event.is_unidentified() => Self::Unreadable(event),
                    _ => Self::Undocumented(event),
                }
            }
        }
    }
}

/// An example, for the crate whose name it has in it.
fn example() -> TokenStream {
    let lines = [
        "",
        " ```",
        " use ucwa::events::Documented;",
        " use ucwa::Format;",
        "",
        " let document = ucwa::decode_events(",
        "     Format::Json,",
        "     br#\"{\"sender\": [{\"rel\": \"people\", \"href\": \"/people\", \"events\": [{",
        "         \"link\": {\"rel\": \"contactPresence\", \"href\": \"/people/282/contactPresence\"},",
        "         \"_embedded\": {\"contactPresence\": {\"availability\": \"Away\"}},",
        "         \"type\": \"updated\"}]}]}\"#,",
        " )?;",
        " for (_, event) in document.events() {",
        "     match event.documented() {",
        "         Documented::ContactPresenceUpdated(event) => {",
        "             let presence = event.resource().expect(\"the server sent it along\");",
        "             assert_eq!(presence.availability, Some(\"Away\".into()));",
        "             let link = event.link().expect(\"the event has a link\");",
        "             assert_eq!(link.href(), \"/people/282/contactPresence\");",
        "         }",
        "         Documented::Unreadable(event) => eprintln!(\"{:?}\", event.unreadable),",
        "         other => panic!(\"{other:?}\"),",
        "     }",
        " }",
        " # Ok::<(), ucwa::DecodeError>(())",
        " ```",
    ];
    quote!(#(#![doc = #lines])*)
}

/// The variant of the runtime's enumeration.
fn variant(kind: EventType) -> &'static str {
    match kind {
        EventType::Added => "Added",
        EventType::Updated => "Updated",
        EventType::Deleted => "Deleted",
        EventType::Started => "Started",
        EventType::Completed => "Completed",
    }
}
