//! Numbers that devices have sent and nobody has: admins assign them to people, or discard their punches.

use domain::{
    FieldFault, FieldRule,
    event::{AccountFact, Fact, Subject},
    id::UserId,
    terminal::TerminalNumber,
    user::User,
};
use serde::Serialize;
use store::{Commit, StoreError, terminals::numbers::NumberOwner};

use super::{
    TerminalRefusal,
    punches::{Deciding, PunchCounts, owners},
    snapshot,
};
use crate::{Denied, Failed, Outcome, Prepared, Request, authorization, people::badges::BadgeHasher};

/// The audit entry of an assignment.
#[derive(Debug, Serialize)]
struct NumberEntry {
    number: String,
}

/// Assigns a number to a person, unless the person has it already. [`apply`] then applies the kept punches.
///
/// # Errors
/// The caller isn't an admin, no punches of the number are kept, the person isn't employed, or another person has the number.
pub async fn assign(
    request: &Request<'_>,
    keys: &impl BadgeHasher,
    user: UserId,
    number: &TerminalNumber,
) -> Result<Outcome<()>, Failed> {
    let Request { ports, caller, .. } = *request;
    let store = ports.store;
    authorization::must_be_admin(caller)?;
    snapshot(request, None).await?;
    let earlier = store.assigned_number(number).await?;
    if earlier == Some(user) {
        return Ok(Outcome::Unchanged { answer: (), version: 0 });
    }
    if store.unknown_number(number).await?.is_none() {
        return Err(Denied::NotFound.into());
    }
    let is_active = |user: &User| authorization::must_be_active(user).is_ok();
    let person = store.user(user).await?.filter(is_active);
    let person = person.ok_or_else(|| vec![FieldFault::new("user_id", FieldRule::NotEmployed)])?;
    let owners = owners(&ports, keys, std::iter::once(number)).await?;
    if let Some(owner) = owners.get(number).map(NumberOwner::user)
        && store.user(owner).await?.is_some_and(|owner| is_active(&owner))
        && owner != user
    {
        return Err(TerminalRefusal::NumberTaken.into());
    }
    let earlier = match earlier {
        Some(owner) => Some((owner, store.numbers_of_person(owner).await?)),
        None => None,
    };
    let numbers = store.numbers_of_person(user).await?;
    let subject = Subject::User(user);
    let facts = vec![Fact::Account(AccountFact::TerminalNumberAssigned)];
    let mut commit = Commit::new(request.stamp(), subject, facts)?;
    let entry = NumberEntry { number: number.to_string() };
    commit.audit(subject, "terminal_number_assigned", None, Some(&entry))?;
    let earlier = earlier.as_ref().map(|(owner, numbers)| (*owner, numbers));
    commit.assign_terminal_number(number, earlier, (&person, &numbers))?;
    Ok(Outcome::Changed(Prepared { commit, answer: (), version: 0 }))
}

/// Applies the kept punches of a number to the person who has it now, and removes them when all are settled. `is_over` returns
/// whether the remaining punches must be applied by another request.
///
/// # Errors
/// The table refuses a request.
pub async fn apply(
    request: &Request<'_>,
    user: UserId,
    number: &TerminalNumber,
    is_over: &(dyn Fn() -> bool + Sync),
) -> Result<PunchCounts, StoreError> {
    let Request { ports, caller, request_id, .. } = *request;
    let Some(unknown) = ports.store.unknown_number(number).await? else { return Ok(PunchCounts::default()) };
    let deciding = Deciding { ports, request_id, zone: &caller.zone, is_over, at_once: false };
    // The person was disabled meanwhile.
    let Some(counts) = deciding.apply(user, &unknown.punches).await? else {
        return Ok(PunchCounts { retry: 1, ..PunchCounts::default() });
    };
    if counts.retry == 0 {
        let mut commit = Commit::without_event(request.stamp());
        commit.forget_unknown_number(&unknown)?;
        // Punches that came meanwhile are the person's, and are applied with the same request.
        if commit.send(ports.store).await.is_err() {
            return Ok(PunchCounts { retry: 1, ..counts });
        }
    }
    Ok(counts)
}

/// Discards the kept punches of a number. Punches that the device sends later are kept again.
///
/// # Errors
/// The caller isn't an admin, or no punches of the number are kept.
pub async fn discard(request: &Request<'_>, number: &TerminalNumber) -> Result<Prepared<()>, Failed> {
    authorization::must_be_admin(request.caller)?;
    snapshot(request, None).await?;
    let unknown = request.ports.store.unknown_number(number).await?.ok_or(Denied::NotFound)?;
    let mut commit = Commit::without_event(request.stamp());
    commit.forget_unknown_number(&unknown)?;
    Ok(Prepared { commit, answer: (), version: 0 })
}
