//! `$disconnect`: removes a connection that either side has closed. API Gateway doesn't report every disconnect; the next
//! message to such a connection detects the others.

use app::live::forget_connection;
use domain::id::UserId;
use store::connections::ConnectionId;

use crate::{Live, event::Answer};

impl Live {
    /// Removes the connection. Returns the person and a response that nobody waits for: API Gateway doesn't retry after a
    /// failure.
    pub(crate) async fn disconnect(&self, id: &ConnectionId) -> (Option<UserId>, Answer) {
        match forget_connection(&self.ports(), id).await {
            // A connection that the server closed is no longer in the table.
            Ok(whose) => (whose, Answer::OK),
            Err(error) => {
                tracing::warn!(%error, "a connection that ended can't be removed");
                (None, Answer { status_code: 500, body: None })
            }
        }
    }
}
