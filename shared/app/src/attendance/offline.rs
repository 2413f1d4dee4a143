//! Punches that a device made without a network and sends later (docs/rules.md#offline-punches).
//!
//! The punches of a person are decided in chunks, each with one read and one transaction. A chunk writes the days with all
//! consequences, a correction for each date with waiting punches, and the result of each punch. So a batch that is sent again,
//! or twice at the same time, changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use answers::CorrectionAnswer;
use domain::{
    audit::Actor,
    calendar::{WorkDate, Zone},
    correction::{Correction, CorrectionId},
    day::{
        Day, DeviceClock, DeviceText, EditCause, Editor, Location, Merged, Monotonic, OfflineAction, OfflineBatch,
        OfflineRow, PunchAction, PunchContext, PunchDetails, RowOutcome, Source, WaitReason, WaitingPunch,
    },
    event::{DayFact, Fact, Subject},
    id::{EventId, PhotoId, UploadId, UserId},
    kiosk::PunchKiosk,
    pay::{AfterClose, CostCenterCode},
    photo::{PhotoKeys, PhotoType},
    settings::Settings,
    text::{Reason, Remark},
    user::User,
};
use store::{
    Commit, CommitError, StoreError,
    offline::{OfflineAnswer, OfflineQuery, OfflineSnapshot, OfflineStatus, PunchName},
};

use super::{DayUpdate, PresenceUpdate, SignOff, context};
use crate::Ports;

/// The maximum number of punches in a chunk. Each takes one action of the transaction; days, months and corrections need the
/// rest.
const MAX_CHUNK: usize = 40;
/// The maximum number of dates that a chunk reads: the number that the store reads at once.
const MAX_DATES: usize = 38;
/// The maximum delay with which a punch can still count, whatever the settings say. The days since then are read.
const MAX_ACCEPTED_HOURS: i64 = 168;
/// The number of waiting punches from which a correction gets no further ones, so that its item stays small.
const MAX_WAITING: usize = 200;
/// The maximum number of decisions of a chunk: one, and retries after lost races.
const MAX_DECISIONS: u32 = 8;
/// The maximum delay before a chunk is decided again.
const MAX_DELAY: std::time::Duration = std::time::Duration::from_millis(60);
/// The reason of the corrections for waiting offline punches.
const REASON: &str = "Punched without a network";

/// A punch as a device sends it.
#[derive(Debug, Clone, PartialEq)]
pub struct SentPunch {
    /// The device's id of the punch.
    pub client_id: DeviceText,
    /// The action.
    pub action: OfflineAction,
    /// The instant of the punch by the device's clock.
    pub occurred_at: jiff::Timestamp,
    /// The device's monotonic clock at the punch.
    pub monotonic: Option<Monotonic>,
    /// The remark of the person.
    pub remark: Option<Remark>,
    /// The place of the punch.
    pub location: Option<Location>,
    /// The uploaded photo of the punch.
    pub upload: Option<UploadId>,
    /// The cost center of the work that a clock-in begins.
    pub cost_center: Option<CostCenterCode>,
    /// The device on which the punch was made; none for the device that sends it.
    pub device: Option<PunchDevice>,
}

/// A device on which a punch was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PunchDevice {
    /// The id of the device.
    pub id: DeviceText,
    /// The device as a kiosk.
    pub kiosk: PunchKiosk,
}

/// The punches of one person that a device sends.
#[derive(Debug, Clone, Copy)]
pub struct Sending<'a> {
    /// The person.
    pub user: UserId,
    /// A guess of the person's zone.
    pub zone: &'a Zone,
    /// The device that sends the punches.
    pub device_id: &'a DeviceText,
    /// The clocks of the device at the time of sending.
    pub clock: &'a DeviceClock,
    /// The source of the punches.
    pub source: Source,
    /// The kiosk that sends the punches; none for a person's own device.
    pub kiosk: Option<&'a PunchKiosk>,
    /// The reason for which all punches wait, such as a wrong PIN.
    pub hold: Option<WaitReason>,
    /// Whether the device sends punches as they are made, unless it has no network. Then the setting `offline` doesn't limit
    /// punches that arrive in time.
    pub sends_at_once: bool,
    /// The request that contains the punches.
    pub request_id: Option<&'a str>,
}

