//! The employments of a person, as ranges of dates, because people leave and return.
//!
//! [`Employments`] is the only place that decides whether a person is employed on a date. Reports, schedules, leave, the opening
//! of days, boards and calendars ask it through [`User::is_employed_on`](crate::user::User::is_employed_on).

mod update;

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::update::EmploymentUpdate;
use crate::{FieldRule, Invalid, calendar::WorkDate};

/// The maximum number of employments in a profile: two seasons a year for twenty years.
pub const MAX_EMPLOYMENTS: usize = 40;

/// One employment, from its first to its last date, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Span", into = "Span")]
pub struct Employment {
    /// The first date; `null` if it is unknown, which only the first employment allows.
    #[schema(required)]
    from: Option<WorkDate>,
    /// The last date; `null` while it is open, which only the last employment allows.
    #[schema(required)]
    until: Option<WorkDate>,
}

/// An employment in its serialized form.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Span {
    from: Option<WorkDate>,
    until: Option<WorkDate>,
}

impl Employment {
    /// The employment from one date to another. An open beginning or end is `None`.
    ///
    /// # Errors
    /// The employment would end before it begins.
    pub fn new(from: Option<WorkDate>, until: Option<WorkDate>) -> Result<Self, Invalid> {
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            return Err(Invalid::new(FieldRule::EndsBeforeItBegins));
        }
        Ok(Self { from, until })
    }

    /// The first date, if it is known.
    pub const fn from(&self) -> Option<WorkDate> {
        self.from
    }

    /// The last date, if it is known.
    pub const fn until(&self) -> Option<WorkDate> {
        self.until
    }

    /// Returns whether the employment includes the date.
    pub fn holds(&self, date: WorkDate) -> bool {
        self.begins_by(date) && self.until.is_none_or(|until| date <= until)
    }

    /// The employment's dates from `from` to `to`.
    pub fn dates_within(&self, from: WorkDate, to: WorkDate) -> impl Iterator<Item = WorkDate> + use<> {
        let (first, last) = (self.first().max(from), self.last().min(to));
        (0..=last.days_since(first)).map(move |days| first.plus_days(days))
    }

    fn begins_by(&self, date: WorkDate) -> bool {
        self.from.is_none_or(|from| from <= date)
    }

    fn first(&self) -> WorkDate {
        self.from.unwrap_or(WorkDate::MIN)
    }

    fn last(&self) -> WorkDate {
        self.until.unwrap_or(WorkDate::MAX)
    }
}

impl TryFrom<Span> for Employment {
    type Error = Invalid;

    fn try_from(Span { from, until }: Span) -> Result<Self, Invalid> {
        Self::new(from, until)
    }
}

impl From<Employment> for Span {
    fn from(Employment { from, until }: Employment) -> Self {
        Self { from, until }
    }
}

/// A person's employments, in order. Employments neither overlap nor adjoin each other. An empty list means that the person
/// hasn't started yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Employment>", into = "Vec<Employment>")]
pub struct Employments(Vec<Employment>);

impl Employments {
    /// No employment: the person hasn't started yet.
    pub const NONE: Self = Self(Vec::new());

    /// Sorts employments, and merges those that have no day between them.
    ///
    /// # Errors
    /// Two employments overlap, or there are more than [`MAX_EMPLOYMENTS`].
    pub fn new(mut spans: Vec<Employment>) -> Result<Self, Invalid> {
        spans.sort_by_key(|span| (span.from, Reverse(span.until)));
        let mut joined: Vec<Employment> = Vec::with_capacity(spans.len());
        for span in spans {
            let Some(before) = joined.last_mut() else {
                joined.push(span);
                continue;
            };
            if span.first() <= before.last() {
                return Err(Invalid::new(FieldRule::EmploymentsOverlap { date: span.first().to_string() }));
            }
            if before.last().next() == span.first() {
                before.until = span.until;
            } else {
                joined.push(span);
            }
        }
        if joined.len() > MAX_EMPLOYMENTS {
            return Err(Invalid::new(FieldRule::ItemsAtMost { max: MAX_EMPLOYMENTS as u64 }));
        }
        Ok(Self(joined))
    }

    /// One employment from a date on, without an end.
    pub fn since(from: WorkDate) -> Self {
        Self(vec![Employment { from: Some(from), until: None }])
    }

    /// One employment without a beginning or an end.
    pub fn always() -> Self {
        Self(vec![Employment { from: None, until: None }])
    }

    /// The employments that the two dates of an older profile stand for. There are none if the dates contradict each other, as in
    /// the profile of a person who left before their first day.
    pub fn of_dates(hired_on: Option<WorkDate>, left_on: Option<WorkDate>) -> Self {
        Self(Employment::new(hired_on, left_on).into_iter().collect())
    }

    /// The employments, in order.
    pub fn spans(&self) -> &[Employment] {
        &self.0
    }

    /// The current employment, or the last one if there is no current one.
    pub fn latest(&self) -> Option<Employment> {
        self.0.last().copied()
    }

    /// The first date of the latest employment, if it is known.
    pub fn hired_on(&self) -> Option<WorkDate> {
        self.latest()?.from
    }

    /// The last date of the latest employment, if it is known.
    pub fn left_on(&self) -> Option<WorkDate> {
        self.latest()?.until
    }

    /// Returns whether an employment includes the date.
    pub fn hold(&self, date: WorkDate) -> bool {
        self.0.iter().any(|span| span.holds(date))
    }

    /// The first date from `from` to `to` that belongs to an employment.
    pub fn first_within(&self, from: WorkDate, to: WorkDate) -> Option<WorkDate> {
        let span = self.0.iter().find(|span| from <= span.last())?;
        let first = span.first().max(from);
        (first <= to).then_some(first)
    }

