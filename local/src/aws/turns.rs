//! The order of calls to the table's database, which handles one call at a time.
//!
//! Calls of requests wait in a queue of their own. One call at a time moves from it to the queue for the database.
//! Stream readers join the queue for the database directly. So besides the call that is running, a stream reader waits
//! for at most one call of a request, no matter how many requests wait.

use std::sync::Arc;

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    task::yield_now,
};

/// The urgency of a call, by its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// A call of a stream reader, or of the function that it invokes.
    Stream,
    /// Any other call.
    Request,
}

/// The queues for the database.
#[derive(Debug, Clone)]
pub(super) struct Turns {
    database: Arc<Semaphore>,
    requests: Arc<Semaphore>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { database: Arc::new(Semaphore::new(1)), requests: Arc::new(Semaphore::new(1)) }
    }
}

impl Turns {
    /// Waits for the turn of a call. The turn lasts until the returned permit is dropped.
    pub(super) async fn wait(&self, urgency: Urgency) -> Option<SemaphorePermit<'_>> {
        // Semaphores grant permits in the order of the requests, and these semaphores are never closed.
        match urgency {
            Urgency::Stream => self.database.acquire().await.ok(),
            Urgency::Request => {
                let first_of_requests = self.requests.acquire().await.ok();
                let turn = self.database.acquire().await.ok();
                drop(first_of_requests);
                // A call ends without waiting for anything. Without this pause, requests on one thread would run one after
                // another before a stream reader, which the first of them woke, could join the queue.
                yield_now().await;
                turn
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[tokio::test]
    async fn a_reader_of_the_stream_waits_for_one_request_at_the_most() {
        let turns = Turns::default();
        let order = Arc::new(Mutex::new(Vec::new()));
        let busy = turns.wait(Urgency::Request).await;
        let mut waiting = Vec::new();
        for (number, urgency) in (0..50).map(|number| (number, Urgency::Request)).chain([(50, Urgency::Stream)]) {
            let (turns, order) = (turns.clone(), Arc::clone(&order));
            waiting.push(tokio::spawn(async move {
                let _turn = turns.wait(urgency).await;
                order.lock().unwrap().push(number);
            }));
            // Each task waits before the next one starts.
            yield_now().await;
        }
        drop(busy);
        for waited in waiting {
            waited.await.unwrap();
        }
        let order = order.lock().unwrap();
        assert_eq!(order.len(), 51);
        assert!(order.iter().position(|number| *number == 50) <= Some(1), "{order:?}");
    }
}
