//! Measures what a request costs on AWS: its calls and its capacity units, for the request's log line and the metrics derived
//! from it.
//!
//! The handler of a request runs the work in [`metered`], which counts the usage in the same task. Clients count their calls if
//! [`CountCalls`] is one of their interceptors. The table's code reports the capacity that DynamoDB's responses contain. Usage
//! outside of [`metered`], such as at a function's start, isn't counted.

mod count_calls;

use std::{
    cell::Cell,
    ops::{Add, AddAssign},
};

pub use count_calls::CountCalls;

tokio::task_local! {
    static SPENT: Cell<Spent>;
}

/// The usage of AWS.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Spent {
    /// The calls, including retries.
    pub calls: u32,
    /// The read capacity units.
    pub read_units: f64,
    /// The write capacity units.
    pub write_units: f64,
}

impl Spent {
    /// Returns the read capacity of a response, which reports it by item, by table, or not at all.
    pub fn reading(units: impl IntoIterator<Item = Option<f64>>) -> Self {
        Self { read_units: units.into_iter().flatten().sum(), ..Self::default() }
    }

    /// Returns the write capacity of a response.
    pub fn writing(units: impl IntoIterator<Item = Option<f64>>) -> Self {
        Self { write_units: units.into_iter().flatten().sum(), ..Self::default() }
    }
}

impl Add for Spent {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            calls: self.calls + other.calls,
            read_units: self.read_units + other.read_units,
            write_units: self.write_units + other.write_units,
        }
    }
}

impl AddAssign for Spent {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// Runs the work, and returns its output and its usage.
pub async fn metered<F: Future>(work: F) -> (F::Output, Spent) {
    SPENT
        .scope(Cell::default(), async {
            let output = work.await;
            (output, SPENT.with(Cell::get))
        })
        .await
}

/// Adds to the usage of the surrounding [`metered`]. Does nothing outside of it.
pub fn spend(more: Spent) {
    let _ = SPENT.try_with(|spent| spent.set(spent.get() + more));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "current_thread")]
    async fn work_is_charged_with_what_is_spent_in_it_and_with_nothing_else() {
        let before = Spent { calls: 7, ..Spent::default() };
        spend(before);
        let (answer, spent) = metered(async {
            spend(Spent { calls: 1, ..Spent::reading([Some(1.5), None, Some(2.0)]) });
            tokio::task::yield_now().await;
            spend(Spent { calls: 1, ..Spent::writing([Some(4.0)]) });
            "done"
        })
        .await;
        assert_eq!(answer, "done");
        assert_eq!(spent, Spent { calls: 2, read_units: 3.5, write_units: 4.0 });
    }

    #[tokio::test(flavor = "current_thread")]
    async fn two_requests_at_once_are_charged_each_with_their_own() {
        let request = |calls: u32| {
            metered(async move {
                for _ in 0..calls {
                    spend(Spent { calls: 1, ..Spent::default() });
                    tokio::task::yield_now().await;
                }
            })
        };
        let (((), one), ((), other)) = tokio::join!(request(2), request(5));
        assert_eq!((one.calls, other.calls), (2, 5));
    }
}
