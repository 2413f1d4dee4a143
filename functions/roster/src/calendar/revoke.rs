//! `DELETE /roster/me/calendar`

use axum::{extract::State, response::Response};
use domain::event::{Fact, RosterFact, Subject};
use store::Commit;
use web::{Answer, App, Caller, Failed, Problem, RequestId, authorization, command};

/// Revoke the calendar feed of the caller
///
/// The feed's URL answers 404 from now on. The call succeeds even if there is no feed.
#[utoipa::path(
    delete,
    path = "/roster/me/calendar",
    operation_id = "revokeCalendarFeed",
    tag = "roster",
    responses((status = 204, description = "There is no feed"))
)]
pub(crate) async fn revoke(State(app): State<App>, caller: Caller, request_id: RequestId) -> Result<Response, Problem> {
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let (person, feed) = app.store.user_and_feed(caller.user_id).await?;
        let person = authorization::current_profile(&caller, person.as_ref())?;
        if feed.is_some() {
            let subject = Subject::User(person.id);
            let stamp = app.stamp(&caller, &request_id, now);
            let mut commit = Commit::new(stamp, subject, vec![Fact::Roster(RosterFact::CalendarFeedRevoked)])?;
            commit.revoke_feed(person.id)?;
            commit.audit::<()>(subject, "calendar_feed_revoked", None, None)?;
            commit.send(&app.store).await?;
        }
        Ok(Answer::no_content())
    };
    command(&app.store, None, now, attempt).await
}
