//! Whose turn it is at the table's database, which does one thing at a time.
//!
//! A request's calls wait in a queue of their own, of which one at a time joins the queue for the database. A reader of
//! the stream joins that queue directly. So a reader waits for one request's call at the most, however many requests wait.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many calls are let through at once: one that the database works on, and one whose text is being read or written.
const CONCURRENCY: usize = 2;

/// Who makes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// A reader of the table's stream, or the function that it calls.
    Stream,
    /// Anybody else.
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
    /// Waits until it is a call's turn, which lasts until what this returns is dropped.
    pub(super) async fn wait(&self, urgency: Urgency) -> Option<OwnedSemaphorePermit> {
        // Semaphores hand out their permits in the order in which they were asked for, and these are never closed.
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
            // Each is waiting before the next one comes.
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
