//! `/notifications/preferences`: the kinds of notifications that a person has muted.

pub(crate) mod read;
pub(crate) mod replace;

use std::collections::BTreeSet;

use domain::notification::{Inbox, NotificationKind};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, Problem};

/// The notification preferences of a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Preferences {
    /// The kinds of notifications that the person doesn't receive.
    muted: BTreeSet<NotificationKind>,
    /// The version of the preferences; 0 while all are defaults.
    version: u64,
}

fn answer(inbox: &Inbox) -> Result<Answer, Problem> {
    let version = inbox.preferences_version();
    Ok(Answer::ok(&Preferences { muted: inbox.muted().clone(), version })?.version(version))
}
