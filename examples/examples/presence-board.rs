//! Shows the presence and the notes of all contacts as they change: in the terminal, as lines, or as a picture.

use ratatui::style::{Color, Stylize as _};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use ucwa::enumerations::Availability;
use ucwa::people::Contact;
use ucwa_client::ContactAddress;
use ucwa_client::presence::{Followed, Standing};
use ucwa_examples::{AnyError, Drawing, Input, Scene, Screen, Start};

/// A contact as a line of the board. What is not up to date is grey.
fn line(contact: &Contact, board: &Followed) -> Line<'static> {
    let known = ContactAddress::of(contact).and_then(|address| board.get(address));
    let is_current = known.as_ref().is_some_and(|known| matches!(known.standing, Standing::Current));
    let note = known.as_ref().and_then(|known| known.note.as_ref()?.message.clone()).unwrap_or_default();
    let availability = known.and_then(|known| known.presence?.availability.clone()).unwrap_or("...".into());
    let colour = match availability {
        Availability::Online | Availability::IdleOnline if is_current => Color::Green,
        Availability::Busy | Availability::IdleBusy | Availability::DoNotDisturb if is_current => Color::Red,
        Availability::Away | Availability::BeRightBack if is_current => Color::Yellow,
        _ => Color::DarkGray,
    };
    let name = format!("{:<16}", contact.name.as_deref().unwrap_or("somebody")).bold();
    let availability = format!("{:<14}", availability.to_string()).fg(colour);
    Line::from(vec![" ● ".fg(colour), name, availability, note.into()])
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    let (start, drawing) = Start::parse_with::<Drawing>();
    let application = start.connect(Scene::Presence).await?.application().await?;
    let contacts = application.contact_list().contacts().await?;
    let mut board = application.presence()?.with_notes().follow_contacts(&contacts);
    let mut reader = tokio::spawn(application.events()?.run());
    let mut screen = Screen::open(drawing)?;
    while !application.is_closed() {
        let mut lines = vec![Line::from(" CONTACT           PRESENCE      NOTE (q quits)").dim()];
        lines.extend(contacts.iter().map(|contact| line(contact, &board)));
        screen.draw(Paragraph::new(lines))?;
        tokio::select! {
            Some(_) = board.next() => {}
            _ = &mut reader => break,
            input = screen.input() => if input? == Input::Quit { break },
        }
    }
    screen.close()?;
    Ok(application.end().await?)
}
