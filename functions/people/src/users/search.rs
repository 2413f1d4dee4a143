//! What people are looked for by: the beginning of a name.

use domain::user::User;
use web::Problem;

/// The longest name there is.
const LONGEST: usize = 100;

/// The beginning of a name, folded; whatever case it is written in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Prefix(String);

impl Prefix {
    /// The prefix; an absent or empty one lets everybody through.
    pub(super) fn new(text: Option<&str>) -> Result<Self, Problem> {
        let text = text.unwrap_or_default().trim();
        if text.len() > LONGEST * 4 || text.chars().count() > LONGEST {
            return Err(Problem::invalid("q", format!("must be at most {LONGEST} characters")));
        }
        Ok(Self(text.to_lowercase()))
    }

    /// The prefix as cursors keep it.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether everybody is let through.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the person's full name begins so.
    pub(super) fn begins_name(&self, person: &User) -> bool {
        person.full_name.as_str().to_lowercase().starts_with(&self.0)
    }

    /// Whether the person's full name or username begins so.
    pub(super) fn begins_either(&self, person: &User) -> bool {
        person.username.as_str().starts_with(&self.0) || self.begins_name(person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::users::edit::tests::maria;

    #[test]
    fn a_prefix_is_found_in_any_case_at_the_beginning_only() {
        let prefix = |text| Prefix::new(Some(text)).unwrap();
        assert!(prefix("maria w").begins_either(&maria()));
        assert!(prefix(" MARIA.").begins_either(&maria()));
        assert!(!prefix("weber").begins_either(&maria()));
        assert!(!prefix("maria.").begins_name(&maria()));
        assert!(Prefix::new(None).unwrap().begins_either(&maria()));
        assert!(Prefix::new(Some(&"x".repeat(101))).is_err());
    }
}
