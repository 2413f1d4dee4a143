//! What other settings or pay rules would mean for stored days of a person, without changing anything.

mod scope;

use std::collections::BTreeMap;

use answers::preview::{CodeSums, FigureDifferences, PayDifference, PersonDifference};
use domain::{
    calendar::WorkDate,
    day::Day,
    export::PreviewedDays,
    id::UserId,
    pay::{PayCode, PayRules, PayRulesVersions, SegmentedDay},
    schedule::Planner,
    settings::Settings,
    user::User,
};
use jiff::Timestamp;
use store::{
    Store, StoreError,
    attendance::AttendanceSnapshot,
    pay::inputs::{Extent, PayInputs},
};

pub use self::scope::PreviewScope;

/// The number of dates that one read returns.
const DATES_AT_ONCE: usize = 31;

/// Returns the figures of a person that differ under the changed settings; none if none do. One read for each 31 dates.
///
/// # Errors
/// The table can't be read.
pub async fn figure_difference(
    store: &Store,
    person: &User,
    scope: PreviewedDays,
    settings: &Settings,
    now: Timestamp,
) -> Result<Option<PersonDifference>, StoreError> {
    let mut found = PersonDifference { user_id: person.id, dates: Vec::new(), figures: FigureDifferences::default() };
    let dates: Vec<WorkDate> = scope.dates().collect();
    for some in dates.chunks(DATES_AT_ONCE) {
        let snapshot = store.attendance_snapshot(person.id, some.to_vec(), None, now).await?;
        add_differences(&mut found, &snapshot, person, settings, now);
    }
    Ok(Some(found).filter(|found| !found.dates.is_empty()))
}

fn add_differences(
    found: &mut PersonDifference,
    snapshot: &AttendanceSnapshot,
    person: &User,
    settings: &Settings,
    now: Timestamp,
) {
    let before = snapshot.planner(person);
    let after = Planner { settings, ..before };
    for (date, day) in &snapshot.days {
        let changed: Day = day.under_settings(&before, &after);
        let (is, would_be) = (day.figures(now), changed.figures(now));
        let figures = FigureDifferences::new(&is, &would_be);
        if figures != FigureDifferences::new(&is, &is) {
            found.dates.push(*date);
            found.figures.add(figures);
        }
    }
}

/// Pay rules that are tried.
#[derive(Debug, Clone, Copy)]
pub struct TriedRules<'a> {
    /// The rules that the versions replace; none for the built-in rules.
    pub replaced: Option<&'a PayRules>,
    /// The versions.
    pub versions: &'a PayRulesVersions,
}

/// Returns the pay of a person that differs under the tried rules; none if none does.
///
/// # Errors
/// The table can't be read.
pub async fn pay_difference(
    store: &Store,
    person: UserId,
    scope: PreviewedDays,
    tried: TriedRules<'_>,
    now: Timestamp,
) -> Result<Option<PayDifference>, StoreError> {
    let inputs = store.pay_inputs_with(person, scope.from, scope.to, now, Extent::WholePeriods).await?;
    let Some(mut inputs) = inputs else { return Ok(None) };
    let before = sums(&inputs);
    match tried.replaced {
        Some(rules) => {
            let tried = PayRules { versions: tried.versions.clone(), ..rules.clone() };
            // People who don't use the rules keep theirs.
            if let Some(used) = inputs.rules.get_mut(&rules.id) {
                *used = tried;
            }
        }
        None => inputs.tried = Some(tried.versions.clone()),
    }
    let codes = CodeSums::new(before, sums(&inputs)).differences();
    Ok(Some(PayDifference { user_id: person, codes }).filter(|difference| !difference.codes.is_empty()))
}

/// Returns the paid seconds of all requested dates by code.
fn sums(inputs: &PayInputs) -> BTreeMap<PayCode, i64> {
    let mut sums: BTreeMap<PayCode, i64> = BTreeMap::new();
    for (code, seconds) in inputs.segments().iter().flat_map(SegmentedDay::seconds_by_code) {
        *sums.entry(code).or_default() += seconds;
    }
    sums
}
