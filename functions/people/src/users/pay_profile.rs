//! `/users/{id}/pay-profile`: a person's number in payroll, pay rules and cost center, as a history by date.

use app::people::pay_profiles;
use axum::extract::{Path, State};
use domain::{
    bounded::Bounded,
    calendar::WorkDate,
    id::PayRulesId,
    pay::{CostCenterCode, PayProfile, PersonnelNumber},
};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, RequestId,
    answers::PayProfilesAnswer,
    authorization, parameter,
    person::visible_person,
    use_case::{changed, execute_if_changed},
};

/// A complete pay profile.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"personnel_number": "00417", "account": true, "effective_from": "2026-11-01"}))]
pub(crate) struct PutPayProfile {
    /// The first date of the profile. A profile of the same date is replaced.
    effective_from: WorkDate,
    /// The person's number in payroll, which no other person may have had.
    personnel_number: PersonnelNumber,
    /// The id of the pay rules; left out for the built-in rules, under which work beyond the scheduled time is overtime.
    rules_id: Option<PayRulesId>,
    /// The cost center of work for which the person doesn't name one.
    cost_center: Option<CostCenterCode>,
    /// Whether the person has a time account.
    account: bool,
    /// The minutes to be worked in a week, as the target of the time account; left out if the schedule is the target.
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 10080)]
    weekly_minutes: Option<Bounded<1, 10_080>>,
}

/// Get a person's pay profiles
///
/// For the person, their managers and admins.
#[utoipa::path(
    get, path = "/users/{id}/pay-profile", operation_id = "getPayProfile", tag = "pay",
    params(("id" = String, Path, description = "The id of the person; `me` is the caller")),
    responses((status = 200, description = "The profiles, in force from their dates", body = PayProfilesAnswer,
        headers(("ETag" = String, description = "The version")))),
)]
pub(crate) async fn get(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Answer, Problem> {
    let person = visible_person(&app, &caller, &id).await?;
    let profiles = app.store.pay_profiles(person).await?;
    changed(&PayProfilesAnswer::new(person, &profiles), profiles.version)
}

/// Add or replace a pay profile
///
/// For admins only. The profile is in force from `effective_from` until the person's next profile. A person has at most 50.
#[utoipa::path(
    put, path = "/users/{id}/pay-profile", operation_id = "putPayProfile", tag = "pay",
    params(
        ("id" = String, Path, description = "The id of the person; `me` is the caller"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on"),
    ),
    request_body = PutPayProfile,
    responses(
        (status = 200, description = "All profiles of the person", body = PayProfilesAnswer,
            headers(("ETag" = String, description = "The version"))),
        (status = 409, description = "`personnel_number_taken`: the number belongs to another person"),
    ),
)]
pub(crate) async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<PutPayProfile>,
) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    let person = parameter::user(&id, &caller)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    let profile = value.into_profile();
    execute_if_changed(&request, changed, || pay_profiles::put(&request, person, &versions, &profile)).await
}

impl PutPayProfile {
    fn into_profile(self) -> PayProfile {
        let Self { effective_from, personnel_number, rules_id, cost_center, account, weekly_minutes } = self;
        PayProfile { effective_from, personnel_number, rules_id, cost_center, account, weekly_minutes }
    }
}
