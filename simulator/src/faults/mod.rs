//! Faults between client and server, injected on purpose.

mod distort;
mod effect;
mod memory;
mod plan;
mod read;
mod wire;

use serde::{Deserialize, Serialize};

pub(crate) use distort::{distort_events, distort_resource};
pub use effect::Effect;
pub use memory::Memory;
pub(crate) use plan::Plan;
pub use plan::Schedule;
pub(crate) use wire::{Drip, replacement, spoil};

/// A fault, and the requests that it happens to.
///
/// ```
/// use ucwa_simulator::{Effect, Fault, Simulator};
///
/// let simulator = Simulator::new(1);
/// // The second message arrives, but its sender receives no response.
/// simulator.inject(Fault::new(Effect::CutAfter).on("sendMessage").after(1));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Fault {
    /// What happens.
    pub effect: Effect,
    /// The method of the requests; any where there is none.
    #[serde(default, deserialize_with = "read::method")]
    pub method: Option<String>,
    /// The name of the resource that requests are for, as the schema has it; `token` for the token endpoint. Any where there is
    /// none.
    #[serde(default, deserialize_with = "read::resource")]
    pub resource: Option<String>,
    /// The SIP address of the user whose token requests show, without `sip:`; any where there is none.
    #[serde(default)]
    pub user: Option<String>,
    /// How many requests are let through before it begins (default none).
    #[serde(default)]
    pub skip: u32,
    /// How many requests it happens to (default 1).
    #[serde(default = "once")]
    pub times: u32,
}

fn once() -> u32 {
    1
}

impl Fault {
    /// A fault that happens to the next request, whatever it is for.
    pub fn new(effect: Effect) -> Self {
        Self { effect, method: None, resource: None, user: None, skip: 0, times: 1 }
    }

    /// Reads faults from JSON: a list of objects as the control address takes them, such as
    /// `[{"effect": {"proxy": {"status": 502}}, "resource": "me", "method": "GET", "user": "ada@contoso.com", "skip": 1, "times": 2}]`,
    /// of which all but `effect` can be left out.
    ///
    /// # Errors
    ///
    /// Fails where the text is something else, or names an effect, resource or method that does not exist; the error says where,
    /// and what there is.
    pub fn from_json(text: &str) -> Result<Vec<Self>, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Makes it happen to requests for a resource alone, by its name in the schema; `token` is the token endpoint.
    #[must_use]
    pub fn on(mut self, resource: impl Into<String>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// Makes it happen to requests with a method alone.
    #[must_use]
    pub fn with_method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Makes it happen to requests of a user alone, by the user's address.
    #[must_use]
    pub fn of_user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// Lets some requests through before it begins.
    #[must_use]
    pub fn after(mut self, requests: u32) -> Self {
        self.skip = requests;
        self
    }

    /// Makes it happen to several requests.
    #[must_use]
    pub fn times(mut self, requests: u32) -> Self {
        self.times = requests;
        self
    }
}

/// What a request is about, as far as faults mind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) method: String,
    pub(crate) resource: String,
    pub(crate) user: Option<String>,
    /// The id of the application.
    pub(crate) application: Option<u64>,
}

impl Fault {
    /// Whether the fault is about requests like this.
    pub(crate) fn matches(&self, subject: &Subject) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| found.is_some_and(|found| wanted.eq_ignore_ascii_case(found)))
        };
        is(&self.method, Some(&subject.method))
            && is(&self.resource, Some(&subject.resource))
            && is(&self.user, subject.user.as_deref())
    }
}
