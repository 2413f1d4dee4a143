//! Recognizes a person at a kiosk, by a badge or by a username and a PIN. An unknown name costs the same as a known one. Wrong
//! PINs lock a person out at all kiosks, whichever kiosk they are tried at.

use app::auth::attempts::{Counted, count_failure, refuse_if_locked};
use domain::{
    audit::Actor,
    badge::BadgeNumber,
    calendar::Zone,
    id::{KioskId, SiteId, UserId},
    kiosk::{Kiosk, PunchKiosk},
    schedule::SiteBook,
    username::Username,
};
use jiff::Timestamp;
use store::{
    Commit, CommitError, StoreError,
    badges::HeldBadge,
    kiosks::{PinAtKiosk, ReadPinBudget, Sighting},
    sign_ins::ReadAttempts,
};
use web::{App, Code, Detail, DeviceToken, Problem, RequestId, Secret, password_hash};

use crate::time_clock::TimeClock;

/// The credentials that a person shows a kiosk.
#[derive(Debug, Clone)]
pub(crate) enum Shown {
    /// A username or a name from the list, and a PIN.
    Typed(Typed),
    /// A badge.
    Badge(BadgeNumber),
}

/// A person's claim of who they are, and the PIN that proves it.
#[derive(Debug, Clone)]
pub(crate) struct Typed {
    pub(crate) claim: Claim,
    pub(crate) pin: Secret,
}

/// A person's claim of who they are.
#[derive(Debug, Clone)]
pub(crate) enum Claim {
    /// A typed username, which may not be one.
    Username(String),
    /// The id of the person whose name was chosen from the kiosk's list.
    Chosen(UserId),
}

/// A person who was recognized at a kiosk.
#[derive(Debug)]
pub(crate) struct Recognized {
    /// The person.
    pub(crate) id: UserId,
    /// The zone of the kiosk's site, which is usually the zone of the people who punch there.
    pub(crate) zone: Zone,
    /// The kiosk, as the punch stores it.
    pub(crate) kiosk: PunchKiosk,
    /// The record that the kiosk was seen, if it is due.
    sighting: Option<Sighting>,
    proof: Proof,
}

/// The conditions that the commit of a punch must check.
#[derive(Debug)]
enum Proof {
    Pin {
        counted: Counted,
        attempts: ReadAttempts,
        /// The kiosk and its budget, if the budget is exhausted: the kiosk accepts the next PIN 30 seconds after this one.
        exhausted: Option<(KioskId, ReadPinBudget)>,
    },
    Badge(HeldBadge),
}

impl Shown {
    /// Recognizes the person. A badge takes one read. A username and a PIN take two reads, and two writes if the PIN is wrong.
    pub(crate) async fn recognize(
        &self,
        clock: &TimeClock,
        token: &DeviceToken,
        request_id: &RequestId,
        now: Timestamp,
    ) -> Result<Recognized, Problem> {
        let store = &clock.app.store;
        match self {
            Self::Typed(typed) => {
                let found = store.at_kiosk(token.kiosk, typed.username().as_ref()).await?;
                let sighting = found.kiosk.as_ref().and_then(|record| record.sighting(now));
                let kiosk = token.open(found.kiosk, now)?;
                let zone = zone_of(&found.sites, kiosk.site_id);
                let holder = match typed.claim {
                    Claim::Username(_) => found.holder,
                    Claim::Chosen(id) => Some(id),
                };
                let (id, proof) = typed.recognize(&clock.app, request_id, &kiosk, holder, now).await?;
                Ok(Recognized { id, zone, kiosk: kiosk.of_punch(), sighting, proof })
            }
            Self::Badge(number) => {
                let hashes = clock.keys.badge_hashes(number, now).await?;
                let found = store.at_kiosk_with_badge(token.kiosk, &hashes).await?;
                let sighting = found.kiosk.as_ref().and_then(|record| record.sighting(now));
                let kiosk = token.open(found.kiosk, now)?;
                let zone = zone_of(&found.sites, kiosk.site_id);
                let unknown = || Problem::new(Code::InvalidCredentials).detail(Detail::UnknownBadge);
                let badge = found.badge.ok_or_else(unknown)?;
                let (id, kiosk) = (badge.holder, kiosk.of_punch());
                Ok(Recognized { id, zone, kiosk, sighting, proof: Proof::Badge(badge) })
            }
        }
    }
}

fn zone_of(sites: &SiteBook, site: SiteId) -> Zone {
    sites.zone(site).cloned().unwrap_or(Zone::UTC)
}

