//! The name with which a person signs in: a username or an e-mail address.

use domain::{email::Email, id::UserId, username::Username};
use store::{Store, StoreError};

/// A name at sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInName {
    /// A username.
    Username(Username),
    /// An e-mail address.
    Email(Email),
    /// A text that can't be a username or an e-mail address.
    Impossible,
}

impl SignInName {
    /// Parses a text. Every e-mail address contains an `@`, and no username does.
    pub fn parse(text: &str) -> Self {
        let parsed = if text.contains('@') {
            Email::parse(text).map(Self::Email)
        } else {
            Username::parse(text).map(Self::Username)
        };
        parsed.unwrap_or(Self::Impossible)
    }

    /// Returns the id of the person with this name.
    ///
    /// # Errors
    /// The table failed.
    pub async fn holder(&self, store: &Store) -> Result<Option<UserId>, StoreError> {
        match self {
            Self::Username(username) => store.holder_of_username(username).await,
            Self::Email(email) => store.holder_of_email(email).await,
            Self::Impossible => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_name_with_an_at_sign_is_an_email_address() {
        assert_eq!(SignInName::parse(" Maria "), SignInName::Username(Username::parse("maria").unwrap()));
        assert_eq!(
            SignInName::parse("Maria@Example.com"),
            SignInName::Email(Email::parse("maria@example.com").unwrap())
        );
        for impossible in ["", "@", "a b", "maria@", "\0"] {
            assert_eq!(SignInName::parse(impossible), SignInName::Impossible, "{impossible:?}");
        }
    }
}
