//! What the headers of all responses of the API say.

use http::HeaderValue;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// How HTTP writes a date.
const DATE: &[BorrowedFormatItem<'static>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// What the headers of all responses of the API say, and what changes at most once a second.
#[derive(Debug, Clone)]
pub(crate) struct Stamp {
    pub(crate) server: HeaderValue,
    second: i64,
    date: HeaderValue,
}

impl Stamp {
    /// The stamp of a server of a domain. A domain that HTTP cannot carry is not named.
    pub(crate) fn new(domain: &str) -> Self {
        let empty = HeaderValue::from_static("");
        let server = HeaderValue::try_from(format!("fe1.{domain}")).unwrap_or(empty.clone());
        Self { server, second: i64::MIN, date: empty }
    }

    /// The date at a moment, as HTTP writes it.
    pub(crate) fn date(&mut self, now: i64) -> HeaderValue {
        let second = now.div_euclid(1000);
        if second != self.second {
            let moment = OffsetDateTime::from_unix_timestamp(second).ok();
            let date = moment.and_then(|moment| HeaderValue::try_from(moment.format(DATE).ok()?).ok());
            (self.second, self.date) = (second, date.unwrap_or(HeaderValue::from_static("")));
        }
        self.date.clone()
    }
}
