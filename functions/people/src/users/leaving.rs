//! Ends an account (docs/rules.md#joining-leaving-and-moving): one transaction first removes all of the person's access; the
//! rest follows.

use domain::{calendar::Zone, user::User};
use jiff::Timestamp;
use offboarding::Offboarding;
use store::Commit;
use web::Failed;

use super::update_context::UpdateContext;

/// Ends an account with the transaction that disables the profile, and then ends what the person left open. The second part may
/// fail: `jobs` also does it, on the event of this transaction.
pub(super) async fn end_account(
    context: &UpdateContext<'_>,
    mut commit: Commit,
    person: &User,
    zone: &Zone,
) -> Result<(), Failed> {
    commit.end_access(person.id)?;
    commit.send_persistently(&context.app.store).await?;
    if let Err(error) = offboarding(context, person.updated_at).finish(zone).await {
        tracing::warn!(person = %person.id, %error, "what a leaver left open is ended by jobs");
    }
    Ok(())
}

/// Returns the offboarding of the person, with the caller as its actor.
pub(super) fn offboarding<'a>(context: &UpdateContext<'a>, now: Timestamp) -> Offboarding<'a> {
    Offboarding {
        store: &context.app.store,
        entropy: &*context.app.entropy,
        person: context.person,
        actor: context.caller.actor(),
        request_id: Some(context.request_id.to_string()),
        now,
    }
}
