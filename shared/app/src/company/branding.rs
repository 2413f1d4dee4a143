//! Branding: admins change the accent color and the logo with which clients show the company.

use domain::{
    branding::{AccentColor, Branding},
    event::{CompanyFact, Fact, Subject},
};
use serde::Serialize;
use store::{Commit, branding::NamedBranding};

use crate::{Failed, Outcome, Prepared, Request, Versions, authorization};

/// The branding as the audit shows it: without the bytes of the logo.
#[derive(Debug, Serialize)]
struct AuditedBranding {
    accent_color: Option<AccentColor>,
    /// The length of the logo's data URL.
    logo_length: Option<usize>,
}

impl From<&Branding> for AuditedBranding {
    fn from(Branding { accent_color, logo }: &Branding) -> Self {
        Self { accent_color: *accent_color, logo_length: logo.as_ref().map(|logo| logo.as_str().len()) }
    }
}

/// Replaces the branding.
///
/// # Errors
/// The caller isn't an admin, or the branding has another version.
pub async fn replace(
    request: &Request<'_>,
    versions: &Versions,
    new: &Branding,
) -> Result<Outcome<NamedBranding>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    let (person, mut named) = ports.store.branding_snapshot(caller.user_id).await?;
    authorization::current_profile(caller, person.as_ref())?;
    let before = named.current.clone();
    versions.check(before.version)?;
    if before.branding == *new {
        return Ok(Outcome::Unchanged { answer: named, version: before.version });
    }
    let fact = Fact::Company(CompanyFact::SettingsChanged { fields: vec!["branding".to_owned()] });
    let mut commit = Commit::new(request.stamp(), Subject::Settings, vec![fact])?;
    let (old, changed) = (AuditedBranding::from(&before.branding), AuditedBranding::from(new));
    commit.audit(Subject::Settings, "branding_changed", Some(&old), Some(&changed))?;
    named.current = commit.replace_branding(&before, new.clone())?;
    let version = named.current.version;
    Ok(Outcome::Changed(Prepared { commit, answer: named, version }))
}
