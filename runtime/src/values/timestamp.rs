//! Points in time.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::{Date, Duration as SignedDuration, Month, OffsetDateTime, Time, UtcOffset};

/// From the beginning of 1601, before which Windows knows no moment, to that of 1970.
const SINCE_1601: Duration = Duration::from_secs(11_644_473_600);

/// A point in time, with the offset from UTC that the server gave.
///
/// JSON writes `/Date(1474932023993)/`, milliseconds since 1970 with an offset behind them where it is not UTC; XML writes
/// ISO 8601 with seven digits of a second (nine where a server sent more). Both are read wherever they stand. A resource with
/// more than milliseconds has ISO 8601 in JSON, too, so that nothing is lost; requests in JSON have milliseconds, which is what
/// servers read. Two timestamps are equal when they name the same moment.
///
/// It converts from and into [`SystemTime`] and the `OffsetDateTime` of the crate `time`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(OffsetDateTime);

impl Timestamp {
    /// The moment that many milliseconds after 1970 began in UTC; `None` beyond the years -9999 to 9999.
    pub fn from_unix_milliseconds(milliseconds: i64) -> Option<Self> {
        from_unix(milliseconds).map(Self)
    }

    /// How many whole milliseconds after 1970 began in UTC this is; negative before.
    pub fn unix_milliseconds(self) -> i64 {
        // The years that can be named lie well within 64 bits of milliseconds.
        self.0.unix_timestamp() * 1000 + i64::from(self.0.millisecond())
    }

    /// The offset from UTC, in seconds.
    pub fn offset_seconds(self) -> i32 {
        self.0.offset().whole_seconds()
    }

    /// Whether the notation of JSON can say it.
    pub(crate) fn is_whole_milliseconds(self) -> bool {
        self.0.nanosecond().is_multiple_of(1_000_000)
    }

    /// The notation of JSON, `/Date(1474932023993)/`.
    pub(crate) fn json_notation(self) -> JsonNotation {
        JsonNotation(self)
    }
}

/// A moment as JSON writes it.
pub(crate) struct JsonNotation(Timestamp);

impl fmt::Display for JsonNotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hours, minutes, _) = self.0.0.offset().as_hms();
        let milliseconds = self.0.unix_milliseconds();
        if hours == 0 && minutes == 0 {
            return write!(f, "/Date({milliseconds})/");
        }
        let sign = if hours < 0 || minutes < 0 { '-' } else { '+' };
        write!(f, "/Date({milliseconds}{sign}{:02}{:02})/", hours.unsigned_abs(), minutes.unsigned_abs())
    }
}

impl From<OffsetDateTime> for Timestamp {
    /// The same moment; seconds of the offset, which no notation can say, are left out of the offset.
    fn from(time: OffsetDateTime) -> Self {
        let (hours, minutes, seconds) = time.offset().as_hms();
        let whole = UtcOffset::from_hms(hours, minutes, 0).ok().filter(|_| seconds != 0);
        Self(whole.and_then(|offset| time.checked_to_offset(offset)).unwrap_or(time))
    }
}

impl From<Timestamp> for OffsetDateTime {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0
    }
}

impl From<Timestamp> for SystemTime {
    /// The same moment. Where the operating system knows no moment so long ago, as Windows knows none before 1601, the beginning of
    /// that year.
    fn from(timestamp: Timestamp) -> Self {
        let since = timestamp.0 - OffsetDateTime::UNIX_EPOCH;
        let time = since.unsigned_abs();
        let moment = if since.is_negative() { UNIX_EPOCH.checked_sub(time) } else { UNIX_EPOCH.checked_add(time) };
        moment.or_else(|| UNIX_EPOCH.checked_sub(SINCE_1601)).unwrap_or(UNIX_EPOCH)
    }
}

impl From<SystemTime> for Timestamp {
    /// The same moment, or the nearest one that a timestamp can be: its years have four digits.
    fn from(time: SystemTime) -> Self {
        let (distance, is_before) = match time.duration_since(UNIX_EPOCH) {
            Ok(distance) => (distance, false),
            Err(before) => (before.duration(), true),
        };
        let distance = SignedDuration::try_from(distance).unwrap_or(SignedDuration::MAX);
        let epoch = OffsetDateTime::UNIX_EPOCH;
        Self(if is_before { epoch.saturating_sub(distance) } else { epoch.saturating_add(distance) })
    }
}

impl Default for Timestamp {
    fn default() -> Self {
        Self(OffsetDateTime::UNIX_EPOCH)
    }
}

/// Text that is not a point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a point in time such as /Date(1474932023993)/ or 2016-09-26T16:20:23.9946221-07:00")]
pub struct ParseTimestampError;

impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, ParseTimestampError> {
        let text = text.trim();
        let json = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/"));
        let parsed = json.map_or_else(|| parse_iso(text.as_bytes()), parse_json).or_else(|| {
            // Some servers keep the backslashes with which JSON escapes the slashes.
            let json = text.trim_matches('\\').trim_matches('/').trim_matches('\\');
            parse_json(json.strip_prefix("Date(")?.strip_suffix(')')?)
        });
        parsed.map(Self).ok_or(ParseTimestampError)
    }
}

