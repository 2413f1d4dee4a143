//! The way of a change: read, decide, commit; decide again when somebody else was first; replay what was done before.

use std::{future::Future, time::Duration};

use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use store::{CommitError, Guard, RepeatKey, SavedAnswer, Store, StoreError, idempotency::Earlier};

use crate::{Answer, Code, Problem};

/// How often a decision is made of what one person may ask for in masses: once, and twice more after losing a race.
const MAX_BRIEF_DECISIONS: u32 = 3;
/// How often a decision is made of anything else: so often that of twenty who change the same thing at once all get through.
const MAX_DECISIONS: u32 = 40;
/// After so many decisions a pause comes before each.
const DECISIONS_WITHOUT_DELAY: u32 = 2;
/// By how much the longest pause grows with each, and up to what.
const DELAY: Duration = Duration::from_millis(30);
/// See [`DELAY`].
const MAX_DELAY: Duration = Duration::from_millis(180);

/// Why an attempt at a change came to nothing.
#[derive(Debug)]
pub enum Failed {
    /// It was refused, or can't be done now.
    Problem(Problem),
    /// A condition of the commit didn't hold; deciding on what is there now may help.
    Lost(Guard),
    /// The very same request was answered before.
    Answered(Box<SavedAnswer>),
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        match error {
            // The others have changed something: deciding on what is there now may help.
            StoreError::Contended => Self::Lost(Guard::Version),
            StoreError::Unavailable(_)
            | StoreError::Refused { .. }
            | StoreError::Unreadable { .. }
            | StoreError::Session(_)
            | StoreError::Unwritable(_) => Self::Problem(error.into()),
        }
    }
}

impl From<CommitError> for Failed {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::ConditionFailed(guard) => Self::Lost(guard),
            CommitError::Store(error) => error.into(),
        }
    }
}

/// What the table knows of a request, as the attempt's way on.
pub fn ensure_not_replayed(earlier: Earlier) -> Result<(), Failed> {
    match earlier {
        Earlier::Never => Ok(()),
        Earlier::Answered(saved) => Err(Failed::Answered(Box::new(saved))),
        Earlier::OtherBody => Err(Problem::new(Code::IdempotencyKeyReused).into()),
    }
}

/// Looks up whether the request was answered before; for attempts that don't do so in a read that they make anyway.
pub async fn check_repeat(store: &Store, key: Option<&RepeatKey>, now: Timestamp) -> Result<(), Failed> {
    match key {
        Some(key) => ensure_not_replayed(store.earlier_answer(key, now).await?),
        None => Ok(()),
    }
}

/// Makes a change by `attempt`, which reads, decides and commits. It is called again after losing a race, with a pause of a
/// random length before, up to 40 times in all, so that as many of those who share a thing (settings, a balance) get through
/// as there is for. It must not remember anything from one call to the next.
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

/// [`command`] for those who put the answer into another one.
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

/// [`command`] for what one person alone can lose to, by asking for it many times at once (punches, sign-ins): at most three
/// decisions, so that a storm of them costs little.
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
    let mut lost = None;
    for decision in 1..=decisions {
        if let Some(delays) = decision.checked_sub(DECISIONS_WITHOUT_DELAY).filter(|delays| *delays > 0) {
            store.backoff((DELAY * delays).min(MAX_DELAY)).await;
        }
        match attempt().await {
            Ok(answer) => return Ok(answer),
            Err(Failed::Answered(saved)) => return Ok(Answer::replay(*saved)),
            Err(Failed::ConditionFailed(guard)) => {
                lost = Some(guard);
                if MAX_BRIEF_DECISIONS <= decision && !is_busy(guard) {
                    break;
                }
            }
            Err(Failed::Problem(problem)) => return repeat_or(problem, store, key, now).await,
        }
    }
    // All races lost. Every guard but a version tells what is wrong; a version only that it is busy here.
    repeat_or(lost.map_or_else(|| Problem::new(Code::Unavailable), Problem::from), store, key, now).await
}

/// Whether a lost condition only says that others are at the same thing, so that deciding again gets through sooner or later. The
/// rest say what is wrong.
const fn is_busy(guard: Guard) -> bool {
    match guard {
        Guard::Version | Guard::Connections => true,
        Guard::Repeat
        | Guard::FirstSetUp
        | Guard::NetworkRegistrations
        | Guard::Username
        | Guard::Email
        | Guard::DepartmentExists
        | Guard::SiteExists
        | Guard::DepartmentUnused
        | Guard::SiteUnused
        | Guard::LedgerEmpty
        | Guard::LastAdmin
        | Guard::Unlocked
        | Guard::Upload
        | Guard::BadgeNumber
        | Guard::Badge
        | Guard::Kiosk
        | Guard::KioskCode
        | Guard::RefreshToken
        | Guard::LiveTicket
        | Guard::SignIn
        | Guard::Told => false,
    }
}

/// A repeat that ran beside its first may have read what the first had done by then, and been refused for it
/// (`already_clocked_in`, a stale `If-Match`): the first one's answer is the right one then.
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
