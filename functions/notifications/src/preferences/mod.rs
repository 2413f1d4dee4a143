//! What a person doesn't want to hear of.

pub(crate) mod read;
pub(crate) mod replace;

use std::collections::BTreeSet;

use domain::notification::{Inbox, NotificationKind};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, Problem};

/// What someone doesn't want to hear of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Preferences {
    /// News of these kinds come neither into the inbox nor to connections.
    muted: BTreeSet<NotificationKind>,
    version: u64,
}

fn answer(inbox: &Inbox) -> Result<Answer, Problem> {
    let version = inbox.preferences_version();
    Ok(Answer::ok(&Preferences { muted: inbox.muted().clone(), version })?.version(version))
}
