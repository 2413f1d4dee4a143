//! The figures that a timesheet was signed with. The sums are one item. The segments are items of their own, each far below the
//! limit of DynamoDB (400 kB), because days with many short segments would exceed it together.
//!
//! Pay runs and differences read the sums alone. Only a closed timesheet reads its segments: an open one shows the present ones.

use std::collections::BTreeMap;

use domain::{
    calendar::WorkDate,
    id::UserId,
    pay::{PayPeriod, Segment, TimesheetDay, TimesheetFigures},
};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Store, StoreError,
    commit::When,
    item::Item,
    keys::{self, Key},
};

/// The maximum size of the segments of an item, as JSON. The same segments take fewer bytes as attributes of an item.
const PART_BYTES: usize = 200_000;

/// The sums of a signed timesheet, as they are stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SignedFigures {
    /// The figures without segments.
    #[serde(flatten)]
    pub(crate) figures: TimesheetFigures,
    /// The number of items with the segments.
    #[serde(default)]
    segment_parts: u32,
}

/// A part of the segments of a signed timesheet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SegmentsPart {
    segments: Vec<DatedSegment>,
}

/// A segment with its work date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct DatedSegment {
    date: WorkDate,
    #[serde(flatten)]
    segment: Segment,
}

/// Divides the segments of days into parts, each at most [`PART_BYTES`].
fn parts_of(days: &[TimesheetDay]) -> Result<Vec<SegmentsPart>, StoreError> {
    let mut parts: Vec<SegmentsPart> = Vec::new();
    let mut left = 0;
    for day in days {
        for segment in &day.segments {
            let dated = DatedSegment { date: day.date, segment: segment.clone() };
            let json = serde_json::to_vec(&dated).map_err(|error| StoreError::Unwritable(error.to_string()))?;
            if let Some(part) = parts.last_mut().filter(|_| json.len() <= left) {
                part.segments.push(dated);
            } else {
                parts.push(SegmentsPart { segments: vec![dated] });
                left = PART_BYTES;
            }
            left = left.saturating_sub(json.len());
        }
    }
    Ok(parts)
}

/// Returns the figures with the segments of their parts.
fn with_parts(mut figures: TimesheetFigures, parts: impl IntoIterator<Item = SegmentsPart>) -> TimesheetFigures {
    let mut by_date: BTreeMap<WorkDate, Vec<Segment>> = BTreeMap::new();
    for dated in parts.into_iter().flat_map(|part| part.segments) {
        by_date.entry(dated.date).or_default().push(dated.segment);
    }
    for day in &mut figures.days {
        day.segments = by_date.remove(&day.date).unwrap_or_default();
    }
    figures
}

impl Store {
    /// Returns the figures that the timesheets of those people were signed with, by person, without segments. One BatchGetItem for
    /// each hundred.
    pub async fn timesheet_figures_of(
        &self,
        users: &[UserId],
        period: PayPeriod,
    ) -> Result<BTreeMap<UserId, TimesheetFigures>, StoreError> {
        let keys: Vec<Key> = users.iter().map(|user| keys::timesheet_figures(*user, period)).collect();
        let mut items = self.read_many(&keys).await?;
        let mut figures = BTreeMap::new();
        for (user, key) in users.iter().zip(&keys) {
            let signed: Option<SignedFigures> = items.take(key)?;
            figures.extend(signed.map(|signed| (*user, signed.figures)));
        }
        Ok(figures)
    }

    /// Adds the segments to the figures of a signed timesheet. One BatchGetItem; none without work.
    pub(crate) async fn with_segments(
        &self,
        user: UserId,
        signed: SignedFigures,
    ) -> Result<TimesheetFigures, StoreError> {
        let SignedFigures { figures, segment_parts } = signed;
        let keys: Vec<Key> =
            (0..segment_parts).map(|part| keys::timesheet_segments(user, figures.period, part)).collect();
        if keys.is_empty() {
            return Ok(figures);
        }
        let mut items = self.read_many(&keys).await?;
        let parts: Result<Vec<SegmentsPart>, StoreError> =
            keys.iter().map(|key| Ok(items.take(key)?.unwrap_or_default())).collect();
        Ok(with_parts(figures, parts?))
    }
}

impl Commit {
    /// Puts the figures that a person signs, with their segments.
    pub(crate) fn put_signed_figures(&mut self, user: UserId, figures: &TimesheetFigures) -> Result<(), StoreError> {
        let parts = parts_of(&figures.days)?;
        let mut sums = figures.clone();
        for day in &mut sums.days {
            day.segments = Vec::new();
        }
        let segment_parts = u32::try_from(parts.len()).unwrap_or(u32::MAX);
        let signed = SignedFigures { figures: sums, segment_parts };
        self.put(Item::next(keys::timesheet_figures(user, figures.period), &signed)?, When::Always, None)?;
        for (number, part) in (0..).zip(&parts) {
            let key = keys::timesheet_segments(user, figures.period, number);
            self.put(Item::next(key, part)?, When::Always, None)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use domain::pay::{PayCode, PayPeriods, Payment};
    use jiff::{SignedDuration, Timestamp};

    use super::*;

    /// A month in which each day has `count` segments with as many premiums as rules can have.
    fn month(count: usize) -> TimesheetFigures {
        let period = PayPeriods::default().of("2026-10-01".parse().unwrap());
        let premiums: Vec<PayCode> =
            (0..20).map(|number| PayCode::parse(&format!("premium_{number:024}")).unwrap()).collect();
        let mut at: Timestamp = "2026-10-01T06:00:00Z".parse().unwrap();
        let mut segment = || {
            let from = at;
            at = at.checked_add(SignedDuration::from_secs(60)).unwrap();
            let code = PayCode::overtime();
            Segment { from, until: at, code, premiums: premiums.clone(), payment: Payment::Paid, cost_center: None }
        };
        let days = period.dates().map(|date| TimesheetDay {
            date,
            worked_seconds: 0,
            scheduled_seconds: 0,
            adjustment_seconds: 0,
            seconds: BTreeMap::new(),
            absences: Vec::new(),
            cost_centers: Vec::new(),
            segments: (0..count).map(|_| segment()).collect(),
        });
        TimesheetFigures { period, days: days.collect(), changed: Vec::new() }
    }

    #[test]
    fn segments_of_any_number_are_items_below_the_limit() {
        for (count, expected) in [(0, 0), (4, 1), (60, 8)] {
            let figures = month(count);
            let parts = parts_of(&figures.days).unwrap();
            assert_eq!(parts.len(), expected, "{count} segments a day");
            for part in &parts {
                assert!(serde_json::to_vec(part).unwrap().len() < 250_000);
            }
            let mut sums = figures.clone();
            sums.days.iter_mut().for_each(|day| day.segments = Vec::new());
            assert_eq!(with_parts(sums, parts), figures);
        }
    }
}
