//! Punches that a kiosk made without a network.

use std::collections::BTreeMap;

use domain::{
    calendar::Zone,
    day::{DeviceClock, DeviceText, Source, WaitReason},
    id::UserId,
    kiosk::PunchKiosk,
    user::User,
};
use futures_util::{StreamExt, stream};
use store::{Commit, session_check::SessionRefusal};

use super::{Claim, KioskRefusal, KioskRequest, Recognized, Shown, Typed};
use crate::{
    Denied, Failed, Ports, Refusal,
    attendance::offline::{Sending, SentAnswer, SentPunch, WithoutPhotos, take_batch},
    auth::AuthRefusal,
    authorization::must_be_active,
    hashing::SecretHasher,
    people::badges::BadgeHasher,
};

/// The number of credentials that are read at the same time.
const CONCURRENCY: usize = 4;

/// A batch of punches that a kiosk sends.
#[derive(Clone, Copy)]
pub struct KioskBatch<'a> {
    /// The kiosk as a device.
    pub device_id: &'a DeviceText,
    /// The kiosk, as punches store it.
    pub kiosk: &'a PunchKiosk,
    /// The clocks of the kiosk at the time of sending.
    pub clock: &'a DeviceClock,
    /// Returns whether the remaining punches must be sent again.
    pub is_over: &'a (dyn Fn() -> bool + Sync),
}

/// The punches for which a person showed the same credentials.
#[derive(Debug)]
pub struct ShownPunches {
    /// The credentials.
    pub shown: Shown,
    /// The punches.
    pub punches: Vec<SentPunch>,
}

/// The punches of a batch whose credentials claim the same person.
#[derive(Debug)]
pub struct PunchGroup {
    /// The punches, by credentials.
    sent: Vec<ShownPunches>,
    /// Whether the claim could be read. If not, the punches must be sent again.
    is_read: bool,
}

impl PunchGroup {
    /// Returns the punches of the group.
    pub fn punches(&self) -> impl Iterator<Item = &SentPunch> {
        self.sent.iter().flat_map(|shown| &shown.punches)
    }
}

/// The results of the punches of a person.
#[derive(Debug)]
pub struct PersonAnswers {
    /// The time zone of the kiosk's site.
    pub zone: Zone,
    /// The result of each punch.
    pub answers: Vec<(DeviceText, BatchPunchAnswer)>,
}

/// The result of a punch of a batch.
#[derive(Debug, Clone)]
pub enum BatchPunchAnswer {
    /// The punch was processed, or must be sent again.
    Sent(SentAnswer),
    /// The punch can't be accepted: the person is unknown or not active.
    Refused(Refusal),
}

/// The result of recognizing a person.
enum Recognition {
    /// The credentials are right.
    Person(Box<Recognized>),
    /// The credentials claim to be that person's, and are wrong: their punches wait for a manager.
    Claimed(UserId),
    /// Nobody has the username, the id or the badge.
    Nobody,
    /// The punches must be sent again.
    Later,
}

/// The punches of a person that are decided together.
#[derive(Default)]
struct PunchesOfPerson {
    recognized: Vec<Recognized>,
    /// The punches with right credentials.
    own: Vec<SentPunch>,
    /// The punches that wait for a manager: their credentials are wrong, or were another person's.
    held: Vec<SentPunch>,
    /// Whether some of the credentials are wrong.
    has_wrong: bool,
}

/// Groups punches by the person whom their credentials claim, which nothing proves yet. A person may punch with a PIN and with a
/// badge. Credentials that nobody has are a group each, and so are credentials whose person can't be read.
pub async fn by_person(
    request: &KioskRequest<'_, impl BadgeHasher, impl SecretHasher>,
    sent: Vec<ShownPunches>,
) -> Vec<PunchGroup> {
    let reads: Vec<_> = sent.iter().map(|sent| Box::pin(claimed(request, &sent.shown))).collect();
    let claimed: Vec<Result<Option<UserId>, Failed>> = stream::iter(reads).buffered(CONCURRENCY).collect().await;
    let mut people: BTreeMap<UserId, Vec<ShownPunches>> = BTreeMap::new();
    let mut others = Vec::new();
    for (claimed, sent) in claimed.into_iter().zip(sent) {
        match claimed {
            Ok(Some(person)) => people.entry(person).or_default().push(sent),
            Ok(None) => others.push(PunchGroup { sent: vec![sent], is_read: true }),
            Err(failed) => {
                tracing::error!(?failed, "the person of a kiosk's offline punches can't be read");
                others.push(PunchGroup { sent: vec![sent], is_read: false });
            }
        }
    }
    people.into_values().map(|sent| PunchGroup { sent, is_read: true }).chain(others).collect()
}

