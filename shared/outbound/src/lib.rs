//! Calls to addresses that people enter: webhooks, chat rooms, push services. Every such call goes through [`Client`].
//!
//! The guard keeps a URL from reaching anything inside the network or the execution environment (server-side request
//! forgery):
//!
//! - Only `https`. The local stack also allows `http` to the machine itself ([`Reach::InternetAndLoopback`]).
//! - Only public addresses: no private, loopback, link-local, shared (CGNAT), unique local, mapped, translated or metadata
//!   address ([`is_public`]). This covers the Lambda runtime API and the X-Ray daemon, which are loopback and link-local.
//! - A name is resolved once for each call. All of its addresses are checked, and the connection goes to one of exactly these
//!   addresses. A name that changes its mind between check and connection (DNS rebinding) has no effect.
//! - No redirects, no proxies, no reuse of connections. Time, header size and the size of the response are limited.

mod address;
mod client;
mod resolver;
mod target;

pub use address::is_public;
pub use client::{Answer, Client, Limits, OutboundError};
pub use resolver::{Resolve, SystemResolver};
pub use target::{Reach, Target, TargetError};
