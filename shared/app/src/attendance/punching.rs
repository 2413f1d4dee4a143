//! Punches of signed-in people, and the shared parts of punches for all endpoints that accept them.

use answers::DayAnswer;
use domain::{
    day::{PunchContext, Punched},
    kiosk::{Kiosk, KioskCode, PunchKiosk},
    pay::CostCenterCode,
    schedule::Planner,
    user::User,
};
use store::attendance::{AttendanceSnapshot, ChargedPunchSnapshot, PunchSnapshot};

use super::{DayUpdate, PresenceUpdate, SignOff};
use crate::{
    Failed, Ports, Prepared, Refusal, Request, allowed::own_day, authorization, use_case::ensure_not_replayed,
};

/// The codes that a punch names.
#[derive(Debug, Clone, Default)]
pub struct PunchCodes {
    /// The code of the kiosk that the person scanned.
    pub kiosk: Option<KioskCode>,
    /// The cost center, which must exist and be active.
    pub cost_center: Option<CostCenterCode>,
}

/// Punches for the caller. `decide` applies the punch to the day, or refuses it; it gets the kiosk whose code the person scanned.
/// Takes one read and one transaction; a second read for a punch that makes somebody late.
///
/// # Errors
/// The request was answered before, the caller's token isn't valid any more, or `decide` refuses the punch.
pub async fn punch<E: From<Failed>>(
    request: &Request<'_>,
    codes: &PunchCodes,
    decide: impl Fn(&PunchContext<'_>, Option<PunchKiosk>) -> Result<Punched, E>,
) -> Result<Prepared<DayAnswer>, E> {
    let read = read_punch(request, codes).await?;
    let person = read.attendance.person.as_ref();
    let person = authorization::current_profile(request.caller, person).map_err(Failed::from)?;
    let planner = read.attendance.planner(person);
    let context = context(&request.ports, &read.attendance, &planner);
    let punched = decide(&context, read.kiosk.as_ref().map(Kiosk::of_punch))?;
    Ok(prepare_punch(request, codes, read, &punched).await?)
}

/// Reads the data on which a punch of the caller is decided. Fails with the saved answer if the request was answered before.
///
/// # Errors
/// The request was answered before.
pub async fn read_punch(request: &Request<'_>, codes: &PunchCodes) -> Result<PunchSnapshot, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    let kiosk = codes.kiosk.map(|code| code.kiosk);
    let read = ports.store.punch_snapshot(caller.user_id, &caller.zone, ports.now, repeat, kiosk).await?;
    ensure_not_replayed(read.attendance.earlier.clone())?;
    Ok(read)
}

/// Prepares the transaction of a decided punch of the caller.
///
/// # Errors
/// The table can't be read.
pub async fn prepare_punch(
    request: &Request<'_>,
    codes: &PunchCodes,
    read: PunchSnapshot,
    punched: &Punched,
) -> Result<Prepared<DayAnswer>, Failed> {
    let Request { ports, caller, .. } = *request;
    let snapshot = read.charged(ports.store, &punched.changes, ports.now).await?;
    let day = punched.day().ok_or(Refusal::Defect("a punch changed no day"))?;
    let mut commit = punch_update(&snapshot.person, &snapshot, punched).commit(request.stamp(), &punched.facts)?;
    if let Some(code) = codes.kiosk {
        commit.use_kiosk_code(code, caller.user_id)?;
    }
    commit.check_cost_center(codes.cost_center.as_ref())?;
    Ok(Prepared { commit, answer: own_day(caller, day, ports.now), version: day.version() })
}

/// Returns the context that a change of a person's day is decided on.
pub const fn context<'a>(
    ports: &Ports<'a>,
    attendance: &'a AttendanceSnapshot,
    planner: &'a Planner<'a>,
) -> PunchContext<'a> {
    let Ports { entropy, now, .. } = *ports;
    PunchContext { planner, presence: &attendance.presence, days: &attendance.days, now, punched_at: None, entropy }
}

/// Returns the update of the day that a punch of `person` causes.
pub fn punch_update<'a>(person: &'a User, snapshot: &'a ChargedPunchSnapshot, punched: &'a Punched) -> DayUpdate<'a> {
    DayUpdate {
        person,
        attendance: &snapshot.attendance,
        book: &snapshot.book,
        changes: &punched.changes,
        presence: PresenceUpdate::Becomes(&punched.presence),
        sign_off: SignOff::Live,
    }
}
