//! The amount of leave that a person is granted in a year.

use super::{Accrual, Granted, LeaveDayLength, LeaveMinutes, LeaveYear, minutes::ceiling};
use crate::{
    calendar::WorkDate,
    employment::{Employment, Employments},
    settings::{ProrationRounding, ProrationUnit},
};

/// The data that a grant depends on, besides the rules that it was booked by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entitled<'a> {
    /// The person's own yearly allowance.
    pub(super) own: Option<LeaveMinutes>,
    /// The person's employments.
    pub(super) employments: &'a Employments,
    /// The length of the company's leave day.
    pub(super) day: LeaveDayLength,
}

/// A part of a leave year, in the unit of pro rata grants: months or days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Share {
    /// The number of units in the whole.
    all: i64,
    /// The number of units in which the person is employed.
    employed: i64,
}

impl Granted {
    /// Returns the total that is granted of a year up to and including month `months`.
    pub(super) fn amount(&self, year: LeaveYear, months: u8, entitled: Entitled<'_>) -> LeaveMinutes {
        let Entitled { own, employments, day } = entitled;
        let allowance = own.unwrap_or(self.allowance);
        let year_share = self.share(year, u8::MAX, employments);
        if year_share.employed == 0 {
            return LeaveMinutes::ZERO;
        }
        let rounding = if self.is_prorated && year_share.employed < year_share.all {
            self.proration.rounding
        } else {
            ProrationRounding::None
        };
        let total = match (self.accrual, self.is_prorated) {
            (Accrual::Yearly, false) => allowance,
            (Accrual::Yearly | Accrual::Monthly, _) => {
                rounded(allowance.get() * year_share.employed, year_share.all, rounding, day).min(allowance)
            }
        };
        match self.accrual {
            Accrual::Yearly => total,
            // The grants of all months add up to the whole, however each of them is rounded.
            Accrual::Monthly => {
                let begun = self.share(year, months, employments).employed;
                rounded(total.get() * begun, year_share.employed, rounding, day).min(total)
            }
        }
    }

    /// Returns how much of the first `months` months of a year someone is employed. A month counts where its 15th day is
    /// employed. Where grants aren't pro rata, a month with any employed day counts.
    fn share(&self, year: LeaveYear, months: u8, employments: &Employments) -> Share {
        let mut share = Share::default();
        // A year may have more than twelve months, where the settings move the start of later years.
        for month in (1..=u8::MAX).take_while(|month| year.first_of_month(*month) <= year.to) {
            if months < month.min(LeaveYear::MONTHS) {
                break;
            }
            let (first, last) = (year.first_of_month(month), year.first_of_month(month + 1).previous().min(year.to));
            let (all, employed) = match (self.is_prorated, self.proration.unit) {
                (false, ProrationUnit::Month | ProrationUnit::Day) => {
                    (1, i64::from(employments.first_within(first, last).is_some()))
                }
                (true, ProrationUnit::Month) => {
                    let middle = first.plus_days(14);
                    if year.to < middle { (0, 0) } else { (1, i64::from(employments.hold(middle))) }
                }
                (true, ProrationUnit::Day) => {
                    let days = |span: &Employment| days_within(span, first, last);
                    (days_between(first, last), employments.spans().iter().map(days).sum())
                }
            };
            share.all += all;
            share.employed += employed;
        }
        share
    }
}

/// Returns how many dates from `first` to `last` belong to an employment.
fn days_within(span: &Employment, first: WorkDate, last: WorkDate) -> i64 {
    let from = span.from().map_or(first, |from| from.max(first));
    let until = span.until().map_or(last, |until| until.min(last));
    days_between(from, until).max(0)
}

fn days_between(first: WorkDate, last: WorkDate) -> i64 {
    i64::from(last.days_since(first)) + 1
}

/// Returns a fraction of minutes, rounded for a grant.
fn rounded(number: i64, of: i64, rounding: ProrationRounding, day: LeaveDayLength) -> LeaveMinutes {
    let day = day.minutes();
    // Rounds up to steps, of which a day has `steps`.
    let up = |steps: i64| ceiling(ceiling(number * steps, of * day) * day, steps);
    let nearest = |steps: i64| ceiling((2 * number * steps + of * day).div_euclid(2 * of * day) * day, steps);
    LeaveMinutes::new(match rounding {
        ProrationRounding::None => ceiling(number, of),
        ProrationRounding::HalfUp => up(2),
        ProrationRounding::HalfNearest => nearest(2),
        ProrationRounding::DayUp => up(1),
        ProrationRounding::DayNearest => nearest(1),
    })
}
