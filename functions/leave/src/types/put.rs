//! `PUT /leave/types/{code}`

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    FieldRule,
    bounded::Bounded,
    event::{CompanyFact, Fact, Subject},
    leave::{Accrual, LeaveType, TypeRefusal},
    schedule::LeaveTypeCode,
    settings::LeaveAllowance,
    text::{Name, NewName},
};
use serde::Deserialize;
use store::Commit;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Failed, IfMatch, Problem, RequestId, authorization, command};

/// A complete leave type: absent fields have their defaults.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Parental leave", "counted": false, "half_days": false}))]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own in the API")]
pub(crate) struct PutLeaveType {
    /// The code of the leave type; if present, it must be the code in the path.
    #[schema(value_type = Option<String>, pattern = "^[a-z0-9_]{1,32}$")]
    code: Option<String>,
    /// The name; the code by default.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    name: Option<NewName>,
    /// Whether the leave is taken from a balance.
    counted: bool,
    /// Whether the leave is paid.
    #[serde(default = "yes")]
    #[schema(default = true)]
    paid: bool,
    /// The days of a leave year; only for counted types. For `annual`, the allowance is a setting instead.
    annual_days: Option<LeaveAllowance>,
    /// The way the allowance is granted; `yearly` by default.
    accrual: Option<Accrual>,
    /// Whether half days may be taken.
    #[serde(default = "yes")]
    #[schema(default = true)]
    half_days: bool,
    /// Whether a holiday within the leave counts as a day of leave.
    #[serde(default)]
    holidays_count: bool,
    /// The maximum number of days, 0 to 366, that the leave may begin before the day of the request.
    #[schema(value_type = Option<u32>, minimum = 0, maximum = 366)]
    backdate_days: Option<Bounded<0, 366>>,
    /// Whether the leave may overlap other leave, which gets the common days back; true by default for `sick` only.
    #[schema(value_type = Option<bool>)]
    interrupts: Option<bool>,
}

const fn yes() -> bool {
    true
}

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
    request_body = PutLeaveType,
    responses((status = 200, description = "The type", body = LeaveType,
        headers(("ETag" = String, description = "The version of all types"))))
)]
pub(crate) async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(code): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<PutLeaveType>,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let leave_type = value.into_type(&code)?;
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let snapshot = app.store.leave_types_snapshot(caller.user_id).await?;
        authorization::current_profile(&caller, snapshot.caller.as_ref())?;
        let types = snapshot.types;
        let after = if_match.check_after(types.version, types.with(leave_type.clone()).map_err(problem_of))?;
        let before = types.get(&leave_type.code);
        if before.as_ref() == Some(&leave_type) {
            return Ok(Answer::ok(&leave_type)?.version(types.version));
        }
        let subject = Subject::LeaveTypes;
        let fact = Fact::Company(CompanyFact::LeaveTypeChanged { leave_type: leave_type.code.clone() });
        let mut commit = Commit::new(app.stamp(&caller, &request_id, now), subject, vec![fact])?;
        commit.audit(subject, "leave_type_changed", before.as_ref(), Some(&leave_type))?;
        commit.put_leave_types(snapshot.context.as_ref(), &after)?;
        commit.send(&app.store).await?;
        Ok(Answer::ok(&leave_type)?.version(after.version))
    };
    command(&app.store, None, now, attempt).await
}

impl PutLeaveType {
    fn into_type(self, path: &str) -> Result<LeaveType, Problem> {
        let code = LeaveTypeCode::parse(path).map_err(|invalid| Problem::invalid("code", invalid))?;
        if self.code.is_some_and(|code| code != path) {
            return Err(Problem::invalid("code", FieldRule::SameAsPath));
        }
        let name = match self.name {
            Some(name) => name.into(),
            None => Name::parse(path).map_err(|invalid| Problem::invalid("name", invalid))?,
        };
        let interrupts = self.interrupts.unwrap_or_else(|| LeaveType::interrupts_as_built_in(&code));
        Ok(LeaveType {
            code,
            name,
            counted: self.counted,
            paid: self.paid,
            annual_days: self.annual_days,
            accrual: self.accrual.unwrap_or(Accrual::Yearly),
            half_days: self.half_days,
            holidays_count: self.holidays_count,
            backdate_days: self.backdate_days.unwrap_or(Bounded::constant::<0>()),
            interrupts: Some(interrupts),
        })
    }
}

/// Returns the problem for a leave type that is refused.
fn problem_of(refusal: TypeRefusal) -> Problem {
    let path = match refusal {
        TypeRefusal::AnnualCounted | TypeRefusal::TimeOffCounted => "counted",
        TypeRefusal::AnnualAllowance | TypeRefusal::AllowanceUncounted => "annual_days",
        TypeRefusal::AnnualInterrupts => "interrupts",
        TypeRefusal::TooMany => "code",
    };
    Problem::invalid(path, refusal.rule())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<LeaveType, Problem> {
        web::json::parse::<PutLeaveType>(body.as_bytes()).unwrap().into_type("parental")
    }

    #[test]
    fn what_is_left_out_is_as_stated() {
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
