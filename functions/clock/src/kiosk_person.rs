//! Who stands at a kiosk: found by username, let in by PIN. A name that nobody has costs what a known one costs, and wrong
//! PINs lock a person at kiosks, whichever device they are tried at.

use domain::{audit::Actor, id::UserId, username::Username};
use jiff::Timestamp;
use store::{Commit, StoreError, sign_ins::ReadAttempts};
use web::{
    App, Code, Detail, Problem, RequestId, Secret,
    attempts::{Counted, count_failure, refuse_if_locked},
    password_hash,
};

/// Someone whose PIN was right.
#[derive(Debug)]
pub(crate) struct Recognized {
    pub(crate) id: UserId,
    counted: Counted,
    attempts: ReadAttempts,
}

/// A username and a PIN as they were typed.
#[derive(Debug, Clone)]
pub(crate) struct Typed {
    pub(crate) username: String,
    pub(crate) pin: Secret,
}

impl Typed {
    /// The username, if it can be one.
    pub(crate) fn username(&self) -> Option<Username> {
        Username::parse(&self.username).ok()
    }

    /// Checks the PIN of who has the username, `holder`. One read, and one write where it is wrong.
    pub(crate) async fn recognize(
        &self,
        app: &App,
        request_id: &RequestId,
        holder: Option<UserId>,
        now: Timestamp,
    ) -> Result<Recognized, Problem> {
        let counted = holder.map_or_else(|| Counted::of_name_at_kiosks(&self.username), Counted::of_person_at_kiosks);
        // Someone who isn't there is read like someone who is.
        let id = holder.unwrap_or_else(|| UserId::generate(now, &*app.entropy));
        let (pin, attempts) = app.store.pin(id, counted.hash()).await?;
        refuse_if_locked(&attempts, now)?;
        let hash = pin.as_ref().map(|pin| pin.pin_hash.as_str());
        if password_hash::verify(hash, self.pin.expose()).await? {
            return Ok(Recognized { id, counted, attempts });
        }
        let actor = holder.map_or(Actor::System, |id| Actor::User { id });
        count_failure(app, request_id, actor, &counted, attempts, now).await?;
        Err(Problem::new(Code::InvalidCredentials).detail(Detail::UsernameOrPin))
    }
}

impl Recognized {
    /// Forgets the wrong PINs before the right one, in the punch's own transaction: a parallel guess that was one too many
    /// locks this one out too.
    pub(crate) fn forget_failures(&self, commit: &mut Commit) -> Result<(), StoreError> {
        commit.forget_failures(self.counted.hash(), &self.attempts)
    }
}
