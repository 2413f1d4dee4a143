//! Punches at a kiosk.

use domain::{audit::Actor, day::Punched, pay::CostCenterCode, user::User};
use store::{Commit, RepeatKey, attendance::PunchSnapshot};

use super::{KioskRequest, Recognized, Shown};
use crate::{
    Failed, Ports, Refusal, attendance::punch_update, authorization::must_be_active, hashing::SecretHasher,
    people::badges::BadgeHasher, use_case::ensure_not_replayed,
};

/// The data on which a punch at a kiosk is decided.
#[derive(Debug)]
pub struct KioskPunchSnapshot {
    /// The person, as the kiosk recognized them.
    pub recognized: Recognized,
    /// The data that every punch depends on.
    pub read: PunchSnapshot,
}

impl KioskPunchSnapshot {
    /// Returns the profile of the person.
    ///
    /// # Errors
    /// A username or badge is of nobody: a defect.
    pub fn person(&self) -> Result<&User, Failed> {
        let nobody = Refusal::Defect("a username or badge is of nobody");
        self.read.attendance.person.as_ref().ok_or_else(|| nobody.into())
    }
}

/// Recognizes a person, and reads the data on which their punch is decided. Takes four reads: the kiosk and the username; the site;
/// the PIN and the failed attempts; what every punch reads. With a badge, it takes three.
///
/// # Errors
/// The person isn't recognized or isn't active, or the request was answered before.
pub async fn read_punch(
    request: &KioskRequest<'_, impl BadgeHasher, impl SecretHasher>,
    shown: &Shown,
    repeat: Option<&RepeatKey>,
) -> Result<KioskPunchSnapshot, Failed> {
    let recognized = shown.recognize(request).await?;
    let Ports { store, now, .. } = request.ports;
    let read = store.punch_snapshot(recognized.id, &recognized.zone, now, repeat, None).await?;
    let snapshot = KioskPunchSnapshot { recognized, read };
    must_be_active(snapshot.person()?)?;
    ensure_not_replayed(snapshot.read.attendance.earlier.clone())?;
    Ok(snapshot)
}

/// Prepares the transaction of a decided punch. `cost_center` is the cost center that the punch names.
///
/// # Errors
/// The table can't be read.
pub async fn prepare_punch(
    request: &KioskRequest<'_, impl BadgeHasher, impl SecretHasher>,
    snapshot: KioskPunchSnapshot,
    punched: &Punched,
    cost_center: Option<&CostCenterCode>,
) -> Result<Commit, Failed> {
    let KioskPunchSnapshot { recognized, read } = snapshot;
    let ports = &request.ports;
    let stamp = ports.stamp(Actor::User { id: recognized.id }, Some(request.request_id));
    let charged = read.charged(ports.store, &punched.changes, ports.now).await?;
    let mut commit = punch_update(&charged.person, &charged, punched).commit(stamp, &punched.facts)?;
    recognized.confirm(&mut commit)?;
    commit.check_cost_center(cost_center)?;
    Ok(commit)
}
