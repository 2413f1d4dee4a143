//! Settlement: the amounts that a pay period pays, and the differences that later changes of its days add to the next period.
//!
//! A closed period stores, for each date, the seconds by code that it paid. If the date changes later, the next period pays the
//! difference to what all periods have settled for it. Therefore each change counts exactly once, whenever it is made. Two runs
//! have the same total as one run at the end.

use std::collections::BTreeMap;

use super::PayCode;
use crate::calendar::WorkDate;

/// Seconds by pay code.
pub type SecondsByCode = BTreeMap<PayCode, i64>;

/// The seconds that all closed periods together have settled for a person's dates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled(BTreeMap<WorkDate, SecondsByCode>);

/// A line of a settlement: the time of one date and one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettlementLine {
    /// The work date.
    pub date: WorkDate,
    /// The pay code.
    pub code: PayCode,
    /// The seconds; negative if an earlier period paid too many.
    pub seconds: i64,
    /// Whether the line is a difference to what an earlier period settled for the date.
    pub is_delta: bool,
}

impl Settled {
    /// The settled seconds of a date.
    pub fn of(&self, date: WorkDate) -> Option<&SecondsByCode> {
        self.0.get(&date)
    }

    /// The lines that pay the difference between the dates' current seconds and their settled ones. `first` is the first date of
    /// the period that pays them.
    pub fn lines(&self, now: &BTreeMap<WorkDate, SecondsByCode>, first: WorkDate) -> Vec<SettlementLine> {
        let nothing = SecondsByCode::new();
        let mut lines = Vec::new();
        for (date, current) in now {
            let before = self.0.get(date).unwrap_or(&nothing);
            let codes = current.keys().chain(before.keys().filter(|code| !current.contains_key(*code)));
            for code in codes {
                let seconds = current.get(code).unwrap_or(&0) - before.get(code).unwrap_or(&0);
                if seconds != 0 {
                    lines.push(SettlementLine { date: *date, code: code.clone(), seconds, is_delta: *date < first });
                }
            }
        }
        lines
    }

    /// The settled seconds after dates are settled with their current seconds.
    #[must_use]
    pub fn with(mut self, now: &BTreeMap<WorkDate, SecondsByCode>) -> Self {
        for (date, current) in now {
            self.0.insert(*date, current.clone());
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::schedule::tests::company::date;

    fn day_of(regular: i64, overtime: i64) -> SecondsByCode {
        [(PayCode::regular(), regular), (PayCode::overtime(), overtime)]
            .into_iter()
            .filter(|(_, it)| *it != 0)
            .collect()
    }

    #[test]
    fn a_change_after_the_close_is_a_delta_of_the_next_period() {
        let october = BTreeMap::from([(date("2026-10-30"), day_of(28_800, 3_600))]);
        let settled = Settled::default().with(&october);
        let corrected =
            BTreeMap::from([(date("2026-10-30"), day_of(28_800, 0)), (date("2026-11-02"), day_of(28_800, 0))]);
        let lines = settled.lines(&corrected, date("2026-11-01"));
        let told: Vec<_> = lines.iter().map(|it| (it.date, it.code.as_str(), it.seconds, it.is_delta)).collect();
        assert_eq!(
            told,
            [(date("2026-10-30"), "overtime", -3_600, true), (date("2026-11-02"), "regular", 28_800, false),]
        );
        // A settled difference isn't a line of the next period.
        assert_eq!(settled.with(&corrected).lines(&corrected, date("2026-12-01")), []);
    }

    proptest! {
        /// "close → any later change appears exactly once, as a delta; two runs add up to one run made at the end".
        #[test]
        fn all_runs_add_up_to_one_run_at_the_end(
            runs in prop::collection::vec(prop::collection::vec((0i32..40, 0i64..5, 0i64..5), 0..12), 1..8),
        ) {
            let first = date("2026-10-01");
            let mut current: BTreeMap<WorkDate, SecondsByCode> = BTreeMap::new();
            let mut settled = Settled::default();
            let mut paid: BTreeMap<(WorkDate, PayCode), i64> = BTreeMap::new();
            for (index, changes) in runs.iter().enumerate() {
                for (day, regular, overtime) in changes {
                    current.insert(first.plus_days(*day), day_of(*regular, *overtime));
                }
                let period = first.plus_days(7 * i32::try_from(index).unwrap());
                for line in settled.lines(&current, period) {
                    *paid.entry((line.date, line.code)).or_default() += line.seconds;
                }
                settled = settled.with(&current);
            }
            paid.retain(|_, seconds| *seconds != 0);
            let at_the_end: BTreeMap<(WorkDate, PayCode), i64> = Settled::default()
                .lines(&current, first)
                .into_iter()
                .map(|line| ((line.date, line.code), line.seconds))
                .collect();
            prop_assert_eq!(paid, at_the_end);
        }
    }
}
