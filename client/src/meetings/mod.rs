//! Online meetings: scheduled, joined and led.
//!
//! ```no_run
//! use ucwa::online_meeting::MyOnlineMeetingsInput;
//! use ucwa_client::{Application, Error};
//!
//! # async fn program(application: Application) -> Result<(), Error> {
//! tokio::spawn(application.events()?.run());
//! let meetings = application.meetings();
//! let scheduled = meetings.schedule(MyOnlineMeetingsInput::new().subject("Review")).await?;
//! println!("{:?}", scheduled.join_url);
//!
//! let uri = scheduled.online_meeting_uri.as_ref().expect("servers send it");
//! let meeting = meetings.join(uri).await?.joined().await?;
//! for waiting in meeting.lobby() {
//!     meeting.admit(&waiting).await?;
//! }
//! # Ok(())
//! # }
//! ```

mod address;
mod joined;
mod joining;

use ucwa::online_meeting::{
    MyAssignedOnlineMeeting, MyOnlineMeeting, MyOnlineMeetings, MyOnlineMeetingsInput, OnlineMeetingDefaultValues,
    OnlineMeetingEligibleValues, OnlineMeetingInvitationCustomization, OnlineMeetingPolicies, OnlineMeetings,
    PhoneDialInInformation,
};
use ucwa::{Conditions, Fetched, GenericError, Get, GetRequest, Link, Optional, PutRequest, Related, Representation};

pub use self::address::{ConferenceUri, JoinUrl, ParseConferenceUriError, ParseJoinUrlError};
pub use self::joined::Meeting;
pub use self::joining::Joining;

use crate::application::Application;
use crate::error::{Capability, Error, Needed as _, Offered as _};

/// The user's online meetings.
#[derive(Debug, Clone)]
pub struct Meetings {
    application: Application,
}

impl Application {
    /// The user's online meetings.
    pub fn meetings(&self) -> Meetings {
        Meetings { application: self.clone() }
    }
}

impl Meetings {
    /// What a meeting is like for which nothing is chosen.
    ///
    /// # Errors
    ///
    /// Fails if the user may not schedule meetings, and as [`Application::send`] does.
    pub async fn defaults(&self) -> Result<Fetched<OnlineMeetingDefaultValues>, Error> {
        self.read(OnlineMeetings::online_meeting_default_values).await
    }

    /// What the organizer may choose.
    ///
    /// # Errors
    ///
    /// Fails if the user may not schedule meetings, and as [`Application::send`] does.
    pub async fn choices(&self) -> Result<Fetched<OnlineMeetingEligibleValues>, Error> {
        self.read(OnlineMeetings::online_meeting_eligible_values).await
    }

    /// What the administrator allows the user in meetings.
    ///
    /// # Errors
    ///
    /// Fails if the user may not schedule meetings, and as [`Application::send`] does.
    pub async fn policies(&self) -> Result<Fetched<OnlineMeetingPolicies>, Error> {
        self.read(OnlineMeetings::online_meeting_policies).await
    }

    /// The texts and links that the administrator wants in invitations to meetings.
    ///
    /// # Errors
    ///
    /// Fails if the user may not schedule meetings, and as [`Application::send`] does.
    pub async fn invitation_customization(&self) -> Result<Fetched<OnlineMeetingInvitationCustomization>, Error> {
        self.read(OnlineMeetings::online_meeting_invitation_customization).await
    }

    /// Reads what those have who may schedule meetings.
    async fn read<T>(&self, relation: impl FnOnce(&OnlineMeetings) -> Related<'_, T>) -> Result<Fetched<T>, Error>
    where
        T: Get<Response = Fetched<T>> + Representation,
        T::Query: Optional,
        T::Error: Conditions<Generic = GenericError>,
    {
        let meetings = self.application.online_meetings().await.needed_for(Capability::ScheduleMeetings)?;
        let link = relation(&meetings).offered(Capability::ScheduleMeetings)?;
        self.application.send(link.get()).await.map_err(Error::into_general)
    }

    /// The numbers by which meetings of the user are joined by telephone; `None` if there are none.
    ///
    /// # Errors
    ///
    /// Fails as [`Application::send`] does.
    pub async fn dial_in_information(&self) -> Result<Option<Fetched<PhoneDialInInformation>>, Error> {
        let meetings = self.application.online_meetings().await.needed_for(Capability::ScheduleMeetings)?;
        let Some(link) = meetings.phone_dial_in_information().link() else { return Ok(None) };
        self.application.send(link.get()).await.map(Some).map_err(Error::into_general)
    }

    /// Schedules a meeting. What the input leaves out is as the [`defaults`](Self::defaults) say.
    ///
    /// # Errors
    ///
    /// Fails with the subcode `TooManyOnlineMeetings` if the user has as many as the server allows, and as [`Application::send`] does.
    pub async fn schedule(&self, input: MyOnlineMeetingsInput) -> Result<Fetched<MyOnlineMeeting>, Error> {
        let link = self.own().await?;
        let made = self.application.send(link.post_with(input)).await.map_err(Error::into_general)?;
        let read = self.application.client().read_created(made);
        self.application.while_open::<GetRequest<MyOnlineMeeting>, _, _>(read).await
    }

    /// The meetings that the user has scheduled.
    ///
    /// # Errors
    ///
    /// Fails if the user may not schedule meetings, and as [`Application::send`] does.
    pub async fn scheduled(&self) -> Result<Vec<Fetched<MyOnlineMeeting>>, Error> {
        let link = self.own().await?;
        let meetings = self.application.send(link.get()).await.map_err(Error::into_general)?;
        self.application.read_all(meetings.my_online_meeting()).await
    }

    /// The meeting that the user has for all purposes; `None` if there is none.
    ///
    /// # Errors
    ///
    /// Fails as [`Application::send`] does.
    pub async fn assigned(&self) -> Result<Option<Fetched<MyAssignedOnlineMeeting>>, Error> {
        let meetings = self.application.online_meetings().await.needed_for(Capability::ScheduleMeetings)?;
        let Some(link) = meetings.my_assigned_online_meeting().link() else { return Ok(None) };
        self.application.send(link.get()).await.map(Some).map_err(Error::into_general)
    }

    /// Changes a meeting: reads it, changes it, and writes it back whole. Where somebody else was faster (412), this is repeated; `change`
    /// is called with each version that was read, perhaps one with the change in it, as [`Client::update`](crate::Client::update) says.
    ///
    /// # Errors
    ///
    /// Fails as [`Client::update`](crate::Client::update) does.
    pub async fn change(
        &self,
        meeting: &Link<MyOnlineMeeting>,
        change: impl FnMut(&mut MyOnlineMeeting) + Send,
    ) -> Result<(), Error> {
        let update = self.application.client().update(meeting, change);
        self.application.while_open::<PutRequest<MyOnlineMeeting>, _, _>(update).await.map(drop)
    }

    /// Deletes a meeting, whose addresses stop working. One that is gone is no error.
    ///
    /// # Errors
    ///
    /// Fails as [`Application::send`] does.
    pub async fn delete(&self, meeting: &Link<MyOnlineMeeting>) -> Result<(), Error> {
        self.application.send_unless_gone(meeting.delete()).await.map(drop)
    }

    async fn own(&self) -> Result<Link<MyOnlineMeetings>, Error> {
        let meetings = self.application.online_meetings().await.needed_for(Capability::ScheduleMeetings)?;
        meetings.my_online_meetings().offered(Capability::ScheduleMeetings)
    }
}
