//! Attempts of signed-in people at their own password or code. Failed attempts count towards the lock-out.

use app::auth::attempts::{Counted, Origin, count_failure, refuse_if_locked};
use domain::user::User;
use jiff::Timestamp;
use store::sign_ins::{Account, AuditedAttempt};
use web::{App, Caller, Code, Problem, RequestId, authorization::must_be_active};

use crate::state::themselves;

/// An attempt of the caller, with the account as it was read.
pub(crate) struct OwnAttempt<'a> {
    app: &'a App,
    request_id: &'a RequestId,
    now: Timestamp,
    /// The counter of the caller's failed attempts.
    pub(crate) counted: Counted,
    /// The caller's profile.
    pub(crate) user: User,
    /// The caller's account without the profile.
    pub(crate) account: Account,
}

impl<'a> OwnAttempt<'a> {
    /// Reads the caller's account, and refuses the attempt if the account isn't active or if it is locked.
    pub(crate) async fn begin(
        app: &'a App,
        request_id: &'a RequestId,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let counted = Counted::of_person(caller.user_id, &Origin::Session(caller.family), now);
        let mut account = app.store.account(caller.user_id, Some(caller.family), Some(counted.keys())).await?;
        let user = account.user.take().ok_or_else(Problem::unauthenticated)?;
        must_be_active(&user)?;
        refuse_if_locked(&app.ports(now), request_id.as_str(), &counted, &account.attempts).await?;
        Ok(Self { app, request_id, now, counted, user, account })
    }

    /// Counts the failed attempt, and returns its problem: that of `code`, or the lock that other attempts have caused.
    pub(crate) async fn failed(self, code: Code, audited: Option<&AuditedAttempt>) -> Problem {
        let Self { app, request_id, now, counted, user, account } = self;
        let (ports, actor) = (app.ports(now), themselves(&user));
        let counted = count_failure(&ports, request_id.as_str(), actor, &counted, account.attempts, audited).await;
        counted.map_or_else(Problem::from, |()| Problem::new(code))
    }
}
