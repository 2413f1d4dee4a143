//! The secret parts of links in e-mails. Each names a person and proves that this system made it, so the table needs no secret.

use domain::{
    id::{DepartmentId, NotificationNumber, UserId},
    outgoing::{AccountLink, LinkPurpose},
};
use jiff::Timestamp;

use crate::{CompanyKeys, SecretError};

/// The prefix of the tokens of account links.
const LINK_FORM: &str = "al1";
/// The prefix of the tokens that unsubscribe.
const UNSUBSCRIBE_FORM: &str = "un1";

/// The content of an account link's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkToken {
    /// The person.
    pub user: UserId,
    /// The purpose.
    pub purpose: LinkPurpose,
    /// The number of the link.
    pub number: NotificationNumber,
}

impl CompanyKeys {
    /// Returns the token of an account link.
    ///
    /// # Errors
    /// [`SecretError::Unavailable`] if the secret can't be read.
    pub async fn link_token(&self, link: LinkToken, now: Timestamp) -> Result<String, SecretError> {
        let LinkToken { user, purpose, number } = link;
        let proof = self.prove(&AccountLink::proven_text(user, purpose, number), now).await?;
        Ok(format!("{LINK_FORM}.{}.{user}.{number}.{proof}", purpose.name()))
    }

    /// Returns the content of an account link's token, if this system made it.
    ///
    /// # Errors
    /// [`SecretError::Unavailable`] if the secret can't be read.
    pub async fn open_link_token(&self, text: &str) -> Result<Option<LinkToken>, SecretError> {
        let Some((link, proof)) = parsed(text) else { return Ok(None) };
        let LinkToken { user, purpose, number } = link;
        let is_ours = self.is_proven(&AccountLink::proven_text(user, purpose, number), proof).await?;
        Ok(is_ours.then_some(link))
    }

    /// Returns the token with which a person unsubscribes from e-mails. It doesn't expire, because e-mails are kept.
    ///
    /// # Errors
    /// [`SecretError::Unavailable`] if the secret can't be read.
    pub async fn unsubscribe_token(&self, user: UserId, now: Timestamp) -> Result<String, SecretError> {
        let proof = self.prove(&unsubscribe_text(user), now).await?;
        Ok(format!("{UNSUBSCRIBE_FORM}.{user}.{proof}"))
    }

    /// Returns the person whose e-mails a token stops, if this system made it.
    ///
    /// # Errors
    /// [`SecretError::Unavailable`] if the secret can't be read.
    pub async fn open_unsubscribe_token(&self, text: &str) -> Result<Option<UserId>, SecretError> {
        let mut parts = text.split('.');
        let (form, user, proof, end) = (parts.next(), parts.next(), parts.next(), parts.next());
        let user: Option<UserId> = user.and_then(|user| user.parse().ok());
        let (Some(UNSUBSCRIBE_FORM), Some(user), Some(proof), None) = (form, user, proof, end) else { return Ok(None) };
        Ok(self.is_proven(&unsubscribe_text(user), proof).await?.then_some(user))
    }
}

/// Returns the context of the encryption of a person's push subscriptions ([`CompanyKeys::seal`]).
pub fn push_context(user: UserId) -> String {
    format!("push subscription of {user}")
}

/// Returns the context of the encryption of a department's chat ([`CompanyKeys::seal`]).
pub fn chat_context(department: DepartmentId) -> String {
    format!("chat of {department}")
}

fn unsubscribe_text(user: UserId) -> String {
    format!("unsubscribe {user}")
}

fn parsed(text: &str) -> Option<(LinkToken, &str)> {
    let mut parts = text.split('.');
    let (form, purpose) = (parts.next()?, parts.next()?);
    let (user, number, proof) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?);
    let purpose = LinkPurpose::ALL.into_iter().find(|known| known.name() == purpose)?;
    (form == LINK_FORM && parts.next().is_none()).then_some((LinkToken { user, purpose, number }, proof))
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6CD";
    const NUMBER: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6NN";

    #[test]
    fn a_token_of_another_form_is_none() {
        let whole = format!("al1.password-reset.{USER}.{NUMBER}.proof");
        let expected = LinkToken {
            user: USER.parse().unwrap(),
            purpose: LinkPurpose::PasswordReset,
            number: NUMBER.parse().unwrap(),
        };
        assert_eq!(parsed(&whole), Some((expected, "proof")));
        for wrong in [
            "",
            "al1",
            &whole.replacen("al1", "al2", 1),
            &whole.replacen("password-reset", "other", 1),
            &whole.replacen(USER, "me", 1),
            &format!("{whole}.more"),
        ] {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
    }
}
