//! `DELETE /kiosks/{id}`

use app::company::kiosks;
use axum::extract::{Path, State};
use web::{
    Answer, App, Caller, Problem, RequestId, parameter,
    use_case::{execute, no_content},
};

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
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let request = app.request(&caller, &request_id, None);
    execute(&request, no_content, || kiosks::revoke(&request, id)).await
}
