//! Counters for monitoring, by the facade [`metrics`](https://docs.rs/metrics) (feature `metrics`).
//!
//! The client counts whenever the process has a recorder, such as that of `metrics-exporter-prometheus`. Call [`describe`] once after
//! the recorder was installed, so that it knows units and texts.
//!
//! | name | kind | labels | counts |
//! |---|---|---|---|
//! | [`REQUESTS`] | counter | `rel`, `method`, `status` | requests that were sent, with each repetition |
//! | [`REQUEST_SECONDS`] | histogram | `rel`, `method` | the time from sending a request to its response or failure |
//! | [`RETRIES`] | counter | `rel`, `method` | requests that were sent again after a failure |
//! | [`SIGN_INS`] | counter | `outcome` | users who signed in, or could not |
//! | [`SIGN_IN_SECONDS`] | histogram | | the time of a sign-in, without waiting for a turn |
//! | [`RENEWALS`] | counter | `outcome` | tokens that were renewed, or could not be |
//! | [`TURN_SECONDS`] | histogram | | the time spent waiting for a turn of a [`Pace`](crate::Pace) |
//! | [`OPEN_CHANNELS`] | gauge | | event channels that are read: streams of events that have not ended and are not dropped |
//! | [`POLLS`] | counter | `outcome` | polls of event channels that ended |
//! | [`EVENTS`] | counter | `type` | events that were received |
//! | [`HANDLING_SECONDS`] | histogram | | the time from a response with events until the program has handled them all |
//! | [`LOSSES`] | counter | `loss` | what the server dropped, as items `Lost` say |
//! | [`INTERRUPTIONS`] | counter | | event channels that stopped working and are tried again |
//! | [`ENDS`] | counter | `reason` | event channels that ended |
//!
//! The values of labels are few, whatever servers send, and none of them names a user, an address or an id:
//!
//! - `rel`: the resource that the bindings sent the request for, such as `presence`; one of the documented ones. Requests of
//!   discovery and for tokens are part of the sign-in and the renewal.
//! - `method`: `GET`, `POST`, `PUT`, `DELETE`.
//! - `status`: `2xx`, `3xx`, `4xx`, `5xx`; `none` where there was no response; `other`.
//! - `outcome`: `success` or `failure`; of a poll `events`, `nothing` or `failure`.
//! - `type`: `added`, `updated`, `deleted`, `started`, `completed`; `other`.
//! - `loss`: `resumed`, `resynchronized`, `recreated`.
//! - `reason`: `closed`, `taken_by_stream`, `taken_by_stranger`, `gone`, `sign_in`, `unreadable`, `refused`.
//!
//! Times are in seconds, by tokio's clock. A poll is open for minutes while nothing happens, so leave `rel="events"` out of the times of
//! requests.

use std::time::Duration;

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use ucwa::http::{Method, StatusCode};
use ucwa::{Enumeration as _, EventKind};

use super::occurrence::{Occurrence, PollOutcome, SignInOutcome};
use crate::loss::Loss;

/// Requests that were sent, with each repetition. Labels: `rel`, `method`, `status`.
pub const REQUESTS: &str = "ucwa_client_requests_total";

/// The time from sending a request to its response or failure, in seconds. Labels: `rel`, `method`.
pub const REQUEST_SECONDS: &str = "ucwa_client_request_seconds";

/// Requests that were sent again after a failure. A token that is renewed, and a redirect, are no failures. Labels: `rel`, `method`.
pub const RETRIES: &str = "ucwa_client_retries_total";

/// Users who signed in, or could not. Labels: `outcome`.
pub const SIGN_INS: &str = "ucwa_client_sign_ins_total";

/// The time of a sign-in, in seconds, without waiting for a turn.
pub const SIGN_IN_SECONDS: &str = "ucwa_client_sign_in_seconds";

/// Tokens that were renewed, or could not be. Labels: `outcome`.
pub const RENEWALS: &str = "ucwa_client_token_renewals_total";

/// The time spent waiting for a turn of a [`Pace`](crate::Pace), in seconds.
pub const TURN_SECONDS: &str = "ucwa_client_turn_seconds";

/// Event channels that are read.
pub const OPEN_CHANNELS: &str = "ucwa_client_open_channels";

/// Polls of event channels that ended. Labels: `outcome`.
pub const POLLS: &str = "ucwa_client_polls_total";

/// Events that were received. Labels: `type`.
pub const EVENTS: &str = "ucwa_client_events_total";

/// The time from a response with events until the program has handled them all, in seconds.
pub const HANDLING_SECONDS: &str = "ucwa_client_handling_seconds";

/// What the server dropped. Labels: `loss`.
pub const LOSSES: &str = "ucwa_client_losses_total";

