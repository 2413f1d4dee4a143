//! Conditions that prevent a person's items from being created after the end of their employment.
//!
//! An account is disabled by a change of its profile. New items of a person (leave, a swap, a correction, a feed, a PIN, a
//! schedule, a connection) are therefore committed on condition that the profile is unchanged since the read
//! ([`Commit::guard_person`]). Either the item is committed before the account is disabled, and the offboarding finds it. Or
//! the commit fails and is decided again, on a profile that says that the person has left. The methods of [`Commit`] that
//! put such items have a parameter for the [`User`] that the decision depended on, and add the condition themselves. Methods
//! that only end an item ([`Commit::end_swap`], [`Commit::end_correction`]) need no condition.
//!
//! Punches need no additional action: each puts the presence on condition of the version that it read, and disabling the
//! account increases that version ([`Commit::end_access`]). For sign-ins, the epoch of the credential has the same purpose.

use domain::{id::UserId, user::User};

use crate::{
    Commit, StoreError,
    commit::{Expression, number},
    keys::{self, VERSION},
};

impl Commit {
    /// Adds the condition that a person's profile is unchanged since the read. Does nothing if the transaction already has a
    /// condition on the profile.
    pub fn guard_person(&mut self, person: &User) -> Result<(), StoreError> {
        let profile = keys::profile(person.id);
        if self.touches(&profile) { Ok(()) } else { self.check_unchanged(&profile, person.version) }
    }

    /// Ends a person's access to the company: their sign-ins, their calendar feed, their badge and their punches. It has no
    /// condition on items that the person can change. The transaction also has a [`Commit::change_user`] that disables the
    /// account, which increases the profile's epoch. The person's own requests can't make it fail: it is retried persistently.
    pub fn end_access(&mut self, user: UserId) -> Result<(), StoreError> {
        self.persist();
        self.begin_credential_epoch(user)?;
        self.end_feed(user)?;
        self.end_badge(user)?;
        self.shut_out_punches(user)
    }

    /// Makes each punch fail that was decided before and commits later. It has no condition, so the person's punches can't
    /// delay it.
    fn shut_out_punches(&mut self, user: UserId) -> Result<(), StoreError> {
        let next = Expression::new("ADD #version :one").name("#version", VERSION).value(":one", number(1));
        self.update(&keys::presence(user), next, None, None)
    }
}
