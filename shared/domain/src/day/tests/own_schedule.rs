//! "When a change takes effect": once work has begun, the default schedule and the zones of sites of before apply until the date is
//! over.

use jiff::Timestamp;

use crate::{
    calendar::{Weekday, Zone},
    holiday::Half,
    leave::request::{HalfDays, LeavePeriod, StartHalf, begun_until},
    schedule::{
        DayPlan, PatternShift,
        tests::company::{Company, annual_leave, date, shift, site_id, times},
    },
    settings::Settings,
};

const TODAY: &str = "2026-11-04";

/// A company in Berlin, where people work from nine to six, with a break of an hour.
fn office() -> Company {
    Company::in_zone("Europe/Berlin")
}

impl Company {
    fn punched_in_at_nine(mut self) -> Self {
        self.clock_in("2026-11-04 09:00").unwrap();
        self
    }

    /// Changes the default shift during today's work.
    fn with_default_shift(mut self, start: &str, end: &str) -> Self {
        let after = Settings { default_shift: times(start, end, 0), ..self.settings.clone() };
        self.settings = after.replacing(&self.settings, date(TODAY), today_at("10:00"));
        self
    }

    /// Returns today's shifts at a time in Berlin.
    fn shifts_at(&self, time: &str) -> Vec<(Timestamp, Timestamp)> {
        let day = self.days[&date(TODAY)].refreshed(&self.planner(), today_at(time));
        day.shifts().iter().map(|shift| (shift.start_at, shift.end_at)).collect()
    }
}

/// Returns a time of today in Berlin.
fn today_at(time: &str) -> Timestamp {
    office().at(&format!("{TODAY} {time}"))
}

fn from_to(start: &str, end: &str) -> Vec<(Timestamp, Timestamp)> {
    vec![(today_at(start), today_at(end))]
}

#[test]
fn a_changed_default_shift_counts_from_tomorrow_also_with_half_a_holiday_or_leave() {
    let holiday =
        office().holiday(TODAY, None, Some(Half::Afternoon)).punched_in_at_nine().with_default_shift("08:00", "16:00");
    assert_eq!(holiday.shifts_at("10:00"), from_to("09:00", "13:30"));
    let leave = office().leave(TODAY, Some(Half::Afternoon)).punched_in_at_nine().with_default_shift("08:00", "16:00");
    assert_eq!(leave.shifts_at("10:00"), from_to("09:00", "13:30"));

    // Leave and holidays that come afterwards take half of the shift that today has.
    let plain = || office().punched_in_at_nine().with_default_shift("08:00", "16:00");
    assert_eq!(plain().shifts_at("10:00"), from_to("09:00", "18:00"));
    let later_leave = plain().leave(TODAY, Some(Half::Afternoon));
    assert_eq!(later_leave.shifts_at("10:05"), from_to("09:00", "13:30"));
    let later_holiday = plain().holiday(TODAY, None, Some(Half::Morning));
    assert_eq!(later_holiday.shifts_at("10:05"), from_to("13:30", "18:00"));
    // Leave that is cancelled gives the rest of that shift back.
    let mut cancelled = leave;
    cancelled.years.clear();
    assert_eq!(cancelled.shifts_at("10:05"), from_to("09:00", "18:00"));

    // Holidays and plans that are withdrawn give that shift back, too.
    let mut without_holiday = holiday;
    without_holiday.holidays.clear();
    assert_eq!(without_holiday.shifts_at("10:05"), from_to("09:00", "18:00"));
    let short = DayPlan::Shifts(vec![shift("10:00", "15:00", 0)]);
    let mut without_plan = office().planned(TODAY, short).punched_in_at_nine().with_default_shift("08:00", "16:00");
    assert_eq!(without_plan.shifts_at("10:05"), from_to("10:00", "15:00"));
    without_plan.years.clear();
    assert_eq!(without_plan.shifts_at("10:10"), from_to("09:00", "18:00"));

    // If work begins after the change, the new shift counts.
    let mut late = office().holiday(TODAY, None, Some(Half::Morning));
    let day = crate::day::Day::open(&late.planner(), date(TODAY));
    late.days.insert(date(TODAY), day);
    let late = late.with_default_shift("12:00", "20:00");
    assert_eq!(late.shifts_at("14:00"), from_to("16:00", "20:00"));
}

#[test]
fn a_changed_weekday_off_counts_from_tomorrow_once_work_has_begun() {
    let mut company = office().punched_in_at_nine();
    let offs = vec![date(TODAY).weekday()].try_into().unwrap();
    let after = Settings { default_weekly_offs: offs, ..company.settings.clone() };
    company.settings = after.replacing(&company.settings, date(TODAY), today_at("10:00"));
    assert_eq!(company.shifts_at("10:00"), from_to("09:00", "18:00"));
}

