use super::team::{Team, weekly};
use crate::{
    calendar::Weekday,
    roster::PatternRefusal,
    schedule::{
        DayPlan, Pattern, PatternShift, Rhythm,
        tests::company::{Company, MONDAY_TO_SATURDAY, date, shift, site_id, week},
    },
};

/// Maria, who works 09:00-18:00 on weekdays (the company's default).
fn maria() -> Team {
    Team::of([Company::in_zone("UTC")])
}

fn nights() -> [PatternShift; 1] {
    [shift("22:00", "06:00", 0)]
}

#[test]
fn a_pattern_never_begins_in_the_past() {
    let mut team = maria();
    let now = team.people[0].at("2026-11-03 08:00");
    let late = week(&MONDAY_TO_SATURDAY, &[shift("14:00", "22:00", 0)]);
    assert_eq!(team.set_pattern(0, weekly("2026-11-02", late.clone()), now), Err(PatternRefusal::InThePast));
    assert_eq!(team.set_pattern(0, weekly("2027-11-05", late.clone()), now), Err(PatternRefusal::TooFarAhead));
    assert_eq!(team.set_pattern(0, weekly("2026-11-03", late), now), Ok(date("2026-11-03")));
    assert_eq!(team.shifts(0, "2026-11-02"), ["2026-11-02T09:00:00Z 2026-11-02T18:00:00Z"]);
    assert_eq!(team.shifts(0, "2026-11-03"), ["2026-11-03T14:00:00Z 2026-11-03T22:00:00Z"]);
}

/// "Changes apply from the next work date where today's has begun."
#[test]
fn where_todays_work_has_begun_a_pattern_holds_from_the_next_date() {
    let late = || weekly("2026-11-03", week(&MONDAY_TO_SATURDAY, &[shift("14:00", "22:00", 0)]));
    let mut running = maria();
    let now = running.people[0].at("2026-11-03 09:00");
    assert_eq!(running.set_pattern(0, late(), now), Ok(date("2026-11-04")));
    let mut came_early = maria();
    came_early.people[0].clock_in("2026-11-03 08:10").unwrap();
    let now = came_early.people[0].at("2026-11-03 08:20");
    assert_eq!(came_early.set_pattern(0, late(), now), Ok(date("2026-11-04")));
    assert_eq!(came_early.shifts(0, "2026-11-03"), ["2026-11-03T09:00:00Z 2026-11-03T18:00:00Z"]);
}

#[test]
fn a_pattern_from_the_same_date_is_replaced_and_each_change_is_a_version() {
    let mut team = maria();
    let now = team.people[0].at("2026-11-02 08:00");
    for start in ["10:00", "11:00"] {
        team.set_pattern(0, weekly("2026-11-09", week(&MONDAY_TO_SATURDAY, &[shift(start, "19:00", 0)])), now).unwrap();
    }
    let schedule = &team.people[0].schedule;
    assert_eq!((schedule.patterns().len(), schedule.version), (1, 2));
    assert_eq!(team.shifts(0, "2026-11-09"), ["2026-11-09T11:00:00Z 2026-11-09T19:00:00Z"]);
}

#[test]
fn a_pattern_that_runs_into_a_date_planned_otherwise_is_refused_and_both_are_named() {
    let mut team = maria();
    let now = team.people[0].at("2026-11-02 08:00");
    // Months ahead, on the day after a night of the new pattern.
    team.plan(0, date("2027-02-09"), DayPlan::Shifts(vec![shift("05:00", "13:00", 0)]), now).unwrap();
    let refused = team.set_pattern(0, weekly("2026-11-09", week(&MONDAY_TO_SATURDAY, &nights())), now).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "must not have shifts that overlap: 2027-02-08 22:00-06:00 and 2027-02-09 05:00-13:00"
    );
    team.unplan(0, date("2027-02-09"), now).unwrap();
    team.set_pattern(0, weekly("2026-11-09", week(&MONDAY_TO_SATURDAY, &nights())), now).unwrap();
}

