//! Writing: one TransactWriteItems a change, its cancellation reasons read back as the guards that lost.

use std::time::Duration;

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{ReturnConsumedCapacity, TransactWriteItem},
};
use domain::ports::random_bytes;
use meter::{Spent, spend};

use crate::{CommitError, Guard, Store, StoreError, read::classify};

/// The most actions of one transaction (an AWS limit).
pub(crate) const ACTIONS: usize = 100;

/// An action of a transaction, with what its condition protects; without a guard it can't be refused.
#[derive(Debug, Clone)]
pub(crate) struct Action {
    pub(crate) write: TransactWriteItem,
    pub(crate) guard: Option<Guard>,
}

/// How long a transaction is tried again while others are at its items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// Three times, within 175 ms.
    Usual,
    /// Twelve times, within 4 s.
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
    /// Writes all or nothing. Transactions that collide with another are tried again with jitter (the SDK doesn't), as
    /// often as `patience` says. A condition that doesn't hold is never tried again here, because what was decided may have
    /// changed.
    pub(crate) async fn transact(&self, actions: &[Action], patience: Patience) -> Result<(), CommitError> {
        debug_assert!((1..=ACTIONS).contains(&actions.len()), "what needs more goes through a job");
        self.check_session().await?;
        // One token for all tries: a try whose answer was lost on the way counts as the same transaction.
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
                Refusal::Lost(guard) => return Err(CommitError::ConditionFailed(guard)),
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

    /// The pauses between tries of what may pass by itself.
    pub(crate) fn pauses(&self) -> Pauses<'_> {
        Pauses { store: self, taken: 0, limit: Patience::Usual.pauses() }
    }
}

/// Why a transaction was cancelled.
enum Refusal {
    /// A condition didn't hold.
    Lost(Guard),
    /// Another transaction was at one of the items; trying again may help.
    Conflict,
    /// The table was throttled; trying again may help.
    Throttled,
    /// Anything else is a defect.
    Other(String),
}

impl Refusal {
    fn of(actions: &[Action], reasons: &[aws_sdk_dynamodb::types::CancellationReason]) -> Self {
        let mut lost = None;
        let (mut conflict, mut throttled) = (false, false);
        let mut other = None;
        for (action, reason) in actions.iter().zip(reasons) {
            match reason.code() {
                None | Some("None") => {}
                Some("ConditionalCheckFailed") => match action.guard {
                    Some(guard) => lost = Some(lost.map_or(guard, |least: Guard| least.min(guard))),
                    None => other = Some("a condition without a guard failed".to_owned()),
                },
                Some("TransactionConflict") => conflict = true,
                Some("ThrottlingError" | "ProvisionedThroughputExceeded") => throttled = true,
                Some(code) => other = Some(format!("{code}: {}", reason.message().unwrap_or_default())),
            }
        }
        match (lost, other) {
            (Some(guard), _) => Self::Lost(guard),
            (None, Some(reason)) => Self::Other(reason),
            (None, None) if throttled => Self::Throttled,
            (None, None) if conflict => Self::Conflict,
            (None, None) => Self::Other("cancelled without a reason".to_owned()),
        }
    }
}

impl Store {
    /// Waits a moment of at most that length, drawn anew each time, so that those who collided don't collide again.
    pub async fn backoff(&self, longest: Duration) {
        let [draw] = random_bytes::<1>(&*self.entropy);
        tokio::time::sleep(longest.mul_f64(f64::from(draw) / 255.0)).await;
    }
}

/// Pauses of 25, 50, 100 and so on up to 400 ms, each drawn anew between nothing and its length (full jitter).
pub(crate) struct Pauses<'a> {
    store: &'a Store,
    taken: u32,
    limit: u32,
}

impl Pauses<'_> {
    /// Waits before another try; `false` when there have been enough.
    pub(crate) async fn pause(&mut self) -> bool {
        if self.taken == self.limit {
            return false;
        }
        self.store.backoff(Duration::from_millis(25) * 2_u32.pow(self.taken.min(4))).await;
        self.taken += 1;
        true
    }
}
