//! What a leave year got from the year before, and when it lapses.

use serde::{Deserialize, Serialize};

use super::{LeaveMinutes, LeaveYear, MonthsOfYear, Notice};
use crate::calendar::WorkDate;

/// What sick leave gives back may be taken for 15 months after its leave year: the next one, and so many months of the one
/// after that.
const MONTHS_OF_NEXT_YEAR: u8 = 3;

/// What a year got from the year before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedIn {
    /// How much; debt is negative.
    pub minutes: LeaveMinutes,
    /// After how many months of the leave year what is left of it expires; none: with the year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_after_months: Option<u8>,
    /// How much of it expired.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub expired: LeaveMinutes,
    /// Whether its expiry was ever booked; what is booked after that is a correction.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub was_expired: bool,
    /// What of it sick leave gave back in the year before: it may be taken until three months after this year.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub given_back: LeaveMinutes,
    /// What of it sick leave gave back a year earlier: it may be taken until the end of the third month.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub given_back_earlier: LeaveMinutes,
    /// The dates after which some of it is gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lapses: Vec<Lapse>,
}

/// The end of a month of the leave year with which some of what was carried over lapses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lapse {
    /// The month, 1 to 11.
    pub month: u8,
    /// How much of what was carried over it concerns; none: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<LeaveMinutes>,
    /// The notice that was given of it; none: it needs none, or was told with the year before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// How much the balance lacked of it when it lapsed, because an adjustment had taken that before; none: the month isn't
    /// over yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<LeaveMinutes>,
    /// What the balance lacked when leave of before the lapse was given back afterwards, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shortfalls: Vec<Shortfall>,
}

/// An amount that the balance lacked when the expiry was corrected: leave of before was given back and covered a debt, so that
/// it couldn't expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortfall {
    /// How much had expired before: the amount was due next.
    pub beyond: LeaveMinutes,
    /// The amount.
    pub minutes: LeaveMinutes,
}

impl CarriedIn {
    /// Whether what is left of it expires without any notice.
    pub(super) fn expires_unannounced(&self) -> bool {
        // An expiry that was booked by a version without notices stays as it is.
        (self.was_expired && self.lapses.is_empty()) || self.lapses.iter().any(Lapse::is_unannounced)
    }

    /// The last date on which what is left of it may be taken; none where it lasts as long as the year.
    pub(super) fn last_date(&self, year: LeaveYear) -> Option<WorkDate> {
        self.expires_after_months.map(|month| year.last_of_month(month))
    }

    /// How much of it may be taken after the end of a month, because sick leave gave it back.
    fn outlasting(&self, month: u8) -> LeaveMinutes {
        let earlier = if month < MONTHS_OF_NEXT_YEAR { self.given_back_earlier } else { LeaveMinutes::ZERO };
        self.given_back + earlier
    }

    /// How much of it may expire with the end of a month.
    fn expirable(&self, month: u8) -> LeaveMinutes {
        self.minutes - self.outlasting(month)
    }

    /// How much of that isn't taken by the end of the month.
    fn left_after(&self, month: u8, spent: &MonthsOfYear) -> LeaveMinutes {
        (self.expirable(month) - spent.within(month)).or_zero()
    }

    /// How much of what a lapse concerns isn't taken by then; negative where more was taken.
    fn left_of(&self, lapse: &Lapse, spent: &MonthsOfYear) -> LeaveMinutes {
        lapse.of.unwrap_or_else(|| self.expirable(lapse.month)) - spent.within(lapse.month)
    }

    /// How much of it lapses in all with the months whose last date `picks` takes.
    fn lapsing_in(&self, year: LeaveYear, spent: &MonthsOfYear, picks: impl Fn(WorkDate) -> bool) -> LeaveMinutes {
        let lapses = self.lapses.iter().filter(|lapse| picks(year.last_of_month(lapse.month)));
        lapses.map(|lapse| lapse.taking(self.left_of(lapse, spent))).max().unwrap_or_default()
    }

    /// How much of it will expire on `today` or later, as far as is known, in all.
    pub(super) fn bound(&self, year: LeaveYear, spent: &MonthsOfYear, today: WorkDate) -> LeaveMinutes {
        let by_lapses = self.lapsing_in(year, spent, |_| true);
        let ahead = self.expires_after_months.filter(|month| today <= year.last_of_month(*month));
        let by_rule = ahead.map_or(LeaveMinutes::ZERO, |month| self.left_after(month, spent));
        (by_lapses.max(by_rule) - self.expired).or_zero()
    }