    /// Returns whether an employment begins on or before that date.
    pub fn begin_by(&self, date: WorkDate) -> bool {
        self.0.first().is_some_and(|span| span.begins_by(date))
    }

    /// The next date after `date` on which an employment begins.
    pub fn next_beginning_after(&self, date: WorkDate) -> Option<WorkDate> {
        self.0.iter().filter_map(Employment::from).find(|from| date < *from)
    }

    /// The dates up to `until` that belong to an employment in only one of the two lists, as ranges. A change from one list to
    /// the other affects these dates.
    pub fn differing(&self, other: &Self, until: WorkDate) -> Vec<Employment> {
        let changes = |employments: &Self| {
            let dates = employments.0.iter().flat_map(|span| [Some(span.first()), span.until.map(WorkDate::next)]);
            dates.flatten().collect::<Vec<_>>()
        };
        let mut firsts = [changes(self), changes(other)].concat();
        firsts.retain(|first| *first <= until);
        firsts.sort_unstable();
        firsts.dedup();
        let lasts = firsts.iter().skip(1).map(|next| next.previous()).chain([until]);
        let mut differing: Vec<Employment> = Vec::new();
        for (first, last) in firsts.iter().copied().zip(lasts) {
            if self.hold(first) == other.hold(first) {
                continue;
            }
            match differing.last_mut() {
                Some(before) if before.last().next() == first => before.until = Some(last),
                Some(_) | None => differing.push(Employment { from: Some(first), until: Some(last) }),
            }
        }
        differing
    }

    /// These employments with other dates for the latest one. If there was none, they get one with these dates.
    ///
    /// # Errors
    /// The employment would end before it begins, or wouldn't lie after the previous one.
    pub fn with_latest(&self, from: Option<WorkDate>, until: Option<WorkDate>) -> Result<Self, Invalid> {
        let latest = Employment::new(from, until)?;
        let earlier = self.0.split_last().map_or(&[][..], |(_, earlier)| earlier);
        if earlier.last().is_some_and(|before| latest.first() <= before.last()) {
            return Err(Invalid::new(FieldRule::AfterEarlierEmployment));
        }
        Self::new(earlier.iter().copied().chain([latest]).collect())
    }

    /// These employments with the latest one continuing without an end.
    #[must_use]
    pub fn lasting(&self) -> Self {
        let mut spans = self.0.clone();
        if let Some(latest) = spans.last_mut() {
            latest.until = None;
        }
        Self(spans)
    }

    /// These employments and a new one after them, from `from` to `until`. If no day lies between the new employment and the
    /// latest one, or the latest one hasn't ended by then, the latest one continues instead.
    ///
    /// # Errors
    /// The employment would end before it begins, or there are too many employments.
    pub fn resumed(&self, from: WorkDate, until: Option<WorkDate>) -> Result<Self, Invalid> {
        match self.latest() {
            Some(latest) if from <= latest.last().next() => self.with_latest(latest.from, until),
            Some(_) | None => {
                let new = Employment::new(Some(from), until)?;
                Self::new(self.0.iter().copied().chain([new]).collect())
            }
        }
    }

    /// These employments, ended on `last` at the latest. Employments that would begin later are removed.
    #[must_use]
    pub fn ended(&self, last: WorkDate) -> Self {
        let begun = self.0.iter().filter(|span| span.begins_by(last));
        let ended =
            begun.map(|span| Employment { until: Some(span.until.map_or(last, |until| until.min(last))), ..*span });
        Self(ended.collect())
    }
}

impl TryFrom<Vec<Employment>> for Employments {
    type Error = Invalid;

    fn try_from(spans: Vec<Employment>) -> Result<Self, Invalid> {
        Self::new(spans)
    }
}

impl From<Employments> for Vec<Employment> {
    fn from(Employments(spans): Employments) -> Self {
        spans
    }
}

/// The stored form of a profile's employments. The latest employment's dates keep the field names that they have had since 0.1.0,
/// so that this release reads older profiles and older releases find the fields that they expect. Unless there is exactly one
/// employment, the profile also has the list.
pub mod stored {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Employment, Employments};
    use crate::{Invalid, calendar::WorkDate};

    #[derive(Serialize, Deserialize)]
    struct Stored {
        #[serde(default)]
        hired_on: Option<WorkDate>,
        #[serde(default)]
        left_on: Option<WorkDate>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        employments: Option<Vec<Employment>>,
    }

    /// Writes employments into a profile.
    ///
    /// # Errors
    /// The serializer fails.
    pub fn serialize<S: Serializer>(employments: &Employments, serializer: S) -> Result<S::Ok, S::Error> {
        let spans = employments.spans();
        Stored {
            hired_on: employments.hired_on(),
            left_on: employments.left_on(),
            employments: (spans.len() != 1).then(|| spans.to_vec()),
        }
        .serialize(serializer)
    }

    /// Reads the employments of a profile.
    ///
    /// # Errors
    /// The employments overlap, or the deserializer fails.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Employments, D::Error> {
        let Stored { hired_on, left_on, employments } = Stored::deserialize(deserializer)?;
        of_fields(hired_on, left_on, employments).map_err(serde::de::Error::custom)
    }

    /// Returns the employments that the fields `hired_on`, `left_on` and `employments` of a profile have.
    ///
    /// # Errors
    /// The employments overlap.
    pub fn of_fields(
        hired_on: Option<WorkDate>,
        left_on: Option<WorkDate>,
        employments: Option<Vec<Employment>>,
    ) -> Result<Employments, Invalid> {
        match employments {
            Some(spans) => Employments::new(spans),
            None => Ok(Employments::of_dates(hired_on, left_on)),
        }
    }
}

#[cfg(test)]
mod state_machine;
#[cfg(test)]
mod tests;
