//! What the reference allows, as a user writes it.

use ucwa::communication::{AddParticipant, AddParticipantInput, SendMessage, SendMessageInput, StartMessaging};
use ucwa::me::ReportMyActivity;
use ucwa::people::{ContactPresence, Group, Group2, Search, SearchQuery};
use ucwa::{Body, Fetched, Format, Link, OperationRequest, RequestError, StartsOperation};

fn read(link: &Link<ContactPresence>) -> Result<(), RequestError> {
    link.get().to_http(Format::Json)?;
    link.get().if_changed_since("7").to_http(Format::Xml)?;
    Ok(())
}

fn search(link: &Link<Search>) -> Result<(), RequestError> {
    let mut query = SearchQuery::new("Lene");
    query.limit = Some(10);
    link.get_with(query).to_http(Format::Json)?;
    Ok(())
}

fn rename(mut group: Fetched<Group2>) -> Result<(), RequestError> {
    group.name = Some("Friends".into());
    group.put()?.to_http(Format::Json)?;
    Ok(())
}

fn post(report: &Link<ReportMyActivity>, add: &Link<AddParticipant>, send: &Link<SendMessage>) -> Result<(), RequestError> {
    report.post().to_http(Format::Json)?;
    add.post_with(AddParticipantInput::new("sip:lene@contoso.com")).to_http(Format::Json)?;
    send.post_with(SendMessageInput::new("1", Body::plain_text("Hi"))).to_http(Format::Json)?;
    Ok(())
}

fn take_the_later(link: &Link<Group>) -> Option<Link<Group2>> {
    link.later()
}

/// What is generic over what starts operations.
fn name<T: ucwa::Post<Input: StartsOperation>>(mut input: T::Input) -> T::Input {
    input.set_operation_id("1".into());
    input
}

fn main() {
    let _ = (read, search, rename, post, take_the_later, name::<StartMessaging>);
}
