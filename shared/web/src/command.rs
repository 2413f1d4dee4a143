//! The way of a change: read, decide, commit; decide again when somebody else was first; replay what was done before.

use std::{future::Future, time::Duration};

use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use store::{CommitError, Guard, RepeatKey, SavedAnswer, Store, StoreError, idempotency::Earlier};

use crate::{Answer, Code, Problem};

/// How often a decision is made in all: once, and twice more after losing a race.
const DECISIONS: u32 = 3;
/// How often a decision is made where many may ask at once for what all of them share.
const TURNS: u32 = 40;
/// The longest pause between two of those.
const TURN: Duration = Duration::from_millis(60);

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
        Self::Problem(error.into())
    }
}

impl From<CommitError> for Failed {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Lost(guard) => Self::Lost(guard),
            CommitError::Store(error) => error.into(),
        }
    }
}

/// What the table knows of a request, as the attempt's way on.
pub fn unless_answered(earlier: Earlier) -> Result<(), Failed> {
    match earlier {
        Earlier::Never => Ok(()),
        Earlier::Answered(saved) => Err(Failed::Answered(Box::new(saved))),
        Earlier::OtherBody => Err(Problem::new(Code::IdempotencyKeyReused).into()),
    }
}

/// Looks up whether the request was answered before; for attempts that don't do so in a read that they make anyway.
pub async fn check_repeat(store: &Store, key: Option<&RepeatKey>, now: Timestamp) -> Result<(), Failed> {
    match key {
        Some(key) => unless_answered(store.earlier_answer(key, now).await?),
        None => Ok(()),
    }
}

/// Makes a change by `attempt`, which reads, decides and commits. It is called anew after losing a race (at most twice);
/// what it must not do is remember anything from one call to the next.
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
    decided(store, key, now, DECISIONS, attempt).await
}

/// [`command`] for what many may ask at once of something they share, a balance for instance, so that as many of them get
/// it as there is for: whoever loses steps aside for a moment and takes a turn again, up to forty times.
pub async fn command_in_turn<F, R>(
    store: &Store,
    key: Option<&RepeatKey>,
    now: Timestamp,
    attempt: F,
) -> Result<Response, Problem>
where
    F: Fn() -> R,
    R: Future<Output = Result<Answer, Failed>>,
{
    decided(store, key, now, TURNS, attempt).await
}

async fn decided<F, R>(
    store: &Store,
    key: Option<&RepeatKey>,
    now: Timestamp,
    decisions: u32,
    attempt: F,
) -> Result<Response, Problem>
where
    F: Fn() -> R,
    R: Future<Output = Result<Answer, Failed>>,
{
    let mut lost = None;
    for decision in 1..=decisions {
        if DECISIONS < decision {
            store.step_aside(TURN).await;
        }
        match attempt().await {
            Ok(answer) => return Ok(answer.into_response()),
            Err(Failed::Answered(saved)) => return Ok(Answer::replay(*saved)),
            Err(Failed::Lost(guard)) => lost = Some(guard),
            Err(Failed::Problem(problem)) => return repeat_or(problem, store, key, now).await,
        }
    }
    // All races lost. Every guard but a version tells what is wrong; a version only that it is busy here.
    repeat_or(lost.map_or_else(|| Problem::new(Code::Unavailable), Problem::from), store, key, now).await
}

/// A repeat that ran beside its first may have read what the first had done by then, and been refused for it
/// (`already_clocked_in`, a stale `If-Match`): the first one's answer is the right one then.
async fn repeat_or(
    problem: Problem,
    store: &Store,
    key: Option<&RepeatKey>,
    now: Timestamp,
) -> Result<Response, Problem> {
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
