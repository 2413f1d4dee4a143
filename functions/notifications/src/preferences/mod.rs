//! `/notifications/preferences`: the kinds of notifications that a person has muted, and those that also go to other channels.

pub(crate) mod read;
pub(crate) mod replace;
pub(crate) mod unsubscribe;

use std::collections::BTreeSet;

use app::notifications::preferences::ChannelKinds;
use domain::{
    notification::{EmailDelivery, Inbox, NotificationKind, StopReason},
    user::User,
};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, Problem};

/// Whether this deployment sends e-mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EmailOn(pub(crate) bool);

/// The notification preferences of a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Preferences {
    /// The kinds of notifications that the person doesn't receive.
    muted: BTreeSet<NotificationKind>,
    /// The kinds of notifications that also go to other channels.
    channels: ChannelKinds,
    /// When e-mails about notifications are sent.
    email_delivery: EmailDelivery,
    /// Whether e-mails can reach the person.
    email_state: EmailState,
    /// The reason why e-mails about notifications were stopped; `null` if they weren't. Choosing kinds again starts them again.
    email_stopped: Option<StopReason>,
    /// The version of the preferences; 0 while all are defaults.
    version: u64,
}

/// Whether e-mails can reach a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum EmailState {
    /// This deployment sends no e-mail.
    Off,
    /// The person has no address.
    NoAddress,
    /// The person hasn't confirmed the address.
    Unverified,
    /// E-mails are sent.
    On,
}

impl EmailState {
    fn of(EmailOn(is_on): EmailOn, person: &User) -> Self {
        match (is_on, &person.email, person.email_verified_at) {
            (false, _, _) => Self::Off,
            (true, None, _) => Self::NoAddress,
            (true, Some(_), None) => Self::Unverified,
            (true, Some(_), Some(_)) => Self::On,
        }
    }
}

fn answer(email: EmailOn, person: &User, inbox: &Inbox) -> Result<Answer, Problem> {
    let (version, channels) = (inbox.preferences_version(), inbox.channels());
    let preferences = Preferences {
        muted: inbox.muted().clone(),
        channels: ChannelKinds { email: channels.email.clone().into(), push: channels.push.clone().into() },
        email_delivery: channels.email_delivery,
        email_state: EmailState::of(email, person),
        email_stopped: channels.email_stopped.map(|stop| stop.reason),
        version,
    };
    Ok(Answer::ok(&preferences)?.version(version))
}