/// Event channels that stopped working and are tried again.
pub const INTERRUPTIONS: &str = "ucwa_client_interruptions_total";

/// Event channels that ended. Labels: `reason`.
pub const ENDS: &str = "ucwa_client_channel_ends_total";

/// Tells the recorder of the process what is counted, in which unit. Call it once, after the recorder was installed.
pub fn describe() {
    let count = Unit::Count;
    describe_counter!(REQUESTS, count, "Requests that were sent, with each repetition");
    describe_counter!(RETRIES, count, "Requests that were sent again after a failure");
    describe_counter!(SIGN_INS, count, "Users who signed in, or could not");
    describe_counter!(RENEWALS, count, "Tokens that were renewed, or could not be");
    describe_gauge!(OPEN_CHANNELS, count, "Event channels that are read");
    describe_counter!(POLLS, count, "Polls of event channels that ended");
    describe_counter!(EVENTS, count, "Events that were received");
    describe_counter!(LOSSES, count, "What the server dropped");
    describe_counter!(INTERRUPTIONS, count, "Event channels that stopped working and are tried again");
    describe_counter!(ENDS, count, "Event channels that ended");
    let seconds = Unit::Seconds;
    describe_histogram!(REQUEST_SECONDS, seconds, "From sending a request to its response or failure");
    describe_histogram!(SIGN_IN_SECONDS, seconds, "A sign-in, without waiting for a turn");
    describe_histogram!(TURN_SECONDS, seconds, "Waiting for a turn");
    describe_histogram!(HANDLING_SECONDS, seconds, "From a response with events until all are handled");
}

/// Counts something.
pub(crate) fn record(occurrence: &Occurrence<'_>) {
    match *occurrence {
        Occurrence::Request { rel, method, status, time } => count_request(rel, method, status, time),
        Occurrence::Retry { rel, method } => {
            counter!(RETRIES, "rel" => rel, "method" => method_label(method)).increment(1);
        }
        Occurrence::SignIn { outcome, time } => {
            counter!(SIGN_INS, "outcome" => outcome_label(outcome)).increment(1);
            histogram!(SIGN_IN_SECONDS).record(time);
        }
        Occurrence::Renewal(outcome) => counter!(RENEWALS, "outcome" => outcome_label(outcome)).increment(1),
        Occurrence::Turn(time) => histogram!(TURN_SECONDS).record(time),
        Occurrence::ChannelOpened => gauge!(OPEN_CHANNELS).increment(1),
        Occurrence::ChannelClosed => gauge!(OPEN_CHANNELS).decrement(1),
        Occurrence::Poll(outcome) => counter!(POLLS, "outcome" => poll_label(outcome)).increment(1),
        Occurrence::Event(kind) => counter!(EVENTS, "type" => type_label(kind)).increment(1),
        Occurrence::Handled(time) => histogram!(HANDLING_SECONDS).record(time),
        Occurrence::Loss(loss) => counter!(LOSSES, "loss" => loss_label(loss)).increment(1),
        Occurrence::Interruption => counter!(INTERRUPTIONS).increment(1),
        Occurrence::End { reason } => counter!(ENDS, "reason" => reason).increment(1),
    }
}

fn count_request(rel: &'static str, method: &Method, status: Option<StatusCode>, time: Duration) {
    let method = method_label(method);
    counter!(REQUESTS, "rel" => rel, "method" => method, "status" => status_label(status)).increment(1);
    histogram!(REQUEST_SECONDS, "rel" => rel, "method" => method).record(time);
}

fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

fn status_label(status: Option<StatusCode>) -> &'static str {
    match status.map(|status| status.as_u16() / 100) {
        None => "none",
        Some(2) => "2xx",
        Some(3) => "3xx",
        Some(4) => "4xx",
        Some(5) => "5xx",
        Some(_) => "other",
    }
}

fn outcome_label(outcome: SignInOutcome) -> &'static str {
    match outcome {
        SignInOutcome::Success => "success",
        SignInOutcome::Failure => "failure",
    }
}

fn poll_label(outcome: PollOutcome) -> &'static str {
    match outcome {
        PollOutcome::Events => "events",
        PollOutcome::Nothing => "nothing",
        PollOutcome::Failure => "failure",
    }
}

fn type_label(kind: &EventKind) -> &'static str {
    let listed = EventKind::VALUES.iter().find(|listed| *listed == kind);
    listed.map_or("other", EventKind::as_str)
}

fn loss_label(loss: Loss) -> &'static str {
    match loss {
        Loss::Resumed => "resumed",
        Loss::Resynchronized => "resynchronized",
        Loss::Recreated => "recreated",
    }
}
