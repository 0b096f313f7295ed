//! Shows the presence and the notes of all contacts as they change: in the terminal, as lines, or as a picture.

use std::collections::HashMap;

use ratatui::style::{Color, Stylize as _};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use ucwa::enumerations::Availability;
use ucwa::events::Documented;
use ucwa::people::Contact;
use ucwa_client::presence::{Followed, Standing};
use ucwa_client::{ChannelItem, ContactAddress};
use ucwa_examples::{AnyError, Drawing, Input, Scene, Screen, Start};

/// A contact as a line of the board. What is not up to date is grey.
fn line(contact: &Contact, board: &Followed, notes: &HashMap<String, String>) -> Line<'static> {
    let known = ContactAddress::of(contact).and_then(|address| board.get(address));
    let is_current = known.as_ref().is_some_and(|known| matches!(known.standing, Standing::Current));
    let availability = known.and_then(|known| known.presence?.availability.clone()).unwrap_or("...".into());
    let colour = match availability {
        Availability::Online | Availability::IdleOnline if is_current => Color::Green,
        Availability::Busy | Availability::IdleBusy | Availability::DoNotDisturb if is_current => Color::Red,
        Availability::Away | Availability::BeRightBack if is_current => Color::Yellow,
        _ => Color::DarkGray,
    };
    let name = format!("{:<16}", contact.name.as_deref().unwrap_or("somebody")).bold();
    let availability = format!("{:<14}", availability.to_string()).fg(colour);
    let note = contact.contact_note().link().and_then(|link| notes.get(link.href()).cloned()).unwrap_or_default();
    Line::from(vec![" ● ".fg(colour), name, availability, note.into()])
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    let (start, drawing) = Start::parse_with::<Drawing>();
    let application = start.connect(Scene::Presence).await?.application().await?;
    let contacts = application.contact_list().contacts().await?;
    let (mut board, mut events) = (application.presence()?.follow_contacts(&contacts), application.events()?);
    // The notes that have to be read: at first all, then those that have changed.
    let mut unread: Vec<_> = contacts.iter().filter_map(|contact| contact.contact_note().link()).collect();
    let (mut notes, mut screen) = (HashMap::new(), Screen::open(drawing)?);
    while !application.is_closed() {
        for link in unread.drain(..) {
            if let Ok(note) = application.send(link.get()).await {
                notes.insert(link.href().to_owned(), note.message.clone().unwrap_or_default());
            }
        }
        let mut lines = vec![Line::from(" CONTACT           PRESENCE      NOTE (q quits)").dim()];
        lines.extend(contacts.iter().map(|contact| line(contact, &board, &notes)));
        screen.draw(Paragraph::new(lines))?;
        tokio::select! {
            _ = board.next() => {}
            Some(item) = events.next() => if let ChannelItem::Event(event) = item
                && let Documented::ContactNoteUpdated(note) = event.documented() { unread.extend(note.link()) },
            input = screen.input() => if input? == Input::Quit { break },
        }
    }
    screen.close()?;
    Ok(application.end().await?)
}
