//! The effects that a change of settings or pay rules would have on stored days, as the API shows them.

use std::collections::{BTreeMap, BTreeSet};

use domain::{calendar::WorkDate, day::Figures, id::UserId, pay::PayCode};
use serde::Serialize;
use utoipa::ToSchema;

/// The effects that a change of settings would have on stored days.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettingsPreview {
    /// The number of people whose days were computed again.
    pub people: usize,
    /// The people whose figures differ, by department and name.
    pub items: Vec<PersonDifference>,
    /// The sums of all people.
    pub totals: FigureDifferences,
}

/// The effects that other pay rules would have on stored days.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RulesPreview)]
pub struct PayRulesPreview {
    /// The number of people whose pay was computed again.
    pub people: usize,
    /// The people whose pay differs, by department and name.
    pub items: Vec<PayDifference>,
    /// The sums of all people, by pay code.
    pub totals: Vec<CodeDifference>,
}

/// The figures of a person that differ.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonDifference {
    /// The person.
    pub user_id: UserId,
    /// The dates whose figures differ.
    pub dates: Vec<WorkDate>,
    /// The sums over the dates.
    pub figures: FigureDifferences,
}

/// The sums of figures before and after the change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the fields are named as the figures of a day")]
pub struct FigureDifferences {
    /// The scheduled time.
    scheduled_seconds: Difference,
    /// The worked time.
    worked_seconds: Difference,
    /// The lateness.
    late_seconds: Difference,
    /// The time by which shifts were left early.
    early_leave_seconds: Difference,
    /// The overtime.
    overtime_seconds: Difference,
}

/// A sum before and after the change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Difference {
    /// The seconds as they are.
    before: i64,
    /// The seconds under the change.
    after: i64,
}

impl Difference {
    const fn add(&mut self, other: Self) {
        self.before += other.before;
        self.after += other.after;
    }
}

impl FigureDifferences {
    /// Returns the figures of a day before and after the change.
    pub fn new(before: &Figures, after: &Figures) -> Self {
        let of = |figure: fn(&Figures) -> i64| Difference { before: figure(before), after: figure(after) };
        Self {
            scheduled_seconds: of(|figures| figures.scheduled_seconds),
            worked_seconds: of(|figures| figures.worked_seconds),
            late_seconds: of(|figures| figures.late_seconds),
            early_leave_seconds: of(|figures| figures.early_leave_seconds),
            overtime_seconds: of(|figures| figures.overtime_seconds),
        }
    }

    /// Adds other sums.
    pub const fn add(&mut self, other: Self) {
        self.scheduled_seconds.add(other.scheduled_seconds);
        self.worked_seconds.add(other.worked_seconds);
        self.late_seconds.add(other.late_seconds);
        self.early_leave_seconds.add(other.early_leave_seconds);
        self.overtime_seconds.add(other.overtime_seconds);
    }
}

/// The pay of a person that differs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PayDifference {
    /// The person.
    pub user_id: UserId,
    /// The sums that differ, by pay code.
    pub codes: Vec<CodeDifference>,
}

/// The paid seconds of a code before and after the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CodeDifference {
    /// The pay code.
    code: PayCode,
    /// The paid seconds as they are.
    before: i64,
    /// The paid seconds under the change.
    after: i64,
}

/// The paid seconds by code before and after a change.
#[derive(Debug, Clone, Default)]
pub struct CodeSums {
    before: BTreeMap<PayCode, i64>,
    after: BTreeMap<PayCode, i64>,
}

impl CodeSums {
    /// Returns the sums.
    pub const fn new(before: BTreeMap<PayCode, i64>, after: BTreeMap<PayCode, i64>) -> Self {
        Self { before, after }
    }

    /// Adds the differences of a person.
    pub fn add(&mut self, person: &PayDifference) {
        for difference in &person.codes {
            *self.before.entry(difference.code.clone()).or_default() += difference.before;
            *self.after.entry(difference.code.clone()).or_default() += difference.after;
        }
    }

    /// Returns the codes whose sums differ.
    pub fn differences(&self) -> Vec<CodeDifference> {
        let codes: BTreeSet<&PayCode> = self.before.keys().chain(self.after.keys()).collect();
        let sum = |sums: &BTreeMap<PayCode, i64>, code: &PayCode| sums.get(code).copied().unwrap_or(0);
        let difference = |code: &PayCode| {
            let (before, after) = (sum(&self.before, code), sum(&self.after, code));
            (before != after).then(|| CodeDifference { code: code.clone(), before, after })
        };
        codes.into_iter().filter_map(difference).collect()
    }
}
