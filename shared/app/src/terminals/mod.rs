//! Terminals: admins add, change and delete them, and rotate their secrets.
//!
//! [`devices`], [`punches`] and [`commands`] have what the requests of devices do. [`numbers`] has what admins do with numbers that
//! nobody has.

pub mod commands;
pub mod devices;
pub mod numbers;
pub mod punches;

use std::collections::BTreeSet;

use answers::TerminalAnswer;
use domain::{
    FieldRule,
    calendar::Zone,
    event::{Fact, KioskFact, Subject},
    id::{KioskId, SiteId},
    terminal::{MAX_TERMINALS, Serial, Terminal, TerminalUpdate, Watch},
    text::NewName,
};
use serde::Deserialize;
use store::{
    Commit,
    terminals::{TerminalRecord, TerminalSnapshot},
};
use utoipa::ToSchema;

use crate::{
    Denied, Failed, Outcome, Prepared, Refusal, Request, Versions, authorization, use_case::ensure_not_replayed,
};

/// The reason why a change of terminals is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminalRefusal {
    /// The company has the maximum number of terminals.
    TooMany,
    /// Another person has the number.
    NumberTaken,
}

/// A new terminal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"serial": "CJ5Z201460012", "site_id": "01JBN2V7Q4W0M3T9K5ZXH8R6ST", "name": "Gate"}))]
pub struct NewTerminal {
    /// The serial number of the device, as the device shows it.
    #[schema(value_type = String, min_length = 1, max_length = 40, pattern = "^[A-Za-z0-9_-]+$", example = "CJ5Z201460012")]
    serial: Serial,
    /// The site of the terminal.
    site_id: SiteId,
    /// The name of the terminal.
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "Gate")]
    name: NewName,
    /// The time zone of the device's clock; the zone of the site by default.
    time_zone: Option<Zone>,
    /// Whether people choose the action at the device; true by default. If not, each punch is the person's next action.
    uses_states: Option<bool>,
    /// The hours in which silence is announced; 06:00 to 20:00 from Monday to Friday and 10 minutes by default.
    watch: Option<Watch>,
}

/// Creates a terminal. `secret_hash` is the hash of the secret with which the device identifies itself.
///
/// # Errors
/// The caller isn't an admin or has no recent sign-in, the site doesn't exist, or the company has the maximum number of terminals.
pub async fn create(
    request: &Request<'_>,
    id: KioskId,
    new: &NewTerminal,
    secret_hash: &str,
) -> Result<Prepared<TerminalAnswer>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    authorization::must_have_recent_sign_in(caller, ports.now)?;
    let snapshot = snapshot(request, None).await?;
    must_exist(&snapshot, Some(new.site_id))?;
    // Two requests at once may exceed the limit by one, which does no harm.
    if MAX_TERMINALS <= ports.store.terminals(None, MAX_TERMINALS).await?.items.len() {
        return Err(TerminalRefusal::TooMany.into());
    }
    let terminal = Terminal {
        id,
        serial: new.serial.clone(),
        site_id: new.site_id,
        name: new.name.clone().into(),
        time_zone: new.time_zone.clone(),
        uses_states: new.uses_states.unwrap_or(true),
        watch: new.watch.clone().unwrap_or_default(),
        created_at: ports.now,
        version: 1,
    };
    let record = TerminalRecord {
        terminal,
        secret_hash: secret_hash.to_owned(),
        previous_secret: None,
        former_sites: BTreeSet::new(),
    };
    let answer = shown(request, &record);
    let mut commit = changed(request, id, KioskFact::TerminalCreated { site_id: new.site_id })?;
    commit.audit(Subject::Kiosk(id), "terminal_created", None, Some(&answer))?;
    commit.create_terminal(&record)?;
    Ok(Prepared { commit, answer, version: record.terminal.version })
}

