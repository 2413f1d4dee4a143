//! When a person is employed: spans of dates, since people leave and come back.
//!
//! [`Employments`] are the one answer to "is this person employed on that date?". Reports, schedules, leave, the opening of
//! days, boards and calendars ask them, by way of [`User::is_employed_on`](crate::user::User::is_employed_on).

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{FieldRule, Invalid, calendar::WorkDate};

/// How many employments a profile holds at most: two seasons a year for twenty years.
pub const MAX_EMPLOYMENTS: usize = 40;

/// One span of employment, both dates included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Span", into = "Span")]
pub struct Employment {
    /// The first date; `null` where nobody knows it, in the first employment alone.
    #[schema(required)]
    from: Option<WorkDate>,
    /// The last date; `null` while it isn't known, in the last employment alone.
    #[schema(required)]
    until: Option<WorkDate>,
}

/// An employment as it is written.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Span {
    from: Option<WorkDate>,
    until: Option<WorkDate>,
}

impl Employment {
    /// The employment from one date to another; an open end or beginning is `None`.
    ///
    /// # Errors
    /// Where it would end before it begins.
    pub fn new(from: Option<WorkDate>, until: Option<WorkDate>) -> Result<Self, Invalid> {
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            return Err(Invalid::new(FieldRule::EndsBeforeItBegins));
        }
        Ok(Self { from, until })
    }

    /// The first date, where there is one.
    pub const fn from(&self) -> Option<WorkDate> {
        self.from
    }

    /// The last date, where there is one.
    pub const fn until(&self) -> Option<WorkDate> {
        self.until
    }

    /// Returns whether the date belongs to it.
    pub fn holds(&self, date: WorkDate) -> bool {
        self.begins_by(date) && self.until.is_none_or(|until| date <= until)
    }

    /// Its dates from `from` to `to`.
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

/// A person's employments: in order, none overlapping or adjoining another. None at all: the person hasn't begun.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Employment>", into = "Vec<Employment>")]
pub struct Employments(Vec<Employment>);

impl Employments {
    /// The person hasn't begun.
    pub const NONE: Self = Self(Vec::new());

    /// Puts employments in order, in whichever order they come. Those between which no day lies become one.
    ///
    /// # Errors
    /// Where two of them overlap, or there are more than [`MAX_EMPLOYMENTS`].
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

    /// Employed from that date on.
    pub fn since(from: WorkDate) -> Self {
        Self(vec![Employment { from: Some(from), until: None }])
    }

    /// Employed since before anybody knows, until further notice.
    pub fn always() -> Self {
        Self(vec![Employment { from: None, until: None }])
    }

    /// The employments that the two dates of an older profile mean; none where they contradict each other, as they did of
    /// somebody who left before they began.
    pub fn of_dates(hired_on: Option<WorkDate>, left_on: Option<WorkDate>) -> Self {
        Self(Employment::new(hired_on, left_on).into_iter().collect())
    }

    /// The employments, in order.
    pub fn spans(&self) -> &[Employment] {
        &self.0
    }

    /// The present employment, else the last.
    pub fn latest(&self) -> Option<Employment> {
        self.0.last().copied()
    }

    /// The first date of the latest employment, where it is known.
    pub fn hired_on(&self) -> Option<WorkDate> {
        self.latest()?.from
    }

    /// The last date of the latest employment, where it is known.
    pub fn left_on(&self) -> Option<WorkDate> {
        self.latest()?.until
    }

    /// Returns whether the date belongs to an employment.
    pub fn hold(&self, date: WorkDate) -> bool {
        self.0.iter().any(|span| span.holds(date))
    }

    /// The first date from `from` to `to` that belongs to an employment.
    pub fn first_within(&self, from: WorkDate, to: WorkDate) -> Option<WorkDate> {
        let span = self.0.iter().find(|span| from <= span.last())?;
        let first = span.first().max(from);
        (first <= to).then_some(first)
    }

    /// Returns whether one of them begins on that date or before.
    pub fn begin_by(&self, date: WorkDate) -> bool {
        self.0.first().is_some_and(|span| span.begins_by(date))
    }

    /// The next date after `date` on which an employment begins.
    pub fn next_beginning_after(&self, date: WorkDate) -> Option<WorkDate> {
        self.0.iter().filter_map(Employment::from).find(|from| date < *from)
    }

    /// The dates up to `until` that belong to an employment here or there, and not in both: those that a change of one to
    /// the other concerns, as spans.
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

    /// These employments with the latest one's dates changed; with one of these dates where there was none.
    ///
    /// # Errors
    /// Where it would end before it begins, or not lie after the one before.
    pub fn with_latest(&self, from: Option<WorkDate>, until: Option<WorkDate>) -> Result<Self, Invalid> {
        let latest = Employment::new(from, until)?;
        let earlier = self.0.split_last().map_or(&[][..], |(_, earlier)| earlier);
        if earlier.last().is_some_and(|before| latest.first() <= before.last()) {
            return Err(Invalid::new(FieldRule::AfterEarlierEmployment));
        }
        Self::new(earlier.iter().copied().chain([latest]).collect())
    }

    /// These employments as if the latest one went on.
    #[must_use]
    pub fn lasting(&self) -> Self {
        let mut spans = self.0.clone();
        if let Some(latest) = spans.last_mut() {
            latest.until = None;
        }
        Self(spans)
    }

    /// These employments and a new one after them, from `from` to `until`. Where no day lies between it and the latest one,
    /// or the latest one isn't over by then, that one goes on.
    ///
    /// # Errors
    /// Where it would end before it begins, or there are too many.
    pub fn resumed(&self, from: WorkDate, until: Option<WorkDate>) -> Result<Self, Invalid> {
        match self.latest() {
            Some(latest) if from <= latest.last().next() => self.with_latest(latest.from, until),
            Some(_) | None => {
                let new = Employment::new(Some(from), until)?;
                Self::new(self.0.iter().copied().chain([new]).collect())
            }
        }
    }

    /// These employments, over with `last` at the latest. One that would begin later doesn't come about.
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

/// How a profile keeps its employments: the latest one's dates under the names that they have had since 0.1.0, so that older
/// profiles are read and older readers find what they look for; and the list beside them where there isn't just one.
pub mod stored {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Employment, Employments};
    use crate::calendar::WorkDate;

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
    /// Those of the serializer.
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
    /// Where they overlap, and those of the deserializer.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Employments, D::Error> {
        let Stored { hired_on, left_on, employments } = Stored::deserialize(deserializer)?;
        match employments {
            Some(spans) => Employments::new(spans).map_err(serde::de::Error::custom),
            None => Ok(Employments::of_dates(hired_on, left_on)),
        }
    }
}

#[cfg(test)]
mod state_machine;
#[cfg(test)]
mod tests;
