//! The settings of an application.

use ucwa::general::{ApplicationsInput, ApplicationsInputRequired};

/// The settings of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationSettings {
    user_agent: String,
    culture: String,
    pub(super) endpoint_id: Option<String>,
    instance_id: Option<String>,
}

impl ApplicationSettings {
    /// Settings with the name of the program and perhaps its version, of at most 100 characters.
    pub fn new(user_agent: impl Into<String>) -> Self {
        Self { user_agent: user_agent.into(), culture: "en-US".into(), endpoint_id: None, instance_id: None }
    }

    /// Sets the language and region of the program (default `en-US`).
    #[must_use]
    pub fn with_culture(mut self, culture: impl Into<String>) -> Self {
        self.culture = culture.into();
        self
    }

    /// Sets the identifier of the endpoint, of at most 100 characters (default: a random one). With one that is in use, the
    /// existing application is taken over, with its event channel.
    #[must_use]
    pub fn with_endpoint_id(mut self, endpoint_id: impl Into<String>) -> Self {
        self.endpoint_id = Some(endpoint_id.into());
        self
    }

    /// Sets the identifier of the program instance, of at most 100 characters (default: none).
    #[must_use]
    pub fn with_instance_id(mut self, instance_id: impl Into<String>) -> Self {
        self.instance_id = Some(instance_id.into());
        self
    }

    pub(super) fn input(&self, endpoint_id: &str) -> ApplicationsInput {
        let mut input = ApplicationsInput::new(ApplicationsInputRequired {
            culture: &self.culture,
            endpoint_id,
            user_agent: &self.user_agent,
        });
        input.instance_id.clone_from(&self.instance_id);
        input
    }
}
