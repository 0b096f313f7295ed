//! What the traffic has said about addresses: which rel led to which.

use std::collections::{HashMap, HashSet};

use ucwa::{LinkData, Object};

/// How many links are remembered for one path. Servers make a handful of them, which differ in what stands behind the path.
const LINKS_OF_A_PATH: usize = 64;

/// The rel behind each address that the traffic linked to so far.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    /// The links by their paths, the oldest first.
    links: HashMap<String, Vec<KnownLink>>,
    /// The host of the message that is read, where the links without a host lead to.
    host: Option<String>,
}

/// A link without its path.
#[derive(Debug)]
struct KnownLink {
    /// Where the traffic says it.
    host: Option<String>,
    query: String,
    rel: String,
}

impl KnownLink {
    /// Whether a request to this host may follow the link.
    fn is_at(&self, host: Option<&str>) -> bool {
        self.host.as_deref().zip(host).is_none_or(|(own, other)| own == other)
    }

    fn parameters(&self) -> impl Iterator<Item = &str> {
        parameters(&self.query)
    }
}

/// The parts of an address, which may be absolute or relative.
struct AddressParts<'a> {
    host: Option<String>,
    path: &'a str,
    query: &'a str,
}

impl<'a> AddressParts<'a> {
    fn of(address: &'a str) -> Self {
        let (host, behind_host) = match address.split_once("://") {
            Some((_, rest)) => {
                let start = rest.find(['/', '?', '#']).unwrap_or(rest.len());
                (host(address), &rest[start..])
            }
            None => (None, address),
        };
        let address = behind_host.split('#').next().unwrap_or_default();
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let path = if path.is_empty() && host.is_some() { "/" } else { path };
        Self { host, path, query }
    }
}

/// The host of an absolute address, in the letters that all write it in.
fn host(address: &str) -> Option<String> {
    url::Url::parse(address).ok()?.host_str().map(str::to_owned)
}

fn parameters(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').filter(|parameter| !parameter.is_empty())
}

impl Addresses {
    /// Remembers where the message came from whose links are learned next.
    pub(crate) fn begin(&mut self, address: Option<&str>) {
        self.host = address.and_then(|address| AddressParts::of(address).host);
    }

    /// Remembers where a link leads.
    pub(crate) fn learn(&mut self, rel: &str, link: &LinkData) {
        if rel.is_empty() || link.href.is_empty() {
            return;
        }
        let AddressParts { host, path, query } = AddressParts::of(&link.href);
        let host = host.or_else(|| self.host.clone());
        if !self.links.contains_key(path) {
            self.links.insert(path.to_owned(), Vec::new());
        }
        let Some(links) = self.links.get_mut(path) else { return };
        if let Some(known) = links.iter_mut().find(|known| known.host == host && known.query == query) {
            rel.clone_into(&mut known.rel);
            return;
        }
        if links.len() == LINKS_OF_A_PATH {
            links.remove(0);
        }
        links.push(KnownLink { host, query: query.to_owned(), rel: rel.to_owned() });
    }

    /// Remembers where a resource and all that it links to are.
    pub(crate) fn learn_object(&mut self, object: &dyn Object) {
        let envelope = object.envelope();
        if let Some(link) = envelope.link() {
            self.learn(object.rel(), link);
        }
        for relation in envelope.relations() {
            for link in relation.links() {
                self.learn(relation.rel(), link);
            }
            for target in relation.embedded() {
                self.learn_object(&**target);
            }
        }
    }

    /// The rel of an address: what a link said, else the last part of the path, which on a server mostly is the rel.
    pub(crate) fn rel<'a>(&'a self, address: &'a str) -> Option<&'a str> {
        self.linked(address).or_else(|| AddressParts::of(address).path.rsplit('/').find(|part| !part.is_empty()))
    }

    /// The rel of the link that led to an address. Clients add parameters to those of a link, so that it is the link most of
    /// whose parameters are there, if all of them are.
    fn linked(&self, address: &str) -> Option<&str> {
        let AddressParts { host, path, query } = AddressParts::of(address);
        let links = || self.links.get(path).into_iter().flatten().filter(|link| link.is_at(host.as_deref()));
        let sent: HashSet<_> = parameters(query).collect();
        let followed = links().filter(|link| link.parameters().all(|parameter| sent.contains(parameter)));
        let best = followed.max_by_key(|link| link.parameters().count());
        if let Some(best) = best {
            return Some(&best.rel);
        }
        // Where all links of the path say the same, it does not matter which was followed.
        let mut rels = links().map(|link| link.rel.as_str());
        let first = rels.next()?;
        rels.all(|rel| rel == first).then_some(first)
    }

    /// Whether a link of the traffic led to the path of an address.
    pub(crate) fn leads_to(&self, address: &str) -> bool {
        let AddressParts { host, path, .. } = AddressParts::of(address);
        self.links.get(path).into_iter().flatten().any(|link| link.is_at(host.as_deref()))
    }
}
