//! Samples that are missing, and samples that were damaged.

use ucwa_schema::Method;

use crate::extract::{Oddity, Sample, SampleKind};
use crate::pages::Format;

use super::finding::{Findings, Kind};
use super::reference::{PageView, Reference};

pub(super) fn find(reference: &Reference, findings: &mut Findings) {
    for sample in &reference.samples {
        for oddity in &sample.oddities {
            let help = "nothing to do if extraction repairs it; otherwise correct the facts that were read from it";
            let spot = match reference.page(&sample.page) {
                Some(view) => view.spot(sample.line, ""),
                None => reference.title(&sample.page),
            };
            findings.add(Kind::CorruptedSample, &sample.page, place(sample), told(*oddity), help, spot);
        }
    }
    for sample in &reference.samples {
        let Some(view) = reference.page(&sample.page) else { continue };
        if !view.is_fenced(sample.line) {
            let help = "nothing to do if extraction finds its end; otherwise correct the facts that were read from it";
            let spot = view.spot(sample.line, "");
            findings.add(
                Kind::CorruptedSample,
                &sample.page,
                place(sample),
                "the sample is outside a code fence",
                help,
                spot,
            );
        }
    }
    for view in &reference.pages {
        missing(reference, view, findings);
        missing_events(reference, view, findings);
    }
}

/// The place of a sample, whatever its format.
pub(super) fn place(sample: &Sample) -> String {
    let method = sample.method.map_or("", Method::name);
    match sample.kind {
        SampleKind::Request => format!("operations/{method}/request"),
        SampleKind::Response => format!("operations/{method}/response"),
        SampleKind::Event => "events".into(),
    }
}

fn told(oddity: Oddity) -> &'static str {
    match oddity {
        Oddity::Escaped => "characters are escaped as entities",
        Oddity::NoHead => "the start line and headers are missing",
        Oddity::NoBody => "the headers announce a body that is missing",
        Oddity::BrokenString => "a string is broken over lines",
        Oddity::SpacedColon => "there are spaces around colons",
        Oddity::LostSpaces => "spaces between words are lost",
        Oddity::LostLines => "line breaks are lost",
        Oddity::BreakTags => "line breaks became tags",
        Oddity::CutOff => "the message is cut off",
        Oddity::QuotedTwice => "a string has quotation marks within its quotation marks",
    }
}

/// The samples that an operation should have.
fn missing(reference: &Reference, view: &PageView, findings: &mut Findings) {
    let Some(resource) = reference.schema.resources.values().find(|resource| resource.page == view.name()) else {
        return;
    };
    for operation in &resource.operations {
        let wanted = [
            (SampleKind::Request, Format::Json, "JSON request"),
            (SampleKind::Response, Format::Json, "JSON response"),
            (SampleKind::Request, Format::Xml, "XML request"),
            (SampleKind::Response, Format::Xml, "XML response"),
        ];
        for (kind, format, name) in wanted {
            let is_it = |sample: &&Sample| {
                (&sample.page, sample.method, sample.kind) == (&resource.page, Some(operation.method), kind)
                    && sample.format == format
            };
            if !reference.samples.iter().any(|sample| is_it(&sample)) {
                let place = format!("operations/{}", operation.method);
                let message = format!("there is no sample of the {name}");
                let help = "rely on the other format and the tables, and explain why there is no sample";
                findings.add(Kind::MissingSample, view.name(), place, message, help, view.title());
            }
        }
    }
}

/// The events that no sample of the page shows.
fn missing_events(reference: &Reference, view: &PageView, findings: &mut Findings) {
    let samples =
        || reference.samples.iter().filter(|sample| sample.kind == SampleKind::Event && sample.page == view.name());
    for row in &view.rows {
        let Some(kind) = row.event() else { continue };
        let rel = crate::extract::rel_and_revision(row.cell(0)).0;
        let shows = |sample: &Sample| {
            let json = sample.json().unwrap_or_default();
            let senders = json["sender"].as_array().cloned().unwrap_or_default();
            senders.iter().flat_map(|sender| sender["events"].as_array().cloned().unwrap_or_default()).any(|event| {
                let told = event["link"]["rel"].as_str().unwrap_or_default();
                event["type"] == kind.name() && told.eq_ignore_ascii_case(rel)
            })
        };
        if !samples().any(shows) {
            let help = "rely on events of the same kind, and explain why there is no sample";
            let spot = view.spot(row.line, row.cell(0));
            findings.add(Kind::MissingSample, view.name(), row.place(), "no sample shows the event", help, spot);
        }
    }
}
