//! Reports of SES about e-mails that bounced or that their readers complained about. Both stop the e-mails about notifications to
//! the address. A bounced address isn't confirmed any more, so no link for a new password goes to it either.

use std::collections::BTreeSet;

use domain::{
    email::Email,
    event::{AccountFact, Fact, Subject},
    id::UserId,
    notification::StopReason,
    user::User,
};
use serde::Deserialize;
use store::{Commit, CommitError, StoreError};

use crate::run::Sender;

/// The number of attempts to stop e-mails of a person whose inbox or profile changes at the same time.
const MAX_ATTEMPTS: u32 = 5;

/// The part of an SES event that is read.
#[derive(Debug, Deserialize)]
pub(crate) struct Feedback {
    #[serde(default)]
    bounce: Option<Bounce>,
    #[serde(default)]
    complaint: Option<Complaint>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
    #[serde(default)]
    bounced_recipients: Vec<Address>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complaint {
    #[serde(default)]
    complained_recipients: Vec<Address>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Address {
    email_address: String,
}

impl Feedback {
    /// Returns the addresses to which e-mails stop, with the reason. A bounce that isn't permanent, such as a full mailbox, stops
    /// nothing.
    fn stops(&self) -> Vec<(Email, StopReason)> {
        let permanent = self.bounce.iter().filter(|bounce| bounce.bounce_type == "Permanent");
        let bounced = permanent.flat_map(|bounce| &bounce.bounced_recipients).map(|of| (of, StopReason::Bounced));
        let complained = self.complaint.iter().flat_map(|complaint| &complaint.complained_recipients);
        let complained = complained.map(|of| (of, StopReason::Complained));
        let parsed = |(address, reason): (&Address, StopReason)| {
            Email::parse(address.email_address.trim_matches(['<', '>'])).ok().map(|email| (email, reason))
        };
        bounced.chain(complained).filter_map(parsed).collect()
    }
}

impl Sender {
    /// Stops the e-mails to the addresses of a report. Returns the number of people whose e-mails stopped.
    ///
    /// # Errors
    /// The e-mails to an address couldn't be stopped. Those to the other addresses of the report are stopped.
    pub(crate) async fn stop_emails(&self, report: &Feedback) -> Result<usize, StoreError> {
        let (mut stopped, mut failure) = (BTreeSet::new(), None);
        for (email, reason) in report.stops() {
            // Other deployments of the account report to this function too. Their addresses are nobody's here.
            let stop = async {
                let Some(user) = self.store.holder_of_email(&email).await? else { return Ok(None) };
                let is_stopped = retry(|| self.stop_email(user, &email, reason)).await?;
                Ok::<_, StoreError>(is_stopped.then_some(user))
            };
            match stop.await {
                Ok(user) => stopped.extend(user),
                Err(error) => failure = Some(error),
            }
        }
        // The invocation is tried again, and finds what isn't stopped yet.
        failure.map_or(Ok(stopped.len()), Err)
    }

    /// Stops the e-mails to a person. Returns `false` if they are stopped already.
    async fn stop_email(&self, user: UserId, email: &Email, reason: StopReason) -> Result<bool, CommitError> {
        let now = self.clock.now();
        let Some(addressee) = self.store.addressee(user).await? else { return Ok(false) };
        let person = addressee.person;
        if person.email.as_ref() != Some(email) {
            return Ok(false);
        }
        let loses_address = reason == StopReason::Bounced && person.email_verified_at.is_some();
        let is_stopped = addressee.inbox.channels().email_stopped.is_some();
        if is_stopped && !loses_address {
            return Ok(false);
        }
        let stamp = self.stamp(now);
        let mut commit = if loses_address {
            let subject = Subject::User(user);
            let fields = vec!["email_verified_at".to_owned()];
            let mut commit = Commit::new(stamp, subject, vec![Fact::Account(AccountFact::UserChanged { fields })])?;
            let after =
                User { email_verified_at: None, version: person.version + 1, updated_at: now, ..person.clone() };
            let verified_at = |user: &User| serde_json::json!({"email_verified_at": user.email_verified_at});
            commit.audit(subject, "email_bounced", Some(&verified_at(&person)), Some(&verified_at(&after)))?;
            commit.change_user(&person, &after)?;
            commit
        } else {
            Commit::without_event(stamp)
        };
        if !is_stopped {
            commit.put_inbox(user, &addressee.inbox.without_email(reason, now).next_version())?;
        }
        commit.send(&self.store).await?;
        tracing::info!(user = %user, ?reason, "e-mails to a person stopped");
        Ok(true)
    }
}

/// Repeats a change until no other request has changed the same items since they were read.
///
/// # Errors
/// The table failed, or other requests were first in [`MAX_ATTEMPTS`] attempts.
async fn retry<F>(change: impl Fn() -> F) -> Result<bool, StoreError>
where
    F: Future<Output = Result<bool, CommitError>>,
{
    for _ in 0..MAX_ATTEMPTS {
        match change().await {
            Ok(has_changed) => return Ok(has_changed),
            Err(CommitError::ConditionFailed(_)) => {}
            Err(CommitError::Store(error)) => return Err(error),
        }
    }
    Err(StoreError::Contended)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use store::Condition;

    use super::*;

    #[tokio::test]
    async fn a_change_that_always_loses_against_others_is_an_error() {
        let attempts = Cell::new(0);
        let result_if = async |won_in: u32| {
            attempts.set(0);
            let change = || async {
                attempts.set(attempts.get() + 1);
                if attempts.get() < won_in { Err(CommitError::ConditionFailed(Condition::Version)) } else { Ok(true) }
            };
            retry(change).await
        };
        assert!(result_if(MAX_ATTEMPTS).await.unwrap());
        let lost = result_if(MAX_ATTEMPTS + 1).await;
        assert!(matches!(lost, Err(StoreError::Contended)), "{lost:?}");
        assert_eq!(attempts.get(), MAX_ATTEMPTS);
    }

    #[test]
    fn permanent_bounces_and_complaints_stop_emails() {
        let stops = |event: serde_json::Value| serde_json::from_value::<Feedback>(event).unwrap().stops();
        let bounce = |kind: &str| {
            serde_json::json!({
                "eventType": "Bounce",
                "bounce": {"bounceType": kind, "bouncedRecipients": [{"emailAddress": "Maria@Example.com"}]},
                "mail": {"messageId": "1"}
            })
        };
        let maria = Email::parse("maria@example.com").unwrap();
        assert_eq!(stops(bounce("Permanent")), [(maria.clone(), StopReason::Bounced)]);
        assert_eq!(stops(bounce("Transient")), []);
        let complaint =
            serde_json::json!({"complaint": {"complainedRecipients": [{"emailAddress": "maria@example.com"}]}});
        assert_eq!(stops(complaint), [(maria, StopReason::Complained)]);
    }
}
