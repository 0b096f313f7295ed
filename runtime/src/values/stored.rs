//! Values in files and messages of the program's own, by serde: as text. Those of resources are written by the notation of the format.

use std::borrow::Cow;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Timestamp, Uri};

impl Serialize for Timestamp {
    /// Writes ISO 8601, as `Display` does.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    /// Reads ISO 8601 and `/Date(1474932023993)/`, as `FromStr` does.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl Serialize for Uri {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Uri {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Entry {
        time: Option<Timestamp>,
        from: Uri,
    }

    #[test]
    fn moments_and_addresses_are_stored_as_text() {
        let text = r#"{"time":"2016-09-26T16:20:23.9946221-07:00","from":"sip:lene@contoso.com"}"#;
        let entry: Entry = serde_json::from_str(text).expect("an entry");
        assert_eq!(serde_json::to_string(&entry).expect("text"), text);
        let of_json = text.replace("2016-09-26T16:20:23.9946221-07:00", r"\/Date(1474932023994)\/");
        let of_json: Entry = serde_json::from_str(&of_json).expect("the notation of JSON");
        assert_eq!(of_json.time.map(Timestamp::unix_milliseconds), Some(1_474_932_023_994));
        let error = serde_json::from_str::<Entry>(r#"{"time":"soon","from":""}"#).expect_err("no moment");
        assert!(error.to_string().contains("expected a point in time"), "{error}");
    }
}
