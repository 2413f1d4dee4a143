//! `POST /roster/me/calendar`

use axum::{extract::State, response::Response};
use domain::event::{Fact, RosterFact, Subject};
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use store::{Commit, feeds::Feed};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Failed, Problem, RequestId, authorization, command};

use super::token::FeedToken;

/// A body without fields.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub(crate) struct NewCalendar {}

/// The URL of the feed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalendarFeed)]
pub(crate) struct CalendarAnswer {
    /// The URL to subscribe to. It is shown only once. Anyone who knows it can see the shifts.
    #[schema(example = "https://api.example.com/roster/calendar/01JBN2V7Q4W0M3T9K5ZXH8R6CDq83v….ics")]
    url: String,
}

/// The audited fields of a feed: that the person has one. The audit never contains the URL.
#[derive(Debug, Serialize)]
struct Audited {
    calendar_feed: bool,
}

/// Create the calendar feed of the caller
///
/// The previous URL stops working. `Idempotency-Key` is ignored, because the URL is shown only once. Needs a sign-in
/// within the last 10 minutes.
#[utoipa::path(
    post,
    path = "/roster/me/calendar",
    operation_id = "createCalendarFeed",
    tag = "roster",
    request_body = NewCalendar,
    responses(
        (status = 201, description = "The address", body = CalendarAnswer),
        (status = 403, description = "`forbidden`; `confirmation_required`: confirm your password first"),
    )
)]
pub(crate) async fn make(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    request_id: RequestId,
    Body { value: NewCalendar {}, .. }: Body<NewCalendar>,
) -> Result<Response, Problem> {
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let (person, before) = app.store.user_and_feed(caller.user_id).await?;
        let person = authorization::current_profile(&caller, person.as_ref())?;
        authorization::must_have_recent_sign_in(&caller, now)?;
        let token = FeedToken::generate(person.id, &*app.entropy);
        let subject = Subject::User(person.id);
        let stamp = app.stamp(&caller, &request_id, now);
        let mut commit = Commit::new(stamp, subject, vec![Fact::Roster(RosterFact::CalendarFeedMade)])?;
        commit.put_feed(person, &Feed { token_hash: token.hash(), created_at: now })?;
        let (earlier, later) = (Audited { calendar_feed: before.is_some() }, Audited { calendar_feed: true });
        commit.audit(subject, "calendar_feed_made", Some(&earlier), Some(&later))?;
        commit.send(&app.store).await?;
        Ok(Answer::json(StatusCode::CREATED, &CalendarAnswer { url: url(&headers, &token) })?)
    };
    command(&app.store, None, now, attempt).await
}

/// Returns the URL of the feed, on the host that the request was sent to.
fn url(headers: &HeaderMap, token: &FeedToken) -> String {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = header(header::HOST.as_str()).unwrap_or("localhost");
    // API Gateway sets the scheme of the request, which is always https. Only the local stack uses http.
    let scheme = header("x-forwarded-proto").filter(|scheme| *scheme == "http").unwrap_or("https");
    format!("{scheme}://{host}/roster/calendar/{}.ics", token.reveal())
}
