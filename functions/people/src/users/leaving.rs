//! What happens when someone leaves, in the transaction that disables them (rules.md, "Leavers and movers").

use domain::{
    calendar::WorkDate,
    user::{User, UserStatus},
};
use store::{Commit, StoreError};

/// The profile of someone who leaves: disabled, and expected on no day after today.
pub(super) fn left(person: &User, today: WorkDate) -> User {
    let last = person.left_on.map_or(today, |planned| planned.min(today));
    User { status: UserStatus::Disabled, left_on: Some(last), ..person.clone() }
}

/// All that ends along with the account. History is kept.
///
/// This is the place where everything joins in that a leaver leaves open: their session is closed here, their leave
/// cancelled, their swaps withdrawn, each as further actions of the one transaction.
pub(super) fn leave(commit: &mut Commit, person: &User) -> Result<(), StoreError> {
    commit.end_sign_ins(person.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::users::edit::tests::maria;

    #[test]
    fn a_leaver_is_expected_until_today_at_the_latest() {
        let date = |text: &str| text.parse::<WorkDate>().unwrap();
        let today = date("2026-11-02");
        let left_on = |planned: Option<&str>| {
            left(&User { left_on: planned.map(date), ..maria() }, today).left_on.map(|date| date.to_string())
        };
        assert_eq!(left_on(None).unwrap(), "2026-11-02");
        assert_eq!(left_on(Some("2026-10-31")).unwrap(), "2026-10-31");
        assert_eq!(left_on(Some("2026-12-31")).unwrap(), "2026-11-02");
        assert_eq!(left(&maria(), today).status, UserStatus::Disabled);
    }
}
