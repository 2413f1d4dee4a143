//! Executes a change: read, decide, commit. Decides again after another request commits first, and replays the saved response
//! of a repeated request.

use std::{future::Future, time::Duration};

use ::app::authorization::Denied;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use store::{CommitError, Condition, RepeatKey, SavedAnswer, Store, StoreError, idempotency::Earlier};

use crate::{Answer, Code, Problem};

/// The maximum number of decisions for a change that one person may request many times: one, and two retries after lost races.
const MAX_BRIEF_DECISIONS: u32 = 3;
/// The maximum number of decisions for any other change. With it, twenty concurrent changes of the same item all succeed.
const MAX_DECISIONS: u32 = 40;
/// The number of decisions that are made without a delay.
const DECISIONS_WITHOUT_DELAY: u32 = 2;
/// The increase of the maximum delay with each further decision.
const DELAY: Duration = Duration::from_millis(30);
/// The upper limit of the delay. It is longer than a slow commit of the settings, so that competing changes don't all meet again.
const MAX_DELAY: Duration = Duration::from_millis(400);

/// The reason for which an attempt at a change failed.
#[derive(Debug)]
pub enum Failed {
    /// The change was refused, or isn't possible now.
    Problem(Problem),
    /// A condition of the commit failed. Deciding again on the current data may succeed.
    ConditionFailed(Condition),
    /// The same request was answered before.
    Answered(Box<SavedAnswer>),
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<::app::Failed> for Failed {
    fn from(failed: ::app::Failed) -> Self {
        match failed {
            ::app::Failed::Refused(refusal) => Self::Problem(refusal.into()),
            ::app::Failed::ConditionFailed(condition) => Self::ConditionFailed(condition),
            ::app::Failed::Answered(saved) => Self::Answered(saved),
            ::app::Failed::Store(error) => error.into(),
        }
    }
}

impl From<Denied> for Failed {
    fn from(denied: Denied) -> Self {
        Self::Problem(denied.into())
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        match error {
            // Another request changed something. Deciding again on the current data may succeed.
            StoreError::Contended => Self::ConditionFailed(Condition::Version),
            StoreError::Unavailable(_)
            | StoreError::Refused { .. }
            | StoreError::Unreadable { .. }
            | StoreError::Session(_)
            | StoreError::PeriodClosed(_)
            | StoreError::Unwritable(_) => Self::Problem(error.into()),
        }
    }
}

impl From<CommitError> for Failed {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::ConditionFailed(condition) => Self::ConditionFailed(condition),
            CommitError::Store(error) => error.into(),
        }
    }
}

/// Fails with the saved response if the table has one for the request.
pub fn ensure_not_replayed(earlier: Earlier) -> Result<(), Failed> {
    Ok(::app::use_case::ensure_not_replayed(earlier)?)
}

/// Checks whether the request was answered before. For attempts that don't check it in one of their own reads.
pub async fn check_repeat(store: &Store, key: Option<&RepeatKey>, now: Timestamp) -> Result<(), Failed> {
    match key {
        Some(key) => ensure_not_replayed(store.earlier_answer(key, now).await?),
        None => Ok(()),
    }
}

/// Executes a change by calling `attempt`, which reads, decides and commits. After a lost race it calls `attempt` again, after
/// a delay of random length, up to 40 times in all. So concurrent changes of a shared item (settings, a balance) succeed as far
/// as the rules allow. `attempt` must not keep state between calls.
pub async fn command<F, R>(
    store: &Store,
    key: Option<&RepeatKey>,
    now: Timestamp,
    attempt: F,
) -> Result<Response, Problem>
where
    F: Fn() -> R,
    R: Future<Output = Result<Answer, Failed>>,
{
    answered(store, key, now, attempt).await.map(Answer::into_response)
}

/// Executes a change like [`command`], for callers that embed the response in another response.
pub async fn answered<F, R>(
    store: &Store,
    key: Option<&RepeatKey>,
    now: Timestamp,
    attempt: F,
) -> Result<Answer, Problem>
where
    F: Fn() -> R,
    R: Future<Output = Result<Answer, Failed>>,
{
    decided(store, key, now, MAX_DECISIONS, attempt).await
}

