//! A day as it would be under other settings, to try a change before it is kept. Nothing of it is stored.

use super::{Day, DayPolicy};
use crate::schedule::Planner;

impl Day {
    /// Returns the day as it would be if the settings of `after` had held on its date instead of those of `before`. Only what
    /// differs between both applies: a rule that the change doesn't touch stays as the day has it, also if the settings have
    /// changed since. The grace period of a punch is replaced if the change has another one.
    #[must_use]
    pub fn under_settings(&self, before: &Planner<'_>, after: &Planner<'_>) -> Self {
        let (old, new) = (DayPolicy::from(before.settings), DayPolicy::from(after.settings));
        let mut policy = self.policy().clone();
        macro_rules! follow {
            ($($field:ident),*) => {$(
                if new.$field != old.$field {
                    policy.$field = new.$field.clone();
                }
            )*};
        }
        follow!(
            late_grace_minutes,
            early_leave_grace_minutes,
            clock_in_window,
            breaks,
            overtime,
            auto_clock_out_after_minutes,
            default_shift_minutes,
            late_deduction
        );
        let (late_differs, early_differs) = (
            new.late_grace_minutes != old.late_grace_minutes,
            new.early_leave_grace_minutes != old.early_leave_grace_minutes,
        );
        let mut day = self.with_policy(policy);
        for session in day.sessions_mut() {
            if late_differs {
                session.clock_in.grace_minutes = None;
            }
            if let Some(out) = session.clock_out.as_mut().filter(|_| early_differs) {
                out.grace_minutes = None;
            }
        }
        let (was, is) = (before.assignment(self.date()), after.assignment(self.date()));
        if (was.kind, &was.shifts) == (is.kind, &is.shifts) { day } else { day.expecting(is.kind, is.shifts, is.leave) }
    }
}

#[cfg(test)]
mod tests {
    use crate::schedule::tests::company::{Company, date, shift};

    /// The lateness and the automatic break of a day, as it is and under other settings.
    fn figures(settings: &str) -> [(i64, i64); 2] {
        let mut company = Company::with_shifts(&[shift("09:00", "18:00", 0)]);
        company.session("2026-11-02 09:08", "2026-11-02 18:00");
        let day = company.days[&date("2026-11-02")].clone();
        let other = Company::with_shifts(&[shift("09:00", "18:00", 0)]).settings(settings);
        let changed = day.under_settings(&company.planner(), &other.planner());
        [&day, &changed].map(|day| {
            let figures = day.figures(company.at("2026-11-04 00:00"));
            (figures.late_seconds, figures.auto_break_seconds)
        })
    }

    #[test]
    fn a_day_is_tried_under_another_grace_period() {
        assert_eq!(figures(r#"{"late_grace_minutes": 10}"#), [(480, 0), (0, 0)]);
    }

    #[test]
    fn a_day_is_tried_with_an_automatic_break() {
        let tiers = r#"{"breaks": {"auto_deduct": [{"after_minutes": 360, "minutes": 30}]}}"#;
        assert_eq!(figures(tiers), [(480, 0), (480, 1_800)]);
    }
}
