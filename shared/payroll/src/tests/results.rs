//! Results: order, hash, and the differences of later runs.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{line, november, sample};
use crate::{Hundredths, LineKey, PayrollLine, RunResult};

#[test]
fn lines_are_ordered_by_personnel_number_and_rounded() {
    let result = RunResult::new(november(), sample(), []);
    let told: Vec<(String, String, String)> = result
        .lines()
        .iter()
        .map(|line| (line.full_name.clone(), line.code.to_string(), line.hours.text('.')))
        .collect();
    let told: Vec<_> = told.iter().map(|(name, code, hours)| (name.as_str(), code.as_str(), hours.as_str())).collect();
    assert_eq!(
        told,
        [
            ("Maria Müller", "night", "2.00"),
            ("Maria Müller", "overtime", "7.25"),
            ("Maria Müller", "regular", "151.50"),
            ("Maria Müller", "absence_paid", "24.00"),
            ("Paul Öz", "regular", "160.00"),
        ]
    );
}

#[test]
fn the_same_figures_have_the_same_hash_in_any_order() {
    let forwards = RunResult::new(november(), sample(), []);
    let backwards = RunResult::new(november(), sample().into_iter().rev(), []);
    assert_eq!(forwards.hash().unwrap(), backwards.hash().unwrap());
    let mut changed = sample();
    changed[0].seconds += 1;
    assert_ne!(RunResult::new(november(), changed, []).hash().unwrap(), forwards.hash().unwrap());
    let stored = serde_json::to_string(&forwards).unwrap();
    let read: RunResult = serde_json::from_str(&stored).unwrap();
    assert_eq!(read.hash().unwrap(), forwards.hash().unwrap());
}

#[test]
fn a_second_run_holds_differences_alone() {
    let first = RunResult::new(november(), sample(), []);
    let mut now = sample();
    // Paul worked half an hour more, and Maria had no premium.
    now[0].seconds += 1_800;
    now.remove(3);
    let second = RunResult::new(november(), now, first.lines());
    let told: Vec<_> = second
        .lines()
        .iter()
        .map(|line| (line.full_name.as_str(), line.code.as_str(), line.seconds, line.hours))
        .collect();
    assert_eq!(
        told,
        [("Maria Müller", "night", -7_200, Hundredths::new(-200)), ("Paul Öz", "regular", 1_800, Hundredths::new(50))]
    );
    assert_eq!(RunResult::new(november(), sample(), first.lines()).lines(), []);
}

fn totals<'a>(lines: impl IntoIterator<Item = &'a PayrollLine>) -> BTreeMap<LineKey, (i64, i64, i64)> {
    let mut totals: BTreeMap<LineKey, (i64, i64, i64)> = BTreeMap::new();
    for line in lines {
        let sum = totals.entry(line.key()).or_default();
        *sum = (sum.0 + line.seconds, sum.1 + line.hours.get(), sum.2 + line.days.get());
    }
    totals.retain(|_, sum| *sum != (0, 0, 0));
    totals
}

proptest! {
    /// "two runs add up to one run made at the end": in seconds, in rounded hours, and in days.
    #[test]
    fn all_runs_of_a_period_add_up_to_one_run_at_the_end(
        runs in prop::collection::vec(
            prop::collection::vec((0usize..3, 0usize..3, -90_000i64..90_000, 0i64..300), 0..8),
            1..6,
        ),
    ) {
        let mut paid: Vec<PayrollLine> = Vec::new();
        let mut last = Vec::new();
        for changes in &runs {
            let lines = changes.iter().map(|(person, center, seconds, days)| PayrollLine {
                cost_center: (*center > 0).then(|| center.to_string()),
                days: Hundredths::new(*days),
                ..line(char::from(b'1' + u8::try_from(*person).unwrap()), "Somebody", "7", *seconds)
            });
            last = lines.collect();
            let run = RunResult::new(november(), last.clone(), &paid);
            paid.extend(run.lines().iter().cloned());
        }
        let at_the_end = RunResult::new(november(), last, []);
        prop_assert_eq!(totals(&paid), totals(at_the_end.lines()));
    }
}
