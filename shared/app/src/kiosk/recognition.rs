//! Recognizes a person at a kiosk, by a badge or by a username and a PIN. An unknown name costs the same as a known one. Wrong
//! PINs lock a person out at all kiosks, whichever kiosk they are tried at.

use std::fmt;

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
    Commit, CommitError, Store, StoreError,
    badges::HeldBadge,
    kiosks::{LastSeenUpdate, PinAtKiosk, ReadPinBudget},
    sign_ins::ReadAttempts,
};

use super::{DeviceToken, KioskRefusal};
use crate::{
    Failed, Ports,
    auth::{
        AuthRefusal,
        attempts::{Counted, count_failure, refuse_if_locked},
    },
    hashing::SecretHasher,
    people::badges::BadgeHasher,
};

/// A request of a kiosk.
#[derive(Debug)]
pub struct KioskRequest<'a, K, H> {
    /// The ports, at the instant of the request.
    pub ports: Ports<'a>,
    /// The token of the kiosk.
    pub token: &'a DeviceToken,
    /// The id of the request, for tracing.
    pub request_id: &'a str,
    /// The keys of badges.
    pub keys: &'a K,
    /// The hashes of PINs.
    pub hasher: &'a H,
}

/// The credentials that a person shows a kiosk.
#[derive(Debug, Clone)]
pub enum Shown {
    /// A username or a name from the list, and a PIN.
    Typed(Typed),
    /// A badge.
    Badge(BadgeNumber),
}

/// A person's claim of who they are, and the PIN that proves it.
#[derive(Clone)]
pub struct Typed {
    /// The claim.
    pub claim: Claim,
    /// The PIN.
    pub pin: String,
}

impl fmt::Debug for Typed {
    /// Leaves the PIN out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Typed").field("claim", &self.claim).finish_non_exhaustive()
    }
}

/// A person's claim of who they are.
#[derive(Debug, Clone)]
pub enum Claim {
    /// A typed username, which may not be one.
    Username(String),
    /// The id of the person whose name was chosen from the kiosk's list.
    Chosen(UserId),
}

/// A person who was recognized at a kiosk.
#[derive(Debug)]
pub struct Recognized {
    /// The person.
    pub id: UserId,
    /// The zone of the kiosk's site, which is usually the zone of the people who punch there.
    pub zone: Zone,
    /// The kiosk, as the punch stores it.
    pub kiosk: PunchKiosk,
    /// The record that the kiosk was seen, if it is due.
    last_seen: Option<LastSeenUpdate>,
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
    ///
    /// # Errors
    /// The kiosk's token isn't valid, nobody has the badge, the username or the PIN is wrong, or the person or the kiosk had too
    /// many wrong PINs.
    pub async fn recognize(
        &self,
        request: &KioskRequest<'_, impl BadgeHasher, impl SecretHasher>,
    ) -> Result<Recognized, Failed> {
        let Ports { store, now, .. } = request.ports;
        let token = request.token;
        match self {
            Self::Typed(typed) => {
                let found = store.at_kiosk(token.kiosk, typed.username().as_ref()).await?;
                let last_seen = found.kiosk.as_ref().and_then(|record| record.last_seen(now));
                let kiosk = token.open(found.kiosk, now)?;
                let zone = zone_of(&found.sites, kiosk.site_id);
                let holder = match typed.claim {
                    Claim::Username(_) => found.holder,
                    Claim::Chosen(id) => Some(id),
                };
                let (id, proof) = typed.recognize(request, &kiosk, holder).await?;
                Ok(Recognized { id, zone, kiosk: kiosk.of_punch(), last_seen, proof })
            }
            Self::Badge(number) => {
                let hashes = request.keys.badge_hashes(number, now).await?;
                let found = store.at_kiosk_with_badge(token.kiosk, &hashes).await?;
                let last_seen = found.kiosk.as_ref().and_then(|record| record.last_seen(now));
                let kiosk = token.open(found.kiosk, now)?;
                let zone = zone_of(&found.sites, kiosk.site_id);
                let badge = found.badge.ok_or(KioskRefusal::UnknownBadge)?;
                let (id, kiosk) = (badge.holder, kiosk.of_punch());
                Ok(Recognized { id, zone, kiosk, last_seen, proof: Proof::Badge(badge) })
            }
        }
    }
}

fn zone_of(sites: &SiteBook, site: SiteId) -> Zone {
    sites.zone(site).cloned().unwrap_or(Zone::UTC)
}

impl Typed {
    /// Returns the username, if the person typed a valid one.
    pub fn username(&self) -> Option<Username> {
        match &self.claim {
            Claim::Username(username) => Username::parse(username).ok(),
            Claim::Chosen(_) => None,
        }
    }

