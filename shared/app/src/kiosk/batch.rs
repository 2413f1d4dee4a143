//! Punches that a kiosk made without a network.

use domain::{
    calendar::Zone,
    day::{DeviceClock, DeviceText, Source, WaitReason},
    id::UserId,
    kiosk::PunchKiosk,
    user::User,
};
use store::{Commit, session_check::SessionRefusal};

use super::{Claim, KioskRefusal, KioskRequest, Recognized, Shown, Typed};
use crate::{
    Denied, Failed, Refusal,
    attendance::offline::{Sending, SentAnswer, SentPunch, WithoutPhotos, take_batch},
    auth::AuthRefusal,
    authorization::must_be_active,
    hashing::SecretHasher,
    people::badges::BadgeHasher,
};

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

impl KioskBatch<'_> {
    /// Recognizes a person and decides their punches. Punches with a wrong PIN wait for a manager, and so do punches from before the
    /// badge was assigned to the person.
    pub async fn take(
        self,
        request: &KioskRequest<'_, impl BadgeHasher, impl SecretHasher>,
        shown: &Shown,
        punches: Vec<SentPunch>,
    ) -> PersonAnswers {
        let ids: Vec<DeviceText> = punches.iter().map(|punch| punch.client_id.clone()).collect();
        let all = |answer: BatchPunchAnswer| PersonAnswers { zone: Zone::UTC, answers: each(ids, &answer) };
        let retry = BatchPunchAnswer::Sent(SentAnswer::Retry);
        if (self.is_over)() {
            return all(retry);
        }
        match shown.recognize(request).await {
            Ok(recognized) => {
                let (id, zone) = (recognized.id, &recognized.zone);
                let (own, earlier): (Vec<_>, Vec<_>) =
                    punches.into_iter().partition(|punch| recognized.was_theirs_at(punch.occurred_at));
                let mut answers = self.decide(request, (id, zone), Some(&recognized), own).await;
                // Punches from before the badge was assigned to the person are another person's. They wait for a manager.
                answers.extend(self.decide(request, (id, zone), None, earlier).await);
                PersonAnswers { zone: zone.clone(), answers }
            }
            Err(failed) if is_unknown(&failed) => match holder(request, shown).await {
                Ok(Some(user)) => {
                    let answers = self.decide(request, (user, &Zone::UTC), None, punches).await;
                    PersonAnswers { zone: Zone::UTC, answers }
                }
                Ok(None) => all(BatchPunchAnswer::Refused(KioskRefusal::WrongPin.into())),
                Err(_) => all(retry),
            },
            // Too many wrong PINs at this kiosk, or a service is busy.
            Err(_) => all(retry),
        }
    }

    /// Decides a person's punches. Punches of a person who wasn't recognized wait for a manager.
    async fn decide(
        self,
        request: &KioskRequest<'_, impl BadgeHasher, impl SecretHasher>,
        (user, zone): (UserId, &Zone),
        recognized: Option<&Recognized>,
        punches: Vec<SentPunch>,
    ) -> Vec<(DeviceText, BatchPunchAnswer)> {
        let Self { device_id, kiosk, clock, is_over } = self;
        let ids: Vec<DeviceText> = punches.iter().map(|punch| punch.client_id.clone()).collect();
        let hold = if recognized.is_some() { None } else { Some(WaitReason::InvalidCredentials) };
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
        let confirm = |commit: &mut Commit| recognized.map_or(Ok(()), |recognized| recognized.confirm(commit));
        match take_batch(&request.ports, sending, punches, &WithoutPhotos, permit, confirm, is_over).await {
            Ok(answered) => answered.into_iter().map(|(id, answer)| (id, BatchPunchAnswer::Sent(answer))).collect(),
            Err(failed) => each(ids, &answer_of(failed)),
        }
    }
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
