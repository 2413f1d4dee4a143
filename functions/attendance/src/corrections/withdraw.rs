//! `DELETE /corrections/{id}`

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    correction::CorrectionId,
    event::{DayFact, Fact, Subject},
};
use store::Commit;
use web::{
    Answer, App, Caller, Code, Detail, Failed, IfMatch, Problem, RequestId, answers::CorrectionAnswer, authorization,
    command, parameter,
};

use decisions::correction::already_decided;

use super::read::visible;

/// Withdraw a correction
///
/// Callers can withdraw their own corrections until they are decided.
#[utoipa::path(
    delete,
    path = "/corrections/{id}",
    operation_id = "withdrawCorrection",
    tag = "corrections",
    params(
        ("id" = String, Path, description = "The id of the correction"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on")
    ),
    responses(
        (status = 204, description = "It is withdrawn"),
        (status = 403, description = "`forbidden`: it is another's"),
        (status = 409, description = "`already_decided`")
    )
)]
pub(crate) async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
) -> Result<Response, Problem> {
    let id: CorrectionId = parameter::id(&id)?;
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let correction = visible(&app, &caller, id).await?;
        if !authorization::is_self(&caller, correction.user_id) {
            return Err(Problem::new(Code::Forbidden).detail(Detail::OnlyOwnRequest).into());
        }
        let person = app.store.user(correction.user_id).await?;
        authorization::current_profile(&caller, person.as_ref())?;
        if_match.check(correction.version)?;
        let withdrawn = correction.withdrawn().map_err(already_decided)?;

        let fact = Fact::Day(DayFact::CorrectionWithdrawn { correction_id: id, date: correction.date });
        let subject = Subject::User(correction.user_id);
        let mut commit = Commit::new(app.stamp(&caller, &request_id, now), subject, vec![fact])?;
        commit.end_correction(&withdrawn)?;
        let (before, after) = (CorrectionAnswer::new(&correction), CorrectionAnswer::new(&withdrawn));
        commit.audit(subject, "correction_withdrawn", Some(&before), Some(&after))?;
        commit.send(&app.store).await?;
        Ok(Answer::no_content())
    };
    command(&app.store, None, now, attempt).await
}
