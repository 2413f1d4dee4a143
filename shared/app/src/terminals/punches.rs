//! The punches of a device. They are decided as offline punches: by the same transitions, each once by serial number, person and
//! time, and what doesn't fit waits for a manager.

use std::collections::BTreeMap;

use domain::{
    audit::Actor,
    badge::BadgeNumber,
    calendar::Zone,
    day::{DeviceClock, DeviceText, Source, WaitReason},
    event::{Fact, KioskFact},
    id::UserId,
    kiosk::PunchKiosk,
    terminal::{Terminal, TerminalNumber, UNDEFINED_STATE, action_of, device_instant},
    user::{User, UserStatus},
};
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp, civil::DateTime};
use store::{
    Commit, StoreError, keys,
    offline::OfflineStatus,
    terminals::{
        CallingTerminal, ReceivedPunches, TerminalState,
        numbers::{KeptPunch, NumberOwner},
    },
};

use super::devices::zone_of;
use crate::{
    Ports, Refusal,
    attendance::offline::{PunchDevice, Sending, SentAnswer, SentPunch, WithoutPhotos, take_batch},
    people::badges::BadgeHasher,
};

/// The number of people whose punches are decided at the same time.
const CONCURRENCY: usize = 4;
/// Punches from longer before the terminal was added are left out: devices send all that they hold when they are connected.
const HISTORY: SignedDuration = SignedDuration::from_hours(24);
/// The maximum difference of a punch from now. Offline punches have the same limit.
const MAX_DISTANCE: SignedDuration = SignedDuration::from_hours(366 * 24);

/// A punch as the device sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DevicePunch {
    /// The number of the person.
    pub number: TerminalNumber,
    /// The time on the device's clock.
    pub local: DateTime,
    /// The state that the person chose.
    pub status: u16,
}

/// The punches of a request.
#[derive(Debug)]
pub struct Delivery<'a> {
    /// The punches in the order of the device.
    pub punches: Vec<DevicePunch>,
    /// The stamp that the device sent.
    pub stamp: Option<&'a str>,
    /// The instant at which the device sent the punches.
    pub arrived_at: Timestamp,
    /// The request.
    pub request_id: &'a str,
}

/// Decides the punches of a request, keeps those of numbers that nobody has, and records what they show about the device.
/// Returns whether all are safe; if not, the device sends them again.
///
/// `is_over` returns whether the remaining punches must be sent again.
///
/// # Errors
/// The table refuses a request, or the company's keys can't be read.
pub async fn receive(
    ports: &Ports<'_>,
    keys: &impl BadgeHasher,
    calling: &CallingTerminal,
    delivery: Delivery<'_>,
    is_over: &(dyn Fn() -> bool + Sync),
) -> Result<bool, StoreError> {
    let CallingTerminal { record, state } = calling;
    let terminal = &record.terminal;
    let now = ports.now;
    let zone = zone_of(ports, terminal).await?;
    let Delivery { punches, stamp, arrived_at, request_id } = delivery;
    let is_single = punches.len() == 1;
    let oldest = terminal.created_at.saturating_sub(HISTORY).unwrap_or(Timestamp::MIN);
    let mut last = state.last_punch_at;
    let mut numbers: BTreeMap<TerminalNumber, Vec<KeptPunch>> = BTreeMap::new();
    let mut stamps = Vec::new();
    for DevicePunch { number, local, status } in punches {
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
            status: if terminal.uses_states { status } else { UNDEFINED_STATE },
            received_at: now,
        });
    }

    let owners = owners(ports, keys, numbers.keys()).await?;
    let deciding = Deciding { ports: *ports, request_id, zone: &zone, is_over, at_once: true };
    let work: Vec<_> = numbers
        .into_iter()
        .map(|(number, punches)| Box::pin(deciding.take(number.clone(), owners.get(&number).cloned(), punches)))
        .collect();
    let mut counted = PunchCounts::default();
    for counts in stream::iter(work).buffer_unordered(CONCURRENCY).collect::<Vec<_>>().await {
        counted.add(counts);
    }
    let single = stamps.first().copied().filter(|_| is_single);
    let received = received_punches(state, &counted, DeviceTimes { stamp, last_punch_at: last, single, arrived_at });
    record_received(ports, calling, &received, request_id).await?;
    Ok(counted.retry == 0)
}

