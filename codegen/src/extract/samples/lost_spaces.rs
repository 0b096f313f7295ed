//! Spaces that the samples of one format lost, as those of the other have them.

use std::collections::BTreeSet;

use quick_xml::events::Event;
use serde_json::Value;

use super::repair::Oddity;
use super::sample::Sample;

/// Compares the samples of an operation. Spaces that one lost, the other may have: both formats say the same.
pub(in crate::extract) fn find_lost_spaces(samples: &mut [Sample]) {
    let spaced: BTreeSet<String> = samples.iter().flat_map(|sample| xml_texts(&sample.body)).collect();
    let glued: BTreeSet<String> =
        spaced.iter().filter(|text| text.contains(' ')).map(|text| without_spaces(text)).collect();
    for sample in samples.iter_mut().filter(|sample| !sample.oddities.contains(&Oddity::LostSpaces)) {
        let Some(document) = sample.json() else { continue };
        if any_text(&document, &|text| glued.contains(text)) {
            sample.oddities.push(Oddity::LostSpaces);
        }
    }
}

fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}

fn any_text(value: &Value, is_wanted: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => is_wanted(text),
        Value::Array(items) => items.iter().any(|item| any_text(item, is_wanted)),
        Value::Object(entries) => entries.values().any(|entry| any_text(entry, is_wanted)),
        _ => false,
    }
}

/// The texts between the tags of an XML document.
fn xml_texts(body: &str) -> Vec<String> {
    let mut texts = Vec::new();
    if !body.starts_with('<') {
        return texts;
    }
    let mut reader = quick_xml::Reader::from_str(body);
    loop {
        match reader.read_event() {
            Ok(Event::Text(text)) if !text.as_ref().trim().is_empty() => texts.push(text.as_ref().trim().to_string()),
            Ok(Event::Eof) | Err(_) => return texts,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_that_the_other_format_has_were_lost() {
        use crate::extract::samples::sample::SampleKind;
        use crate::pages::Format;

        let json = "HTTP/1.1 200 OK\n{ \"subject\" : \"Lampsandrugs\" }";
        let xml = "HTTP/1.1 200 OK\n<input><property name=\"subject\">Lamps and rugs</property></input>";
        let parse = |text, format| Sample::parse(text, SampleKind::Request, format, 1);
        let mut samples = [parse(json, Format::Json), parse(xml, Format::Xml)];
        find_lost_spaces(&mut samples);
        assert_eq!((&samples[0].oddities[..], &samples[1].oddities[..]), (&[Oddity::LostSpaces][..], &[][..]));
    }
}