impl Sending<'_> {
    /// Returns the device on which a punch was made.
    fn device_of<'p>(&'p self, punch: &'p SentPunch) -> &'p DeviceText {
        punch.device.as_ref().map_or(self.device_id, |device| &device.id)
    }

    /// Returns the kiosk at which a punch was made.
    fn kiosk_of<'p>(&'p self, punch: &'p SentPunch) -> Option<&'p PunchKiosk> {
        punch.device.as_ref().map(|device| &device.kiosk).or(self.kiosk)
    }

    fn name_of(&self, punch: &SentPunch) -> PunchName {
        (self.device_of(punch).clone(), punch.client_id.clone())
    }
}

/// The result of a sent punch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SentAnswer {
    /// The punch is settled by this request.
    Settled(OfflineAnswer),
    /// The punch was settled by an earlier request.
    Repeated(OfflineAnswer),
    /// The punch must be sent again: the time ran out, or other requests changed the same days.
    Retry,
}

/// The reason for which a photo isn't kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoFailure {
    /// The photo isn't accepted.
    Invalid,
    /// The bucket is unavailable.
    Unavailable,
}

/// The storage of punch photos.
pub trait PunchPhotos {
    /// Verifies an uploaded photo and keeps it under the punch's date.
    fn keep(
        &self,
        person: UserId,
        date: WorkDate,
        upload: UploadId,
        settings: &Settings,
    ) -> impl Future<Output = Result<PhotoKeys, PhotoFailure>> + Send;

    /// Deletes files that aren't needed any more: the uploads if the punches were committed, otherwise the photos.
    fn settle(&self, kept: &[(UploadId, PhotoKeys)], is_committed: bool) -> impl Future<Output = ()> + Send;
}

/// The storage of photos for devices whose punches have none: terminals, and kiosks without a network.
#[derive(Debug, Clone, Copy)]
pub struct WithoutPhotos;

impl PunchPhotos for WithoutPhotos {
    async fn keep(&self, _: UserId, _: WorkDate, _: UploadId, _: &Settings) -> Result<PhotoKeys, PhotoFailure> {
        Err(PhotoFailure::Invalid)
    }

    async fn settle(&self, _: &[(UploadId, PhotoKeys)], _: bool) {}
}

