//! `$disconnect`: a connection has ended, by whomever. API Gateway says so when it can; what it doesn't say is found out
//! by the next message that is sent there.

use domain::id::UserId;
use store::{CommitError, StoreError, connections::ConnectionId};

use crate::{Live, event::Answer};

impl Live {
    /// Whose it was, and an answer that nobody waits for: a failure makes API Gateway try no other time.
    pub(crate) async fn disconnect(&self, id: &ConnectionId) -> (Option<UserId>, Answer) {
        match self.forget(id).await {
            Ok(whose) => (whose, Answer::OK),
            Err(error) => {
                tracing::warn!(%error, "a connection that ended can't be removed");
                (None, Answer { status_code: 500, body: None })
            }
        }
    }

    async fn forget(&self, id: &ConnectionId) -> Result<Option<UserId>, StoreError> {
        // Closed by us it is out of the table already.
        let Some(connection) = self.store.connection(id).await? else { return Ok(None) };
        let stamp = self.stamp(connection.user_id, self.clock.now(), None);
        match self.store.forget_connection(stamp, &connection).await {
            Ok(()) | Err(CommitError::ConditionFailed(_)) => Ok(Some(connection.user_id)),
            Err(CommitError::Store(error)) => Err(error),
        }
    }
}
