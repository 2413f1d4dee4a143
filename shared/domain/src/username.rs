//! Usernames, with which people sign in.

use serde::{Deserialize, Serialize};

use crate::{FieldRule, Invalid};

/// A username: 3 to 32 characters out of `a`–`z`, digits, `.`, `_` and `-`, beginning with a letter or digit. Upper case is
/// folded, so that `Maria` and `maria` are the same person. A username has no `@`, which distinguishes it from an e-mail address
/// at sign-in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, min_length = 3, max_length = 32, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{2,31}$", example = "maria")]
pub struct Username(String);

impl Username {
    /// The username, folded to lower case.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim().to_ascii_lowercase();
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
        let begins_well = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        if (3..=32).contains(&text.len()) && text.chars().all(allowed) && begins_well {
            Ok(Self(text))
        } else {
            Err(Invalid::new(FieldRule::Username))
        }
    }

    /// The username.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Username {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<Username> for String {
    fn from(username: Username) -> Self {
        username.0
    }
}