    /// Checks the PIN of `holder`, the person whom the claim names.
    async fn recognize(
        &self,
        request: &KioskRequest<'_, impl BadgeHasher, impl SecretHasher>,
        kiosk: &Kiosk,
        holder: Option<UserId>,
    ) -> Result<(UserId, Proof), Failed> {
        let (ports, request_id, now) = (&request.ports, request.request_id, request.ports.now);
        let counted = match &self.claim {
            Claim::Username(name) => {
                holder.map_or_else(|| Counted::of_name_at_kiosks(name), Counted::of_person_at_kiosks)
            }
            Claim::Chosen(id) => Counted::of_person_at_kiosks(*id),
        };
        // An unknown username takes the same reads as a known one.
        let id = holder.unwrap_or_else(|| UserId::generate(now, ports.entropy));
        let PinAtKiosk { pin, attempts, budget } = ports.store.pin(id, counted.keys(), kiosk.id).await?;
        refuse_if_throttled(&budget, now)?;
        refuse_if_locked(ports, request_id, &counted, &attempts).await?;
        let hash = pin.as_ref().map(|pin| pin.pin_hash.as_str());
        if request.hasher.verify(hash, &self.pin).await? {
            let exhausted = budget.budget.is_exhausted(now).then_some((kiosk.id, budget));
            return Ok((id, Proof::Pin { counted, attempts, exhausted }));
        }
        let actor = holder.map_or(Actor::System, |id| Actor::User { id });
        count_failure(ports, request_id, actor, &counted, attempts, None).await?;
        count_at_kiosk(ports, request_id, kiosk, budget).await?;
        Err(KioskRefusal::WrongPin.into())
    }
}

/// Refuses a PIN that comes too soon at a kiosk with too many wrong PINs.
fn refuse_if_throttled(read: &ReadPinBudget, now: Timestamp) -> Result<(), KioskRefusal> {
    let Some(next) = read.budget.next_pin_at(now) else { return Ok(()) };
    let seconds = next.duration_since(now).as_millis().unsigned_abs().div_ceil(1000);
    Err(KioskRefusal::Throttled { seconds: u64::try_from(seconds).unwrap_or(u64::MAX) })
}

/// Counts a wrong PIN against the kiosk, for known and unknown people alike. Concurrent wrong PINs are counted one after the
/// other.
async fn count_at_kiosk(
    ports: &Ports<'_>,
    request_id: &str,
    kiosk: &Kiosk,
    mut read: ReadPinBudget,
) -> Result<(), Failed> {
    for _ in 0..8 {
        let stamp = ports.stamp(Actor::System, Some(request_id));
        match ports.store.count_wrong_pin(stamp, kiosk, &read).await {
            Ok(()) => return Ok(()),
            Err(CommitError::ConditionFailed(_) | CommitError::Store(StoreError::Contended)) => {
                read = ports.store.pin_budget(kiosk.id).await?;
                refuse_if_throttled(&read, ports.now)?;
            }
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Err(AuthRefusal::ManyFailures.into())
}

impl Recognized {
    /// Returns whether the person already had the badge at that instant: it may have been another person's before. Always true
    /// for a PIN.
    pub fn was_theirs_at(&self, at: Timestamp) -> bool {
        match &self.proof {
            Proof::Pin { .. } => true,
            Proof::Badge(badge) => badge.assigned_at <= at,
        }
    }

    /// Returns whether the badge is still the person's. A number of an earlier badge can be left over. Always true for a PIN.
    ///
    /// # Errors
    /// The table refuses the request.
    pub async fn has_current_badge(&self, store: &Store) -> Result<bool, StoreError> {
        match &self.proof {
            Proof::Pin { .. } => Ok(true),
            Proof::Badge(held) => Ok(store.badge(held.holder).await?.is_some_and(|badge| held.is_number_of(&badge))),
        }
    }

    /// Reads the failed attempts at the PIN again, so that wrong PINs that were counted since the recognition don't fail the
    /// commit. Does nothing for a badge.
    ///
    /// # Errors
    /// The wrong PINs have locked the person out, or the table refuses a request.
    pub async fn refresh_attempts(&mut self, ports: &Ports<'_>, request_id: &str) -> Result<(), Failed> {
        match &mut self.proof {
            Proof::Pin { counted, attempts, .. } => {
                let read = ports.store.attempts(counted.keys()).await?.since(attempts.secret_set_at);
                refuse_if_locked(ports, request_id, counted, &read).await?;
                *attempts = read;
                Ok(())
            }
            Proof::Badge(_) => Ok(()),
        }
    }

    /// Adds the conditions of the recognition to the punch's commit. If a parallel wrong PIN exceeds the limit, this punch is
    /// refused too. A badge must still be the person's. The commit also resets the count of wrong PINs, and records that the
    /// kiosk was seen.
    ///
    /// # Errors
    /// A condition can't be written.
    pub fn confirm(&self, commit: &mut Commit) -> Result<(), StoreError> {
        Self::confirm_all(std::slice::from_ref(self), commit)
    }

    /// Adds the conditions of several recognitions of one person to the commit of their punches. A person has one PIN and one
    /// badge, so one condition of each is enough, and a transaction takes no two of an item.
    ///
    /// # Errors
    /// A condition can't be written.
    pub fn confirm_all(recognized: &[Self], commit: &mut Commit) -> Result<(), StoreError> {
        if let Some(last_seen) = recognized.iter().find_map(|it| it.last_seen) {
            commit.record_kiosk_request(last_seen)?;
        }
        let is_pin = |it: &&Self| match it.proof {
            Proof::Pin { .. } => true,
            Proof::Badge(_) => false,
        };
        let pin = recognized.iter().find(is_pin);
        let badge = recognized.iter().find(|it| !is_pin(it));
        pin.into_iter().chain(badge).try_for_each(|it| it.confirm_proof(commit))
    }

    fn confirm_proof(&self, commit: &mut Commit) -> Result<(), StoreError> {
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
