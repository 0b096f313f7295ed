//! Serde's traits for what is stored as text.

use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::address::ContactAddress;
use crate::channel::Cursor;
use crate::meetings::{ConferenceUri, JoinUrl};

macro_rules! stored_as_text {
    ($($stored:ty),*) => {$(
        impl Serialize for $stored {
            /// Writes the text that `Display` writes.
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $stored {
            /// Reads the text that `FromStr` reads.
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                read(deserializer)
            }
        }
    )*};
}

stored_as_text!(ContactAddress, ConferenceUri, Cursor, JoinUrl);

fn read<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Stored {
        followed: BTreeMap<ContactAddress, String>,
        meeting: ConferenceUri,
        cursor: Cursor,
        page: JoinUrl,
    }

    const TEXT: &str = concat!(
        r#"{"followed":{"ben@contoso.com":"Ben"},"meeting":"sip:ada@contoso.com;gruu;opaque=app:conf:focus:id:ABC","#,
        r#""cursor":"https://pool.contoso.com/events?ack=2","page":"https://meet.contoso.com/ada/ABC"}"#,
    );

    #[test]
    fn addresses_and_cursors_are_stored_as_text() {
        let stored: Stored = serde_json::from_str(TEXT).expect("it is read");
        assert_eq!(serde_json::to_string(&stored).expect("it is written"), TEXT);
        let other = TEXT.replace("ben@contoso.com", "SIP:Ben@Contoso.com");
        assert_eq!(serde_json::from_str::<Stored>(&other).expect("it is the same"), stored);
    }

    #[test]
    fn what_is_none_says_what_it_should_be() {
        let error = serde_json::from_str::<Cursor>("\"http://pool.contoso.com\"").expect_err("it is not https");
        assert!(error.to_string().contains("https"), "{error}");
        assert!(serde_json::from_str::<ConferenceUri>("\"sip:ada@contoso.com\"").is_err());
        assert!(serde_json::from_str::<JoinUrl>("7").is_err());
    }
}
