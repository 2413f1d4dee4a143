//! The carry-over of a leave year, and its expiry.

use serde::{Deserialize, Serialize};

use super::{LeaveMinutes, LeaveYear, MonthsOfYear, Notice};
use crate::calendar::WorkDate;

/// The months after the next leave year in which leave that sick leave gave back may still be taken. It may be taken for 15
/// months after its leave year: the whole next year, and this number of months of the one after.
const MONTHS_OF_NEXT_YEAR: u8 = 3;

/// The carry-over from the year before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedIn {
    /// The amount; negative for debt.
    pub minutes: LeaveMinutes,
    /// The number of months of the leave year after which the rest expires; absent where it expires with the year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_after_months: Option<u8>,
    /// The amount that expired.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub expired: LeaveMinutes,
    /// Whether its expiry was ever booked. Later bookings are corrections.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub was_expired: bool,
    /// The amount that sick leave gave back in the year before. It may be taken until three months after this year.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub given_back: LeaveMinutes,
    /// The amount that sick leave gave back a year earlier. It may be taken until the end of the third month.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub given_back_earlier: LeaveMinutes,
    /// The dates after which a part of the carry-over expires.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lapses: Vec<Lapse>,
}

/// The end of a month of the leave year with which a part of the carry-over expires.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lapse {
    /// The month, 1 to 11.
    pub month: u8,
    /// The amount of carry-over that this lapse concerns; absent where it concerns all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<LeaveMinutes>,
    /// The notice of this lapse; absent where it needs none, or where the notice was given with the year before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// The amount that the balance lacked at the lapse, because an adjustment had used it before; absent while the month isn't
    /// over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<LeaveMinutes>,
    /// The amounts that the balance lacked when leave of dates before the lapse was given back afterwards, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shortfalls: Vec<Shortfall>,
}

/// An amount that the balance lacked when the expiry was corrected: leave of earlier dates was given back and covered a debt, so
/// it couldn't expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortfall {
    /// The amount that had expired before. The shortfall was due next.
    pub beyond: LeaveMinutes,
    /// The amount of the shortfall.
    pub minutes: LeaveMinutes,
}

impl CarriedIn {
    /// Returns whether the rest expires without any notice.
    pub(super) fn expires_unannounced(&self) -> bool {
        // An expiry that was booked by a version without notices doesn't change.
        (self.was_expired && self.lapses.is_empty()) || self.lapses.iter().any(Lapse::is_unannounced)
    }

    /// Returns the last date on which the rest may be taken; none where it lasts as long as the year.
    pub(super) fn last_date(&self, year: LeaveYear) -> Option<WorkDate> {
        self.expires_after_months.map(|month| year.last_of_month(month))
    }

    /// Returns how much may be taken after the end of a month, because sick leave gave it back.
    fn outlasting(&self, month: u8) -> LeaveMinutes {
        let earlier = if month < MONTHS_OF_NEXT_YEAR { self.given_back_earlier } else { LeaveMinutes::ZERO };
        self.given_back + earlier
    }

    /// Returns how much may expire with the end of a month.
    fn expirable(&self, month: u8) -> LeaveMinutes {
        self.minutes - self.outlasting(month)
    }

    /// Returns how much of the expirable amount isn't taken by the end of the month.
    fn left_after(&self, month: u8, spent: &MonthsOfYear) -> LeaveMinutes {
        (self.expirable(month) - spent.within(month)).or_zero()
    }

    /// Returns how much of a lapse's amount isn't taken by then; negative where more was taken.
    fn left_of(&self, lapse: &Lapse, spent: &MonthsOfYear) -> LeaveMinutes {
        lapse.of.unwrap_or_else(|| self.expirable(lapse.month)) - spent.within(lapse.month)
    }

    /// Returns how much expires in total with the months whose last date meets the condition `picks`.
    fn lapsing_in(&self, year: LeaveYear, spent: &MonthsOfYear, picks: impl Fn(WorkDate) -> bool) -> LeaveMinutes {
        let lapses = self.lapses.iter().filter(|lapse| picks(year.last_of_month(lapse.month)));
        lapses.map(|lapse| lapse.taking(self.left_of(lapse, spent))).max().unwrap_or_default()
    }

    /// Returns how much in total will expire on `today` or later, as far as is known.
    pub(super) fn bound(&self, year: LeaveYear, spent: &MonthsOfYear, today: WorkDate) -> LeaveMinutes {
        let by_lapses = self.lapsing_in(year, spent, |_| true);
        let ahead = self.expires_after_months.filter(|month| today <= year.last_of_month(*month));
        let by_rule = ahead.map_or(LeaveMinutes::ZERO, |month| self.left_after(month, spent));
        (by_lapses.max(by_rule) - self.expired).or_zero()
    }

    /// Returns the amount that is left at the end of a month and expires unless it is taken.
    pub(super) fn expiring_after(&self, month: u8, spent: &MonthsOfYear) -> LeaveMinutes {
        let lacking = self.lapses.iter().map(|lapse| {
            let left = self.left_of(lapse, spent);
            left - lapse.held_of(left)
        });
        let lacking = lacking.max().unwrap_or_default();
        (self.left_after(month, spent) - lacking - self.expired).or_zero()
    }

    /// Returns the notices of its expiry.
    pub(super) fn notices(&self) -> impl Iterator<Item = (u8, Notice)> {
        self.lapses.iter().filter_map(|lapse| lapse.notice.map(|notice| (lapse.month, notice)))
    }

    /// Returns the last date before `today` on which a part expired.
    pub(super) fn lapsed_on(&self, year: LeaveYear, today: WorkDate) -> Option<WorkDate> {
        let lasts = self.lapses.iter().map(|lapse| year.last_of_month(lapse.month));
        lasts.filter(|last| *last < today).max()
    }

    /// Returns the carry-over after a rollover of the year before that adds or removes `more`. `late` is the amount whose notice
    /// came too late there, and the last month in which it may be taken.
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

    /// Returns the carry-over with what has expired by `today`. `held` is the leave in the balance plus what expired: expiry
    /// takes at most that, at first and in corrections. `waits_for_notice` is the company's rule.
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
    /// Returns how much of the rest the balance holds.
    fn held_of(&self, left: LeaveMinutes) -> LeaveMinutes {
        let at_first = left - self.missing.unwrap_or_default();
        self.shortfalls
            .iter()
            .fold(at_first, |held, lacking| held - (held - lacking.beyond).or_zero().min(lacking.minutes))
    }

    /// Returns how much this lapse takes from a rest of `left`.
    fn taking(&self, left: LeaveMinutes) -> LeaveMinutes {
        let held = self.held_of(left);
        self.notice.map_or(held, |notice| held.min(notice.minutes)).or_zero()
    }

    /// Limits what this lapse takes from a rest of `left` to `most`. What has `expired` stays expired, because it was available
    /// then.
    fn limit(&mut self, left: LeaveMinutes, expired: LeaveMinutes, most: LeaveMinutes) {
        let most = most.max(expired);
        if most < self.taking(left) {
            self.shortfalls.push(Shortfall { beyond: expired, minutes: self.held_of(left) - most });
        }
    }

    /// Returns whether the whole rest lapses, regardless of notices.
    const fn is_unannounced(&self) -> bool {
        self.of.is_none() && self.notice.is_none()
    }
}
