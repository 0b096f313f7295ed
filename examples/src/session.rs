//! A user who is signed in to a simulated server, for programs that use the bindings alone.
//!
//! A program for a real server has the same three parts: a token, an HTTP client, and the address of the resource
//! `applications`. The example `over-http` shows them with a real HTTP client.

use bytes::Bytes;
use ucwa::general::{Application, Applications, ApplicationsInput};
use ucwa::me::{MakeMeAvailableInput, Me};
use ucwa::prelude::*;
use ucwa::{Fetched, PostRequest, http};
use ucwa_simulator::Simulator;

use crate::AnyError;

/// Where the simulated server keeps applications. On a real server, discovery leads there.
const APPLICATIONS: &str = "https://pool1.contoso.com/ucwa/oauth/v1/applications";

/// The request that creates an application; `applications` is the URL of the resource of that name.
pub fn create_application(applications: &str) -> PostRequest<Applications> {
    let mut input = ApplicationsInput::default();
    input.culture = "en-US".into();
    input.endpoint_id = "b3a4a6ff".into();
    input.user_agent = "Example/1.0".into();
    Link::new(applications).post_with(input)
}

/// A user who is signed in.
#[derive(Debug)]
pub struct Session {
    simulator: Simulator,
    token: String,
}

impl Session {
    /// Signs a user in, such as `ada@contoso.com`, and creates an application. The user is offline until the
    /// application makes them available.
    pub async fn start(simulator: &Simulator, user: &str) -> Result<(Self, Fetched<Application>), AnyError> {
        let session = Self { simulator: simulator.clone(), token: simulator.issue_token(user)? };
        let create = create_application(APPLICATIONS);
        let application = create.read(session.send(&create).await?)?;
        Ok((session, application))
    }

    /// Makes the user available and returns the resource `me`, which now has a link to the presence.
    pub async fn make_available(&self, application: &Application) -> Result<Fetched<Me>, AnyError> {
        let me = application.me().embedded().ok_or("the application embeds no `me`")?;
        let make_available = me.make_me_available().required()?.post_with(MakeMeAvailableInput::new());
        make_available.read(self.send(&make_available).await?)?;
        let get = application.me().required()?.get();
        Ok(get.read(self.send(&get).await?)?)
    }

    /// Sends a request, with the token, and returns the response as it came.
    pub async fn send<R: OperationRequest>(&self, request: &R) -> Result<http::Response<Vec<u8>>, AnyError> {
        let mut request = request.to_http(Format::Json)?.map(Bytes::from);
        request.headers_mut().insert("Authorization", format!("Bearer {}", self.token).parse()?);
        Ok(self.simulator.handle(request).await?.map(Vec::from))
    }
}
