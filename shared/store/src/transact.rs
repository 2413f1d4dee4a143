//! Writes: one TransactWriteItems call for each change. Cancellation reasons are mapped to the conditions that
//! failed.

use std::time::Duration;

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{ReturnConsumedCapacity, TransactWriteItem},
};
use domain::ports::random_bytes;
use meter::{Spent, spend};

use crate::{CommitError, Condition, Store, StoreError, error::classify};

/// The maximum number of actions of one transaction (an AWS limit).
pub(crate) const ACTIONS: usize = 100;

/// An action of a transaction, with its condition. An action without one can't fail by a condition.
#[derive(Debug, Clone)]
pub(crate) struct Action {
    pub(crate) write: TransactWriteItem,
    pub(crate) condition: Option<Condition>,
}

/// The number of retries of a transaction while other transactions write its items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// Three retries, within 175 ms.
    Usual,
    /// Twelve retries, within 4 s.
    Persistent,
}

impl Patience {
    const fn pauses(self) -> u32 {
        match self {
            Self::Usual => 3,
            Self::Persistent => 12,
        }
    }
}

impl Store {
    /// Writes all actions or none. Transactions that conflict with another one are retried with jitter (the SDK doesn't do
    /// this), as often as `patience` says. A failed condition is never retried here, because the data that the decision
    /// depended on may have changed.
    pub(crate) async fn transact(&self, actions: &[Action], patience: Patience) -> Result<(), CommitError> {
        debug_assert!((1..=ACTIONS).contains(&actions.len()), "what needs more goes through a job");
        self.check_session().await?;
        // One token for all attempts: if the response of an attempt is lost, the next attempt counts as the same
        // transaction.
        let token = data_encoding::HEXLOWER.encode(&random_bytes::<16>(&*self.entropy));
        let mut pauses = Pauses { store: self, taken: 0, limit: patience.pauses() };
        loop {
            let sent = self
                .client
                .transact_write_items()
                .set_transact_items(Some(actions.iter().map(|action| action.write.clone()).collect()))
                .client_request_token(&token)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send();
            let error = match Box::pin(sent).await {
                Ok(answer) => {
                    let tables = answer.consumed_capacity.iter().flatten();
                    spend(Spent::writing(tables.map(|table| table.capacity_units)));
                    return Ok(());
                }
                Err(error) => error,
            };
            let refusal = match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                    Refusal::of(actions, cancelled.cancellation_reasons())
                }
                Some(TransactWriteItemsError::TransactionInProgressException(_)) => Refusal::Conflict,
                Some(_) | None => return Err(classify("TransactWriteItems", error).into()),
            };
            match refusal {
                Refusal::ConditionFailed(condition) => return Err(CommitError::ConditionFailed(condition)),
                Refusal::Conflict | Refusal::Throttled if pauses.pause().await => {}
                Refusal::Conflict => return Err(StoreError::Contended.into()),
                Refusal::Throttled => {
                    return Err(StoreError::Unavailable("the transaction is throttled".to_owned()).into());
                }
                Refusal::Other(reason) => {
                    return Err(StoreError::Refused { operation: "TransactWriteItems", reason }.into());
                }
            }
        }
    }

    /// Returns the pauses between attempts after temporary errors.
    pub(crate) fn pauses(&self) -> Pauses<'_> {
        Pauses { store: self, taken: 0, limit: Patience::Usual.pauses() }
    }
}

/// The reason why a transaction was cancelled.
enum Refusal {
    /// A condition didn't hold.
    ConditionFailed(Condition),
    /// Another transaction was writing one of the items; another attempt may succeed.
    Conflict,
    /// The table was throttled; another attempt may succeed.
    Throttled,
    /// Any other reason, which is a defect.
    Other(String),
}

impl Refusal {
    fn of(actions: &[Action], reasons: &[aws_sdk_dynamodb::types::CancellationReason]) -> Self {
        let mut failed = None;
        let (mut conflict, mut throttled) = (false, false);
        let mut other = None;
        for (action, reason) in actions.iter().zip(reasons) {
            match reason.code() {
                None | Some("None") => {}
                Some("ConditionalCheckFailed") => match action.condition {
                    Some(condition) => failed = Some(failed.map_or(condition, |least: Condition| least.min(condition))),
                    None => other = Some("a condition without a name failed".to_owned()),
                },
                Some("TransactionConflict") => conflict = true,
                Some("ThrottlingError" | "ProvisionedThroughputExceeded") => throttled = true,
                Some(code) => other = Some(format!("{code}: {}", reason.message().unwrap_or_default())),
            }
        }
        match (failed, other) {
            (Some(condition), _) => Self::ConditionFailed(condition),
            (None, Some(reason)) => Self::Other(reason),
            (None, None) if throttled => Self::Throttled,
            (None, None) if conflict => Self::Conflict,
            (None, None) => Self::Other("cancelled without a reason".to_owned()),
        }
    }
}

impl Store {
    /// Waits for a random time of at most `longest`, so that requests that conflicted don't conflict again.
    pub async fn backoff(&self, longest: Duration) {
        let [draw] = random_bytes::<1>(&*self.entropy);
        tokio::time::sleep(longest.mul_f64(f64::from(draw) / 255.0)).await;
    }
}

/// Pauses of 25, 50, 100 and so on up to 400 ms. The length of each is random, between zero and that value (full jitter).
pub(crate) struct Pauses<'a> {
    store: &'a Store,
    taken: u32,
    limit: u32,
}

impl Pauses<'_> {
    /// Waits before another attempt; returns `false` if there were enough attempts.
    pub(crate) async fn pause(&mut self) -> bool {
        if self.taken == self.limit {
            return false;
        }
        self.store.backoff(Duration::from_millis(25) * 2_u32.pow(self.taken.min(4))).await;
        self.taken += 1;
        true
    }
}