/// The times of a request's punches by the device's clock.
struct DeviceTimes<'a> {
    /// The stamp that the device sent.
    stamp: Option<&'a str>,
    /// The latest punch of this request and of earlier ones.
    last_punch_at: Option<Timestamp>,
    /// The punch that arrived alone, as devices send punches as they are made.
    single: Option<Timestamp>,
    /// The instant at which the device sent the punches.
    arrived_at: Timestamp,
}

/// Returns what is recorded of a request. If the device must send the punches again, its stamp and its latest punch stay as they
/// are: in the hour that the end of summer time repeats, the same punches would otherwise count an hour later.
fn received_punches(state: &TerminalState, counted: &PunchCounts, times: DeviceTimes<'_>) -> ReceivedPunches {
    let DeviceTimes { stamp, last_punch_at, single, arrived_at } = times;
    let is_done = counted.retry == 0;
    let drift = match single {
        Some(at) if is_done && counted.repeated == 0 => state.drift.after(at, arrived_at),
        Some(_) | None => state.drift,
    };
    ReceivedPunches {
        stamp: stamp.filter(|_| is_done).map(|stamp| stamp.chars().take(32).collect()),
        last_punch_at: last_punch_at.filter(|_| is_done),
        drift,
        taken: counted.taken,
        waiting: counted.waiting,
        unknown: counted.unknown,
    }
}

/// Records what the punches show, and announces a clock that has become wrong.
async fn record_received(
    ports: &Ports<'_>,
    calling: &CallingTerminal,
    received: &ReceivedPunches,
    request_id: &str,
) -> Result<(), StoreError> {
    let Terminal { id, site_id, name, .. } = &calling.record.terminal;
    let Ports { store, now, .. } = *ports;
    let (before, drift) = (&calling.state.drift, &received.drift);
    if let (None, Some(_), Some(seconds)) = (before.wrong_since, drift.wrong_since, drift.seconds) {
        let fact = KioskFact::TerminalClockWrong { site_id: *site_id, name: name.clone(), seconds };
        let stamp = ports.stamp(Actor::System, Some(request_id));
        let change = |commit: &mut Commit| commit.receive_punches(*id, received, now);
        // A terminal that was deleted meanwhile has no state.
        return store.announce_terminal(stamp, *id, Fact::Kiosk(fact), change).await.map(|_| ());
    }
    store.receive_punches(*id, received, now).await
}

/// Returns the people whom numbers mean.
pub(super) async fn owners(
    ports: &Ports<'_>,
    keys: &impl BadgeHasher,
    numbers: impl Iterator<Item = &TerminalNumber>,
) -> Result<BTreeMap<TerminalNumber, NumberOwner>, StoreError> {
    let mut wanted = BTreeMap::new();
    for number in numbers {
        let hashes = match BadgeNumber::parse(number.as_str()) {
            Ok(badge) => Some(keys.badge_hashes(&badge, ports.now).await.map_err(unavailable)?),
            Err(_) => None,
        };
        wanted.insert(number.clone(), hashes);
    }
    ports.store.owners_of_numbers(&wanted).await
}

fn unavailable(refusal: Refusal) -> StoreError {
    StoreError::Unavailable(format!("the company's keys can't be read: {refusal:?}"))
}

/// The results of punches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PunchCounts {
    /// The punches that count now.
    pub taken: u64,
    /// The punches that wait for a manager now.
    pub waiting: u64,
    /// The punches that are the same as recorded ones.
    pub recorded: u64,
    /// The punches that came before.
    pub repeated: u64,
    /// The punches that are kept for a number that nobody has.
    pub unknown: u64,
    /// The punches that must be sent again.
    pub retry: u64,
}

