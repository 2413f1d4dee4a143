//! The place where work is done: its dates, holidays and premium windows.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    calendar::{TimeOfDay, WorkDate, Zone},
    day::Day,
    holiday::{Half, Holiday},
    id::SiteId,
    pay::{PremiumDay, PremiumRule},
    schedule::{DayKind, instant_of, later},
};

/// For premiums, noon separates the half of a date that is a holiday from the working half.
const NOON: TimeOfDay = TimeOfDay::constant::<12, 0>();
/// The seconds around a window in which a change of clocks can move one of its ends: more than clocks are ever set back.
const CHANGE_SECONDS: i64 = 3 * 3_600;
const MIDNIGHT: TimeOfDay = TimeOfDay::constant::<0, 0>();

/// The place where the work of a day is done. Its wall clock and its holidays apply.
#[derive(Debug, Clone, Copy)]
pub struct WorkPlace<'a> {
    /// The time zone of the site of the day's first shift, otherwise of the day itself.
    pub zone: &'a Zone,
    /// The site.
    pub site_id: Option<SiteId>,
    /// The company's holidays around the day.
    pub holidays: &'a [Holiday],
    /// The kinds of the dates around the day, according to the person's schedule.
    pub kinds: &'a BTreeMap<WorkDate, DayKind>,
}

impl WorkPlace<'_> {
    /// Whether a part of the day's work lies on that local date of the place. Work of a night shift lies on two dates.
    pub fn has_work_on(&self, day: &Day, date: WorkDate) -> bool {
        let (begin, end) = (instant_of(self.zone, date, MIDNIGHT), instant_of(self.zone, date.next(), MIDNIGHT));
        day.worked_spans().iter().any(|span| span.from < end && begin < span.until)
    }

    /// The kind of the date of an instant, for premiums.
    pub(super) fn kind_of(&self, at: Timestamp) -> PremiumDay {
        let date = self.zone.date_of(at);
        let before_noon = || at < instant_of(self.zone, date, NOON);
        let is_holiday = self.holidays.iter().any(|holiday| {
            holiday.date == date
                && holiday.site_id.is_none_or(|site| Some(site) == self.site_id)
                && match holiday.half_day {
                    None => true,
                    Some(Half::Morning) => before_noon(),
                    Some(Half::Afternoon) => !before_noon(),
                }
        });
        if is_holiday {
            return PremiumDay::Holiday;
        }
        match self.kinds.get(&date) {
            Some(DayKind::WeeklyOff) => PremiumDay::WeeklyOff,
            Some(DayKind::Workday | DayKind::Holiday | DayKind::Leave | DayKind::Unscheduled | DayKind::Unknown)
            | None => PremiumDay::Workday,
        }
    }

    /// The local dates from the date of `from` to the date of `until`.
    fn dates(&self, from: Timestamp, until: Timestamp) -> Vec<WorkDate> {
        let (first, last) = (self.zone.date_of(from), self.zone.date_of(until));
        (0..=last.days_since(first)).map(|days| first.plus_days(days)).collect()
    }

    /// The instants from `from` to `until` at which a local date, or the working half of a date, begins.
    pub(super) fn date_changes(&self, from: Timestamp, until: Timestamp) -> impl Iterator<Item = Timestamp> {
        let has_halves = self.holidays.iter().any(|holiday| holiday.half_day.is_some());
        let times: &[TimeOfDay] = if has_halves { &[MIDNIGHT, NOON] } else { &[MIDNIGHT] };
        let zone = self.zone;
        let of_date = move |date| times.iter().map(move |time| instant_of(zone, date, *time));
        self.dates(from, until).into_iter().flat_map(of_date)
    }

    /// The windows of a premium that can contain an instant from `from` to `until`.
    pub(super) fn windows(
        &self,
        premium: &PremiumRule,
        from: Timestamp,
        until: Timestamp,
    ) -> Vec<(Timestamp, Timestamp)> {
        let first = self.zone.date_of(from).previous();
        let dates = std::iter::once(first).chain(self.dates(from, until));
        let window = |date: WorkDate| {
            let last = if premium.from < premium.until { date } else { date.next() };
            spans_of(self.zone, (date, premium.from), (last, premium.until))
        };
        dates.flat_map(window).collect()
    }
}

/// The spans in which the wall clock shows a time from `from` on and before `until`. There is one, or two if clocks are set back
/// or forward at a time that only one of the ends has passed: from 22:00 to 02:30 there are five hours in the night in which the hour
/// from 02:00 to 03:00 comes twice.
fn spans_of(zone: &Zone, from: (WorkDate, TimeOfDay), until: (WorkDate, TimeOfDay)) -> Vec<(Timestamp, Timestamp)> {
    let whole = (instant_of(zone, from.0, from.1), instant_of(zone, until.0, until.1));
    let tz = zone.time_zone();
    let around = (later(whole.0, -CHANGE_SECONDS), later(whole.1, CHANGE_SECONDS));
    let Some(change) = tz.following(around.0).next().map(|change| change.timestamp()).filter(|at| *at < around.1)
    else {
        return vec![whole];
    };
    let span = |(begin, end): (Timestamp, Timestamp)| {
        let offset = tz.to_offset(begin);
        let at = |(date, time): (WorkDate, TimeOfDay)| offset.to_timestamp(date.date().to_datetime(time.time())).ok();
        let (from, until) = (at(from)?.max(begin), at(until)?.min(end));
        (from < until).then_some((from, until))
    };
    let spans: Vec<_> = [(around.0, change), (change, around.1)].into_iter().filter_map(span).collect();
    match spans[..] {
        [(from, end), (begin, until)] if end == begin => vec![(from, until)],
        _ => spans,
    }
}
