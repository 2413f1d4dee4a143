//! The punches of a device. They are decided as offline punches: by the same transitions, each once by serial number, person and
//! time, and what doesn't fit waits for a manager.

use std::{collections::BTreeMap, time::Duration};

use app::attendance::offline::{PhotoFailure, PunchPhotos, Sending, SentAnswer, SentPunch, take_batch};
use domain::{
    audit::Actor,
    badge::BadgeNumber,
    calendar::{WorkDate, Zone},
    day::{DeviceClock, DeviceText, Source, WaitReason},
    event::{Fact, KioskFact},
    id::{UploadId, UserId},
    kiosk::PunchKiosk,
    photo::PhotoKeys,
    settings::Settings,
    terminal::{Serial, Terminal, TerminalNumber, device_instant},
    user::{User, UserStatus},
};
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use runtime::Deadline;
use store::{
    Commit, StoreError,
    offline::OfflineStatus,
    terminals::{
        CallingTerminal, ReceivedPunches,
        numbers::{KeptPunch, NumberOwner},
    },
};
use web::RequestId;

use crate::{
    protocol::{PunchRecord, UNDEFINED, action_of},
    state::Terminals,
};

/// The maximum time for processing a request. A function behind HTTP has 20 seconds.
const TIME: Duration = Duration::from_secs(14);
/// The number of people whose punches are decided at the same time.
const CONCURRENCY: usize = 4;
/// Punches from longer before the terminal was added are left out: devices send all that they hold when they are connected.
const HISTORY: SignedDuration = SignedDuration::from_hours(24);
/// The maximum difference of a punch from now. Offline punches have the same limit.
const MAX_DISTANCE: SignedDuration = SignedDuration::from_hours(366 * 24);

/// The punches of a request.
pub(crate) struct Delivery<'a> {
    /// The punches in the order of the device.
    pub(crate) records: Vec<PunchRecord>,
    /// The stamp that the device sent.
    pub(crate) stamp: Option<&'a str>,
    /// The instant at which the device sent the punches.
    pub(crate) arrived_at: Timestamp,
    /// The request.
    pub(crate) request_id: &'a RequestId,
}

/// Returns the zone of a terminal's clock.
pub(crate) async fn zone_of(terminals: &Terminals, terminal: &Terminal) -> Result<Zone, StoreError> {
    if let Some(zone) = &terminal.time_zone {
        return Ok(zone.clone());
    }
    let sites = terminals.app.store.site_of_terminal(terminal.site_id).await?;
    Ok(sites.zone(terminal.site_id).cloned().unwrap_or(Zone::UTC))
}

/// Decides the punches of a request, keeps those of numbers that nobody has, and records what they show about the device.
/// Returns whether all are safe; if not, the device sends them again.
pub(crate) async fn receive(
    terminals: &Terminals,
    calling: &CallingTerminal,
    delivery: Delivery<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let CallingTerminal { record, state } = calling;
    let terminal = &record.terminal;
    let zone = zone_of(terminals, terminal).await?;
    let Delivery { records, stamp, arrived_at, request_id } = delivery;
    let is_single = records.len() == 1;
    let oldest = terminal.created_at.saturating_sub(HISTORY).unwrap_or(Timestamp::MIN);
    let mut last = state.last_punch_at;
    let mut numbers: BTreeMap<TerminalNumber, Vec<KeptPunch>> = BTreeMap::new();
    let mut stamps = Vec::new();
    for PunchRecord { number, local, status } in records {
        let Some(at) = device_instant(&zone, local, last, now) else { continue };
        stamps.push(at);
        if at < oldest || MAX_DISTANCE < at.duration_since(now).abs() {
            continue;
        }
        last = last.max(Some(at));
        let punches = numbers.entry(number).or_default();
        // A touch that the device recorded twice in a second is one punch.
        if punches.iter().any(|punch| punch.local == local) {
            continue;
        }
        punches.push(KeptPunch {
            terminal_id: terminal.id,
            terminal_name: terminal.name.clone(),
            serial: terminal.serial.clone(),
            local,
            at,
            status: if terminal.uses_states { status } else { UNDEFINED },
            received_at: now,
        });
    }

    let owners = owners(terminals, numbers.keys(), now).await?;
    let deciding = Deciding { terminals, request_id, zone: &zone, now, deadline: Deadline::after(TIME), at_once: true };
    let work: Vec<_> = numbers
        .into_iter()
        .map(|(number, punches)| Box::pin(deciding.take(number.clone(), owners.get(&number).cloned(), punches)))
        .collect();
    let counted: Vec<Counted> = stream::iter(work).buffer_unordered(CONCURRENCY).collect().await;
    let sum = |count: fn(&Counted) -> u64| counted.iter().map(count).sum::<u64>();
    let is_done = sum(|counted| counted.retry) == 0;
    let is_new = sum(|counted| counted.repeated) == 0;
    let drift = match stamps.first() {
        Some(at) if is_single && is_done && is_new => state.drift.after(*at, arrived_at),
        Some(_) | None => state.drift,
    };
    let received = ReceivedPunches {
        stamp: stamp.filter(|_| is_done).map(|stamp| stamp.chars().take(32).collect()),
        last_punch_at: last,
        drift,
        taken: sum(|counted| counted.taken),
        waiting: sum(|counted| counted.waiting),
        unknown: sum(|counted| counted.unknown),
    };
    record_received(terminals, calling, &received, request_id, now).await?;
    Ok(is_done)
}

