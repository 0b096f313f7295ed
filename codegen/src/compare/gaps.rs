//! What a set of pages says nothing about because a page is missing, so that it is not taken for removed.

use std::collections::BTreeSet;
use std::fmt;

use ucwa_schema::{Evidence, Parameter, Property, Relation, Resource, Schema, Type};

use crate::extract::Extraction;
use crate::pages::Overview;

/// What pages say nothing about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gaps {
    /// The overviews that are not among them.
    overviews: BTreeSet<Overview>,
    /// The file names of those that could not be understood.
    unreadable: BTreeSet<String>,
    /// The file names of all pages, where these are only a part of the reference.
    part: Option<BTreeSet<String>>,
}

impl Gaps {
    /// What is missing in pages.
    pub(super) fn of(extraction: &Extraction) -> Self {
        let wanted = [Overview::GenericErrors, Overview::Resources];
        let is_missing = |overview: &Overview| !extraction.overviews.contains(overview);
        let unreadable = extraction.unreadable.iter().map(|page| page.name.clone()).collect();
        // The overview of resources is there where all of the reference is.
        let is_part = !extraction.overviews.contains(&Overview::Resources);
        let part = is_part.then(|| extraction.pages.clone());
        Self { overviews: wanted.into_iter().filter(is_missing).collect(), unreadable, part }
    }

    /// Whether nothing is missing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a page is missing, or cannot be understood.
    fn lacks(&self, page: &str) -> bool {
        self.unreadable.contains(page) || self.part.as_ref().is_some_and(|part| !part.contains(page))
    }

    /// Takes what is missing in `schema` from `other`, so that no difference is found there.
    pub fn fill(&self, schema: &mut Schema, other: &Schema) {
        if self.overviews.contains(&Overview::GenericErrors) {
            schema.errors.generic.clone_from(&other.errors.generic);
        }
        let missing = self.missing(schema, other);
        for (name, resource) in &other.resources {
            if missing.resources.contains(name.as_str()) {
                schema.resources.insert(name.clone(), resource.clone());
                let rows = resource.operations.iter().flat_map(|operation| &operation.errors);
                let causes = rows.filter_map(|row| other.errors.causes.get_key_value(&row.cause));
                schema.errors.causes.extend(causes.map(|(key, cause)| (key.clone(), cause.clone())));
            }
        }
        for (name, enumeration) in &other.enumerations {
            if missing.enumerations.contains(name.as_str()) {
                schema.enumerations.insert(name.clone(), enumeration.clone());
            }
        }
        if !self.unreadable.is_empty() || self.part.is_some() {
            for (name, resource) in &mut schema.resources {
                if let Some(found) = other.resources.get(name).filter(|_| !missing.resources.contains(name.as_str())) {
                    missing.fill_rows(resource, found);
                }
            }
        }
        if self.overviews.contains(&Overview::Resources) {
            for (name, resource) in &mut schema.resources {
                if let Some(other) = other.resources.get(name) {
                    resource.category.clone_from(&other.category);
                }
            }
        }
    }

    /// What `other` describes and `schema` does not, for want of a page.
    fn missing<'a>(&self, schema: &Schema, other: &'a Schema) -> Missing<'a> {
        // What the pages describe is not missing, whatever the name of its page on the other side.
        let resources = other
            .resources
            .iter()
            .filter(|(name, found)| !schema.resources.contains_key(*name) && self.lacks(&found.page));
        let enumerations = other
            .enumerations
            .iter()
            .filter(|(name, found)| !schema.enumerations.contains_key(*name) && self.lacks(&found.page));
        Missing {
            resources: resources.map(|(name, _)| name.as_str()).collect(),
            enumerations: enumerations.map(|(name, _)| name.as_str()).collect(),
        }
    }
}

/// What is described on missing pages alone, by name.
struct Missing<'a> {
    resources: BTreeSet<&'a str>,
    enumerations: BTreeSet<&'a str>,
}

impl Missing<'_> {
    /// Takes what follows from missing pages in the rows of a resource from `found`, the same resource in `other`.
    fn fill_rows(&self, resource: &mut Resource, found: &Resource) {
        for link in &mut resource.links {
            let Some(found) = found.links.iter().find(|found| found.rel == link.rel) else { continue };
            self.fill_link(link, found);
        }
        for row in &mut resource.properties {
            let Some(found) = found.properties.iter().find(|found| found.name == row.name) else { continue };
            let Property { kind, evidence, .. } = row;
            self.fill_type((kind, evidence), (&found.kind, found.evidence));
        }
        for operation in &mut resource.operations {
            let Some(found) = found.operations.iter().find(|found| found.method == operation.method) else { continue };
            self.fill_parameters(&mut operation.query, &found.query);
            self.fill_parameters(&mut operation.input, &found.input);
        }
    }

    fn fill_link(&self, link: &mut Relation, found: &Relation) {
        if self.resources.contains(found.target.as_str()) {
            link.target.clone_from(&found.target);
        }
        if is_seen_elsewhere(link.evidence, found.evidence) {
            (link.cardinality, link.embedded, link.evidence) = (found.cardinality, found.embedded, found.evidence);
        }
    }

    fn fill_parameters(&self, rows: &mut [Parameter], found: &[Parameter]) {
        for row in rows {
            let Some(found) = found.iter().find(|found| found.name == row.name) else { continue };
            let Parameter { kind, evidence, .. } = row;
            self.fill_type((kind, evidence), (&found.kind, found.evidence));
        }
    }

    /// What a row states counts, whatever other pages say.
    fn fill_type(&self, row: (&mut Type, &mut Evidence), found: (&Type, Evidence)) {
        let (kind, evidence) = row;
        if matches!(evidence, Evidence::Stated | Evidence::Erratum) {
            return;
        }
        let is_missing = found.0.enumeration().is_some_and(|name| self.enumerations.contains(name));
        if is_missing || found.1 == Evidence::Elsewhere || is_seen_elsewhere(*evidence, found.1) || kind == found.0 {
            (*kind, *evidence) = (found.0.clone(), found.1);
        }
    }
}

/// Whether a sample that tells something is not on the pages that there are.
fn is_seen_elsewhere(evidence: Evidence, found: Evidence) -> bool {
    evidence == Evidence::Convention && found == Evidence::Sample
}

impl fmt::Display for Gaps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        for overview in &self.overviews {
            parts.push(match overview {
                Overview::GenericErrors => "generic errors (no page `Generic synchronous errors`)".to_owned(),
                Overview::Resources => "categories (no page `UCWA resources`)".to_owned(),
                Overview::Enumerations => "the list of enumerations".to_owned(),
            });
        }
        if self.part.is_some() {
            parts.push("everything on other pages (only part of the reference was given)".to_owned());
        }
        parts.extend(self.unreadable.iter().map(|page| format!("{page} (it could not be understood)")));
        write!(f, "not compared: {}", parts.join(", "))
    }
}
