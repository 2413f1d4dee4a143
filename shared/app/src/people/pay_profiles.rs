//! Pay profiles: a person's number in payroll, pay rules and cost center, as a history by date.

use answers::PayProfilesAnswer;
use domain::{
    FieldFault, FieldRule,
    event::{Fact, PayFact, Subject},
    id::UserId,
    pay::{PayProfile, PayProfiles},
};
use store::Commit;

use super::PeopleRefusal;
use crate::{Denied, Failed, Outcome, Prepared, Refusal, Request, Versions, authorization};

/// Adds a pay profile, or replaces the profile of the same date.
///
/// # Errors
/// The caller isn't an admin, the profile's values are invalid, or its personnel number belongs to another person.
pub async fn put(
    request: &Request<'_>,
    id: UserId,
    versions: &Versions,
    profile: &PayProfile,
) -> Result<Outcome<PayProfilesAnswer>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    let snapshot = ports.store.pay_profile_snapshot(caller.user_id, id, profile).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let person = snapshot.person.as_ref().ok_or(Denied::NotFound)?;
    Refusal::unless_valid([
        (!snapshot.rules_exist, "rules_id", FieldRule::NotPayRules),
        (!snapshot.cost_center_is_active, "cost_center", FieldRule::NotACostCenter),
    ])?;
    let before = snapshot.profiles;
    let after = before
        .with(profile.clone())
        .map_err(|invalid| Refusal::Invalid(vec![FieldFault::new("effective_from", invalid)]));
    let after = versions.check_after(before.version, after)?;
    if snapshot.number_owner.is_some_and(|owner| owner != id) {
        return Err(PeopleRefusal::PersonnelNumberTaken.into());
    }
    let shown = |profiles: &PayProfiles| PayProfilesAnswer::new(id, profiles);
    if before.all() == after.all() {
        return Ok(Outcome::Unchanged { answer: shown(&before), version: before.version });
    }
    let subject = Subject::User(id);
    let fact = Fact::Pay(PayFact::PayProfileChanged { effective_from: profile.effective_from });
    let mut commit = Commit::new(request.stamp(), subject, vec![fact])?;
    let answer = shown(&after);
    commit.audit(subject, "pay_profile_changed", Some(&shown(&before)), Some(&answer))?;
    commit.put_pay_profiles(person, (&before, snapshot.account.as_ref()), (&after, profile))?;
    Ok(Outcome::Changed(Prepared { commit, answer, version: after.version }))
}
