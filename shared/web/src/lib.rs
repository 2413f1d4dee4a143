//! The shared parts of HTTP functions: problems as responses, parsing of bodies and queries with the paths of invalid values,
//! the caller, authorization, cursors, versions, repeated requests, and the OpenAPI document.
//!
//! A handler reads top to bottom: extract ([`body`], [`query`], [`caller`]), load (`store`), decide (`domain`), commit
//! (`store`, within [`command`](mod@command)), respond ([`answer`]). Every error is a [`Problem`] of the closed registry in
//! [`problems::code`].

pub mod accept;
pub mod allowed;
pub mod answer;
pub mod answers;
pub mod app;
pub mod body;
pub mod caller;
pub mod command;
pub mod content_tag;
pub mod cursor;
pub mod date_range;
pub mod device_token;
pub mod endpoints;
pub mod if_match;
pub mod json;
pub mod live_ticket;
pub mod names;
pub mod openapi;
pub mod parameter;
pub mod person;
pub mod punching;
pub mod query;
pub mod repeat;
pub mod request_id;
pub mod restriction;
pub mod scopes;
pub mod secret;
pub mod service_token;
pub mod session;
pub mod token;
pub mod use_case;
pub mod whose_list;

pub use self::app::App;
pub use ::answers::{instant, sheet};
pub use ::app::{authorization, token_secret};
pub use answer::Answer;
pub use body::Body;
pub use caller::Caller;
pub use command::{Failed, command};
pub use device_token::DeviceToken;
pub use if_match::IfMatch;
pub use live_ticket::LiveTicket;
pub use problems::{Code, Detail, Problem, problem};
pub use query::Query;
pub use repeat::Repeat;
pub use request_id::RequestId;
pub use restriction::{RestrictedCaller, Restriction};
pub use secret::Secret;
// For `routes!`, which expands in the crates of functions.
#[doc(hidden)]
pub use utoipa_axum;