/// The processing of punches.
#[derive(Clone, Copy)]
pub(super) struct Deciding<'a> {
    pub(super) ports: Ports<'a>,
    pub(super) request_id: &'a str,
    pub(super) zone: &'a Zone,
    /// Returns whether the remaining punches must be sent again.
    pub(super) is_over: &'a (dyn Fn() -> bool + Sync),
    /// Whether the device has sent the punches as they were made.
    pub(super) at_once: bool,
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
    /// Decides the punches of a number. They are kept if nobody has the number, if its owner isn't active, or if an item of the
    /// owner is damaged: a device that must send punches again never sends those of other people after them. After any other
    /// error the device sends the punches again.
    async fn take(self, number: TerminalNumber, owner: Option<NumberOwner>, punches: Vec<KeptPunch>) -> PunchCounts {
        if (self.is_over)() {
            return PunchCounts::to_send_again(&punches);
        }
        let Some(owner) = owner else { return self.keep(&number, &punches).await };
        let decided = self.decide(&owner, &punches).await;
        match decided {
            Ok(counted) => counted,
            Err(Undecided::NotActive) => self.keep(&number, &punches).await,
            Err(Undecided::Store(error)) if may_pass(&error) => {
                tracing::warn!(%error, "punches of a person weren't decided");
                PunchCounts::to_send_again(&punches)
            }
            Err(Undecided::Store(error)) => {
                let is_kept = is_about(&error, owner.user());
                // A metric filter counts these lines.
                tracing::error!(
                    alarm = "punches_undecided",
                    user = %owner.user(),
                    is_kept,
                    %error,
                    "punches of a person can't be decided"
                );
                if is_kept { self.keep(&number, &punches).await } else { PunchCounts::to_send_again(&punches) }
            }
        }
    }

    /// Keeps punches until an admin assigns their number.
    async fn keep(self, number: &TerminalNumber, punches: &[KeptPunch]) -> PunchCounts {
        let count = count_of(punches);
        match self.ports.store.keep_punches(number, punches, self.ports.now).await {
            Ok(new) => PunchCounts { unknown: new, repeated: count - new.min(count), ..PunchCounts::default() },
            Err(error) => {
                tracing::warn!(%error, "punches weren't kept");
                PunchCounts::to_send_again(punches)
            }
        }
    }

    /// Decides the punches of a person. Punches from before a badge was assigned to the person wait for a manager: they may be
    /// another person's.
    async fn decide(self, owner: &NumberOwner, punches: &[KeptPunch]) -> Result<PunchCounts, Undecided> {
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
    pub(super) async fn apply(self, user: UserId, punches: &[KeptPunch]) -> Result<Option<PunchCounts>, StoreError> {
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
    ) -> Result<PunchCounts, Undecided> {
        let mut counted = PunchCounts::default();
        let Some(first) = punches.first() else { return Ok(counted) };
        let device_id = device_text(first.serial.as_str())?;
        let clock = DeviceClock::default();
        // Kept punches can be of several devices, so each names its own. They are decided together, in the order of their times.
        let sending = Sending {
            user,
            zone: self.zone,
            device_id: &device_id,
            clock: &clock,
            source: Source::Kiosk,
            kiosk: None,
            hold,
            sends_at_once: self.at_once,
            request_id: Some(self.request_id),
        };
        let sent = punches.iter().map(|punch| sent(punch)).collect::<Result<Vec<_>, _>>()?;
        let permit = |person: Option<&User>| {
            let status = person.map_or(UserStatus::Disabled, |person| person.status);
            match status {
                UserStatus::Active => Ok(()),
                UserStatus::Pending | UserStatus::Disabled => Err(Undecided::NotActive),
            }
        };
        let photos = &WithoutPhotos;
        let answered = Box::pin(take_batch(&self.ports, sending, sent, photos, permit, &confirm, self.is_over));
        for (_, answer) in answered.await? {
            counted.count(&answer);
        }
        Ok(counted)
    }
}

