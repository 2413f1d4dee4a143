//! Calendar feeds: a person has one URL, with which calendar programs read the person's shifts.

use domain::event::{Fact, RosterFact, Subject};
use serde::Serialize;
use store::{Commit, feeds::Feed};

use crate::{Failed, Outcome, Prepared, Request, authorization};

/// The audited fields of a feed: that the person has one. The audit never contains the URL.
#[derive(Debug, Serialize)]
struct Audited {
    calendar_feed: bool,
}

/// Gives the caller's feed a new URL. The previous one stops working. `token_hash` is the hash of the secret in the URL.
///
/// # Errors
/// The caller's sign-in isn't recent.
pub async fn make(request: &Request<'_>, token_hash: &str) -> Result<Prepared<()>, Failed> {
    let Request { ports, caller, .. } = *request;
    let (person, before) = ports.store.user_and_feed(caller.user_id).await?;
    let person = authorization::current_profile(caller, person.as_ref())?;
    authorization::must_have_recent_sign_in(caller, ports.now)?;
    let subject = Subject::User(person.id);
    let mut commit = Commit::new(request.stamp(), subject, vec![Fact::Roster(RosterFact::CalendarFeedMade)])?;
    commit.put_feed(person, &Feed { token_hash: token_hash.to_owned(), created_at: ports.now })?;
    let (earlier, later) = (Audited { calendar_feed: before.is_some() }, Audited { calendar_feed: true });
    commit.audit(subject, "calendar_feed_made", Some(&earlier), Some(&later))?;
    Ok(Prepared { commit, answer: (), version: 0 })
}

/// Revokes the caller's feed, if there is one.
///
/// # Errors
/// The caller's token isn't valid any more.
pub async fn revoke(request: &Request<'_>) -> Result<Outcome<()>, Failed> {
    let Request { ports, caller, .. } = *request;
    let (person, feed) = ports.store.user_and_feed(caller.user_id).await?;
    let person = authorization::current_profile(caller, person.as_ref())?;
    if feed.is_none() {
        return Ok(Outcome::Unchanged { answer: (), version: 0 });
    }
    let subject = Subject::User(person.id);
    let mut commit = Commit::new(request.stamp(), subject, vec![Fact::Roster(RosterFact::CalendarFeedRevoked)])?;
    commit.revoke_feed(person.id)?;
    commit.audit::<()>(subject, "calendar_feed_revoked", None, None)?;
    Ok(Outcome::Changed(Prepared { commit, answer: (), version: 0 }))
}