    /// What is left of it with the end of a month, which expires unless it is taken.
    pub(super) fn expiring_after(&self, month: u8, spent: &MonthsOfYear) -> LeaveMinutes {
        let lacking = self.lapses.iter().map(|lapse| {
            let left = self.left_of(lapse, spent);
            left - lapse.held_of(left)
        });
        let lacking = lacking.max().unwrap_or_default();
        (self.left_after(month, spent) - lacking - self.expired).or_zero()
    }

    /// The notices that were given of its expiry.
    pub(super) fn notices(&self) -> impl Iterator<Item = (u8, Notice)> {
        self.lapses.iter().filter_map(|lapse| lapse.notice.map(|notice| (lapse.month, notice)))
    }

    /// The last date on which it lapsed before `today`.
    pub(super) fn lapsed_on(&self, year: LeaveYear, today: WorkDate) -> Option<WorkDate> {
        let lasts = self.lapses.iter().map(|lapse| year.last_of_month(lapse.month));
        lasts.filter(|last| *last < today).max()
    }

    /// With what goes into it after a turn of the year before: more or less than before. `late` is what was told of too
    /// late there, and the month until whose end it may be taken.
    #[must_use]
    pub(super) fn with(mut self, more: LeaveMinutes, late: Option<(LeaveMinutes, u8)>) -> Self {
        self.minutes += more;
        let of = late.map_or(LeaveMinutes::ZERO, |(minutes, _)| minutes);
        match (self.lapses.iter_mut().find(|lapse| lapse.of.is_some()), late) {
            (Some(told), _) => told.of = Some(of),
            (None, Some((_, month))) => {
                self.lapses.push(Lapse { month, of: Some(of), ..Lapse::default() });
            }
            (None, None) => {}
        }
        self
    }

    /// With what has lapsed by `today`. `held` is what there is of leave in the balance, together with what expired: expiry
    /// takes no more than that, neither at first nor when it is corrected. `waits_for_notice` is the company's rule.
    #[must_use]
    pub(super) fn expired_by(
        &self,
        today: WorkDate,
        year: LeaveYear,
        spent: &MonthsOfYear,
        held: LeaveMinutes,
        waits_for_notice: bool,
    ) -> Self {
        let mut after = self.clone();
        if let Some(month) = self.expires_after_months
            && year.last_of_month(month) < today
            && !self.lapses.iter().any(Lapse::is_unannounced)
            && (!waits_for_notice || self.expires_unannounced())
        {
            let missing = self.was_expired.then_some(LeaveMinutes::ZERO);
            after.lapses.push(Lapse { month, missing, ..Lapse::default() });
        }
        for lapse in after.lapses.iter_mut().filter(|lapse| year.last_of_month(lapse.month) < today) {
            let (left, expirable) = (self.left_of(lapse, spent), held - self.outlasting(lapse.month));
            match lapse.missing {
                None => lapse.missing = Some((left - expirable).or_zero()),
                Some(_) => lapse.limit(left, self.expired, expirable),
            }
        }
        after.expired = after.lapsing_in(year, spent, |last| last < today);
        after.was_expired |= after.expired != self.expired;
        after
    }
}

impl Lapse {
    /// How much of what is left of it the balance holds.
    fn held_of(&self, left: LeaveMinutes) -> LeaveMinutes {
        let at_first = left - self.missing.unwrap_or_default();
        self.shortfalls
            .iter()
            .fold(at_first, |held, lacking| held - (held - lacking.beyond).or_zero().min(lacking.minutes))
    }

    /// How much it takes where so much is left.
    fn taking(&self, left: LeaveMinutes) -> LeaveMinutes {
        let held = self.held_of(left);
        self.notice.map_or(held, |notice| held.min(notice.minutes)).or_zero()
    }

    /// Makes it take no more than `most` where so much is left. What has `expired` stays expired: it was there then.
    fn limit(&mut self, left: LeaveMinutes, expired: LeaveMinutes, most: LeaveMinutes) {
        let most = most.max(expired);
        if most < self.taking(left) {
            self.shortfalls.push(Shortfall { beyond: expired, minutes: self.held_of(left) - most });
        }
    }

    /// Whether all that is left lapses, whatever was said of it.
    const fn is_unannounced(&self) -> bool {
        self.of.is_none() && self.notice.is_none()
    }
}