/// A company whose plant moves to another zone while somebody works there by plan.
fn moved_to(zone: &str) -> Company {
    let plant = site_id(1);
    let mut company = office().site(plant, "Europe/Berlin");
    company.person.site_id = Some(plant);
    company.planned(TODAY, DayPlan::Shifts(vec![at_plant("09:00")])).punched_in_at_nine().site(plant, zone)
}

fn at_plant(start: &str) -> PatternShift {
    PatternShift { times: times(start, "17:00", 0), site_id: Some(site_id(1)) }
}

#[test]
fn leave_of_today_is_counted_by_the_weekdays_off_that_today_keeps() {
    let afternoon = LeavePeriod::new(date(TODAY), date(TODAY), Some(StartHalf::Afternoon), None).unwrap();
    let counted = |company: &Company| -> i64 {
        let stored = (&company.days, today_at("10:05"));
        HalfDays::count(&company.planner(), stored, afternoon.into(), &annual_leave(), false).total()
    };
    let with_offs = |mut company: Company, offs: Vec<Weekday>| {
        let after = Settings { default_weekly_offs: offs.try_into().unwrap(), ..company.settings.clone() };
        company.settings = after.replacing(&company.settings, date(TODAY), today_at("10:00"));
        company
    };
    let today = date(TODAY).weekday();
    assert_eq!(counted(&with_offs(office().punched_in_at_nine(), vec![today])), 1, "it was a workday");
    let mut free = office();
    free.settings.default_weekly_offs = vec![today].try_into().unwrap();
    assert_eq!(counted(&with_offs(free.punched_in_at_nine(), Vec::new())), 0, "it was a day off");
}

#[test]
fn a_site_in_another_zone_counts_from_tomorrow_also_for_planned_shifts() {
    for zone in ["Europe/Helsinki", "Europe/London", "America/New_York"] {
        assert_eq!(moved_to(zone).shifts_at("10:00"), from_to("09:00", "17:00"), "{zone}");
    }
    // The plan is at a site in another zone than the person's, whose zone changes.
    let in_dublin = PatternShift { times: times("09:00", "17:00", 0), site_id: Some(site_id(2)) };
    let company = office().site(site_id(2), "Europe/London").planned(TODAY, DayPlan::Shifts(vec![in_dublin]));
    let company = company.punched_in_at_nine().site(site_id(2), "Europe/Helsinki");
    assert_eq!(company.shifts_at("10:00"), from_to("10:00", "18:00"));
    // A plan that a manager changes counts at once.
    let planned_again = moved_to("Europe/Berlin").planned(TODAY, DayPlan::Shifts(vec![at_plant("10:00")]));
    assert_eq!(planned_again.shifts_at("10:05"), from_to("10:00", "17:00"));
}

#[test]
fn leave_that_has_begun_by_the_shifts_of_today_is_not_cancelled_in_full() {
    let afternoon = LeavePeriod::new(date(TODAY), date(TODAY), Some(StartHalf::Afternoon), None).unwrap();
    let until = |company: &Company, time: &str| {
        begun_until(&company.planner(), &company.days, afternoon.into(), &annual_leave(), today_at(time))
    };
    let on_leave = || office().leave(TODAY, Some(Half::Afternoon)).punched_in_at_nine();
    let mut moved = on_leave();
    moved.person.time_zone = Some(Zone::parse("America/New_York").unwrap());
    for company in [moved, on_leave().with_default_shift("14:00", "23:00")] {
        assert_eq!(until(&company, "13:29"), date("2026-11-03"));
        assert_eq!(until(&company, "13:31"), date(TODAY));
    }
}

#[test]
fn cancelled_leave_of_a_past_date_restores_the_shift_in_the_zone_of_the_day() {
    let mut company = office().leave(TODAY, Some(Half::Afternoon)).punched_in_at_nine();
    let day = company.days[&date(TODAY)].clone();
    company.years.clear();
    for zone in ["Asia/Kathmandu", "America/New_York"] {
        company.person.time_zone = Some(Zone::parse(zone).unwrap());
        let without = day.without_leave(&company.planner(), annual_leave().request_id).unwrap();
        let shifts: Vec<_> = without.shifts().iter().map(|shift| (shift.start_at, shift.end_at)).collect();
        assert_eq!(shifts, from_to("09:00", "18:00"), "{zone}");
    }
}
