//! The two addresses of a meeting: the one that servers know it by, and its web page.

use std::fmt;
use std::str::FromStr;

use ucwa::Uri;
use ucwa::url::Url;

use crate::credentials::AnonymousMeeting;

/// What stands between organizer and id in the address of a meeting.
const FOCUS: &str = ";gruu;opaque=app:conf:focus:id:";

/// The address by which servers know a meeting: `sip:ada@contoso.com;gruu;opaque=app:conf:focus:id:ABC`. `Debug` leaves out the id, as
/// whoever knows it can join.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConferenceUri {
    organizer: String,
    id: String,
}

/// A text that is not the address of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the address of a meeting, which looks like `sip:ada@contoso.com;gruu;opaque=app:conf:focus:id:ABC`")]
#[non_exhaustive]
pub struct ParseConferenceUriError {}

impl ConferenceUri {
    /// The address of the meeting of an organizer, such as `ada@contoso.com`, with a conference id.
    ///
    /// # Errors
    ///
    /// Fails if one of the two has characters that cannot stand there.
    pub fn new(organizer: &str, id: &str) -> Result<Self, ParseConferenceUriError> {
        format!("sip:{organizer}{FOCUS}{id}").parse()
    }

    /// The address of the organizer, such as `ada@contoso.com`.
    pub fn organizer(&self) -> &str {
        &self.organizer
    }

    /// The conference id, by which guests sign in.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl FromStr for ConferenceUri {
    type Err = ParseConferenceUriError;

    /// Reads an address. What follows the id after `?`, as in the addresses of invitations, is left out.
    fn from_str(text: &str) -> Result<Self, ParseConferenceUriError> {
        let error = ParseConferenceUriError {};
        let text = text.trim();
        let scheme = text.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("sip:")).ok_or(error.clone())?;
        let (organizer, id) = text[scheme.len()..].split_once(FOCUS).ok_or(error.clone())?;
        let id = id.split(['?', ';']).next().unwrap_or_default();
        let (user, domain) = organizer.split_once('@').ok_or(error.clone())?;
        let is_good = is_part(user) && is_domain(domain) && is_part(id);
        if is_good { Ok(Self { organizer: organizer.to_owned(), id: id.to_owned() }) } else { Err(error) }
    }
}

impl fmt::Display for ConferenceUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sip:{}{FOCUS}{}", self.organizer, self.id)
    }
}

impl fmt::Debug for ConferenceUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConferenceUri").field("organizer", &self.organizer).finish_non_exhaustive()
    }
}

impl AnonymousMeeting {
    /// A meeting by its address, which has the conference id. The guest signs in under the address of the
    /// [`organizer`](ConferenceUri::organizer):
    ///
    /// ```no_run
    /// use ucwa_client::meetings::JoinUrl;
    /// use ucwa_client::{AnonymousMeeting, ApplicationSettings, Client};
    ///
    /// # async fn program(page: JoinUrl) -> Result<(), Box<dyn std::error::Error>> {
    /// let uri = page.conference_uri()?;
    /// let client = Client::sign_in(uri.organizer(), AnonymousMeeting::of(&uri)).await?;
    /// let application = client.create_application(ApplicationSettings::new("Example/1.0")).await?;
    /// tokio::spawn(application.events()?.run());
    /// let meeting = application.meetings().join_as(&uri, "Gustav").await?.joined().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn of(meeting: &ConferenceUri) -> Self {
        Self::new(meeting.to_string(), meeting.id())
    }
}

impl From<&ConferenceUri> for Uri {
    fn from(uri: &ConferenceUri) -> Self {
        uri.to_string().into()
    }
}

impl From<ConferenceUri> for Uri {
    fn from(uri: ConferenceUri) -> Self {
        (&uri).into()
    }
}

/// Whether a text can stand in both addresses as it is.
fn is_part(text: &str) -> bool {
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || "-_.~!$'*+=".contains(letter);
    !text.is_empty() && text.chars().all(is_allowed) && !text.chars().all(|letter| letter == '.')
}

fn is_domain(text: &str) -> bool {
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    text.contains('.') && text.split('.').all(is_label)
}

