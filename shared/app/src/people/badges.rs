//! The badges that people hold to a kiosk's reader. A person has at most one badge.

use answers::BadgeAnswer;
use domain::{
    badge::BadgeNumber,
    event::{AccountFact, Fact, Subject},
    id::UserId,
};
use jiff::Timestamp;
use store::{
    Commit,
    badges::{BadgeHashes, BadgeRecord, NumberState},
};

use super::PeopleRefusal;
use crate::{Denied, Failed, Prepared, Refusal, Request, authorization};

/// The port for the hashes of badge numbers. Their key is a secret outside of the table.
pub trait BadgeHasher: Sync {
    /// Returns the hashes under which the table may store a badge.
    ///
    /// # Errors
    /// [`Refusal::SecretsUnavailable`] if the keys can't be read.
    fn badge_hashes(
        &self,
        number: &BadgeNumber,
        now: Timestamp,
    ) -> impl Future<Output = Result<BadgeHashes, Refusal>> + Send;
}

/// Assigns a badge to a person. The person's previous badge is invalid from then on. `sealed_number` is the number, encrypted for
/// terminals.
///
/// # Errors
/// The caller may not assign it, the person has left, or the badge belongs to another person.
pub async fn assign(
    request: &Request<'_>,
    person: UserId,
    number: &BadgeHashes,
    sealed_number: &str,
) -> Result<Prepared<BadgeAnswer>, Failed> {
    let Request { ports, caller, .. } = *request;
    let snapshot = ports.store.badge_snapshot(caller.user_id, person, Some(number)).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let user = snapshot.person.ok_or(Denied::NotFound)?;
    authorization::may_set_badge(caller, &user)?;
    authorization::must_have_recent_sign_in(caller, ports.now)?;
    authorization::may_still_be_granted(&user)?;
    match snapshot.number {
        NumberState::Taken => return Err(PeopleRefusal::BadgeTaken.into()),
        NumberState::Free | NumberState::Own | NumberState::LeftOver(_) => {}
    }
    let record = BadgeRecord {
        badge_hash: number.current.clone(),
        assigned_at: ports.now,
        assigned_by: caller.user_id,
        sealed_number: Some(sealed_number.to_owned()),
    };
    let before = snapshot.badge.as_ref();
    let shown = |badge: &BadgeRecord| BadgeAnswer::new(person, badge, &caller.zone);
    let answer = shown(&record);
    let subject = Subject::User(person);
    let mut commit = Commit::new(request.stamp(), subject, vec![Fact::Account(AccountFact::BadgeAssigned)])?;
    commit.audit(subject, "badge_assigned", before.map(shown).as_ref(), Some(&answer))?;
    commit.assign_badge(&user, before, &snapshot.number, &record)?;
    Ok(Prepared { commit, answer, version: user.version })
}

/// Revokes a person's badge.
///
/// # Errors
/// The caller may not revoke it, or the person has no badge.
pub async fn revoke(request: &Request<'_>, person: UserId) -> Result<Prepared<()>, Failed> {
    let Request { ports, caller, .. } = *request;
    let snapshot = ports.store.badge_snapshot(caller.user_id, person, None).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let user = snapshot.person.ok_or(Denied::NotFound)?;
    authorization::may_set_badge(caller, &user)?;
    let badge = snapshot.badge.ok_or(Denied::NotFound)?;
    let subject = Subject::User(person);
    let mut commit = Commit::new(request.stamp(), subject, vec![Fact::Account(AccountFact::BadgeRevoked)])?;
    commit.audit(subject, "badge_revoked", Some(&BadgeAnswer::new(person, &badge, &caller.zone)), None)?;
    commit.revoke_badge(person, &badge)?;
    Ok(Prepared { commit, answer: (), version: user.version })
}