/// Reads what stands between the parentheses of `/Date(1474932023993+0200)/`.
fn parse_json(text: &str) -> Option<OffsetDateTime> {
    // The first letter may be the sign of the milliseconds.
    let sign = text.bytes().skip(1).position(|byte| matches!(byte, b'+' | b'-'));
    let (milliseconds, offset) = sign.map_or((text, ""), |at| text.split_at(at + 1));
    let moment = from_unix(milliseconds.parse().ok()?)?;
    if offset.is_empty() { Some(moment) } else { moment.checked_to_offset(parse_offset(offset.as_bytes())?) }
}

/// The moment that many milliseconds after 1970 began in UTC.
fn from_unix(milliseconds: i64) -> Option<OffsetDateTime> {
    let whole = OffsetDateTime::from_unix_timestamp(milliseconds.div_euclid(1000)).ok()?;
    whole.replace_millisecond(u16::try_from(milliseconds.rem_euclid(1000)).ok()?).ok()
}

/// Reads ISO 8601: date, time, up to nine digits of a second, and an offset. Without an offset it is UTC, as the reference
/// says of all times that it explains.
fn parse_iso(text: &[u8]) -> Option<OffsetDateTime> {
    let (is_before_zero, text) = text.strip_prefix(b"-").map_or((false, text), |rest| (true, rest));
    let (date, rest) = text.split_at_checked(10)?;
    let [year @ .., b'-', m1, m2, b'-', d1, d2] = date else { return None };
    let month = Month::try_from(number::<u8>(&[*m1, *m2])?).ok()?;
    let year = i32::from(number::<u16>(year)?);
    let year = if is_before_zero { -year } else { year };
    let date = Date::from_calendar_date(year, month, number(&[*d1, *d2])?).ok()?;
    let (clock, rest) = rest.split_at_checked(9)?;
    let [b'T' | b't' | b' ', h1, h2, b':', m1, m2, b':', s1, s2] = clock else { return None };
    let digits =
        if rest.first() == Some(&b'.') { rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count() } else { 0 };
    let (fraction, offset) = if digits > 0 { (&rest[1..=digits], &rest[digits + 1..]) } else { (&b""[..], rest) };
    let mut nanoseconds = 0;
    for index in 0..9 {
        nanoseconds = nanoseconds * 10 + fraction.get(index).map_or(0, |digit| u32::from(digit - b'0'));
    }
    let time =
        Time::from_hms_nano(number(&[*h1, *h2])?, number(&[*m1, *m2])?, number(&[*s1, *s2])?, nanoseconds).ok()?;
    let offset = match offset {
        b"" | b"Z" | b"z" => UtcOffset::UTC,
        other => parse_offset(other)?,
    };
    let moment = date.with_time(time).assume_offset(offset);
    // A moment whose date in UTC has no name would panic later, when it is compared.
    moment.checked_to_offset(UtcOffset::UTC).map(|_| moment)
}

/// Reads `+02:00` or `+0200`.
fn parse_offset(text: &[u8]) -> Option<UtcOffset> {
    let (sign, digits) = text.split_first()?;
    let (hours, minutes) = match digits {
        [h1, h2, b':', m1, m2] | [h1, h2, m1, m2] => (number::<i8>(&[*h1, *h2])?, number::<i8>(&[*m1, *m2])?),
        _ => return None,
    };
    match sign {
        b'+' => UtcOffset::from_hms(hours, minutes, 0).ok(),
        b'-' => UtcOffset::from_hms(-hours, -minutes, 0).ok(),
        _ => None,
    }
}