/// Returns the person whom credentials claim.
async fn claimed(
    request: &KioskRequest<'_, impl BadgeHasher, impl SecretHasher>,
    shown: &Shown,
) -> Result<Option<UserId>, Failed> {
    let Ports { store, now, .. } = request.ports;
    match shown {
        Shown::Typed(Typed { claim: Claim::Chosen(id), .. }) => Ok(Some(*id)),
        Shown::Typed(typed) => match typed.username() {
            Some(username) => Ok(store.holder_of_username(&username).await?),
            None => Ok(None),
        },
        Shown::Badge(number) => {
            let hashes = request.keys.badge_hashes(number, now).await?;
            Ok(store.held_badge(&hashes).await?.map(|badge| badge.holder))
        }
    }
}

impl KioskBatch<'_> {
    /// Recognizes a person by all credentials that they showed, and then decides their punches in the order of time. Punches with
    /// a wrong PIN wait for a manager, and so do punches from before the badge was assigned to the person.
    pub async fn take(
        self,
        request: &KioskRequest<'_, impl BadgeHasher, impl SecretHasher>,
        group: PunchGroup,
    ) -> PersonAnswers {
        let PunchGroup { sent, is_read } = group;
        let retry = BatchPunchAnswer::Sent(SentAnswer::Retry);
        let mut people: BTreeMap<UserId, PunchesOfPerson> = BTreeMap::new();
        let mut answers = Vec::new();
        let (mut zone, mut is_complete) = (Zone::UTC, true);
        for ShownPunches { shown, punches } in sent {
            let recognition = if is_read { self.recognize(request, &shown).await } else { Recognition::Later };
            match recognition {
                Recognition::Person(recognized) => {
                    // Punches from before the badge was assigned to the person are another person's. They wait for a manager.
                    let (own, earlier): (Vec<_>, Vec<_>) =
                        punches.into_iter().partition(|punch| recognized.was_theirs_at(punch.occurred_at));
                    zone = recognized.zone.clone();
                    let person = people.entry(recognized.id).or_default();
                    person.own.extend(own);
                    person.held.extend(earlier);
                    person.recognized.push(*recognized);
                }
                Recognition::Claimed(user) => {
                    let person = people.entry(user).or_default();
                    person.held.extend(punches);
                    person.has_wrong = true;
                }
                Recognition::Nobody => {
                    let refused = BatchPunchAnswer::Refused(KioskRefusal::WrongPin.into());
                    answers.extend(each(ids_of(&punches), &refused));
                }
                Recognition::Later => {
                    is_complete = false;
                    answers.extend(each(ids_of(&punches), &retry));
                }
            }
        }
        for (user, PunchesOfPerson { mut recognized, own, held, has_wrong }) in people {
            // Without the other punches of the person, their order is unknown. A wrong PIN that was counted after the right one has
            // changed the attempts that the commit checks.
            if is_complete && (!has_wrong || refresh_attempts(request, &mut recognized).await) {
                answers.extend(self.decide(request, (user, &zone), &recognized, own).await);
            } else {
                answers.extend(each(ids_of(&own), &retry));
            }
            answers.extend(self.decide(request, (user, &zone), &[], held).await);
        }
        PersonAnswers { zone, answers }
    }

    /// Recognizes a person by credentials. A wrong PIN is counted.
    async fn recognize(
        self,
        request: &KioskRequest<'_, impl BadgeHasher, impl SecretHasher>,
        shown: &Shown,
    ) -> Recognition {
        if (self.is_over)() {
            return Recognition::Later;
        }
        match shown.recognize(request).await {
            Ok(recognized) => match recognized.has_current_badge(request.ports.store).await {
                Ok(true) => Recognition::Person(Box::new(recognized)),
                Ok(false) => Recognition::Claimed(recognized.id),
                Err(_) => Recognition::Later,
            },
            Err(failed) if is_unknown(&failed) => match holder(request, shown).await {
                Ok(Some(user)) => Recognition::Claimed(user),
                Ok(None) => Recognition::Nobody,
                Err(_) => Recognition::Later,
            },
            // Too many wrong PINs at this kiosk, or a service is busy.
            Err(_) => Recognition::Later,
        }
    }

    /// Decides a person's punches. Punches of a person who wasn't recognized wait for a manager.
    async fn decide(
        self,
        request: &KioskRequest<'_, impl BadgeHasher, impl SecretHasher>,
        (user, zone): (UserId, &Zone),
        recognized: &[Recognized],
        punches: Vec<SentPunch>,
    ) -> Vec<(DeviceText, BatchPunchAnswer)> {
        let Self { device_id, kiosk, clock, is_over } = self;
        let ids = ids_of(&punches);
        let hold = if recognized.is_empty() { Some(WaitReason::InvalidCredentials) } else { None };
        let sending = Sending {
            user,
            zone,
            device_id,
            clock,
            source: Source::Kiosk,
            kiosk: Some(kiosk),
            hold,
            sends_at_once: false,
            request_id: Some(request.request_id),
        };
        let permit =
            |person: Option<&User>| -> Result<(), Failed> { Ok(must_be_active(person.ok_or(Denied::NotFound)?)?) };
        let confirm = |commit: &mut Commit| Recognized::confirm_all(recognized, commit);
        match take_batch(&request.ports, sending, punches, &WithoutPhotos, permit, confirm, is_over).await {
            Ok(answered) => answered.into_iter().map(|(id, answer)| (id, BatchPunchAnswer::Sent(answer))).collect(),
            Err(failed) => each(ids, &answer_of(failed)),
        }
    }
}

