//! The `q` parameter of lists of people.

use domain::{FieldRule, text::NameQuery, user::User};
use web::Problem;

/// The maximum number of characters in a query, equal to that of a name.
const MAX_LENGTH: usize = 100;

/// Parses a query; an absent query matches everyone.
pub(super) fn parse(text: Option<&str>) -> Result<NameQuery, Problem> {
    let text = text.unwrap_or_default();
    if text.len() > MAX_LENGTH * 4 || text.chars().count() > MAX_LENGTH {
        return Err(Problem::invalid("q", FieldRule::LengthAtMost { max: MAX_LENGTH as u64 }));
    }
    Ok(NameQuery::new(text))
}

/// Whether the query matches a person's full name.
pub(super) fn finds_by_name(query: &NameQuery, person: &User) -> bool {
    query.finds(person.full_name.as_str())
}

/// Whether the query matches a person's full name or username.
pub(super) fn finds(query: &NameQuery, person: &User) -> bool {
    finds_by_name(query, person) || query.finds(person.username.as_str())
}

#[cfg(test)]
mod tests {
    use fixtures::maria;

    use super::*;

    #[test]
    fn a_person_is_found_by_words_of_their_name_or_username() {
        let query = |text| parse(Some(text)).unwrap();
        for text in ["maria w", "weber", "Weber Maria", " MARIA.", "maria.weber"] {
            assert!(finds(&query(text), &maria()), "{text}");
        }
        let other = User { username: domain::username::Username::parse("mw1980").unwrap(), ..maria() };
        assert!(finds(&query("mw19"), &other) && !finds_by_name(&query("mw19"), &other));
        assert!(!finds(&query("aria"), &maria()));
        assert!(finds(&parse(None).unwrap(), &maria()));
        assert!(parse(Some(&"x".repeat(101))).is_err());
    }
}
