//! `DELETE /holidays/{id}`

use app::company::holidays;
use axum::extract::{Path, State};
use web::{
    Answer, App, Caller, IfMatch, Problem, RequestId, parameter,
    use_case::{execute, no_content},
};

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
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    execute(&request, no_content, || holidays::remove(&request, id, &versions)).await
}
