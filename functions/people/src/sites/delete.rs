//! `DELETE /sites/{id}`

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    event::{CompanyFact, Fact, Subject},
    id::SiteId,
    site::Site,
};
use store::Commit;
use web::{Answer, App, Caller, Code, Failed, IfMatch, Problem, RequestId, authorization, command, parameter};

/// Delete a site
///
/// For admins only. A site that people or shifts belong to can't be deleted.
#[utoipa::path(
    delete, path = "/sites/{id}", operation_id = "deleteSite", tag = "sites",
    params(
        ("id" = String, Path, description = "The id of the site"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on"),
    ),
    responses(
        (status = 204, description = "Deleted"),
        (status = 409, description = "`site_in_use`: people or shifts belong to it"),
    ),
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
    id: SiteId,
    if_match: &IfMatch,
    request_id: &RequestId,
) -> Result<Answer, Failed> {
    let now = app.now();
    let snapshot = app.store.site_snapshot(caller.user_id, Some(id), None, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let site = snapshot.site.ok_or_else(Problem::not_found)?;
    if_match.check(site.version)?;
    if site.members > 0 {
        return Err(Problem::new(Code::SiteInUse).into());
    }
    let subject = Subject::Site(id);
    let mut commit =
        Commit::new(app.stamp(caller, request_id, now), subject, vec![Fact::Company(CompanyFact::SiteDeleted)])?;
    commit.audit(subject, "site_deleted", Some(&Site::from(site.clone())), None)?;
    commit.delete_site(&snapshot.book, &site)?;
    commit.send(&app.store).await?;
    Ok(Answer::no_content())
}
