//! Leave types: admins create and replace them.

use domain::{
    FieldFault, FieldRule,
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

use crate::{Failed, Outcome, Prepared, Refusal, Request, Versions, authorization};

/// A complete leave type: absent fields have their defaults.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PutLeaveType)]
#[schema(example = json!({"name": "Parental leave", "counted": false, "half_days": false}))]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own in the API")]
pub struct LeaveTypeDraft {
    /// The code of the leave type; if present, it must be the code in the path.
    #[schema(value_type = Option<String>, pattern = "^[a-z0-9_]{1,32}$")]
    code: Option<String>,
    /// The name; the code by default.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    name: Option<NewName>,
    /// Whether the leave is taken from a balance.
    counted: bool,
    /// Whether the leave is paid.
    #[serde(default = "domain::patch_field::yes")]
    #[schema(default = true)]
    paid: bool,
    /// The days of a leave year; only for counted types. For `annual`, the allowance is a setting instead.
    annual_days: Option<LeaveAllowance>,
    /// The way the allowance is granted; `yearly` by default.
    accrual: Option<Accrual>,
    /// Whether half days may be taken.
    #[serde(default = "domain::patch_field::yes")]
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

/// Creates or replaces a leave type. Answers with the type and the version of all types.
///
/// # Errors
/// The caller isn't an admin, a value breaks a rule, or the types have another version.
pub async fn put(
    request: &Request<'_>,
    code: &str,
    versions: &Versions,
    draft: &LeaveTypeDraft,
) -> Result<Outcome<LeaveType>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    let leave_type = draft.leave_type(code)?;
    let snapshot = ports.store.leave_types_snapshot(caller.user_id).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let types = snapshot.types;
    let after = versions.check_after(types.version, types.with(leave_type.clone()).map_err(refused))?;
    let before = types.get(&leave_type.code);
    if before.as_ref() == Some(&leave_type) {
        return Ok(Outcome::Unchanged { answer: leave_type, version: types.version });
    }
    let subject = Subject::LeaveTypes;
    let fact = Fact::Company(CompanyFact::LeaveTypeChanged { leave_type: leave_type.code.clone() });
    let mut commit = Commit::new(request.stamp(), subject, vec![fact])?;
    commit.audit(subject, "leave_type_changed", before.as_ref(), Some(&leave_type))?;
    commit.put_leave_types(snapshot.context.as_ref(), &after)?;
    Ok(Outcome::Changed(Prepared { commit, answer: leave_type, version: after.version }))
}

impl LeaveTypeDraft {
    /// Returns the leave type with a code.
    ///
    /// # Errors
    /// The code isn't valid, or isn't the draft's own.
    pub fn leave_type(&self, path: &str) -> Result<LeaveType, Vec<FieldFault>> {
        let code = LeaveTypeCode::parse(path).map_err(|invalid| vec![FieldFault::new("code", invalid)])?;
        if self.code.as_ref().is_some_and(|code| code != path) {
            return Err(vec![FieldFault::new("code", FieldRule::SameAsPath)]);
        }
        let name = match self.name.clone() {
            Some(name) => name.into(),
            None => Name::parse(path).map_err(|invalid| vec![FieldFault::new("name", invalid)])?,
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

/// Returns the refusal of a leave type that the company can't have.
fn refused(refusal: TypeRefusal) -> Refusal {
    let field = match refusal {
        TypeRefusal::AnnualCounted | TypeRefusal::TimeOffCounted => "counted",
        TypeRefusal::AnnualAllowance | TypeRefusal::AllowanceUncounted => "annual_days",
        TypeRefusal::AnnualInterrupts => "interrupts",
        TypeRefusal::TooMany => "code",
    };
    Refusal::Invalid(vec![FieldFault::new(field, refusal.rule())])
}
