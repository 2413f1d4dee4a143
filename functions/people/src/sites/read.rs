//! `GET /sites/{id}`

use axum::extract::{Path, State};
use web::{Answer, App, Caller, Problem, parameter};

use super::SiteAnswer;

/// Get a site
///
/// Returns one site with its version.
#[utoipa::path(
    get, path = "/sites/{id}", operation_id = "getSite", tag = "sites",
    params(("id" = String, Path, description = "The id of the site")),
    responses((status = 200, description = "The site", body = SiteAnswer,
        headers(("ETag" = String, description = "The version")))),
)]
pub(crate) async fn read(State(app): State<App>, _: Caller, Path(id): Path<String>) -> Result<Answer, Problem> {
    let site = app.store.site(parameter::id(&id)?).await?.ok_or_else(Problem::not_found)?;
    let version = site.version;
    Ok(Answer::ok(&SiteAnswer::from(site))?.version(version))
}