/// Records what the punches show, and announces a clock that has become wrong.
async fn record_received(
    terminals: &Terminals,
    calling: &CallingTerminal,
    received: &ReceivedPunches,
    request_id: &RequestId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Terminal { id, site_id, name, .. } = &calling.record.terminal;
    let store = &terminals.app.store;
    let (before, drift) = (&calling.state.drift, &received.drift);
    if let (None, Some(_), Some(seconds)) = (before.wrong_since, drift.wrong_since, drift.seconds) {
        let fact = KioskFact::TerminalClockWrong { site_id: *site_id, name: name.clone(), seconds };
        let stamp = terminals.app.stamp_by(Actor::System, request_id, now);
        let change = |commit: &mut Commit| commit.receive_punches(*id, received, now);
        // A terminal that was deleted meanwhile has no state.
        return store.announce_terminal(stamp, *id, Fact::Kiosk(fact), change).await.map(|_| ());
    }
    store.receive_punches(*id, received, now).await
}

/// Returns the people whom numbers mean.
pub(crate) async fn owners(
    terminals: &Terminals,
    numbers: impl Iterator<Item = &TerminalNumber>,
    now: Timestamp,
) -> Result<BTreeMap<TerminalNumber, NumberOwner>, StoreError> {
    let mut wanted = BTreeMap::new();
    for number in numbers {
        let hashes = match BadgeNumber::parse(number.as_str()) {
            Ok(badge) => Some(terminals.keys.badge_hashes(&badge, now).await.map_err(unavailable)?),
            Err(_) => None,
        };
        wanted.insert(number.clone(), hashes);
    }
    terminals.app.store.owners_of_numbers(&wanted).await
}

fn unavailable(problem: web::Problem) -> StoreError {
    StoreError::Unavailable(format!("the company's keys can't be read: {}", problem.code().as_str()))
}

/// The results of punches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    /// The punches that count now.
    pub(crate) taken: u64,
    /// The punches that wait for a manager now.
    pub(crate) waiting: u64,
    /// The punches that are the same as recorded ones.
    pub(crate) recorded: u64,
    /// The punches that came before.
    pub(crate) repeated: u64,
    /// The punches that are kept for a number that nobody has.
    pub(crate) unknown: u64,
    /// The punches that must be sent again.
    pub(crate) retry: u64,
}

/// The processing of punches.
#[derive(Clone, Copy)]
pub(crate) struct Deciding<'a> {
    pub(crate) terminals: &'a Terminals,
    pub(crate) request_id: &'a RequestId,
    pub(crate) zone: &'a Zone,
    pub(crate) now: Timestamp,
    pub(crate) deadline: Deadline,
    /// Whether the device has sent the punches as they were made.
    pub(crate) at_once: bool,
}

/// The reason for which nothing is decided for a person.
enum Undecided {
    /// The person isn't active, or doesn't exist.
    NotActive,
    /// The table refuses a request.
    Store(StoreError),
}

impl From<StoreError> for Undecided {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Deciding<'_> {
    /// Decides the punches of a number. They are kept if nobody has the number, or its owner isn't active.
    async fn take(self, number: TerminalNumber, owner: Option<NumberOwner>, punches: Vec<KeptPunch>) -> Counted {
        let count = count_of(&punches);
        let retry = Counted { retry: count, ..Counted::default() };
        if self.deadline.left().is_zero() {
            return retry;
        }
        let decided = match &owner {
            None => Err(Undecided::NotActive),
            Some(owner) => self.decide(owner, &punches).await,
        };
        match decided {
            Ok(counted) => counted,
            Err(Undecided::NotActive) => match self.terminals.app.store.keep_punches(&number, &punches, self.now).await
            {
                Ok(new) => Counted { unknown: new, repeated: count - new.min(count), ..Counted::default() },
                Err(error) => {
                    tracing::warn!(%error, "punches of a number that nobody has weren't kept");
                    retry
                }
            },
            Err(Undecided::Store(error)) => {
                tracing::warn!(%error, "punches of a person weren't decided");
                retry
            }
        }
    }

