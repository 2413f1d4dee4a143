//! Sends messages to chats of departments.

use domain::{id::DepartmentId, outgoing::OutgoingMessage};
use jiff::Timestamp;
use store::StoreError;

use crate::run::{Sender, Verdict, with_verdict};

impl Sender {
    /// Sends messages to the chat of a department.
    #[expect(clippy::unused_async, reason = "departments have no chats yet")]
    pub(crate) async fn send_to_chat(
        &self,
        _: DepartmentId,
        messages: Vec<OutgoingMessage>,
        _: Timestamp,
    ) -> Result<Vec<(OutgoingMessage, Verdict)>, StoreError> {
        Ok(with_verdict(messages, Verdict::Dropped))
    }
}
