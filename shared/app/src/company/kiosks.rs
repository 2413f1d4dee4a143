//! Kiosks: admins add the shared devices at sites, and revoke them.

use answers::KioskAnswer;
use domain::{
    FieldFault, FieldRule,
    event::{Fact, KioskFact, Subject},
    id::{KioskId, SiteId},
    kiosk::Kiosk,
    text::NewName,
};
use serde::Deserialize;
use store::{Commit, kiosks::KioskRecord};
use utoipa::ToSchema;

use crate::{Denied, Failed, Prepared, Request, authorization, use_case::ensure_not_replayed};

/// A new kiosk.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"site_id": "01JBN2V7Q4W0M3T9K5ZXH8R6ST", "name": "Entrance, ground floor"}))]
pub struct NewKiosk {
    /// The site of the kiosk.
    site_id: SiteId,
    /// The name of the kiosk.
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "Entrance, ground floor")]
    name: NewName,
}

/// Creates a kiosk. `token_hash` is the hash of the token with which the device identifies itself.
///
/// # Errors
/// The caller isn't an admin, or the site doesn't exist.
pub async fn create(
    request: &Request<'_>,
    id: KioskId,
    new: &NewKiosk,
    token_hash: &str,
) -> Result<Prepared<KioskAnswer>, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    let now = ports.now;
    authorization::must_be_admin(caller)?;
    let snapshot = ports.store.kiosk_snapshot(caller.user_id, None, repeat, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    ensure_not_replayed(snapshot.earlier)?;
    if !snapshot.sites.contains(new.site_id) {
        return Err(vec![FieldFault::new("site_id", FieldRule::NotASite)].into());
    }
    let kiosk = Kiosk { id, site_id: new.site_id, name: new.name.clone().into(), created_at: now };
    let facts = vec![Fact::Kiosk(KioskFact::KioskCreated { site_id: kiosk.site_id })];
    let record = KioskRecord::new(kiosk, token_hash.to_owned(), now);
    let answer = KioskAnswer::new(&record, &caller.zone);
    let subject = Subject::Kiosk(id);
    let mut commit = Commit::new(request.stamp(), subject, facts)?;
    commit.audit(subject, "kiosk_created", None, Some(&answer))?;
    commit.create_kiosk(&record)?;
    Ok(Prepared { commit, answer, version: 0 })
}

/// Revokes a kiosk. Its token is refused from now on.
///
/// # Errors
/// The caller isn't an admin, or the kiosk doesn't exist.
pub async fn revoke(request: &Request<'_>, id: KioskId) -> Result<Prepared<()>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    let snapshot = ports.store.kiosk_snapshot(caller.user_id, Some(id), None, ports.now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let record = snapshot.kiosk.ok_or(Denied::NotFound)?;
    let subject = Subject::Kiosk(id);
    let facts = vec![Fact::Kiosk(KioskFact::KioskRevoked { site_id: record.kiosk.site_id })];
    let mut commit = Commit::new(request.stamp(), subject, facts)?;
    commit.audit(subject, "kiosk_revoked", Some(&KioskAnswer::new(&record, &caller.zone)), None)?;
    commit.revoke_kiosk(id)?;
    Ok(Prepared { commit, answer: (), version: 0 })
}