    /// Decides the punches of a person. Punches from before a badge was assigned to the person wait for a manager: they may be
    /// another person's.
    async fn decide(self, owner: &NumberOwner, punches: &[KeptPunch]) -> Result<Counted, Undecided> {
        let is_own = |punch: &KeptPunch| match owner {
            NumberOwner::Person(_) => true,
            NumberOwner::Badge(badge) => badge.assigned_at <= punch.at,
        };
        let (own, earlier): (Vec<_>, Vec<_>) = punches.iter().partition(|punch| is_own(punch));
        let confirm = |commit: &mut Commit| match owner {
            NumberOwner::Person(_) => Ok(()),
            NumberOwner::Badge(badge) => commit.confirm_badge(badge),
        };
        let mut counted = self.decide_for(owner.user(), None, &own, confirm).await?;
        let hold = Some(WaitReason::InvalidCredentials);
        counted.add(self.decide_for(owner.user(), hold, &earlier, |_: &mut Commit| Ok(())).await?);
        Ok(counted)
    }

    /// Applies kept punches to the person to whom their number was assigned. Returns whether all are settled.
    pub(crate) async fn apply(self, user: UserId, punches: &[KeptPunch]) -> Result<Option<Counted>, StoreError> {
        let all: Vec<&KeptPunch> = punches.iter().collect();
        match self.decide_for(user, None, &all, |_: &mut Commit| Ok(())).await {
            Ok(counted) => Ok(Some(counted)),
            Err(Undecided::NotActive) => Ok(None),
            Err(Undecided::Store(error)) => Err(error),
        }
    }

    async fn decide_for(
        self,
        user: UserId,
        hold: Option<WaitReason>,
        punches: &[&KeptPunch],
        confirm: impl Fn(&mut Commit) -> Result<(), StoreError> + Sync,
    ) -> Result<Counted, Undecided> {
        let mut counted = Counted::default();
        let mut devices: BTreeMap<&Serial, Vec<&KeptPunch>> = BTreeMap::new();
        for punch in punches {
            devices.entry(&punch.serial).or_default().push(punch);
        }
        for (serial, punches) in devices {
            let Some(first) = punches.first() else { continue };
            let kiosk = PunchKiosk { id: first.terminal_id, name: first.terminal_name.clone() };
            let device_id = device_text(serial.as_str())?;
            let clock = DeviceClock::default();
            let sending = Sending {
                user,
                zone: self.zone,
                device_id: &device_id,
                clock: &clock,
                source: Source::Kiosk,
                kiosk: Some(&kiosk),
                hold,
                sends_at_once: self.at_once,
                request_id: Some(self.request_id.as_str()),
            };
            let sent = punches.iter().map(|punch| sent(punch)).collect::<Result<Vec<_>, _>>()?;
            let permit = |person: Option<&User>| {
                let status = person.map_or(UserStatus::Disabled, |person| person.status);
                match status {
                    UserStatus::Active => Ok(()),
                    UserStatus::Pending | UserStatus::Disabled => Err(Undecided::NotActive),
                }
            };
            let ports = self.terminals.app.ports(self.now);
            let is_over = || self.deadline.left().is_zero();
            let answered = Box::pin(take_batch(&ports, sending, sent, &WithoutPhotos, permit, &confirm, is_over));
            for (_, answer) in answered.await? {
                counted.count(&answer);
            }
        }
        Ok(counted)
    }
}

impl Counted {
    fn count(&mut self, answer: &SentAnswer) {
        let field = match answer {
            SentAnswer::Retry => &mut self.retry,
            SentAnswer::Repeated(_) => &mut self.repeated,
            SentAnswer::Settled(settled) => match settled.status {
                OfflineStatus::Taken => &mut self.taken,
                OfflineStatus::Recorded => &mut self.recorded,
                OfflineStatus::Waits => &mut self.waiting,
            },
        };
        *field += 1;
    }

    fn add(&mut self, other: Self) {
        self.taken += other.taken;
        self.waiting += other.waiting;
        self.recorded += other.recorded;
        self.repeated += other.repeated;
        self.unknown += other.unknown;
        self.retry += other.retry;
    }
}

fn count_of(punches: &[KeptPunch]) -> u64 {
    u64::try_from(punches.len()).unwrap_or(u64::MAX)
}

fn device_text(text: &str) -> Result<DeviceText, StoreError> {
    text.parse().map_err(|error: domain::Invalid| StoreError::Unwritable(error.to_string()))
}

/// Returns a punch as a device without a network would send it. Its name is the device's time.
fn sent(punch: &KeptPunch) -> Result<SentPunch, StoreError> {
    Ok(SentPunch {
        client_id: device_text(&punch.local.to_string())?,
        action: action_of(punch.status),
        occurred_at: punch.at,
        monotonic: None,
        remark: None,
        location: None,
        upload: None,
        cost_center: None,
    })
}

/// Terminals' punches have no photos: Rollcall drops the photos of devices.
struct WithoutPhotos;

impl PunchPhotos for WithoutPhotos {
    async fn keep(&self, _: UserId, _: WorkDate, _: UploadId, _: &Settings) -> Result<PhotoKeys, PhotoFailure> {
        Err(PhotoFailure::Invalid)
    }

    async fn settle(&self, _: &[(UploadId, PhotoKeys)], _: bool) {}
}