/// The web page of a meeting: `https://meet.contoso.com/ada/ABC`, or `https://join.contoso.com/meet/contoso.com/ada/ABC` at sites with
/// several domains. `Debug` leaves out the id, as whoever knows it can join.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JoinUrl {
    url: Url,
    user: String,
    domain: Option<String>,
    id: String,
}

/// A text that is not the web page of a meeting. It has the beginning of the text, as there may be a conference id behind that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseJoinUrlError {
    /// It is no https URL.
    #[error("the web page of a meeting is an https URL, and `{0}` is none")]
    NoUrl(String),
    /// Its path does not end with a user and a conference id.
    #[error("the path of `{0}` does not end with the organizer and the conference id, as in `/ada/ABC`")]
    NoMeeting(String),
}

impl JoinUrl {
    /// The web page of a meeting below an address, such as `https://meet.contoso.com`. The domain of the organizer is part of it
    /// unless it is that of the host.
    ///
    /// # Errors
    ///
    /// Fails if the address is not https.
    pub fn new(base: &Url, meeting: &ConferenceUri) -> Result<Self, ParseJoinUrlError> {
        let none = || ParseJoinUrlError::NoUrl(beginning(base.as_str()));
        let mut url = base.clone();
        url.set_query(None);
        url.set_fragment(None);
        let (user, domain) = meeting.organizer.split_once('@').ok_or_else(none)?;
        let is_implied = implied_domain(base).is_some_and(|implied| implied.eq_ignore_ascii_case(domain));
        let mut path = url.path_segments_mut().map_err(|()| none())?;
        path.pop_if_empty();
        if !is_implied {
            path.push(domain);
        }
        path.push(user).push(&meeting.id);
        drop(path);
        url.as_str().parse()
    }

    /// The URL of the page.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The part of the organizer's address before the `@`.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The domain of the organizer: where the page does not name it, that of its host without the first label.
    pub fn domain(&self) -> &str {
        self.domain.as_deref().or_else(|| implied_domain(&self.url)).unwrap_or_default()
    }

    /// The conference id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The address by which servers know the meeting, if the organizer's address is as the page suggests. The page itself
    /// has it for certain, and the resource of the meeting has, too.
    ///
    /// # Errors
    ///
    /// Fails if the page does not tell the organizer's domain.
    pub fn conference_uri(&self) -> Result<ConferenceUri, ParseConferenceUriError> {
        ConferenceUri::new(&format!("{}@{}", self.user, self.domain()), &self.id)
    }
}

/// The domain that the host of a page suggests: `contoso.com` for `meet.contoso.com`.
fn implied_domain(url: &Url) -> Option<&str> {
    let (_, domain) = url.host_str()?.split_once('.')?;
    is_domain(domain).then_some(domain)
}

impl FromStr for JoinUrl {
    type Err = ParseJoinUrlError;

    fn from_str(text: &str) -> Result<Self, ParseJoinUrlError> {
        let url = Url::parse(text.trim()).ok().filter(|url| url.scheme() == "https" && url.has_host());
        let url = url.ok_or_else(|| ParseJoinUrlError::NoUrl(beginning(text)))?;
        let segments: Vec<_> = url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect();
        let (before, user, id) = match segments.as_slice() {
            [before @ .., user, id] if is_part(user) && is_part(id) => (before.last(), *user, *id),
            _ => return Err(ParseJoinUrlError::NoMeeting(beginning(text))),
        };
        let domain = before.filter(|domain| is_domain(domain)).map(|domain| (*domain).to_owned());
        let (user, id) = (user.to_owned(), id.to_owned());
        Ok(Self { url, user, domain, id })
    }
}

/// A text up to where a path or parameters could begin.
fn beginning(text: &str) -> String {
    let text = text.trim();
    let host = text.find("://").map_or(0, |scheme| scheme + "://".len());
    match text[host..].find(['/', ';', '?', '#']) {
        Some(end) => format!("{}...", &text[..=host + end]),
        None => text.to_owned(),
    }
}

impl fmt::Debug for JoinUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (host, user) = (self.url.host_str(), &self.user);
        f.debug_struct("JoinUrl").field("host", &host).field("user", user).finish_non_exhaustive()
    }
}

