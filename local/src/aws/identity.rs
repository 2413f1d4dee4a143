//! The names of the stack in its AWS: account, region, keys and event bus.

/// The only access key that the endpoint's S3 accepts. It isn't a secret: the stack needs no protection from its own
/// user.
pub(crate) const ACCESS_KEY_ID: &str = "rollcall";
/// The secret key of [`ACCESS_KEY_ID`].
pub(crate) const SECRET_ACCESS_KEY: &str = "rollcall-local";
/// The region of the stack.
pub(crate) const REGION: &str = "us-east-1";
/// The account of the stack.
pub(crate) const ACCOUNT: &str = "000000000000";
/// The name of the event bus.
pub(crate) const EVENT_BUS: &str = "rollcall";
