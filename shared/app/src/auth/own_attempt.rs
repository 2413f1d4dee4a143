//! Attempts of signed-in people at their own password or code. Failed attempts count towards the lock-out.

use domain::user::User;
use store::sign_ins::{Account, AuditedAttempt};

use super::{
    AuthRefusal,
    attempts::{Counted, Origin, count_failure, refuse_if_locked},
    themselves,
};
use crate::{Denied, Failed, Request, authorization::must_be_active};

/// An attempt of the caller, with the account as it was read.
#[derive(Debug)]
pub struct OwnAttempt<'a> {
    request: Request<'a>,
    /// The counter of the caller's failed attempts.
    pub counted: Counted,
    /// The caller's profile.
    pub user: User,
    /// The caller's account without the profile.
    pub account: Account,
}

impl<'a> OwnAttempt<'a> {
    /// Reads the caller's account, and refuses the attempt if the account isn't active or if it is locked.
    ///
    /// # Errors
    /// The account isn't active, or it is locked.
    pub async fn begin(request: Request<'a>) -> Result<Self, Failed> {
        let Request { ports, caller, request_id, .. } = request;
        let counted = Counted::of_person(caller.user_id, &Origin::Session(caller.family), ports.now);
        let mut account = ports.store.account(caller.user_id, Some(caller.family), Some(counted.keys())).await?;
        let user = account.user.take().ok_or(Denied::Unauthenticated)?;
        must_be_active(&user)?;
        refuse_if_locked(&ports, request_id, &counted, &account.attempts).await?;
        Ok(Self { request, counted, user, account })
    }

    /// Counts the failed attempt. Returns its refusal, or the lock that other attempts have caused.
    pub async fn failed(self, refusal: AuthRefusal, audited: Option<&AuditedAttempt>) -> Failed {
        let Self { request: Request { ports, request_id, .. }, counted, user, account } = self;
        let counted = count_failure(&ports, request_id, themselves(&user), &counted, account.attempts, audited).await;
        counted.map_or_else(|failed| failed, |()| refusal.into())
    }
}