impl fmt::Display for JoinUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.url.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_conference_id_is_shown_on_request_alone() {
        let uri: ConferenceUri = "sip:ada@contoso.com;gruu;opaque=app:conf:focus:id:7GX4".parse().expect("an address");
        let page: JoinUrl = "https://meet.contoso.com/ada/7GX4".parse().expect("a page");
        let address = uri.to_string();
        let texts = ["http://meet.contoso.com/ada/7GX4", "https://meet.contoso.com/7GX4", "meet.contoso.com/ada/7GX4"];
        let texts = texts.into_iter().chain([&*address, "https://meet.contoso.com?7GX4"]);
        let errors: Vec<_> = texts.map(|text| text.parse::<JoinUrl>().expect_err(text)).collect();
        let shown =
            format!("{uri:?} {page:?} {errors:?} {}", errors.iter().map(ToString::to_string).collect::<String>());
        assert!(
            !shown.contains("7GX4") && shown.contains("ada") && shown.contains("http://meet.contoso.com/..."),
            "{shown}"
        );
        assert!(uri.to_string().contains("7GX4") && page.to_string().contains("7GX4"));
    }

    #[test]
    fn addresses_that_servers_send_are_read() {
        let uri: ConferenceUri =
            "sip:ada@contoso.com;gruu;opaque=app:conf:focus:id:IB88RLLY?conversation-id=cdc1".parse().expect("one");
        assert_eq!((uri.organizer(), uri.id()), ("ada@contoso.com", "IB88RLLY"));
        let page: JoinUrl = "https://meet.contoso.com/ada/IB88RLLY".parse().expect("one");
        assert_eq!(page.conference_uri(), Ok(uri));
        let page: JoinUrl = "https://join.fabrikam.com/meet/contoso.com/ada/IB88RLLY/?sl=1".parse().expect("one");
        assert_eq!((page.domain(), page.user(), page.id()), ("contoso.com", "ada", "IB88RLLY"));
    }

    #[test]
    fn what_is_no_meeting_says_what_is_expected() {
        for text in
            ["", "sip:ada@contoso.com", "sip:ada;gruu;opaque=app:conf:focus:id:X", "https://meet.contoso.com/a/X"]
        {
            assert!(text.parse::<ConferenceUri>().is_err(), "{text}");
        }
        for text in
            ["http://meet.contoso.com/ada/X", "https://meet.contoso.com/X", "meet.contoso.com/ada/X", "https://"]
        {
            assert!(text.parse::<JoinUrl>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_made_is_taken_apart_again(
            user in "[a-z][a-z0-9._-]{0,12}[a-z0-9]",
            domain in "[a-z]{1,8}(\\.[a-z]{2,5}){1,2}",
            id in "[A-Z0-9]{4,10}",
            host in "[a-z]{1,5}\\.[a-z]{1,8}\\.[a-z]{2,3}",
            prefix in "(/meet)?/?",
        ) {
            let uri = ConferenceUri::new(&format!("{user}@{domain}"), &id).expect("its parts are good");
            prop_assert_eq!(uri.to_string().parse(), Ok(uri.clone()));
            let base = Url::parse(&format!("https://{host}{prefix}")).expect("a URL");
            let page = JoinUrl::new(&base, &uri).expect("it is https");
            prop_assert_eq!(page.conference_uri(), Ok(uri));
            prop_assert_eq!(page.to_string().parse(), Ok(page.clone()));
            prop_assert!(page.to_string().starts_with(base.as_str().trim_end_matches('/')));
        }

        #[test]
        fn no_text_panics_and_what_is_read_is_written_as_it_was(text in "(sip:|https://)?[a-z@./;=:?]{0,40}[A-Z]{0,4}") {
            if let Ok(uri) = text.parse::<ConferenceUri>() {
                prop_assert_eq!(uri.to_string().parse(), Ok(uri));
            }
            if let Ok(page) = text.parse::<JoinUrl>() {
                prop_assert_eq!(page.to_string().parse(), Ok(page));
            }
        }
    }
}
