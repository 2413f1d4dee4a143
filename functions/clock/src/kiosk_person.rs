//! Who stands at a kiosk: found by a badge, or by a username and let in by a PIN. A name that nobody has costs what a known one
//! costs, and wrong PINs lock a person at kiosks, whichever device they are tried at.

use domain::{
    audit::Actor,
    badge::BadgeNumber,
    calendar::Zone,
    id::{SiteId, UserId},
    schedule::SiteBook,
    username::Username,
};
use jiff::Timestamp;
use store::{Commit, StoreError, badges::HeldBadge, sign_ins::ReadAttempts};
use web::{
    App, Code, Detail, DeviceToken, Problem, RequestId, Secret,
    attempts::{Counted, count_failure, refuse_if_locked},
    password_hash,
};

use crate::time_clock::TimeClock;

/// What a person shows a kiosk.
#[derive(Debug, Clone)]
pub(crate) enum Shown {
    /// A username and a PIN.
    Typed(Typed),
    /// A badge.
    Badge(BadgeNumber),
}

/// A username and a PIN as they were typed.
#[derive(Debug, Clone)]
pub(crate) struct Typed {
    pub(crate) username: String,
    pub(crate) pin: Secret,
}

/// A person who was recognized at a kiosk.
#[derive(Debug)]
pub(crate) struct Recognized {
    /// The person.
    pub(crate) id: UserId,
    /// The zone of the kiosk's site, which is that of the people who stand there, as a rule.
    pub(crate) zone: Zone,
    proof: Proof,
}

/// What a punch is committed on.
#[derive(Debug)]
enum Proof {
    Pin { counted: Counted, attempts: ReadAttempts },
    Badge(HeldBadge),
}

impl Shown {
    /// Finds out who it is. For a badge one read; for a username and a PIN two, and one write where the PIN is wrong.
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
                let zone = zone_of(&found.sites, token.open(found.kiosk)?.site_id);
                let (id, proof) = typed.recognize(&clock.app, request_id, found.holder, now).await?;
                Ok(Recognized { id, zone, proof })
            }
            Self::Badge(number) => {
                let hashes = clock.keys.badge_hashes(number, now).await?;
                let found = store.at_kiosk_with_badge(token.kiosk, &hashes).await?;
                let zone = zone_of(&found.sites, token.open(found.kiosk)?.site_id);
                let unknown = || Problem::new(Code::InvalidCredentials).detail(Detail::UnknownBadge);
                let badge = found.badge.ok_or_else(unknown)?;
                Ok(Recognized { id: badge.holder, zone, proof: Proof::Badge(badge) })
            }
        }
    }
}

fn zone_of(sites: &SiteBook, site: SiteId) -> Zone {
    sites.zone(site).cloned().unwrap_or(Zone::UTC)
}

impl Typed {
    /// The username, if it can be one.
    fn username(&self) -> Option<Username> {
        Username::parse(&self.username).ok()
    }

    /// Checks the PIN of who has the username, `holder`.
    async fn recognize(
        &self,
        app: &App,
        request_id: &RequestId,
        holder: Option<UserId>,
        now: Timestamp,
    ) -> Result<(UserId, Proof), Problem> {
        let counted = holder.map_or_else(|| Counted::of_name_at_kiosks(&self.username), Counted::of_person_at_kiosks);
        // Someone who isn't there is read like someone who is.
        let id = holder.unwrap_or_else(|| UserId::generate(now, &*app.entropy));
        let (pin, attempts) = app.store.pin(id, counted.hash()).await?;
        refuse_if_locked(&attempts, now)?;
        let hash = pin.as_ref().map(|pin| pin.pin_hash.as_str());
        if password_hash::verify(hash, self.pin.expose()).await? {
            return Ok((id, Proof::Pin { counted, attempts }));
        }
        let actor = holder.map_or(Actor::System, |id| Actor::User { id });
        count_failure(app, request_id, actor, &counted, attempts, None, now).await?;
        Err(Problem::new(Code::InvalidCredentials).detail(Detail::UsernameOrPin))
    }
}

impl Recognized {
    /// Makes the punch depend on what the person was recognized by. A parallel guess at the PIN that was one too many locks this
    /// one out too; a badge must still be the person's. Wrong PINs before the right one are forgotten.
    pub(crate) fn confirm(&self, commit: &mut Commit) -> Result<(), StoreError> {
        match &self.proof {
            Proof::Pin { counted, attempts } => commit.forget_failures(counted.hash(), attempts),
            Proof::Badge(badge) => commit.confirm_badge(badge),
        }
    }
}
