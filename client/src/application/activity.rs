//! Reporting that the user is active.

use std::future::Future;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::sleep;
use ucwa::me::ReportMyActivity;
use ucwa::{Link, PostRequest};

use super::shared::Shared;
use crate::concurrency::OnInterruption;
use crate::error::Error;
use crate::request::Safety;
use crate::session::Fetch as _;

/// How often it is reported. Servers want it every four minutes at least.
const INTERVAL: Duration = Duration::from_secs(180);

/// Reports that the user is active, until the application is closed or dropped. A task that ends before, with its runtime, can be
/// replaced by another one.
pub(super) fn report(application: &Arc<Shared>) -> impl Future<Output = ()> + Send + use<> {
    let (application, closed) = (Arc::downgrade(application), application.closed.clone());
    let interrupted = Weak::clone(&application);
    let interruption = OnInterruption::new(move || {
        if let Some(shared) = interrupted.upgrade() {
            shared.state().is_kept_active = false;
        }
    });
    async move {
        while !closed.is_cancelled() {
            tokio::select! {
                biased;
                () = closed.cancelled() => {}
                () = report_after_interval(&application) => {}
            }
        }
        interruption.done();
    }
}

async fn report_after_interval(application: &Weak<Shared>) {
    sleep(INTERVAL).await;
    let Some(shared) = application.upgrade() else { return };
    let result = match request(&shared).await {
        Ok(Some(post)) => shared.client.send_safely(post, Safety::Idempotent).await.map_err(Error::into_general),
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    if let Err(error) = result {
        tracing::debug!(%error, "the user's activity was not reported");
    }
}

/// The request, if the user is available.
async fn request(shared: &Shared) -> Result<Option<PostRequest<ReportMyActivity>>, Error> {
    let me = shared.resource().me().fetch(&shared.client).await.map_err(Error::into_general)?;
    let link: Option<Link<ReportMyActivity>> = me.report_my_activity().link();
    Ok(link.map(|link| link.post()))
}
