//! `DELETE /holidays/{id}`

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    event::{CompanyFact, Fact, Subject},
    id::HolidayId,
};
use store::{Commit, holidays::year_of};
use web::{Answer, App, Caller, Failed, IfMatch, Problem, RequestId, authorization, command, parameter};

use super::ONLY_VERSION;

/// Delete a holiday
///
/// For admins only. Leave and daily records from today on are recalculated.
#[utoipa::path(
    delete, path = "/holidays/{id}", operation_id = "deleteHoliday", tag = "holidays",
    params(
        ("id" = String, Path, description = "The id of the holiday"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on"),
    ),
    responses((status = 204, description = "Deleted")),
)]
pub(crate) async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let id = parameter::id(&id)?;
    command(&app.store, None, app.now(), || attempt(&app, &caller, id, &if_match, &request_id)).await
}

async fn attempt(
    app: &App,
    caller: &Caller,
    id: HolidayId,
    if_match: &IfMatch,
    request_id: &RequestId,
) -> Result<Answer, Failed> {
    let now = app.now();
    let snapshot = app.store.holiday_snapshot(caller.user_id, year_of(id), None, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let holiday = snapshot.year.holidays.iter().find(|holiday| holiday.id == id).ok_or_else(Problem::not_found)?;
    if_match.check(ONLY_VERSION)?;
    let fact = Fact::Company(CompanyFact::HolidayRemoved { id, date: holiday.date, site_id: holiday.site_id });
    let mut commit = Commit::new(app.stamp(caller, request_id, now), Subject::Holidays, vec![fact])?;
    commit.audit(Subject::Holidays, "holiday_removed", Some(holiday), None)?;
    commit.remove_holiday(&snapshot, holiday)?;
    commit.send(&app.store).await?;
    Ok(Answer::no_content())
}