/// Decides a person's punches, and returns an answer for each in the order of their times.
///
/// `permit` checks the profile before anything is decided. `confirm` adds conditions to the first transaction. `is_over`
/// returns whether the remaining punches must be sent again.
///
/// # Errors
///
/// The person is gone or not permitted, or the table refuses a request.
pub async fn take_batch<E: From<StoreError>>(
    ports: &Ports<'_>,
    sending: Sending<'_>,
    mut punches: Vec<SentPunch>,
    photos: &(impl PunchPhotos + Sync),
    permit: impl Fn(Option<&User>) -> Result<(), E> + Sync,
    confirm: impl Fn(&mut Commit) -> Result<(), StoreError> + Sync,
    is_over: impl Fn() -> bool + Sync,
) -> Result<Vec<(DeviceText, SentAnswer)>, E> {
    punches.sort_by(|one, other| (one.occurred_at, &one.client_id).cmp(&(other.occurred_at, &other.client_id)));
    let mut answered = Vec::new();
    let mut rest = punches.as_slice();
    let mut is_confirmed = false;
    let mut limit = MAX_CHUNK;
    let mut lost = 0;
    while !rest.is_empty() && !is_over() && lost < MAX_DECISIONS {
        let (chunk, later) = rest.split_at(chunk_length(rest, limit, sending.zone, ports));
        let dates = dates_of(chunk, sending.zone, ports);
        let names: Vec<PunchName> = chunk.iter().map(|punch| sending.name_of(punch)).collect();
        let cost_centers: BTreeSet<&CostCenterCode> =
            chunk.iter().filter_map(|punch| punch.cost_center.as_ref()).collect();
        let query = OfflineQuery { user: sending.user, names: &names, dates: &dates, cost_centers: &cost_centers };
        let snapshot = match ports.store.offline_snapshot(query, ports.now).await {
            Ok(snapshot) => snapshot,
            Err(StoreError::Unavailable(_) | StoreError::Contended) => break,
            Err(error) => return Err(error.into()),
        };
        permit(snapshot.attendance.person.as_ref())?;
        let decided = decide(ports, &sending, chunk, &snapshot, photos).await?;
        let Decided { mut commit, answers, kept } = match decided {
            Decision::Made(decided) => *decided,
            Decision::NothingNew(answers) => {
                answered.extend(answers);
                rest = later;
                continue;
            }
            Decision::Later => break,
        };
        if !is_confirmed {
            confirm(&mut commit)?;
        }
        if commit.is_too_large() && limit > 1 {
            photos.settle(&kept, false).await;
            limit = (chunk.len() / 2).max(1);
            continue;
        }
        let sent = commit.send(ports.store).await;
        // Punches that may have been committed despite the error must keep their photos.
        let may_be_committed = matches!(&sent, Ok(()) | Err(CommitError::Store(StoreError::Unavailable(_))));
        photos.settle(&kept, may_be_committed).await;
        match sent {
            Ok(()) => {
                answered.extend(answers);
                rest = later;
                (is_confirmed, limit, lost) = (true, MAX_CHUNK, 0);
            }
            Err(CommitError::ConditionFailed(_) | CommitError::Store(StoreError::Contended)) => {
                lost += 1;
                ports.store.backoff(MAX_DELAY).await;
            }
            Err(CommitError::Store(StoreError::Unavailable(_))) => break,
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    answered.extend(rest.iter().map(|punch| (punch.client_id.clone(), SentAnswer::Retry)));
    Ok(answered)
}

/// Returns the number of punches that are decided together. If more punches follow, the chunk ends before a clock-in, so that a
/// session isn't split.
fn chunk_length(punches: &[SentPunch], limit: usize, zone: &Zone, ports: &Ports<'_>) -> usize {
    let mut length = punches.len().min(limit);
    while length > 1 && dates_of(punches.get(..length).unwrap_or_default(), zone, ports).len() > MAX_DATES {
        length -= 1;
    }
    let begins =
        |place: &usize| punches.get(*place).is_some_and(|punch| punch.action == OfflineAction::Named(PunchAction::In));
    if length == punches.len() { length } else { (length / 2..=length).rev().find(begins).unwrap_or(length).max(1) }
}

/// Returns the dates that punches may concern, in any zone of the person: all dates since the day before the first punch that
/// may count, and those around the punches that can only wait.
fn dates_of(punches: &[SentPunch], zone: &Zone, ports: &Ports<'_>) -> Vec<WorkDate> {
    let today = zone.date_of(ports.now);
    let mut dates = BTreeSet::new();
    let mut first_that_counts = None;
    for punch in punches {
        let at = punch.occurred_at.min(ports.now);
        let date = zone.date_of(at);
        if ports.now.as_second() - at.as_second() <= MAX_ACCEPTED_HOURS * 3600 {
            first_that_counts = first_that_counts.or(Some(date));
        } else {
            dates.extend([date.previous(), date, date.next()]);
        }
    }
    if let Some(first) = first_that_counts {
        let mut date = first.plus_days(-2);
        while date <= today.plus_days(2) {
            dates.insert(date);
            date = date.next();
        }
    }
    dates.into_iter().collect()
}

enum Decision {
    /// The chunk has changes to commit.
    Made(Box<Decided>),
    /// All punches were settled before.
    NothingNew(Vec<(DeviceText, SentAnswer)>),
    /// A photo can't be kept now.
    Later,
}

struct Decided {
    commit: Commit,
    answers: Vec<(DeviceText, SentAnswer)>,
    kept: Vec<(UploadId, PhotoKeys)>,
}

/// Decides a chunk on the data that was read.
async fn decide(
    ports: &Ports<'_>,
    sending: &Sending<'_>,
    chunk: &[SentPunch],
    snapshot: &OfflineSnapshot,
    photos: &(impl PunchPhotos + Sync),
) -> Result<Decision, StoreError> {
    let attendance = &snapshot.attendance;
    let Some(person) = &attendance.person else { return Ok(Decision::Later) };
    let fresh: Vec<&SentPunch> =
        chunk.iter().filter(|punch| !snapshot.answers.contains_key(&sending.name_of(punch))).collect();
    if fresh.is_empty() {
        return Ok(Decision::NothingNew(answers_of(chunk, sending, snapshot, &BTreeMap::new())));
    }
    let planner = attendance.planner(person);
    let context = context(ports, attendance, &planner);
    let settings = &attendance.settings.settings;
    let mut rows: Vec<OfflineRow> =
        fresh.iter().map(|punch| row_of(ports, sending, punch, (settings, &snapshot.active_cost_centers))).collect();
    let mut merged = merge(&context, sending, &rows)?;
    let mut kept = Vec::new();
    for ((punch, row), outcome) in fresh.iter().zip(&mut rows).zip(&merged.outcomes) {
        let (Some(upload), RowOutcome::Taken { date, .. }) = (punch.upload, outcome) else { continue };
        match photos.keep(person.id, *date, upload, settings).await {
            Ok(keys) => {
                row.details.photo = Some(keys.clone());
                kept.push((upload, keys));
            }
            Err(PhotoFailure::Invalid) => row.hold = Some(WaitReason::PhotoInvalid),
            Err(PhotoFailure::Unavailable) => {
                photos.settle(&kept, false).await;
                return Ok(Decision::Later);
            }
        }
    }
    if fresh.iter().any(|punch| punch.upload.is_some()) {
        merged = merge(&context, sending, &rows)?;
    }

    // Punches of a date may come one by one. They are decided together, because one of them alone may not fit the day.
    let pending = if merged.outcomes.iter().any(waits) {
        ports.store.pending_corrections_of(person.id).await?
    } else {
        Vec::new()
    };
    let corrections = corrections_of(ports, (person, snapshot), &pending, &context, &merged, &rows)?;
    let name = |row: &OfflineRow| (row.device_id.clone(), row.client_id.clone());
    let settled: BTreeMap<PunchName, OfflineAnswer> = rows
        .iter()
        .zip(&merged.outcomes)
        .map(|(row, outcome)| (name(row), answer_of(*outcome, &corrections)))
        .collect();
    let changed: Vec<&Correction> = corrections.values().filter(|correction| !pending.contains(correction)).collect();
    let requested = changed.iter().map(|correction| {
        Fact::Day(DayFact::CorrectionRequested { correction_id: correction.id, date: correction.date })
    });
    let facts: Vec<Fact> = merged.facts.iter().cloned().chain(requested).collect();
    let presence = merged.presence.as_ref().map_or(PresenceUpdate::Stays, PresenceUpdate::Becomes);
    // Work that was recorded late is paid, even if its period is closed.
    let sign_off = SignOff::Read(&snapshot.timesheets, AfterClose::Allowed);
    let update = DayUpdate { person, attendance, book: &snapshot.book, changes: &merged.changes, presence, sign_off };
    let commit = update.commit(ports.stamp(Actor::User { id: person.id }, sending.request_id), &facts);
    let mut commit = match commit {
        // The period is being closed. Afterwards the change is possible again.
        Err(StoreError::PeriodClosed(_)) => {
            photos.settle(&kept, false).await;
            return Ok(Decision::Later);
        }
        commit => commit?,
    };
    if !changed.is_empty() {
        commit.note_waiting_request(&snapshot.timesheets)?;
    }
    for correction in changed {
        commit.put_correction(person, correction)?;
        let id = EventId::generate(ports.now, ports.entropy);
        let before = pending.iter().find(|earlier| earlier.id == correction.id).map(CorrectionAnswer::new);
        let shown = CorrectionAnswer::new(correction);
        commit.audit_apart(id, Subject::User(person.id), "correction_requested", before.as_ref(), Some(&shown))?;
    }
    // A cost center that becomes inactive meanwhile has the punches decided again.
    let taken = rows.iter().zip(&merged.outcomes).filter(|(_, outcome)| is_taken(outcome));
    let named: BTreeSet<&CostCenterCode> = taken.filter_map(|(row, _)| row.details.cost_center.as_ref()).collect();
    commit.check_cost_centers(named)?;
    for ((device_id, client_id), answer) in &settled {
        commit.answer_offline(person.id, device_id, client_id, answer)?;
    }
    for (upload, _) in &kept {
        commit.use_upload(*upload)?;
    }
    let answers = answers_of(chunk, sending, snapshot, &settled);
    Ok(Decision::Made(Box::new(Decided { commit, answers, kept })))
}

fn merge(context: &PunchContext<'_>, sending: &Sending<'_>, rows: &[OfflineRow]) -> Result<Merged, StoreError> {
    let merged = context.merge_offline(&OfflineBatch { rows, sends_at_once: sending.sends_at_once });
    merged.map_err(|missing| StoreError::Unwritable(missing.to_string()))
}

fn row_of(
    ports: &Ports<'_>,
    sending: &Sending<'_>,
    punch: &SentPunch,
    (settings, active): (&Settings, &BTreeSet<CostCenterCode>),
) -> OfflineRow {
    let is_inactive = punch.cost_center.as_ref().is_some_and(|code| !active.contains(code));
    let skew = settings.offline.max_skew_seconds.as_i64();
    let date = sending.zone.date_of(punch.occurred_at);
    // The photo is kept under the date that the punch counts for. Until that date is known, provisional keys show that a photo
    // exists.
    let provisional =
        |_| PhotoKeys::new(sending.user, date, PhotoId::generate(ports.now, ports.entropy), PhotoType::Jpeg);
    OfflineRow {
        device_id: sending.device_of(punch).clone(),
        client_id: punch.client_id.clone(),
        action: punch.action,
        occurred_at: punch.occurred_at,
        details: PunchDetails {
            remark: punch.remark.clone(),
            location: punch.location.clone(),
            photo: punch.upload.map(provisional),
            kiosk: sending.kiosk_of(punch).cloned(),
            cost_center: punch.cost_center.clone(),
            ..PunchDetails::bare(sending.source)
        },
        clock: sending.clock.check(punch.occurred_at, punch.monotonic.as_ref(), ports.now, skew),
        hold: sending.hold.or_else(|| is_inactive.then_some(WaitReason::CostCenterInactive)),
    }
}

/// The punches that one correction decides: those of a date whose person is known, or those with a wrong PIN.
type Waiting = (WorkDate, IsProven);

/// Whether the person of a waiting punch proved who they are. A manager who rejects punches of somebody else doesn't reject the person's
/// own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum IsProven {
    No,
    Yes,
}

impl IsProven {
    fn of(reason: WaitReason) -> Self {
        if reason == WaitReason::InvalidCredentials { Self::No } else { Self::Yes }
    }
}

/// Returns the corrections of waiting punches. A pending correction with punches of the same date and kind gets the new ones too.
fn corrections_of(
    ports: &Ports<'_>,
    (person, snapshot): (&User, &OfflineSnapshot),
    pending: &[Correction],
    context: &PunchContext<'_>,
    merged: &Merged,
    rows: &[OfflineRow],
) -> Result<BTreeMap<Waiting, Correction>, StoreError> {
    let mut waiting: BTreeMap<Waiting, Vec<WaitingPunch>> = BTreeMap::new();
    for ((row, outcome), action) in rows.iter().zip(&merged.outcomes).zip(&merged.actions) {
        if let RowOutcome::Waits { date, reason } = outcome {
            waiting.entry((*date, IsProven::of(*reason))).or_default().push(WaitingPunch {
                client_id: row.client_id.clone(),
                device_id: row.device_id.clone(),
                action: *action,
                occurred_at: row.occurred_at,
                received_at: ports.now,
                reason: *reason,
                cost_center: row.details.cost_center.clone(),
            });
        }
    }
    let mut days = snapshot.attendance.days.clone();
    days.extend(merged.changes.iter().map(|change| (change.after().date(), change.after().clone())));
    let presence = merged.presence.as_ref().unwrap_or(&snapshot.attendance.presence);
    let context = PunchContext { presence, days: &days, ..*context };
    let reason = Reason::parse(REASON).map_err(|invalid| StoreError::Unwritable(invalid.to_string()))?;
    let correction = |((date, is_proven), new): (Waiting, Vec<WaitingPunch>)| {
        let takes = |it: &&Correction| {
            let is_of_kind = it.offline_punches.iter().all(|punch| IsProven::of(punch.reason) == is_proven);
            it.date == date && is_of_kind && (1..MAX_WAITING).contains(&it.offline_punches.len())
        };
        let earlier = pending.iter().find(takes);
        let mut punches = earlier.map(|earlier| earlier.offline_punches.clone()).unwrap_or_default();
        let name = |punch: &WaitingPunch| (punch.device_id.clone(), punch.client_id.clone());
        // A device that is reset can send a punch again whose answer isn't stored any more.
        let known: BTreeSet<_> = punches.iter().map(name).collect();
        punches.extend(new.into_iter().filter(|punch| !known.contains(&name(punch))));
        if let Some(earlier) = earlier.filter(|earlier| earlier.offline_punches.len() == punches.len()) {
            return ((date, is_proven), earlier.clone());
        }
        let day = Day::current(days.get(&date), context.planner, date, ports.now);
        let sessions = day.sessions_with(&punches);
        let editor = Editor { by: person.id, cause: EditCause::Correction, reason: reason.clone() };
        let edited = context.edit(date, &sessions, editor).ok();
        let id = CorrectionId::generate(person.id, ports.now, ports.entropy);
        let edited = edited.as_ref().and_then(|edited| edited.day());
        let requested = Correction::requested(id, person, (&day, edited), sessions, reason.clone(), ports.now);
        let correction = Correction { offline_punches: punches, ..requested };
        let correction = match earlier {
            Some(Correction { id, created_at, version, .. }) => {
                Correction { id: *id, created_at: *created_at, version: version + 1, ..correction }
            }
            None => correction,
        };
        ((date, is_proven), correction)
    };
    Ok(waiting.into_iter().map(correction).collect())
}

const fn waits(outcome: &RowOutcome) -> bool {
    match outcome {
        RowOutcome::Waits { .. } => true,
        RowOutcome::Taken { .. } | RowOutcome::Recorded { .. } => false,
    }
}

const fn is_taken(outcome: &RowOutcome) -> bool {
    match outcome {
        RowOutcome::Taken { .. } => true,
        RowOutcome::Recorded { .. } | RowOutcome::Waits { .. } => false,
    }
}

fn answer_of(outcome: RowOutcome, corrections: &BTreeMap<Waiting, Correction>) -> OfflineAnswer {
    let settled = |status, date, at| OfflineAnswer { status, date, at: Some(at), reason: None, correction_id: None };
    match outcome {
        RowOutcome::Taken { date, at } => settled(OfflineStatus::Taken, date, at),
        RowOutcome::Recorded { date, at } => settled(OfflineStatus::Recorded, date, at),
        RowOutcome::Waits { date, reason } => OfflineAnswer {
            status: OfflineStatus::Waits,
            date,
            at: None,
            reason: Some(reason),
            correction_id: corrections.get(&(date, IsProven::of(reason))).map(|correction| correction.id),
        },
    }
}

/// Returns the results of a chunk in its order: the new ones, and those of earlier requests.
fn answers_of(
    chunk: &[SentPunch],
    sending: &Sending<'_>,
    snapshot: &OfflineSnapshot,
    settled: &BTreeMap<PunchName, OfflineAnswer>,
) -> Vec<(DeviceText, SentAnswer)> {
    let answer = |punch: &SentPunch| {
        let name = sending.name_of(punch);
        let before = snapshot.answers.get(&name).map(|answer| SentAnswer::Repeated(answer.clone()));
        let now = settled.get(&name).map(|answer| SentAnswer::Settled(answer.clone()));
        (punch.client_id.clone(), before.or(now).unwrap_or(SentAnswer::Retry))
    };
    chunk.iter().map(answer).collect()
}
