//! Live connections: opening them, the messages that clients send, and closing them.
//!
//! API Gateway holds the WebSocket connections. It invokes this function when one opens or closes, and for each message from a
//! client. `notify` sends messages to connections, through `push`.

pub mod asyncapi;
mod connect;
mod disconnect;
mod event;
mod message;

use std::sync::Arc;

use app::Ports;
use domain::ports::{Clock, Entropy};
use push::{Gateway, Push};
use runtime::{
    Environment, InitError,
    events::{EventFunction, Failure, Invocation},
};
use store::Store;
use web::token::TokenVerifier;

use self::event::{Answer, Event, RouteKey};

/// Creates the handler of events from the WebSocket API.
pub async fn function(environment: &Environment) -> Result<EventFunction, InitError> {
    let live = Arc::new(Live::new(environment).await?);
    Ok(EventFunction::new(move |event: Event, invocation: Invocation| {
        let live = Arc::clone(&live);
        async move { Ok::<_, Failure>(live.answer(event, &invocation.request_id).await) }
    }))
}

/// The dependencies of all event handlers.
#[derive(Debug)]
struct Live {
    store: Store,
    tokens: TokenVerifier,
    push: Push,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Live {
    async fn new(environment: &Environment) -> Result<Self, InitError> {
        let store = runtime::store(environment)?;
        let tokens = TokenVerifier::new(environment.variables.required("TOKEN_ISSUER")?, store.clone());
        if let Err(problem) = tokens.warm().await {
            // Not fatal: the keys are loaded again for the first token.
            tracing::warn!(code = problem.code().as_str(), "the published keys can't be loaded yet");
        }
        let gateway = Gateway::new(&environment.sdk, environment.variables.required("LIVE_URL")?);
        let (clock, entropy) = (Arc::clone(&environment.clock), Arc::clone(&environment.entropy));
        let push = Push::new(gateway, store.clone(), Arc::clone(&clock), Arc::clone(&entropy));
        Ok(Self { store, tokens, push, clock, entropy })
    }

    async fn answer(&self, event: Event, request_id: &str) -> Answer {
        let route = event.request_context.route_key;
        let (caller, answer) = match route {
            RouteKey::Connect => self.connect(&event, request_id).await,
            RouteKey::Disconnect => self.disconnect(&event.request_context.connection_id).await,
            RouteKey::Default => self.message(&event).await,
        };
        let caller = caller.map(tracing::field::display);
        tracing::info!(?route, caller, status = answer.status_code, request_id, "socket");
        answer
    }

    /// Returns the ports of use cases, at the current time.
    fn ports(&self) -> Ports<'_> {
        Ports { store: &self.store, entropy: &*self.entropy, now: self.clock.now() }
    }
}