#[test]
fn a_pattern_may_not_begin_under_the_companys_default_night() {
    let mut team =
        Team::of([Company::in_zone("UTC").settings(r#"{"default_shift": {"start": "22:00", "end": "06:00"}}"#)]);
    let now = team.people[0].at("2026-11-02 08:00");
    let early = week(&MONDAY_TO_SATURDAY, &[shift("05:00", "13:00", 0)]);
    let refused = team.set_pattern(0, weekly("2026-11-04", early.clone()), now).unwrap_err();
    assert!(refused.to_string().contains("2026-11-03 22:00-06:00 and 2026-11-04 05:00-13:00"), "{refused}");
    assert!(team.set_pattern(0, weekly("2026-11-09", early), now).is_ok(), "Sunday is off");
}

/// The wall clocks of two sites say nothing about which shift comes first.
#[test]
fn shifts_of_sites_in_other_zones_are_compared_as_instants() {
    let (tokyo, berlin) = (site_id(1), site_id(2));
    let at = |site, start, end| PatternShift { site_id: Some(site), ..shift(start, end, 0) };
    let company = Company::in_zone("UTC").site(tokyo, "Asia/Tokyo").site(berlin, "Europe/Berlin");
    let mut team = Team::of([company]);
    let now = team.people[0].at("2026-11-02 08:00");
    // 08:00 in Berlin is 16:00 in Tokyo.
    let both = week(&[Weekday::Monday], &[at(berlin, "08:00", "09:00"), at(tokyo, "16:30", "18:00")]);
    let refused = team.set_pattern(0, weekly("2026-11-09", both), now).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "must not have shifts that overlap: 2026-11-09 08:00-09:00 and 2026-11-09 16:30-18:00"
    );
    // 08:00 on Tuesday in Tokyo is 23:00 on Monday in UTC.
    let mut overnight = week(&[Weekday::Monday], &[shift("20:00", "23:30", 0)]);
    overnight.shifts.insert(Weekday::Tuesday, vec![at(tokyo, "08:00", "12:00")]);
    let refused = team.set_pattern(0, weekly("2026-11-09", overnight), now).unwrap_err();
    assert!(refused.to_string().contains("2026-11-09 20:00-23:30 and 2026-11-10 08:00-12:00"), "{refused}");
    let there = weekly("2026-11-09", week(&[Weekday::Monday], &[at(site_id(3), "08:00", "09:00")]));
    assert_eq!(team.set_pattern(0, there, now), Err(PatternRefusal::UnknownSite(site_id(3))));
}

#[test]
fn a_rotation_is_looked_at_through_all_its_weeks() {
    let mut team = maria();
    let now = team.people[0].at("2026-11-02 08:00");
    let mut weeks = vec![week(&MONDAY_TO_SATURDAY, &[shift("05:00", "13:00", 0)]); 51];
    weeks.push(week(&MONDAY_TO_SATURDAY, &nights()));
    let rhythm = Rhythm::rotation(weeks, date("2026-10-12")).unwrap();
    // Its only week of nights is the last; the Sunday after it is off, but not when somebody plans it.
    team.plan(0, date("2027-10-10"), DayPlan::Shifts(vec![shift("05:00", "13:00", 0)]), now).unwrap();
    let pattern = Pattern { effective_from: date("2026-11-09"), rhythm };
    let refused = team.set_pattern(0, pattern, now).unwrap_err();
    assert!(refused.to_string().contains("2027-10-09 22:00-06:00 and 2027-10-10 05:00-13:00"), "{refused}");
}

#[test]
fn stored_days_that_are_not_over_follow_at_once() {
    let mut team = maria();
    team.open(0, "2026-11-03", team.people[0].at("2026-11-02 22:00"));
    let now = team.people[0].at("2026-11-03 07:00");
    team.set_pattern(0, weekly("2026-11-03", week(&MONDAY_TO_SATURDAY, &[shift("08:00", "12:00", 0)])), now).unwrap();
    let company = &team.people[0];
    assert_eq!(company.days[&date("2026-11-03")].shifts()[0].start_at, company.at("2026-11-03 08:00"));
    assert_eq!(company.totals.scheduled_seconds, 4 * 3600, "and so do the month's totals");
}

#[test]
fn all_patterns_together_have_room_for_2000_shifts() {
    let mut team = maria();
    let now = team.people[0].at("2026-11-02 08:00");
    let short: Vec<PatternShift> =
        (0..5).map(|n| shift(&format!("{:02}:00", 2 * n + 8), &format!("{:02}:00", 2 * n + 9), 0)).collect();
    let full = Rhythm::rotation(vec![week(&MONDAY_TO_SATURDAY, &short); 52], date("2026-11-02")).unwrap();
    team.set_pattern(0, Pattern { effective_from: date("2026-11-09"), rhythm: full.clone() }, now).unwrap();
    let refused = team.set_pattern(0, Pattern { effective_from: date("2026-11-16"), rhythm: full }, now).unwrap_err();
    assert_eq!(refused.to_string(), "must not have more than 2000 shifts in all patterns");
}

#[test]
fn a_site_is_counted_once_for_each_item_that_names_it() {
    let (quay, pier) = (site_id(1), site_id(2));
    let at = |site| week(&MONDAY_TO_SATURDAY, &[PatternShift { site_id: Some(site), ..shift("08:00", "12:00", 0) }]);
    let mut team = Team::of([Company::in_zone("UTC").site(quay, "UTC").site(pier, "UTC")]);
    let now = team.people[0].at("2026-11-02 08:00");
    let counted = |team: &Team, pattern| {
        let changed = team.decide(0, now, |rostering| rostering.set_pattern(pattern)).unwrap();
        let company = &team.people[0];
        changed.sites_counted(&company.schedule, &company.years).into_iter().collect::<Vec<_>>()
    };
    assert_eq!(counted(&team, weekly("2026-11-09", at(quay))), [(quay, 1)]);
    team.set_pattern(0, weekly("2026-11-09", at(quay)), now).unwrap();
    assert_eq!(counted(&team, weekly("2026-11-09", at(quay))), []);
    assert_eq!(counted(&team, weekly("2026-11-09", at(pier))), [(quay, -1), (pier, 1)], "the one before is replaced");
    assert_eq!(counted(&team, weekly("2026-11-16", at(pier))), [(pier, 1)], "the one before held for a week");
    let plan = DayPlan::Shifts(vec![PatternShift { site_id: Some(quay), ..shift("08:00", "12:00", 0) }]);
    team.plan(0, date("2026-11-10"), plan, now).unwrap();
    let back = team.decide(0, now, |rostering| rostering.unplan_day(date("2026-11-10"))).unwrap();
    let company = &team.people[0];
    assert_eq!(back.sites_counted(&company.schedule, &company.years).into_iter().collect::<Vec<_>>(), [(quay, -1)]);
}

#[test]
fn a_pattern_names_at_most_20_sites() {
    let mut company = Company::in_zone("UTC");
    for number in 1..=21 {
        company = company.site(site_id(number), "UTC");
    }
    let mut team = Team::of([company]);
    let now = team.people[0].at("2026-11-02 08:00");
    let weeks = |count: u128| {
        let at = |number| PatternShift { site_id: Some(site_id(number)), ..shift("08:00", "12:00", 0) };
        (1..=count).map(|number| week(&[Weekday::Monday], &[at(number)])).collect::<Vec<_>>()
    };
    let rotation = |count| Pattern {
        effective_from: date("2026-11-09"),
        rhythm: Rhythm::rotation(weeks(count), date("2026-11-02")).unwrap(),
    };
    let refused = team.set_pattern(0, rotation(21), now).unwrap_err();
    assert_eq!(refused.to_string(), "must not name more than 20 sites");
    team.set_pattern(0, rotation(20), now).unwrap();
}
