//! `$disconnect`: removes a connection that either side has closed. API Gateway doesn't report every disconnect; the next
//! message to such a connection detects the others.

use domain::id::UserId;
use store::{CommitError, StoreError, connections::ConnectionId};

use crate::{Live, event::Answer};

impl Live {
    /// Removes the connection. Returns the person and a response that nobody waits for: API Gateway doesn't retry after a
    /// failure.
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
        // A connection that the server closed is no longer in the table.
        let Some(connection) = self.store.connection(id).await? else { return Ok(None) };
        let stamp = self.stamp(connection.user_id, self.clock.now(), None);
        match self.store.forget_connection(stamp, &connection).await {
            Ok(()) | Err(CommitError::ConditionFailed(_)) => Ok(Some(connection.user_id)),
            Err(CommitError::Store(error)) => Err(error),
        }
    }
}