/// Returns whether the same decision may succeed later, although nobody repairs anything.
const fn may_pass(error: &StoreError) -> bool {
    match error {
        StoreError::Unavailable(_) | StoreError::Contended | StoreError::PeriodClosed(_) => true,
        StoreError::Refused { .. }
        | StoreError::Unreadable { .. }
        | StoreError::Session(_)
        | StoreError::Unwritable(_) => false,
    }
}

/// Returns whether an error is about an item of that person, so that the punches of other people can be decided. Other errors
/// that don't pass are faults of the deployment, such as a missing permission or settings that this release can't read. They
/// concern everybody's punches.
fn is_about(error: &StoreError, person: UserId) -> bool {
    match error {
        StoreError::Unreadable { key, .. } => {
            let partition = keys::user_partition(person);
            key.strip_prefix(&partition).is_some_and(|rest| rest.starts_with(" / "))
        }
        StoreError::Unavailable(_)
        | StoreError::Contended
        | StoreError::Refused { .. }
        | StoreError::Session(_)
        | StoreError::PeriodClosed(_)
        | StoreError::Unwritable(_) => false,
    }
}

impl PunchCounts {
    /// Counts punches that the device must send again.
    fn to_send_again(punches: &[KeptPunch]) -> Self {
        Self { retry: count_of(punches), ..Self::default() }
    }

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
    let kiosk = PunchKiosk { id: punch.terminal_id, name: punch.terminal_name.clone() };
    Ok(SentPunch {
        client_id: device_text(&punch.local.to_string())?,
        action: action_of(punch.status),
        occurred_at: punch.at,
        monotonic: None,
        remark: None,
        location: None,
        upload: None,
        cost_center: None,
        device: Some(PunchDevice { id: device_text(punch.serial.as_str())?, kiosk }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_punch_stays_until_all_punches_are_safe() {
        let state = TerminalState::default();
        let at: Timestamp = "2026-10-25T00:30:00Z".parse().unwrap();
        let recorded = |counted: PunchCounts| {
            let times = DeviceTimes { stamp: Some("9999"), last_punch_at: Some(at), single: None, arrived_at: at };
            let received = received_punches(&state, &counted, times);
            (received.stamp, received.last_punch_at)
        };
        let (taken, retry) = (PunchCounts { taken: 2, ..PunchCounts::default() }, 1);
        assert_eq!(recorded(taken), (Some("9999".to_owned()), Some(at)));
        assert_eq!(recorded(PunchCounts { retry, ..taken }), (None, None), "02:30 would be the second 02:30");
    }

    #[test]
    fn errors_that_may_pass_raise_no_alarm() {
        assert!(may_pass(&StoreError::Unavailable(String::new())) && may_pass(&StoreError::Contended));
        let reason = || "broken".to_owned();
        assert!(!may_pass(&StoreError::Unreadable { key: reason(), reason: reason() }));
        assert!(!may_pass(&StoreError::Refused { operation: "TransactWriteItems", reason: reason() }));
    }

    #[test]
    fn only_damaged_items_of_the_person_have_punches_kept() {
        let person: UserId = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
        let other: UserId = "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap();
        let date = "2026-11-02".parse().unwrap();
        let reason = || "broken".to_owned();
        let unreadable = |key: keys::Key| StoreError::Unreadable { key: key.to_string(), reason: reason() };
        assert!(is_about(&unreadable(keys::day(person, date)), person));
        let of_deployment = [
            unreadable(keys::day(other, date)),
            unreadable(keys::settings()),
            unreadable(keys::site_book()),
            StoreError::Refused { operation: "TransactWriteItems", reason: reason() },
            StoreError::Unwritable(reason()),
        ];
        assert!(of_deployment.iter().all(|error| !is_about(error, person)), "{of_deployment:?}");
    }
}