/// Executes a change like [`command`], but with at most three decisions, so that many concurrent requests cost little. For
/// changes whose races one person causes alone, by many requests at once (punches, sign-ins).
pub async fn command_briefly<F, R>(
    store: &Store,
    key: Option<&RepeatKey>,
    now: Timestamp,
    attempt: F,
) -> Result<Response, Problem>
where
    F: Fn() -> R,
    R: Future<Output = Result<Answer, Failed>>,
{
    decided(store, key, now, MAX_BRIEF_DECISIONS, attempt).await.map(Answer::into_response)
}

async fn decided<F, R>(
    store: &Store,
    key: Option<&RepeatKey>,
    now: Timestamp,
    decisions: u32,
    attempt: F,
) -> Result<Answer, Problem>
where
    F: Fn() -> R,
    R: Future<Output = Result<Answer, Failed>>,
{
    let mut failed = None;
    for decision in 1..=decisions {
        if let Some(delays) = decision.checked_sub(DECISIONS_WITHOUT_DELAY).filter(|delays| *delays > 0) {
            store.backoff((DELAY * delays).min(MAX_DELAY)).await;
        }
        match attempt().await {
            Ok(answer) => return Ok(answer),
            Err(Failed::Answered(saved)) => return Ok(Answer::replay(*saved)),
            Err(Failed::ConditionFailed(condition)) => {
                failed = Some(condition);
                if MAX_BRIEF_DECISIONS <= decision && !is_busy(condition) {
                    break;
                }
            }
            Err(Failed::Problem(problem)) => return repeat_or(problem, store, key, now).await,
        }
    }
    // All attempts failed. A failed version condition only means that others change the same item; every other condition names
    // the problem.
    repeat_or(failed.map_or_else(|| Problem::new(Code::Unavailable), Problem::from), store, key, now).await
}

/// Returns whether a failed condition only means that others change the same item, so that a later decision succeeds. The other
/// conditions name the problem.
const fn is_busy(condition: Condition) -> bool {
    match condition {
        Condition::Version | Condition::Connections => true,
        Condition::Repeat
        | Condition::FirstSetUp
        | Condition::NetworkRegistrations
        | Condition::Username
        | Condition::Email
        | Condition::DepartmentExists
        | Condition::SiteExists
        | Condition::DepartmentUnused
        | Condition::SiteUnused
        | Condition::PayRulesUnused
        | Condition::PayRulesExist
        | Condition::PersonnelNumber
        | Condition::CostCenter
        | Condition::LedgerEmpty
        | Condition::LastAdmin
        | Condition::Unlocked
        | Condition::Upload
        | Condition::BadgeNumber
        | Condition::Badge
        | Condition::Serial
        | Condition::Kiosk
        | Condition::KioskCode
        | Condition::RefreshToken
        | Condition::AccountLink
        | Condition::AccountLinks
        | Condition::LiveTicket
        | Condition::SignIn
        | Condition::Notified => false,
    }
}

/// Returns the saved response of the first request if there is one, otherwise the problem. A repeat that runs at the same time
/// as the first request may read the data that the first one wrote, and be refused because of it (`already_clocked_in`, an
/// outdated `If-Match`). The response of the first request is then the right one.
async fn repeat_or(
    problem: Problem,
    store: &Store,
    key: Option<&RepeatKey>,
    now: Timestamp,
) -> Result<Answer, Problem> {
    let may_be_its_own_doing = match problem.code().status().as_u16() {
        403 | 404 | 409 | 412 | 422 | 503 => problem.code() != Code::IdempotencyKeyReused,
        _ => false,
    };
    match key {
        Some(key) if may_be_its_own_doing => match store.earlier_answer(key, now).await? {
            Earlier::Answered(saved) => Ok(Answer::replay(saved)),
            Earlier::Never | Earlier::OtherBody => Err(problem),
        },
        Some(_) | None => Err(problem),
    }
}
