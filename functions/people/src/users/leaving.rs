//! Ends an account (docs/rules.md#joining-leaving-and-moving): one transaction first removes all of the person's access; the
//! rest follows.

use domain::{calendar::Zone, user::User};
use jiff::Timestamp;
use offboarding::Offboarding;
use store::Commit;
use web::Failed;

use super::edit::UpdateContext;

/// Ends an account with the transaction that disables the profile, and then ends what the person left open. The second part may
/// fail: `jobs` also does it, on the event of this transaction.
pub(super) async fn end_account(
    asked: &UpdateContext<'_>,
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

/// Returns the offboarding of the person, with the caller as its actor.
pub(super) fn offboarding<'a>(asked: &UpdateContext<'a>, now: Timestamp) -> Offboarding<'a> {
    Offboarding {
        store: &asked.app.store,
        entropy: &*asked.app.entropy,
        person: asked.person,
        actor: asked.caller.actor(),
        request_id: Some(asked.request_id.to_string()),
        now,
    }
}