impl Typed {
    /// Returns the username, if the person typed a valid one.
    pub(crate) fn username(&self) -> Option<Username> {
        match &self.claim {
            Claim::Username(username) => Username::parse(username).ok(),
            Claim::Chosen(_) => None,
        }
    }

    /// Checks the PIN of `holder`, the person whom the claim names.
    async fn recognize(
        &self,
        app: &App,
        request_id: &RequestId,
        kiosk: &Kiosk,
        holder: Option<UserId>,
        now: Timestamp,
    ) -> Result<(UserId, Proof), Problem> {
        let counted = match &self.claim {
            Claim::Username(name) => {
                holder.map_or_else(|| Counted::of_name_at_kiosks(name), Counted::of_person_at_kiosks)
            }
            Claim::Chosen(id) => Counted::of_person_at_kiosks(*id),
        };
        // An unknown username takes the same reads as a known one.
        let id = holder.unwrap_or_else(|| UserId::generate(now, &*app.entropy));
        let PinAtKiosk { pin, attempts, budget } = app.store.pin(id, counted.keys(), kiosk.id).await?;
        refuse_if_throttled(&budget, now)?;
        let (ports, request) = (app.ports(now), request_id.as_str());
        refuse_if_locked(&ports, request, &counted, &attempts).await?;
        let hash = pin.as_ref().map(|pin| pin.pin_hash.as_str());
        if password_hash::verify(hash, self.pin.expose()).await? {
            let exhausted = budget.budget.is_exhausted(now).then_some((kiosk.id, budget));
            return Ok((id, Proof::Pin { counted, attempts, exhausted }));
        }
        let actor = holder.map_or(Actor::System, |id| Actor::User { id });
        count_failure(&ports, request, actor, &counted, attempts, None).await?;
        count_at_kiosk(app, request_id, kiosk, budget, now).await?;
        Err(Problem::new(Code::InvalidCredentials).detail(Detail::UsernameOrPin))
    }
}

/// Refuses a PIN that comes too soon at a kiosk with too many wrong PINs.
fn refuse_if_throttled(read: &ReadPinBudget, now: Timestamp) -> Result<(), Problem> {
    let Some(next) = read.budget.next_pin_at(now) else { return Ok(()) };
    let seconds = next.duration_since(now).as_millis().unsigned_abs().div_ceil(1000);
    let problem = Problem::new(Code::KioskThrottled)
        .detail(Detail::KioskWait { seconds: u64::try_from(seconds).unwrap_or(u64::MAX) });
    Err(problem.retry_after(u32::try_from(seconds).unwrap_or(u32::MAX)))
}

/// Counts a wrong PIN against the kiosk, for known and unknown people alike. Concurrent wrong PINs are counted one after the
/// other.
async fn count_at_kiosk(
    app: &App,
    request_id: &RequestId,
    kiosk: &Kiosk,
    mut read: ReadPinBudget,
    now: Timestamp,
) -> Result<(), Problem> {
    for _ in 0..8 {
        let stamp = app.stamp_by(Actor::System, request_id, now);
        match app.store.count_wrong_pin(stamp, kiosk, &read).await {
            Ok(()) => return Ok(()),
            Err(CommitError::ConditionFailed(_) | CommitError::Store(StoreError::Contended)) => {
                read = app.store.pin_budget(kiosk.id).await?;
                refuse_if_throttled(&read, now)?;
            }
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Err(Problem::new(Code::Unavailable).retry_after(1))
}

impl Recognized {
    /// Returns whether the person already had the badge at that instant: it may have been another person's before. Always true
    /// for a PIN.
    pub(crate) fn was_theirs_at(&self, at: Timestamp) -> bool {
        match &self.proof {
            Proof::Pin { .. } => true,
            Proof::Badge(badge) => badge.assigned_at <= at,
        }
    }

    /// Adds the conditions of the recognition to the punch's commit. If a parallel wrong PIN exceeds the limit, this punch is
    /// refused too. A badge must still be the person's. The commit also resets the count of wrong PINs, and records that the
    /// kiosk was seen.
    pub(crate) fn confirm(&self, commit: &mut Commit) -> Result<(), StoreError> {
        if let Some(sighting) = self.sighting {
            commit.see_kiosk(sighting)?;
        }
        match &self.proof {
            Proof::Pin { counted, attempts, exhausted } => {
                if let Some((kiosk, budget)) = exhausted {
                    commit.take_pin(*kiosk, budget)?;
                }
                commit.forget_failures(counted.keys(), attempts)
            }
            Proof::Badge(badge) => commit.confirm_badge(badge),
        }
    }
}
