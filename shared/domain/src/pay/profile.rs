//! Pay profiles: a person's number in payroll, pay rules and cost center, as a history by date.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    FieldRule, Invalid,
    bounded::Bounded,
    calendar::{DateRange, WorkDate},
    day::AccountTerms,
    id::PayRulesId,
    schedule::Planner,
};

/// Whether a text is 1 to `max` ASCII letters, digits, dots, hyphens and underscores.
fn is_label(text: &str, max: usize) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    (1..=max).contains(&text.len()) && text.bytes().all(allowed)
}

/// A person's number in payroll: 1 to 20 letters, digits, dots, hyphens and underscores. Each number belongs to one person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[A-Za-z0-9._-]{1,20}$", example = "00417")]
pub struct PersonnelNumber(String);

impl PersonnelNumber {
    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PersonnelNumber {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        if is_label(&text, 20) { Ok(Self(text)) } else { Err(Invalid::new(FieldRule::PersonnelNumber)) }
    }
}

impl From<PersonnelNumber> for String {
    fn from(number: PersonnelNumber) -> Self {
        number.0
    }
}

/// The code of a cost center or project: 1 to 32 letters, digits, dots, hyphens and underscores.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[A-Za-z0-9._-]{1,32}$", example = "4711")]
pub struct CostCenterCode(String);

impl CostCenterCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CostCenterCode {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        if is_label(&text, 32) { Ok(Self(text)) } else { Err(Invalid::new(FieldRule::CostCenterCode)) }
    }
}

impl From<CostCenterCode> for String {
    fn from(code: CostCenterCode) -> Self {
        code.0
    }
}

/// A person's data for payroll from a date on, until the next profile of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PayProfile {
    /// The first date of the profile.
    pub effective_from: WorkDate,
    /// The person's number in payroll.
    pub personnel_number: PersonnelNumber,
    /// The id of the pay rules; null for the built-in rules, under which work beyond the scheduled time is overtime.
    #[serde(default)]
    #[schema(required = true)]
    pub rules_id: Option<PayRulesId>,
    /// The cost center of work for which the person doesn't name one; null for none.
    #[serde(default)]
    #[schema(required = true)]
    pub cost_center: Option<CostCenterCode>,
    /// Whether the person has a time account.
    pub account: bool,
    /// The minutes to be worked in a week, as the target of the time account; null if the schedule is the target.
    #[serde(default)]
    #[schema(required = true, value_type = Option<u32>, minimum = 1, maximum = 10080)]
    pub weekly_minutes: Option<Bounded<1, 10_080>>,
}

impl PayProfile {
    /// The terms of the person's time account on a date; none without an account. A contract's weekly time is spread evenly over
    /// the dates of the week, from Monday to Sunday, on which the person has shifts without holidays and leave.
    pub fn account_terms(&self, date: WorkDate, planner: &Planner<'_>) -> Option<AccountTerms> {
        if !self.account {
            return None;
        }
        let contract_seconds = self.weekly_minutes.map(|minutes| {
            let is_planned = |date: &WorkDate| !planner.planned_shifts(*date).is_empty();
            let dates: Vec<WorkDate> = contract_week(date).each().filter(is_planned).collect();
            let share = dates.iter().position(|planned| *planned == date);
            let (Some(share), Ok(dates)) =
                (share.and_then(|share| i64::try_from(share).ok()), i64::try_from(dates.len()))
            else {
                return 0;
            };
            // Seconds that can't be divided evenly are spread as well, so that the week adds up.
            let until = |share: i64| 60 * minutes.as_i64() * share / dates;
            until(share + 1) - until(share)
        });
        Some(AccountTerms { contract_seconds })
    }
}

/// The dates over which a contract's weekly time is spread: the week of a date, from Monday to Sunday.
pub fn contract_week(date: WorkDate) -> DateRange {
    let monday = date.plus_days(-i32::from(date.date().weekday().to_monday_zero_offset()));
    DateRange { from: monday, to: monday.plus_days(6) }
}

