//! How an account ends (docs/rules.md#joining-leaving-and-moving): first, in one transaction, whatever the person could go on
//! with; then the rest.

use domain::{
    audit::Actor,
    calendar::{WorkDate, Zone},
    user::{User, UserStatus},
};
use jiff::Timestamp;
use offboarding::Offboarding;
use store::Commit;
use web::Failed;

use super::edit::Asked;

/// The profile of someone who leaves: disabled, and expected on no day after today.
pub(super) fn left(person: &User, today: WorkDate) -> User {
    let last = person.left_on.map_or(today, |planned| planned.min(today));
    User { status: UserStatus::Disabled, left_on: Some(last), ..person.clone() }
}

/// Ends an account with the transaction that disables the profile, and then what the person left open. The latter may
/// fail: `jobs` does it as well, on the event of this transaction.
pub(super) async fn end_account(
    asked: &Asked<'_>,
    mut commit: Commit,
    person: &User,
    zone: &Zone,
) -> Result<(), Failed> {
    commit.end_access(person.id)?;
    commit.send_persistently(&asked.app.store).await?;
    if let Err(error) = offboarding(asked, person.updated_at).finish(zone).await {
        tracing::warn!(person = %person.id, %error, "what a leaver left open is ended by jobs");
    }
    Ok(())
}

/// What ends along with an account, as the caller's doing.
pub(super) fn offboarding<'a>(asked: &Asked<'a>, now: Timestamp) -> Offboarding<'a> {
    Offboarding {
        store: &asked.app.store,
        entropy: &*asked.app.entropy,
        person: asked.person,
        actor: Actor::User { id: asked.caller.user_id },
        request_id: Some(asked.request_id.to_string()),
        now,
    }
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