/// Reads a number that is digits alone.
fn number<N: FromStr>(digits: &[u8]) -> Option<N> {
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

impl fmt::Display for Timestamp {
    /// The notation of XML: ISO 8601 with seven digits of a second, or nine where seven do not do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, time, offset) = (self.0.date(), self.0.time(), self.0.offset());
        let sign = if date.year() < 0 { "-" } else { "" };
        write!(f, "{sign}{:04}-{:02}-{:02}", date.year().unsigned_abs(), u8::from(date.month()), date.day())?;
        write!(f, "T{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second())?;
        match time.nanosecond() {
            nanosecond if nanosecond % 100 == 0 => write!(f, ".{:07}", nanosecond / 100)?,
            nanosecond => write!(f, ".{nanosecond:09}")?,
        }
        let (hours, minutes, _) = offset.as_hms();
        if hours == 0 && minutes == 0 {
            return f.write_str("Z");
        }
        let sign = if hours < 0 || minutes < 0 { '-' } else { '+' };
        write!(f, "{sign}{:02}:{:02}", hours.unsigned_abs(), minutes.unsigned_abs())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_notation_names_the_same_moment() {
        let moment = Timestamp::from_unix_milliseconds(1_474_932_023_993).expect("a moment");
        for text in [
            "/Date(1474932023993)/",
            r"\/Date(1474932023993)\/",
            "/Date(1474932023993-0700)/",
            "2016-09-26T23:20:23.993Z",
            "2016-09-26T23:20:23.993",
            "2016-09-26T16:20:23.9930000-07:00",
            "2016-09-26T23:50:23.9930000+00:30",
            "2016-09-26T22:50:23.9930000-0030",
        ] {
            assert_eq!(text.parse(), Ok(moment), "{text}");
        }
    }

    #[test]
    fn seven_digits_and_the_offset_come_back_as_they_were() {
        for text in [
            "2016-09-26T16:20:23.9946221-07:00",
            "9999-12-31T23:59:59.9999999Z",
            "2016-02-29T00:00:00.0000000+05:30",
            "2016-09-26T16:20:23.0000000-00:30",
            "2016-09-26T16:20:23.0000000+00:30",
            "2016-09-26T16:20:23.0000000-07:00",
            "0000-01-01T00:00:00.0000000Z",
            "-0001-01-01T00:00:00.0000000Z",
        ] {
            assert_eq!(text.parse::<Timestamp>().map(|timestamp| timestamp.to_string()).as_deref(), Ok(text));
        }
        for (offset, seconds) in
            [("+0530", 19_800), ("+0200", 7200), ("-0030", -1800), ("+0030", 1800), ("-0700", -25_200)]
        {
            let text = format!("/Date(1474887023994{offset})/");
            let moment = text.parse::<Timestamp>().expect("a moment");
            assert_eq!((moment.offset_seconds(), moment.json_notation().to_string()), (seconds, text));
        }
        let east = "2016-09-26T16:20:23.9946221+05:30".parse::<Timestamp>().expect("a moment");
        assert_eq!(east.json_notation().to_string(), "/Date(1474887023994+0530)/");
    }

    #[test]
    fn moments_are_those_of_the_standard_library_and_of_time() {
        let moment = Timestamp::from_unix_milliseconds(1_474_932_023_993).expect("a moment");
        assert_eq!(Timestamp::from(SystemTime::from(moment)), moment);
        assert_eq!(Timestamp::from(OffsetDateTime::from(moment)), moment);
        assert_eq!(format!("{moment:?}"), "2016-09-26T23:20:23.9930000Z");
        let odd = OffsetDateTime::from(moment).to_offset(UtcOffset::from_hms(1, 2, 3).expect("an offset"));
        assert_eq!((Timestamp::from(odd), Timestamp::from(odd).offset_seconds()), (moment, 3720));
        let whole = odd.to_offset(UtcOffset::from_hms(-1, -2, 0).expect("an offset"));
        assert_eq!(Timestamp::from(whole).offset_seconds(), -3720);
    }

    #[test]
    fn moments_that_only_one_side_knows_become_the_nearest() {
        let far = |seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        for seconds in [1 << 40, 1 << 50, i64::MAX.unsigned_abs()] {
            let Some(later) = far(seconds) else { continue };
            assert_eq!(Timestamp::from(later).to_string(), "9999-12-31T23:59:59.999999999Z");
        }
        assert!(far(1 << 40).is_some(), "the years after 9999 can be named");
        for text in ["-9999-01-01T00:00:00.0000000Z", "1600-12-31T23:59:59.0000000Z", "9999-12-31T23:59:59.0000000Z"] {
            let moment: Timestamp = text.parse().expect("a moment");
            let there_and_back = Timestamp::from(SystemTime::from(moment));
            assert_eq!(there_and_back, moment);
        }
    }

    #[test]
    fn every_digit_of_a_second_that_is_read_is_written() {
        for (digits, written) in [("12345678", "123456780"), ("123456789", "123456789"), ("1234567891234", "123456789")]
        {
            let moment: Timestamp = format!("2016-09-26T16:20:23.{digits}Z").parse().expect("a moment");
            assert_eq!(moment.to_string(), format!("2016-09-26T16:20:23.{written}Z"));
            assert_eq!(moment.to_string().parse(), Ok(moment));
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "samplevalue",
            "/Date()/",
            "/Date(x)/",
            "/Date(99999999999999999)/",
            "2016-13-01T00:00:00Z",
            "2016-09-26",
            "2016-09-26T16:20:23.99462+7",
            "2016-09-26T16:20:23.Z",
            "0000-01-01T00:00:00+23:59x",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(ParseTimestampError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_moment_survives_both_notations(milliseconds in -377_000_000_000_000_i64..253_000_000_000_000) {
            let moment = Timestamp::from_unix_milliseconds(milliseconds).expect("a moment");
            prop_assert_eq!(moment.to_string().parse(), Ok(moment));
            prop_assert_eq!(moment.json_notation().to_string().parse(), Ok(moment));
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = text.parse::<Timestamp>();
        }

        #[test]
        fn no_text_that_looks_like_a_moment_panics(
            text in "-?[0-9]{3,5}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{0,12})?([+-][0-9]{2}:?[0-9]{2}|Z)?",
        ) {
            let _ = text.parse::<Timestamp>().map(|timestamp| (timestamp.to_string(), timestamp.json_notation().to_string()));
        }
    }
}
