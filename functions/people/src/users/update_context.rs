//! The context of a change of a profile.

use domain::id::UserId;
use store::RepeatKey;
use web::{App, Caller, IfMatch, RequestId};

/// The caller and the subject of a change of a profile.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UpdateContext<'a> {
    pub(crate) app: &'a App,
    pub(crate) caller: &'a Caller,
    pub(crate) request_id: &'a RequestId,
    pub(crate) person: UserId,
    pub(crate) if_match: &'a IfMatch,
    /// Whether the change is of the language only, which people may change for themselves.
    pub(crate) of_language_alone: bool,
    /// The key under which the answer is saved, if the client sent an `Idempotency-Key`.
    pub(crate) key: Option<&'a RepeatKey>,
}
