//! `/users/{id}/pay-profile`: a person's number in payroll, pay rules and cost center, as a history by date.

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    FieldRule,
    bounded::Bounded,
    calendar::WorkDate,
    event::{Fact, PayFact, Subject},
    id::{PayRulesId, UserId},
    pay::{CostCenterCode, PayProfile, PayProfiles, PersonnelNumber},
};
use serde::{Deserialize, Serialize};
use store::Commit;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Code, Failed, IfMatch, Problem, RequestId, authorization, command, parameter,
    person::visible_person,
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

/// A person's pay profiles.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PayProfiles)]
pub(crate) struct PayProfilesAnswer {
    /// The person.
    user_id: UserId,
    /// The profiles, in ascending order of their first dates.
    profiles: Vec<PayProfile>,
    /// The version of the profiles; grows with each change.
    version: u64,
}

impl PayProfilesAnswer {
    fn new(user_id: UserId, profiles: &PayProfiles) -> Self {
        Self { user_id, profiles: profiles.all().to_vec(), version: profiles.version }
    }
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
    Ok(Answer::ok(&PayProfilesAnswer::new(person, &profiles))?.version(profiles.version))
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
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let person = parameter::user(&id, &caller)?;
    let profile = value.into_profile();
    command(&app.store, None, app.now(), || changed(&app, &caller, person, &if_match, &request_id, &profile)).await
}

async fn changed(
    app: &App,
    caller: &Caller,
    id: UserId,
    if_match: &IfMatch,
    request_id: &RequestId,
    profile: &PayProfile,
) -> Result<Answer, Failed> {
    let now = app.now();
    let snapshot = app.store.pay_profile_snapshot(caller.user_id, id, profile).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let person = snapshot.person.as_ref().ok_or_else(Problem::not_found)?;
    Problem::unless_valid([
        (!snapshot.rules_exist, "rules_id", FieldRule::NotPayRules),
        (!snapshot.cost_center_is_active, "cost_center", FieldRule::NotACostCenter),
    ])?;
    let before = snapshot.profiles;
    let after = before.with(profile.clone()).map_err(|invalid| Problem::invalid("effective_from", invalid));
    let after = if_match.check_after(before.version, after)?;
    if snapshot.number_owner.is_some_and(|owner| owner != id) {
        return Err(Problem::new(Code::PersonnelNumberTaken).into());
    }
    if before.all() == after.all() {
        return Ok(Answer::ok(&PayProfilesAnswer::new(id, &before))?.version(before.version));
    }
    let subject = Subject::User(id);
    let fact = Fact::Pay(PayFact::PayProfileChanged { effective_from: profile.effective_from });
    let mut commit = Commit::new(app.stamp(caller, request_id, now), subject, vec![fact])?;
    let shown = |profiles: &PayProfiles| PayProfilesAnswer::new(id, profiles);
    commit.audit(subject, "pay_profile_changed", Some(&shown(&before)), Some(&shown(&after)))?;
    commit.put_pay_profiles(person, (&before, snapshot.account.as_ref()), (&after, profile))?;
    commit.send(&app.store).await?;
    Ok(Answer::ok(&shown(&after))?.version(after.version))
}

impl PutPayProfile {
    fn into_profile(self) -> PayProfile {
        let Self { effective_from, personnel_number, rules_id, cost_center, account, weekly_minutes } = self;
        PayProfile { effective_from, personnel_number, rules_id, cost_center, account, weekly_minutes }
    }
}