/// A person's pay profiles in ascending order of their first dates. Each date occurs once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayProfiles {
    /// The profiles in ascending order.
    profiles: Vec<PayProfile>,
    /// The number of changes; 0 before the first.
    #[serde(default)]
    pub version: u64,
}

impl PayProfiles {
    /// The maximum number of profiles of a person.
    pub const MAX: usize = 50;

    /// The profile in force on a date; `None` before the first profile.
    pub fn on(&self, date: WorkDate) -> Option<&PayProfile> {
        self.profiles.iter().rev().find(|profile| profile.effective_from <= date)
    }

    /// All profiles, in ascending order.
    pub fn all(&self) -> &[PayProfile] {
        &self.profiles
    }

    /// Whether a profile has a time account whose target is a contract's weekly time.
    pub fn has_contract(&self) -> bool {
        self.profiles.iter().any(|profile| profile.account && profile.weekly_minutes.is_some())
    }

    /// The ids of all pay rules that a profile names, each once.
    pub fn rules(&self) -> std::collections::BTreeSet<PayRulesId> {
        self.profiles.iter().filter_map(|profile| profile.rules_id).collect()
    }

    /// All personnel numbers that a profile names, each once.
    pub fn personnel_numbers(&self) -> std::collections::BTreeSet<&PersonnelNumber> {
        self.profiles.iter().map(|profile| &profile.personnel_number).collect()
    }

    /// The profiles with another one, which replaces a profile of the same date. The version is that of the next change.
    ///
    /// # Errors
    /// The person would have too many profiles.
    pub fn with(&self, profile: PayProfile) -> Result<Self, Invalid> {
        let mut profiles = self.profiles.clone();
        profiles.retain(|other| other.effective_from != profile.effective_from);
        profiles.push(profile);
        if profiles.len() > Self::MAX {
            return Err(Invalid::new(FieldRule::ItemsAtMost { max: Self::MAX as u64 }));
        }
        profiles.sort_by_key(|profile| profile.effective_from);
        Ok(Self { profiles, version: self.version + 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::tests::company::date;

    fn profile(from: &str, number: &str) -> PayProfile {
        PayProfile {
            effective_from: date(from),
            personnel_number: number.to_owned().try_into().unwrap(),
            rules_id: None,
            cost_center: None,
            account: false,
            weekly_minutes: None,
        }
    }

    #[test]
    fn a_profile_holds_until_the_next_one() {
        let profiles = PayProfiles::default().with(profile("2026-11-01", "2")).unwrap();
        let profiles = profiles.with(profile("2026-01-01", "1")).unwrap();
        let number = |on: &str| profiles.on(date(on)).map(|profile| profile.personnel_number.as_str().to_owned());
        assert_eq!(number("2025-12-31"), None);
        assert_eq!(number("2026-10-31").as_deref(), Some("1"));
        assert_eq!(number("2026-11-01").as_deref(), Some("2"));
    }

    #[test]
    fn a_profile_replaces_that_of_its_date() {
        let profiles = PayProfiles::default().with(profile("2026-11-01", "2")).unwrap();
        let profiles = profiles.with(profile("2026-11-01", "3")).unwrap();
        assert_eq!((profiles.all().len(), profiles.version), (1, 2));
        assert_eq!(profiles.all()[0].personnel_number.as_str(), "3");
    }

    #[test]
    fn numbers_and_cost_centers_are_short_labels() {
        for text in ["00417", "A-1.b_2"] {
            assert!(PersonnelNumber::try_from(text.to_owned()).is_ok(), "{text}");
            assert!(CostCenterCode::try_from(text.to_owned()).is_ok(), "{text}");
        }
        for text in ["", "a b", "ä", "123456789012345678901"] {
            assert!(PersonnelNumber::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
