//! The calendar of holidays that the company subscribes to: admins choose it. `jobs` reads it.

use domain::{
    event::{CompanyFact, Fact, Subject},
    holiday_subscription::HolidaySubscription,
    site::Region,
};
use serde::Serialize;
use store::Commit;

use crate::{Denied, Failed, Prepared, Request, Versions, authorization};

/// The audited part of a subscription: without the address, which may contain a secret.
#[derive(Debug, Serialize)]
struct Audited<'a> {
    host: &'a str,
    region: Option<&'a Region>,
}

impl<'a> Audited<'a> {
    fn of(subscription: &'a HolidaySubscription) -> Self {
        Self { host: subscription.host(), region: subscription.region.as_ref() }
    }
}

/// Returns the subscription.
///
/// # Errors
/// The caller isn't an admin, or the company has no subscription.
pub async fn read(request: &Request<'_>) -> Result<HolidaySubscription, Failed> {
    authorization::must_be_admin(request.caller)?;
    Ok(request.ports.store.holiday_subscription().await?.ok_or(Denied::NotFound)?)
}

/// Subscribes to a calendar, instead of the one before.
///
/// # Errors
/// The caller isn't an admin, or the client knows another version.
pub async fn replace(
    request: &Request<'_>,
    versions: &Versions,
    url: &str,
    region: Option<&Region>,
) -> Result<Prepared<HolidaySubscription>, Failed> {
    let before = snapshot(request).await?;
    versions.check(before.as_ref().map_or(0, |before| before.version))?;
    let (caller, now) = (request.caller.user_id, request.ports.now);
    let after = HolidaySubscription::replacing(before.as_ref(), url.to_owned(), region.cloned(), caller, now);
    let mut commit = due(request)?;
    let audited = before.as_ref().map(Audited::of);
    commit.audit(Subject::Holidays, "holiday_subscription_replaced", audited.as_ref(), Some(&Audited::of(&after)))?;
    commit.put_holiday_subscription(&after)?;
    let version = after.version;
    Ok(Prepared { commit, answer: after, version })
}

/// Ends the subscription. Its holidays stay.
///
/// # Errors
/// The caller isn't an admin, the company has no subscription, or the client knows another version.
pub async fn remove(request: &Request<'_>, versions: &Versions) -> Result<Prepared<()>, Failed> {
    let before = snapshot(request).await?.ok_or(Denied::NotFound)?;
    versions.check(before.version)?;
    let mut commit = Commit::without_event(request.stamp());
    commit.audit(Subject::Holidays, "holiday_subscription_removed", Some(&Audited::of(&before)), None)?;
    commit.remove_holiday_subscription(&before)?;
    Ok(Prepared { commit, answer: (), version: before.version })
}

/// Asks for the calendar to be read now.
///
/// # Errors
/// The caller isn't an admin, or the company has no subscription.
pub async fn refresh(request: &Request<'_>) -> Result<Prepared<HolidaySubscription>, Failed> {
    let before = snapshot(request).await?.ok_or(Denied::NotFound)?;
    let after = before.requested(request.ports.now);
    let mut commit = due(request)?;
    commit.put_holiday_subscription(&after)?;
    let version = after.version;
    Ok(Prepared { commit, answer: after, version })
}

/// Reads the subscription, for an admin whose token is still valid.
async fn snapshot(request: &Request<'_>) -> Result<Option<HolidaySubscription>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    let (profile, subscription) = ports.store.holiday_subscription_snapshot(caller.user_id).await?;
    authorization::current_profile(caller, profile.as_ref())?;
    Ok(subscription)
}

/// Begins a commit whose event makes `jobs` read the calendar.
fn due(request: &Request<'_>) -> Result<Commit, Failed> {
    let fact = Fact::Company(CompanyFact::HolidaySubscriptionDue);
    Ok(Commit::new(request.stamp(), Subject::Holidays, vec![fact])?)
}
