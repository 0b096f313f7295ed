//! The headings and sentences by which the parts of a page are told.

use ucwa_schema::{EventType, Method};

/// A heading that pages use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    /// What a link is made of, the same on every page.
    WebLink,
    /// What the resource is for.
    Description,
    /// The properties.
    Properties,
    /// The relations.
    Links,
    /// The permissions.
    Scopes,
    /// The events.
    Events,
    /// The events of one type.
    Event(EventType),
    /// The operations.
    Operations,
    /// One operation.
    Operation(Method),
    /// The parameters in the address.
    Query,
    /// The parameters in the body.
    RequestBody,
    /// What comes back.
    ResponseBody,
    /// The documented errors.
    Errors,
    /// The samples.
    Examples,
    /// One sample.
    Sample(SampleFormat, ExchangePart),
    /// The members of an enumeration.
    Members,
    /// The codes and subcodes with which an operation can fail after it has begun.
    Reasons,
    /// More about an enumeration.
    Remarks,
    /// Links to other pages.
    SeeAlso,
}

/// The format of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SampleFormat {
    /// JSON.
    Json,
    /// XML.
    Xml,
    /// Content that is neither.
    Other,
}

/// The half of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExchangePart {
    /// What the client sends.
    Request,
    /// The body of the response.
    Response,
}

const HEADINGS: [(&str, Heading); 30] = [
    ("web link", Heading::WebLink),
    ("resource description", Heading::Description),
    ("properties", Heading::Properties),
    ("links", Heading::Links),
    ("azure active directory scopes for online applications", Heading::Scopes),
    ("events", Heading::Events),
    ("added", Heading::Event(EventType::Added)),
    ("updated", Heading::Event(EventType::Updated)),
    ("deleted", Heading::Event(EventType::Deleted)),
    ("started", Heading::Event(EventType::Started)),
    ("completed", Heading::Event(EventType::Completed)),
    ("operations", Heading::Operations),
    ("get", Heading::Operation(Method::Get)),
    ("post", Heading::Operation(Method::Post)),
    ("put", Heading::Operation(Method::Put)),
    ("delete", Heading::Operation(Method::Delete)),
    ("options", Heading::Operation(Method::Options)),
    ("query parameters", Heading::Query),
    ("request body", Heading::RequestBody),
    ("response body", Heading::ResponseBody),
    ("synchronous errors", Heading::Errors),
    ("examples", Heading::Examples),
    ("json request", Heading::Sample(SampleFormat::Json, ExchangePart::Request)),
    ("json response", Heading::Sample(SampleFormat::Json, ExchangePart::Response)),
    ("xml request", Heading::Sample(SampleFormat::Xml, ExchangePart::Request)),
    ("xml response", Heading::Sample(SampleFormat::Xml, ExchangePart::Response)),
    ("members", Heading::Members),
    ("asynchronous reason codes", Heading::Reasons),
    ("remarks", Heading::Remarks),
    ("see also", Heading::SeeAlso),
];

/// The longest heading and a little: longer lines need not be compared.
const LONGEST: usize = 60;

impl Heading {
    /// The heading that `line` is, whatever its case. A page that lost the last letter of one has been met.
    pub fn find(line: &str) -> Option<Self> {
        let line = line.trim();
        if line.len() > LONGEST {
            return None;
        }
        let line = line.to_lowercase();
        let exact = HEADINGS.iter().find(|(name, _)| *name == line);
        let cut = || {
            HEADINGS
                .iter()
                .find(|(name, _)| line.len() > 8 && name.strip_prefix(&line).is_some_and(|rest| rest.len() == 1))
        };
        exact.or_else(cut).map(|(_, heading)| *heading)
    }

    /// The heading as pages write it, but for its case.
    pub fn name(self) -> &'static str {
        HEADINGS.iter().find(|(_, heading)| *heading == self).map_or("", |(name, _)| name)
    }

    /// What headings there are, for a reader.
    pub fn all() -> String {
        HEADINGS.map(|(name, _)| format!("`{name}`")).join(", ")
    }
}

/// A reference page that describes neither one resource nor one enumeration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Overview {
    /// The resources, by category.
    Resources,
    /// The enumerations.
    Enumerations,
    /// The errors that any request may return.
    GenericErrors,
}

impl Overview {
    /// The overview of this title.
    pub fn of(title: &str) -> Option<Self> {
        match title.to_lowercase().as_str() {
            "generic synchronous errors" => Some(Self::GenericErrors),
            "ucwa enumerations" => Some(Self::Enumerations),
            title if title.starts_with("ucwa resources") => Some(Self::Resources),
            _ => None,
        }
    }
}

/// A sentence that pages repeat in one place, or begin a paragraph with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boilerplate {
    /// The product that the page is about.
    AppliesTo,
    /// Where to read about links; it begins the part about them.
    WebLinks,
    /// What the table of relations is; it begins that part.
    Relations,
    /// What the table of permissions is.
    Scopes,
    /// That a sample of an event follows, perhaps in the same line.
    EventSample,
    /// What samples are for.
    Illustration,
    /// What the table of errors is.
    Errors,
    /// What the samples leave out.
    QueryInSample,
    /// That the response is the resource itself.
    Itself,
    /// That operations follow.
    OperationsFollow,
}

const BOILERPLATE: [(&str, Boilerplate); 11] = [
    ("Applies to:", Boilerplate::AppliesTo),
    ("For more on web links", Boilerplate::WebLinks),
    ("For more information about web links", Boilerplate::WebLinks),
    ("This resource can have the following relationships", Boilerplate::Relations),
    ("The user must have at least one of", Boilerplate::Scopes),
    ("Sample of returned event data", Boilerplate::EventSample),
    ("This sample is given only as", Boilerplate::Illustration),
    ("The errors below", Boilerplate::Errors),
    ("Only server-supplied query parameters", Boilerplate::QueryInSample),
    ("The response from a GET request contains", Boilerplate::Itself),
    ("The following sections describe the Operations", Boilerplate::OperationsFollow),
];

impl Boilerplate {
    /// The sentence that `text` is or begins with.
    pub fn find(text: &str) -> Option<Self> {
        BOILERPLATE.iter().find(|(start, _)| text.starts_with(start)).map(|(_, kind)| *kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_known_in_any_case_and_without_its_last_letter() {
        for text in ["Properties", "properties", " PROPERTIES ", "Propertie"] {
            assert_eq!(Heading::find(text), Some(Heading::Properties), "{text}");
        }
        assert_eq!(Heading::find("completed"), Some(Heading::Event(EventType::Completed)));
        for text in ["Link", "Property", "", "Ge", "The Properties", "İ"] {
            assert_eq!(Heading::find(text), None, "{text}");
        }
    }
}
