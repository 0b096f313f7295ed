//! What one run of a program stores for the next one.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tokio::time::timeout;
use ucwa::serde_json::{Value, from_slice, json};
use ucwa_client::{Application, ChannelItem, ChannelSettings, Events};

use crate::AnyError;

const MINUTE: Duration = Duration::from_secs(60);

/// What one run of a program stores for the next one: which application is to be taken over, and after which events to go on.
#[derive(Debug, Args)]
pub struct Stored {
    /// The file with what the next run needs, which the first one creates
    #[arg(value_name = "FILE")]
    path: PathBuf,
}

impl Stored {
    /// The id of the endpoint; `None` before the first run.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read, or holds something else.
    pub fn endpoint_id(&self) -> Result<Option<String>, AnyError> {
        Ok(self.read()?["endpointId"].as_str().map(str::to_owned))
    }

    /// The events that come after those that an earlier run has handled.
    ///
    /// # Errors
    ///
    /// Fails if the file holds something else, and as [`Application::events_after`] does.
    pub fn events(&self, application: &Application) -> Result<Events, AnyError> {
        // What a run has not handled, as it was killed, comes again.
        let settings = ChannelSettings::new().with_late_acknowledgement();
        Ok(match self.read()?["cursor"].as_str() {
            Some(cursor) => application.events_after(&cursor.parse()?, settings)?,
            None => application.events_with(settings)?,
        })
    }

    fn read(&self) -> Result<Value, AnyError> {
        match fs::read(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Value::Null),
            // What is there must not be taken for a first run, which would write over it.
            text => Ok(from_slice(&text.map_err(|error| format!("{}: {error}", self.path.display()))?)?),
        }
    }

    /// The next item. That the program has handled those before is stored first, and only then told to the server: so the file is
    /// right whenever the process is killed.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written.
    pub async fn next(&self, application: &Application, events: &mut Events) -> Result<Option<ChannelItem>, AnyError> {
        loop {
            events.mark_handled();
            self.write(application, events)?;
            // A quiet channel moves on, too.
            if let Ok(item) = timeout(MINUTE, events.next()).await {
                return Ok(item);
            }
        }
    }

    /// Writes the file anew. Without a cursor, the one that is there stays.
    fn write(&self, application: &Application, events: &Events) -> Result<(), AnyError> {
        let Some(cursor) = events.cursor() else { return Ok(()) };
        let stored = json!({ "endpointId": application.endpoint_id(), "cursor": cursor.to_string() });
        // A crash meanwhile leaves the file as it was.
        let unfinished = self.path.with_extension("new");
        fs::write(&unfinished, stored.to_string())?;
        Ok(fs::rename(unfinished, &self.path)?)
    }
}
