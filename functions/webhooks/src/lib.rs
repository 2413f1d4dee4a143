//! Sends the deliveries of webhooks that are due. `relay` stores a delivery for each webhook that receives an event, and
//! invokes this function through the bus. A schedule invokes it every minute, for retries.
//!
//! One invocation at a time serves a webhook, and each webhook is served independently of the others. A delivery stays in the
//! table until its attempt is stored, so an invocation that ends midway loses nothing: the delivery is attempted again.
//!
//! `queue.rs` decides what is attempted in which order, and `request.rs` sends one delivery.

mod queue;
mod request;
mod signature;

use std::sync::Arc;

use outbound::{Client, Reach};
use runtime::{
    Environment, InitError,
    events::{EventFunction, Failure, Invocation},
};
use secret_store::CompanyKeys;
use serde_json::Value;

use self::queue::Sender;

/// Returns the function. Its event only says that deliveries may be due.
#[expect(clippy::unused_async, reason = "all functions have this signature; others await at start")]
pub async fn function(environment: &Environment) -> Result<EventFunction, InitError> {
    let variables = &environment.variables;
    let sender = Arc::new(Sender {
        store: runtime::store(environment)?,
        client: Client::new(Reach::of_variable(variables.optional("OUTBOUND_LOOPBACK"))),
        keys: CompanyKeys::new(&environment.sdk, variables.required("COMPANY_KEYS_SECRET")?),
        clock: Arc::clone(&environment.clock),
        entropy: Arc::clone(&environment.entropy),
    });
    Ok(EventFunction::new(move |_: Value, invocation: Invocation| {
        let sender = Arc::clone(&sender);
        async move { sender.send_all(&invocation).await.map_err(Failure::new) }
    }))
}