/// Reads the failed attempts at a person's PIN again. Returns false if the punches must be sent again: the wrong PINs have locked
/// the person out, or the table refuses a request.
async fn refresh_attempts(
    request: &KioskRequest<'_, impl BadgeHasher, impl SecretHasher>,
    recognized: &mut [Recognized],
) -> bool {
    for recognition in recognized {
        if recognition.refresh_attempts(&request.ports, request.request_id).await.is_err() {
            return false;
        }
    }
    true
}

fn ids_of(punches: &[SentPunch]) -> Vec<DeviceText> {
    punches.iter().map(|punch| punch.client_id.clone()).collect()
}

/// Returns the same result for all punches.
fn each(ids: Vec<DeviceText>, answer: &BatchPunchAnswer) -> Vec<(DeviceText, BatchPunchAnswer)> {
    ids.into_iter().map(|id| (id, answer.clone())).collect()
}

/// Returns the result of punches that weren't decided. Those of a person whose account isn't active are refused.
fn answer_of(failed: Failed) -> BatchPunchAnswer {
    match failed {
        Failed::Refused(
            refusal @ Refusal::Denied(Denied::Session(SessionRefusal::Pending | SessionRefusal::Disabled)),
        ) => BatchPunchAnswer::Refused(refusal),
        Failed::Refused(_) | Failed::ConditionFailed(_) | Failed::Answered(_) | Failed::Store(_) => {
            BatchPunchAnswer::Sent(SentAnswer::Retry)
        }
    }
}

/// Returns whether no one was recognized: the PIN is wrong, nobody has the badge, or the person is locked out.
const fn is_unknown(failed: &Failed) -> bool {
    matches!(
        failed,
        Failed::Refused(
            Refusal::Kiosk(KioskRefusal::UnknownBadge | KioskRefusal::WrongPin)
                | Refusal::Auth(AuthRefusal::Locked { .. })
        )
    )
}

/// Returns the person whose PIN was wrong, or who is locked out.
async fn holder(
    request: &KioskRequest<'_, impl BadgeHasher, impl SecretHasher>,
    shown: &Shown,
) -> Result<Option<UserId>, Failed> {
    let store = request.ports.store;
    match shown {
        Shown::Typed(Typed { claim: Claim::Chosen(id), .. }) => Ok(store.user(*id).await?.map(|person| person.id)),
        Shown::Typed(typed) => Ok(store.at_kiosk(request.token.kiosk, typed.username().as_ref()).await?.holder),
        Shown::Badge(_) => Ok(None),
    }
}
