//! Push subscriptions: a person's browsers to which push messages go, at most one for each session.

use domain::id::FamilyId;
use store::{Commit, push_subscriptions::PushSubscription};

use crate::{Denied, Failed, Prepared, Request, authorization};

/// The browser of a new subscription.
#[derive(Debug)]
pub struct Browser {
    /// The address and the keys of the browser, encrypted under the keys of the company.
    pub sealed: String,
    /// The host of the push service.
    pub service: String,
    /// The public key of the company that the browser subscribed with.
    pub public_key: String,
}

/// Subscribes the browser of the caller's session. It replaces the session's earlier subscription, and ends with the session.
///
/// # Errors
/// The caller's session has ended.
pub async fn subscribe(request: &Request<'_>, browser: &Browser) -> Result<Prepared<PushSubscription>, Failed> {
    let Request { ports, caller, .. } = *request;
    let (person, session) = ports.store.person_and_session(caller.user_id, caller.family).await?;
    authorization::current_profile(caller, person.as_ref())?;
    let session = session.ok_or(Denied::Unauthenticated)?;
    let Browser { sealed, service, public_key } = browser;
    let subscription = PushSubscription {
        family: caller.family,
        sealed: sealed.clone(),
        service: service.clone(),
        public_key: public_key.clone(),
        created_at: ports.now,
        expires_at: session.expires_at,
    };
    let mut commit = Commit::without_event(request.stamp());
    commit.put_push_subscription(caller.user_id, &subscription)?;
    Ok(Prepared { commit, answer: subscription, version: 0 })
}

/// Ends a subscription of the caller. A subscription that has ended already is no error.
///
/// # Errors
/// The table failed.
pub fn end(request: &Request<'_>, family: FamilyId) -> Result<Prepared<()>, Failed> {
    let mut commit = Commit::without_event(request.stamp());
    commit.end_push_subscription(request.caller.user_id, family)?;
    Ok(Prepared { commit, answer: (), version: 0 })
}
