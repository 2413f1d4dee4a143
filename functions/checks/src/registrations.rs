//! Registrations that wait for a manager: notifies managers of several registrations at once, and removes registrations that
//! aren't decided within 14 days. Notifying runs along with `lateness`, every five minutes, and removing along with
//! `housekeeping`.

use domain::{
    event::{AccountFact, Fact, PendingRegistration, Subject},
    id::UserId,
    registration::{EXPIRY, MAX_PENDING},
    scheduled_jobs::Check,
    user::{User, UserStatus},
};
use store::{CommitError, StoreError};

use crate::run::{Outcome, Run};

/// Notifies managers of the registrations since their last notification, at most once an hour.
pub(crate) async fn announce(run: &Run) -> Result<Outcome, StoreError> {
    let nothing = Outcome::NOTHING_TO_DO;
    let read = run.store.registration_queue().await?;
    if !read.queue.is_announcement_due(run.now) {
        return Ok(nothing);
    }
    // Some registrations may have been decided or have expired in the meantime.
    let registered = run.store.all_users(read.queue.unannounced.iter().copied().collect()).await?;
    let waiting = registered.iter().filter(|user| user.status == UserStatus::Pending);
    let people: Vec<PendingRegistration> = waiting.map(|user| PendingRegistration { user_id: user.id }).collect();
    let told = people.len();
    let facts =
        if people.is_empty() { Vec::new() } else { vec![Fact::Account(AccountFact::RegistrationsPending { people })] };
    let mut commit = run.commit(Subject::Check(Check::Lateness), facts)?;
    commit.change_registration_queue(&read, read.queue.announced(run.now))?;
    // If a person registered or a registration was decided in the meantime, the next run notifies the managers.
    let is_made = commit.send_if_unchanged(&run.store).await?;
    Ok(if is_made { Outcome::of(told, told) } else { nothing })
}

/// Removes registrations that have waited for 14 days.
pub(crate) async fn expire(run: &Run) -> Result<Outcome, StoreError> {
    let mut outcome = Outcome::NOTHING_TO_DO;
    let pending: Vec<UserId> = run.store.pending_registrations(None, MAX_PENDING as usize).await?;
    for user in run.store.users(pending).await? {
        if run.is_over() {
            return Ok(outcome.unfinished());
        }
        if user.status != UserStatus::Pending || run.now.duration_since(user.created_at) < EXPIRY {
            continue;
        }
        outcome.looked_at += 1;
        match remove(run, &user).await {
            Ok(()) => outcome.changed += 1,
            // A manager decided just before.
            Err(CommitError::ConditionFailed(_)) => {}
            Err(CommitError::Store(error)) => return Err(error),
        }
    }
    Ok(outcome)
}

async fn remove(run: &Run, user: &User) -> Result<(), CommitError> {
    let subject = Subject::User(user.id);
    let mut commit = run.commit(subject, vec![Fact::Account(AccountFact::RegistrationExpired)])?;
    commit.audit(subject, "registration_expired", Some(user), None)?;
    commit.remove_registration(user)?;
    commit.send(&run.store).await
}
