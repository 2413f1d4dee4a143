//! E-mail addresses, with the checks that tell a typing mistake from an address.

use serde::{Deserialize, Serialize};

use crate::{FieldRule, Invalid};

/// An e-mail address of at most 254 characters (RFC 5321) with a local part, one `@` and a domain with a dot. Addresses are
/// folded to lower case, so that `Maria@…` and `maria@…` can't be two accounts. Only a message can show whether an address
/// exists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, format = "email", max_length = 254, example = "maria@example.com")]
pub struct Email(String);

impl Email {
    /// The address, folded to lower case.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim().to_lowercase();
        let well_formed = text.len() <= 254
            && !text.chars().any(|c| c.is_control() || c.is_whitespace())
            && text.split_once('@').is_some_and(|(local, domain)| {
                (1..=64).contains(&local.len())
                    && !domain.contains('@')
                    && domain.contains('.')
                    && domain
                        .split('.')
                        .all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
            });
        if well_formed { Ok(Self(text)) } else { Err(Invalid::new(FieldRule::Email)) }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Email {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}
