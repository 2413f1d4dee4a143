//! `PUT /leave/types/{code}`

use app::leave::types::{self, LeaveTypeDraft};
use axum::extract::{Path, State};
use domain::leave::LeaveType;
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, RequestId,
    use_case::{changed, execute_if_changed},
};

/// Create or replace a leave type
///
/// For admins only. Days that were granted for a leave year stay as they were granted. `annual` is always counted, and its
/// allowance is a setting. A company has at most 20 leave types.
#[utoipa::path(
    put,
    path = "/leave/types/{code}",
    operation_id = "putLeaveType",
    tag = "leave",
    params(
        ("code" = String, Path, description = "1 to 32 of a-z, digits and underscores", example = "parental"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on"),
    ),
    request_body = LeaveTypeDraft,
    responses((status = 200, description = "The type", body = LeaveType,
        headers(("ETag" = String, description = "The version of all types"))))
)]
pub(crate) async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(code): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<LeaveTypeDraft>,
) -> Result<Answer, Problem> {
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    execute_if_changed(&request, changed, || types::put(&request, &code, &versions, &value)).await
}

#[cfg(test)]
mod tests {
    use app::Refusal;
    use domain::leave::Accrual;

    use super::*;

    fn read(body: &str) -> Result<LeaveType, Problem> {
        let draft = web::json::parse::<LeaveTypeDraft>(body.as_bytes()).unwrap();
        draft.leave_type("parental").map_err(|faults| Refusal::from(faults).into())
    }

    #[test]
    fn absent_fields_of_a_leave_type_have_the_documented_defaults() {
        let leave_type = read(r#"{"counted": false}"#).unwrap();
        assert_eq!((leave_type.code.as_str(), leave_type.name.as_str()), ("parental", "parental"));
        assert!(leave_type.paid && leave_type.half_days && !leave_type.holidays_count);
        assert_eq!((leave_type.accrual, leave_type.backdate_days.get()), (Accrual::Yearly, 0));
    }

    #[test]
    fn a_code_in_the_body_is_that_of_the_path() {
        assert!(read(r#"{"code": "parental", "counted": false}"#).is_ok());
        let refused = read(r#"{"code": "sick", "counted": false}"#).unwrap_err();
        assert!(format!("{refused:?}").contains(r#"path: "code""#), "{refused:?}");
    }
}
