//! The order of calls to the table's database, which handles one call at a time.
//!
//! Calls of requests wait in a queue of their own. One call at a time moves from it to the queue for the database.
//! Stream readers join the queue for the database directly. So a stream reader waits for at most one call of a
//! request, no matter how many requests wait.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The number of calls that run at once: the database works on one, while the text of another is parsed or written.
const CONCURRENCY: usize = 2;

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
        Self { database: Arc::new(Semaphore::new(CONCURRENCY)), requests: Arc::new(Semaphore::new(1)) }
    }
}

impl Turns {
    /// Waits for the turn of a call. The turn lasts until the returned permit is dropped.
    pub(super) async fn wait(&self, urgency: Urgency) -> Option<OwnedSemaphorePermit> {
        // Semaphores grant permits in the order of the requests, and these semaphores are never closed.
        let _first_of_requests = match urgency {
            Urgency::Stream => None,
            Urgency::Request => self.requests.acquire().await.ok(),
        };
        Arc::clone(&self.database).acquire_owned().await.ok()
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
        let busy = [turns.wait(Urgency::Request).await, turns.wait(Urgency::Request).await];
        let mut waiting = Vec::new();
        for (number, urgency) in (0..50).map(|number| (number, Urgency::Request)).chain([(50, Urgency::Stream)]) {
            let (turns, order) = (turns.clone(), Arc::clone(&order));
            waiting.push(tokio::spawn(async move {
                let _turn = turns.wait(urgency).await;
                order.lock().unwrap().push(number);
            }));
            // Each task waits before the next one starts.
            tokio::task::yield_now().await;
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