/// Changes a terminal.
///
/// # Errors
/// The caller isn't an admin, the terminal doesn't exist, it has another version, or the new site doesn't exist.
pub async fn change(
    request: &Request<'_>,
    id: KioskId,
    versions: &Versions,
    update: &TerminalUpdate,
) -> Result<Outcome<TerminalAnswer>, Failed> {
    authorization::must_be_admin(request.caller)?;
    let mut snapshot = snapshot(request, Some(id)).await?;
    let before = snapshot.terminal.take().ok_or(Denied::NotFound)?;
    versions.check(before.terminal.version)?;
    must_exist(&snapshot, update.site_id)?;
    let (terminal, fields) = update.apply(&before.terminal);
    let mut after = before.changed(terminal);
    if fields.is_empty() {
        return Ok(Outcome::Unchanged { answer: shown(request, &after), version: after.terminal.version });
    }
    after.terminal.version += 1;
    let mut commit = changed(request, id, KioskFact::TerminalChanged { site_id: after.terminal.site_id, fields })?;
    let answer = shown(request, &after);
    commit.audit(Subject::Kiosk(id), "terminal_changed", Some(&shown(request, &before)), Some(&answer))?;
    commit.change_terminal(&before.terminal, &after)?;
    Ok(Outcome::Changed(Prepared { commit, answer, version: after.terminal.version }))
}

/// Rotates the secret of a terminal. The secret before is accepted for another day.
///
/// # Errors
/// The caller isn't an admin or has no recent sign-in, or the terminal doesn't exist.
pub async fn rotate_secret(
    request: &Request<'_>,
    id: KioskId,
    secret_hash: &str,
) -> Result<Prepared<TerminalAnswer>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    authorization::must_have_recent_sign_in(caller, ports.now)?;
    let before = snapshot(request, Some(id)).await?.terminal.ok_or(Denied::NotFound)?;
    let after = before.rotated(secret_hash.to_owned(), ports.now);
    let answer = shown(request, &after);
    let mut commit = changed(request, id, KioskFact::TerminalSecretRotated { site_id: after.terminal.site_id })?;
    commit.audit(Subject::Kiosk(id), "terminal_secret_rotated", Some(&shown(request, &before)), Some(&answer))?;
    commit.change_terminal(&before.terminal, &after)?;
    Ok(Prepared { commit, answer, version: after.terminal.version })
}

/// Deletes a terminal. Its secret is refused from now on.
///
/// # Errors
/// The caller isn't an admin, or the terminal doesn't exist.
pub async fn delete(request: &Request<'_>, id: KioskId) -> Result<Prepared<()>, Failed> {
    authorization::must_be_admin(request.caller)?;
    let record = snapshot(request, Some(id)).await?.terminal.ok_or(Denied::NotFound)?;
    let mut commit = changed(request, id, KioskFact::TerminalDeleted { site_id: record.terminal.site_id })?;
    commit.audit(Subject::Kiosk(id), "terminal_deleted", Some(&shown(request, &record)), None)?;
    commit.delete_terminal(&record.terminal)?;
    Ok(Prepared { commit, answer: (), version: record.terminal.version })
}

/// Reads what a change of terminals depends on, for a caller whose token is still valid. Fails with the saved answer if the
/// request was answered before.
async fn snapshot(request: &Request<'_>, id: Option<KioskId>) -> Result<TerminalSnapshot, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    let mut snapshot = ports.store.terminal_snapshot(caller.user_id, id, repeat, ports.now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    ensure_not_replayed(std::mem::replace(&mut snapshot.earlier, store::idempotency::Earlier::Never))?;
    Ok(snapshot)
}

/// Refuses a site that doesn't exist.
fn must_exist(snapshot: &TerminalSnapshot, site: Option<SiteId>) -> Result<(), Refusal> {
    let is_unknown = site.is_some_and(|site| !snapshot.sites.contains(site));
    Refusal::unless_valid([(is_unknown, "site_id", FieldRule::NotASite)])
}

/// Returns the terminal as the caller receives it after a change.
fn shown(request: &Request<'_>, record: &TerminalRecord) -> TerminalAnswer {
    TerminalAnswer::new(record, None, &request.caller.zone)
}

/// Begins a change of a terminal.
fn changed(request: &Request<'_>, id: KioskId, fact: KioskFact) -> Result<Commit, Failed> {
    Ok(Commit::new(request.stamp(), Subject::Kiosk(id), vec![Fact::Kiosk(fact)])?)
}
