//! What someone signs in with: their username or their e-mail address.

use domain::{email::Email, id::UserId, username::Username};
use store::{Store, StoreError};

/// A name at sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SignInName {
    Username(Username),
    Email(Email),
    /// Nobody can have it.
    Impossible,
}

impl SignInName {
    /// What a text names: no username has an `@`, every address does.
    pub(crate) fn parse(text: &str) -> Self {
        let parsed = if text.contains('@') {
            Email::parse(text).map(Self::Email)
        } else {
            Username::parse(text).map(Self::Username)
        };
        parsed.unwrap_or(Self::Impossible)
    }

    /// Whose it is.
    pub(crate) async fn holder(&self, store: &Store) -> Result<Option<UserId>, StoreError> {
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
    fn an_at_sign_tells_an_address_from_a_username() {
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
