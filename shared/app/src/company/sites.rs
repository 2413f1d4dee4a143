//! Sites: admins create, change and delete them.

use domain::{
    event::{CompanyFact, Fact, Subject},
    id::SiteId,
    site::{NewSite, Site, SiteUpdate},
};
use store::{
    Commit,
    sites::{MAX_SITES, SiteRecord, VersionedSiteBook},
};

use super::CompanyRefusal;
use crate::{
    Denied, Failed, Outcome, Prepared, Refusal, Request, Versions, authorization, use_case::ensure_not_replayed,
};

/// A site, and the number of its members, including former ones.
pub type SiteWithMembers = (Site, u64);

/// Creates a site.
///
/// # Errors
/// The caller isn't an admin, the site's place isn't complete, or the company has the maximum number of sites.
pub async fn create(request: &Request<'_>, new: &NewSite) -> Result<Prepared<SiteWithMembers>, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    authorization::must_be_admin(caller)?;
    let place = new.place()?;
    let snapshot = ports.store.site_snapshot(caller.user_id, None, repeat, ports.now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    ensure_not_replayed(snapshot.earlier)?;
    if snapshot.book.book.count() >= MAX_SITES {
        return Err(CompanyRefusal::TooManySites.into());
    }
    let id = SiteId::generate(ports.now, ports.entropy);
    let NewSite { name, time_zone, region, .. } = new.clone();
    let site = Site { id, name, time_zone, place, region, version: 1 };
    let subject = Subject::Site(id);
    let fact = Fact::Company(CompanyFact::SiteCreated);
    let mut commit = Commit::new(request.stamp(), subject, vec![fact])?;
    commit.audit(subject, "site_created", None, Some(&site))?;
    commit.create_site(&snapshot.book, &site)?;
    let version = site.version;
    Ok(Prepared { commit, answer: (site, 0), version })
}

/// Changes a site.
///
/// # Errors
/// The caller isn't an admin, the site doesn't exist, it has another version, or its place wouldn't be complete.
pub async fn change(
    request: &Request<'_>,
    id: SiteId,
    versions: &Versions,
    update: &SiteUpdate,
) -> Result<Outcome<SiteWithMembers>, Failed> {
    let (record, book) = current(request, id).await?;
    let members = record.members;
    let before = Site::from(record.clone());
    let mut after = versions.check_after(record.version, update.apply(&before).map_err(Refusal::from))?;
    if after == before {
        return Ok(Outcome::Unchanged { answer: (after, members), version: before.version });
    }
    after.version += 1;
    let subject = Subject::Site(id);
    let fact = Fact::Company(CompanyFact::SiteChanged);
    let mut commit = Commit::new(request.stamp(), subject, vec![fact])?;
    commit.audit(subject, "site_changed", Some(&before), Some(&after))?;
    commit.change_site(&book, &record, &after)?;
    let version = after.version;
    Ok(Outcome::Changed(Prepared { commit, answer: (after, members), version }))
}

/// Deletes a site that no people and shifts belong to.
///
/// # Errors
/// The caller isn't an admin, the site doesn't exist, it has another version, or people or shifts belong to it.
pub async fn delete(request: &Request<'_>, id: SiteId, versions: &Versions) -> Result<Prepared<()>, Failed> {
    let (record, book) = current(request, id).await?;
    versions.check(record.version)?;
    if record.members > 0 {
        return Err(CompanyRefusal::SiteInUse.into());
    }
    let subject = Subject::Site(id);
    let fact = Fact::Company(CompanyFact::SiteDeleted);
    let mut commit = Commit::new(request.stamp(), subject, vec![fact])?;
    commit.audit(subject, "site_deleted", Some(&Site::from(record.clone())), None)?;
    commit.delete_site(&book, &record)?;
    Ok(Prepared { commit, answer: (), version: record.version })
}

/// Returns a site and the book of all sites, for an admin.
async fn current(request: &Request<'_>, id: SiteId) -> Result<(SiteRecord, VersionedSiteBook), Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    let snapshot = ports.store.site_snapshot(caller.user_id, Some(id), None, ports.now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    Ok((snapshot.site.ok_or(Denied::NotFound)?, snapshot.book))
}
