//! `DELETE /kiosks/{id}`

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    event::{Fact, KioskFact, Subject},
    id::KioskId,
};
use store::Commit;
use web::{Answer, App, Caller, Failed, Problem, RequestId, authorization, command, parameter};

use super::KioskAnswer;

/// Revoke a kiosk
///
/// For admins only. The device token is refused from now on. Punches from the kiosk are kept.
#[utoipa::path(
    delete, path = "/kiosks/{id}", operation_id = "revokeKiosk", tag = "kiosks",
    params(("id" = String, Path, description = "The id of the kiosk")),
    responses((status = 204, description = "Deleted")),
)]
pub(crate) async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let id = parameter::id(&id)?;
    command(&app.store, None, app.now(), || attempt(&app, &caller, id, &request_id)).await
}

async fn attempt(app: &App, caller: &Caller, id: KioskId, request_id: &RequestId) -> Result<Answer, Failed> {
    let now = app.now();
    let snapshot = app.store.kiosk_snapshot(caller.user_id, Some(id), None, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let record = snapshot.kiosk.ok_or_else(Problem::not_found)?;
    let subject = Subject::Kiosk(id);
    let facts = vec![Fact::Kiosk(KioskFact::KioskRevoked { site_id: record.kiosk.site_id })];
    let mut commit = Commit::new(app.stamp(caller, request_id, now), subject, facts)?;
    commit.audit(subject, "kiosk_revoked", Some(&KioskAnswer::new(&record, &caller.zone)), None)?;
    commit.revoke_kiosk(id)?;
    commit.send(&app.store).await?;
    Ok(Answer::no_content())
}
