//! Durations.

use std::fmt;
use std::str::FromStr;

/// A duration, with nanosecond precision.
///
/// Written as ISO 8601 (`PT5M`); read from that and from the notation of .NET (`00:05:00`, `1.02:03:04.5`).
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(std::time::Duration);

impl Duration {
    /// That many seconds.
    pub const fn from_seconds(seconds: u64) -> Self {
        Self(std::time::Duration::from_secs(seconds))
    }

    /// That many minutes of 60 seconds.
    pub const fn from_minutes(minutes: u32) -> Self {
        Self::from_seconds(minutes as u64 * 60)
    }
}

impl From<std::time::Duration> for Duration {
    fn from(duration: std::time::Duration) -> Self {
        Self(duration)
    }
}

impl From<Duration> for std::time::Duration {
    fn from(duration: Duration) -> Self {
        duration.0
    }
}

/// Text that is not a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a duration such as PT5M or 00:05:00")]
pub struct ParseDurationError;

impl FromStr for Duration {
    type Err = ParseDurationError;

    fn from_str(text: &str) -> Result<Self, ParseDurationError> {
        let parsed = match text.trim().strip_prefix('P') {
            Some(iso) => parse_iso(iso),
            None => parse_clock(text.trim()),
        };
        parsed.map(Self).ok_or(ParseDurationError)
    }
}

/// Reads what follows the `P` of ISO 8601. Months and years have no fixed length and are refused.
fn parse_iso(text: &str) -> Option<std::time::Duration> {
    let (days, time) = match text.split_once('T') {
        Some((_, "")) => return None,
        Some((days, time)) => (days, time),
        None if text.is_empty() => return None,
        None => (text, ""),
    };
    let days = sum_units(days, &[('W', 7 * 86_400), ('D', 86_400)])?;
    days.checked_add(sum_units(time, &[('H', 3600), ('M', 60), ('S', 1)])?)
}

/// Adds up numbers that are each followed by a unit, of which each may come once and in this order.
fn sum_units(mut text: &str, units: &[(char, u32)]) -> Option<std::time::Duration> {
    let mut sum = std::time::Duration::ZERO;
    let mut units = units.iter();
    while !text.is_empty() {
        let end = text.find(|letter: char| letter.is_ascii_alphabetic())?;
        let unit = text[end..].chars().next()?;
        let (_, seconds) = units.find(|(name, _)| *name == unit)?;
        sum = sum.checked_add(parse_seconds(&text[..end])?.checked_mul(*seconds)?)?;
        text = &text[end + 1..];
    }
    Some(sum)
}

/// Reads `hours:minutes:seconds`, with days and a dot in front of it or without.
fn parse_clock(text: &str) -> Option<std::time::Duration> {
    let (hours, rest) = text.split_once(':')?;
    let (minutes, seconds) = rest.split_once(':')?;
    let (days, hours) = hours.split_once('.').unwrap_or(("0", hours));
    let mut sum = parse_seconds(seconds)?;
    for (number, unit) in [(minutes, 60), (hours, 3600), (days, 86_400)] {
        let whole = number.bytes().all(|digit| digit.is_ascii_digit());
        let seconds = number.parse::<u64>().ok().filter(|_| whole)?.checked_mul(unit)?;
        sum = sum.checked_add(std::time::Duration::from_secs(seconds))?;
    }
    Some(sum)
}

/// Reads a number with a fraction of up to nine digits or without.
fn parse_seconds(text: &str) -> Option<std::time::Duration> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > 9 {
        return None;
    }
    Some(std::time::Duration::new(whole.parse().ok()?, format!("{fraction:0<9}").parse().ok()?))
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
        let (seconds, nanoseconds) = (seconds % 60, self.0.subsec_nanos());
        f.write_str("P")?;
        if days > 0 {
            write!(f, "{days}D")?;
        }
        if hours + minutes + seconds > 0 || nanoseconds > 0 || days == 0 {
            f.write_str("T")?;
        }
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        if nanoseconds > 0 {
            let fraction = format!("{nanoseconds:09}");
            write!(f, "{seconds}.{}S", fraction.trim_end_matches('0'))?;
        } else if seconds > 0 || self.0.is_zero() {
            write!(f, "{seconds}S")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_notations_are_read_and_one_is_written() {
        for (text, written) in [
            ("PT5M", "PT5M"),
            ("00:05:00", "PT5M"),
            ("1.02:03:04.5", "P1DT2H3M4.5S"),
            ("P2W", "P14D"),
            ("PT90S", "PT1M30S"),
            ("PT0S", "PT0S"),
            ("P1D", "P1D"),
            ("P1DT1H", "P1DT1H"),
            ("P1DT1M", "P1DT1M"),
            ("P1DT1S", "P1DT1S"),
            ("P1DT0.5S", "P1DT0.5S"),
            ("PT1,000000001S", "PT1.000000001S"),
        ] {
            assert_eq!(text.parse::<Duration>().map(|duration| duration.to_string()).as_deref(), Ok(written), "{text}");
        }
    }

    #[test]
    fn spans_are_those_of_the_standard_library() {
        let span = Duration::from(std::time::Duration::from_millis(1500));
        assert_eq!((span.to_string().as_str(), format!("{span:?}").as_str()), ("PT1.5S", "PT1.5S"));
        assert_eq!(std::time::Duration::from(span), std::time::Duration::from_millis(1500));
        assert_eq!(Duration::from_minutes(2), Duration::from_seconds(120));
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for text in [
            "",
            "P",
            "PT",
            "5",
            "P1Y",
            "P1M",
            "PT5",
            "PTM",
            "PT1S1H",
            "-PT5M",
            "1:2",
            "::",
            "PT99999999999999999999S",
            "PT+5S",
            "PT1.+5S",
            "PT1.1234567890S",
        ] {
            assert_eq!(text.parse::<Duration>(), Err(ParseDurationError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_span_survives_its_text(seconds: u32, nanoseconds in 0..1_000_000_000_u32) {
            let duration = Duration::from(std::time::Duration::new(seconds.into(), nanoseconds));
            prop_assert_eq!(duration.to_string().parse(), Ok(duration));
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = text.parse::<Duration>();
        }
    }
}
