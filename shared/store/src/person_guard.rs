//! What keeps a person's things from outliving their employment.
//!
//! An account is disabled by a change of its profile. Whatever a person comes to have (leave, a swap, a correction, a
//! feed, a PIN, a schedule, a connection) is therefore committed on condition that the profile is as it was read
//! ([`Commit::guard_person`]): it commits before the account is disabled, and the offboarding finds it; or it is decided
//! again, on a profile that says that the person has left. The methods of [`Commit`] that put such things take the
//! [`User`] that they were decided on and add the condition themselves. What only ends something
//! ([`Commit::end_swap`], [`Commit::end_correction`]) needs none.
//!
//! Punches need no action more: each puts the presence under the version that it read, and disabling moves that version on
//! ([`Commit::end_access`]). Sign-ins have such a version in the epoch of the credential.

use domain::{id::UserId, user::User};

use crate::{
    Commit, StoreError,
    commit::{Expression, number},
    keys::{self, VERSION},
};

impl Commit {
    /// Goes on only while a person's profile is as it was read. Does nothing where the transaction has a condition on the
    /// profile already.
    pub fn guard_person(&mut self, person: &User) -> Result<(), StoreError> {
        let profile = keys::profile(person.id);
        if self.touches(&profile) { Ok(()) } else { self.check_unchanged(&profile, person.version) }
    }

    /// Ends the ways in which a person comes at the company: their sign-ins, their calendar feed, their badge, their punches. No
    /// condition of it is on what the person may change. The transaction has a [`Commit::change_user`] that disables the account,
    /// which moves the profile's epoch on.
    pub fn end_access(&mut self, user: UserId) -> Result<(), StoreError> {
        self.begin_credential_epoch(user)?;
        self.end_feed(user)?;
        self.end_badge(user)?;
        self.shut_out_punches(user)
    }

    /// Makes each punch lose that was decided before and commits after. Has no condition, so that the person's punches can't
    /// hold it off.
    fn shut_out_punches(&mut self, user: UserId) -> Result<(), StoreError> {
        let next = Expression::new("ADD #version :one").name("#version", VERSION).value(":one", number(1));
        self.update(&keys::presence(user), next, None, None)
    }
}
