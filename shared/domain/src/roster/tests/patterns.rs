use super::team::{Team, weekly};
use crate::{
    calendar::Weekday,
    roster::PatternRefusal,
    schedule::{
        DayPlan, Pattern, PatternShift, Rhythm, Week,
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
fn a_pattern_that_overlaps_a_planned_date_is_refused_and_both_named() {
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
fn a_patterns_first_shift_must_not_overlap_the_default_night_shift() {
    let mut team =
        Team::of([Company::in_zone("UTC").settings(r#"{"default_shift": {"start": "22:00", "end": "06:00"}}"#)]);
    let now = team.people[0].at("2026-11-02 08:00");
    let early = week(&MONDAY_TO_SATURDAY, &[shift("05:00", "13:00", 0)]);
    let refused = team.set_pattern(0, weekly("2026-11-04", early.clone()), now).unwrap_err();
    assert!(refused.to_string().contains("2026-11-03 22:00-06:00 and 2026-11-04 05:00-13:00"), "{refused}");
    assert!(team.set_pattern(0, weekly("2026-11-09", early), now).is_ok(), "Sunday is off");
}

#[test]
fn shifts_of_a_pattern_that_overlap_are_refused_and_both_named() {
    let mut team = maria();
    let now = team.people[0].at("2026-11-02 08:00");
    let mut refusal =
        |week| team.set_pattern(0, weekly("2026-11-02", week), now).map_err(|refused| refused.to_string());
    let same_day = week(&[Weekday::Monday], &[shift("09:00", "13:00", 0), shift("12:59", "18:00", 0)]);
    assert_eq!(
        refusal(same_day).unwrap_err(),
        "must not have shifts that overlap: monday 09:00-13:00 and monday 12:59-18:00, first on 2026-11-02"
    );
    let over_midnight =
        week(&[Weekday::Monday, Weekday::Tuesday], &[shift("22:00", "22:00", 0), shift("21:00", "22:00", 0)]);
    let named = refusal(over_midnight).unwrap_err();
    assert!(named.contains("monday 22:00-22:00 and tuesday 21:00-22:00"), "{named}");
    let mut wraps = week(&[Weekday::Monday], &[shift("00:00", "08:00", 0)]);
    wraps.weekly_offs = vec![Weekday::Tuesday].try_into().unwrap();
    wraps.shifts.insert(Weekday::Sunday, vec![shift("20:00", "00:01", 0)]);
    let named = refusal(wraps).unwrap_err();
    assert!(named.contains("sunday 20:00-00:01 and monday 00:00-08:00, first on 2026-11-09"), "{named}");
    let touching = week(&MONDAY_TO_SATURDAY, &[shift("22:00", "22:00", 0)]);
    assert!(refusal(touching).is_ok(), "touching is no overlap");
}

#[test]
fn the_last_week_of_a_rotation_must_not_overlap_its_first() {
    let mut team = maria();
    let now = team.people[0].at("2026-11-02 08:00");
    let first = week(&[Weekday::Monday], &[shift("00:00", "08:00", 0)]);
    let mut last = week(&[], &[]);
    last.weekly_offs = vec![Weekday::Monday].try_into().unwrap();
    last.shifts.insert(Weekday::Sunday, vec![shift("22:00", "06:00", 0)]);
    let rhythm = Rhythm::rotation(vec![first, last], date("2026-11-02")).unwrap();
    let refused = team.set_pattern(0, Pattern { effective_from: date("2026-11-09"), rhythm }, now).unwrap_err();
    assert!(refused.to_string().contains("week 2 sunday 22:00-06:00 and week 1 monday 00:00-08:00"), "{refused}");
}

#[test]
fn a_pattern_with_overlaps_is_refused_even_if_another_replaces_it() {
    let mut team = maria();
    let now = team.people[0].at("2026-11-02 08:00");
    team.set_pattern(0, weekly("2026-11-04", week(&[Weekday::Monday], &[])), now).unwrap();
    let on_saturdays = week(&[Weekday::Saturday], &[shift("09:00", "13:00", 0), shift("12:00", "18:00", 0)]);
    let refused = team.set_pattern(0, weekly("2026-11-03", on_saturdays), now).unwrap_err();
    assert!(refused.to_string().contains("saturday 09:00-13:00 and saturday 12:00-18:00"), "{refused}");
}

#[test]
fn a_patterns_first_shift_must_not_overlap_the_previous_patterns_last() {
    let mut team = maria();
    let now = team.people[0].at("2026-11-02 08:00");
    team.set_pattern(0, weekly("2026-11-03", week(&MONDAY_TO_SATURDAY, &nights())), now).unwrap();
    let early = |from| weekly(from, week(&MONDAY_TO_SATURDAY, &[shift("05:00", "13:00", 0)]));
    let refused = team.set_pattern(0, early("2026-11-10"), now).unwrap_err();
    assert!(refused.to_string().contains("2026-11-09 22:00-06:00 and 2026-11-10 05:00-13:00"), "{refused}");
    assert!(team.set_pattern(0, early("2026-11-16"), now).is_ok(), "Sunday night is off");
}

const HELSINKI: u128 = 1;
const STOCKHOLM: u128 = 2;

/// Maria, who may be sent to a site in Helsinki's zone and to one in Stockholm's, an hour behind.
fn between_helsinki_and_stockholm() -> Team {
    let company = Company::in_zone("UTC").site(site_id(HELSINKI), "Europe/Helsinki");
    Team::of([company.site(site_id(STOCKHOLM), "Europe/Stockholm")])
}

fn at(site: u128, start: &str, end: &str) -> PatternShift {
    PatternShift { site_id: Some(site_id(site)), ..shift(start, end, 0) }
}

#[test]
fn overlaps_are_compared_by_instant_and_not_by_local_time() {
    let mut team = between_helsinki_and_stockholm();
    let now = team.people[0].at("2026-11-02 08:00");
    let mondays = |shifts: [PatternShift; 2]| weekly("2026-11-09", week(&[Weekday::Monday], &shifts));
    let apart = mondays([at(HELSINKI, "08:00", "12:00"), at(STOCKHOLM, "11:30", "15:00")]);
    assert_eq!(team.set_pattern(0, apart, now), Ok(date("2026-11-09")), "half an hour apart");
    let touching = mondays([at(HELSINKI, "08:00", "12:00"), at(STOCKHOLM, "11:00", "15:00")]);
    assert_eq!(team.set_pattern(0, touching, now), Ok(date("2026-11-09")));
    let at_once = mondays([at(STOCKHOLM, "08:00", "11:00"), at(HELSINKI, "11:00", "15:00")]);
    assert_eq!(
        team.set_pattern(0, at_once, now).unwrap_err().to_string(),
        "must not have shifts that overlap: monday 08:00-11:00 (Europe/Stockholm) and \
         monday 11:00-15:00 (Europe/Helsinki), first on 2026-11-09"
    );
    // The same for a single date.
    let plan = |shifts: [PatternShift; 2]| DayPlan::Shifts(shifts.to_vec());
    let on = date("2026-11-10");
    team.plan(0, on, plan([at(HELSINKI, "08:00", "12:00"), at(STOCKHOLM, "11:30", "15:00")]), now).unwrap();
    let at_once = plan([at(STOCKHOLM, "08:00", "11:00"), at(HELSINKI, "11:00", "15:00")]);
    let refused = team.plan(0, on, at_once, now).unwrap_err().to_string();
    assert!(refused.contains("2026-11-10 08:00-11:00 (Europe/Stockholm)"), "{refused}");
}

#[test]
fn overlaps_between_consecutive_patterns_are_compared_by_instant() {
    let on_sundays = |shift| {
        let mut week = week(&[Weekday::Sunday], &[shift]);
        week.weekly_offs = vec![Weekday::Saturday].try_into().unwrap();
        weekly("2026-11-02", week)
    };
    let on_mondays = |shift| weekly("2026-11-09", week(&[Weekday::Monday], &[shift]));
    let seam = |evening, morning| {
        let mut team = between_helsinki_and_stockholm();
        let now = team.people[0].at("2026-11-02 06:00");
        team.set_pattern(0, on_sundays(evening), now).unwrap();
        team.set_pattern(0, on_mondays(morning), now).map_err(|refused| refused.to_string())
    };
    // Until 23:30 UTC, and from midnight UTC on, though the wall clocks say 01:30 and 01:00.
    assert!(seam(at(HELSINKI, "20:00", "01:30"), at(STOCKHOLM, "01:00", "09:00")).is_ok());
    // Until 23:30 UTC, and from 23:00 UTC on, though the wall clocks say 00:30 and 01:00.
    assert_eq!(
        seam(at(STOCKHOLM, "20:00", "00:30"), at(HELSINKI, "01:00", "09:00")).unwrap_err(),
        "must not have shifts that overlap: 2026-11-08 20:00-00:30 (Europe/Stockholm) and \
         2026-11-09 01:00-09:00 (Europe/Helsinki)"
    );
}

/// Berlin changes its clocks on 28 March 2027, New York on the 14th: for two weeks they are five hours apart, not six.
#[test]
fn shifts_that_overlap_only_between_two_changes_of_the_clocks_are_refused() {
    let (berlin, new_york) = (site_id(1), site_id(2));
    let company = Company::in_zone("UTC").site(berlin, "Europe/Berlin").site(new_york, "America/New_York");
    let mut team = Team::of([company]);
    let now = team.people[0].at("2026-11-02 08:00");
    let tuesdays = |end| {
        let shifts = [at(1, "08:00", end), at(2, "07:00", "11:00")];
        weekly("2026-11-09", week(&[Weekday::Tuesday], &shifts))
    };
    let refused = team.set_pattern(0, tuesdays("13:00"), now).unwrap_err().to_string();
    assert_eq!(
        refused,
        "must not have shifts that overlap: tuesday 08:00-13:00 (Europe/Berlin) and \
         tuesday 07:00-11:00 (America/New_York), first on 2027-03-16"
    );
    assert!(team.set_pattern(0, tuesdays("12:00"), now).is_ok());
}

/// The wall clocks of two sites say nothing about which shift comes first.
#[test]
fn shifts_of_sites_far_apart_are_compared_across_dates() {
    let company = Company::in_zone("UTC").site(site_id(1), "Asia/Tokyo");
    let mut team = Team::of([company]);
    let now = team.people[0].at("2026-11-02 08:00");
    // 08:00 on Tuesday in Tokyo is 23:00 on Monday in UTC.
    let mut overnight = week(&[Weekday::Monday], &[shift("20:00", "23:30", 0)]);
    overnight.shifts.insert(Weekday::Tuesday, vec![at(1, "08:00", "12:00")]);
    let refused = team.set_pattern(0, weekly("2026-11-09", overnight), now).unwrap_err().to_string();
    assert!(refused.contains("monday 20:00-23:30 (UTC) and tuesday 08:00-12:00 (Asia/Tokyo)"), "{refused}");
    let there = weekly("2026-11-09", week(&[Weekday::Monday], &[at(3, "08:00", "09:00")]));
    assert_eq!(team.set_pattern(0, there, now), Err(PatternRefusal::UnknownSite(site_id(3))));
}

/// The order of two patterns doesn't matter: each replaces what would clash with the other.
#[test]
fn several_patterns_are_one_change() {
    let mut team = maria();
    let now = team.people[0].at("2026-11-02 08:00");
    let early = |from| weekly(from, week(&MONDAY_TO_SATURDAY, &[shift("05:00", "13:00", 0)]));
    team.set_pattern(0, early("2026-12-08"), now).unwrap();
    let night = weekly("2026-11-10", week(&MONDAY_TO_SATURDAY, &nights()));
    let late = weekly("2026-12-08", week(&MONDAY_TO_SATURDAY, &[shift("14:00", "22:00", 0)]));
    assert!(team.set_pattern(0, night.clone(), now).is_err(), "its last night runs into the early shift");
    for order in [[night.clone(), late.clone()], [late, night.clone()]] {
        let change = team.decide(0, now, |rostering| rostering.set_patterns(&order)).unwrap();
        assert_eq!(change.from, date("2026-11-10"));
        assert_eq!(change.schedule.unwrap().patterns().len(), 2);
    }
    let clashing = [night, early("2026-12-08")];
    let refused = team.decide(0, now, |rostering| rostering.set_patterns(&clashing)).unwrap_err().to_string();
    assert!(refused.contains("2026-12-07 22:00-06:00 and 2026-12-08 05:00-13:00"), "{refused}");
}

/// Two planned dates that overlap because a zone was changed don't prevent a change of a pattern.
#[test]
fn existing_overlaps_of_planned_dates_do_not_prevent_a_new_pattern() {
    let early = DayPlan::Shifts(vec![shift("05:00", "13:00", 0)]);
    let company = Company::in_zone("UTC").planned("2026-11-16", DayPlan::Shifts(nights().to_vec()));
    let mut team = Team::of([company.planned("2026-11-17", early)]);
    let now = team.people[0].at("2026-11-02 08:00");
    team.set_pattern(0, weekly("2026-11-09", week(&[Weekday::Friday], &nights())), now).unwrap();
}

/// "7 days on, 7 days off."
#[test]
fn a_week_of_a_rotation_may_have_no_day_off_or_seven() {
    let offs = |weekdays: &[Weekday]| weekdays.to_vec().try_into().unwrap();
    let on = Week { weekly_offs: offs(&[]), ..week(&Weekday::ALL, &[shift("07:00", "19:00", 60)]) };
    let off = Week { weekly_offs: offs(&Weekday::ALL), ..week(&[], &[]) };
    let rotation = |weeks| Pattern {
        effective_from: date("2026-11-09"),
        rhythm: Rhythm::rotation(weeks, date("2026-11-09")).unwrap(),
    };
    let mut team = maria();
    let now = team.people[0].at("2026-11-02 08:00");
    team.set_pattern(0, rotation(vec![on.clone(), off.clone()]), now).unwrap();
    assert_eq!(team.shifts(0, "2026-11-15"), ["2026-11-15T07:00:00Z 2026-11-15T19:00:00Z"]);
    assert_eq!(team.shifts(0, "2026-11-16"), [""; 0]);
    let six_and_none = Week { weekly_offs: offs(&[Weekday::Sunday]), ..week(&MONDAY_TO_SATURDAY, &nights()) };
    let refused = team.set_pattern(0, rotation(vec![on.clone(), six_and_none]), now).unwrap_err();
    assert_eq!(refused.to_string(), "must name at least 2 days off in 2 weeks");
    // A rotation of one week is a week that comes back.
    for week in [on.clone(), off.clone()] {
        let refused = team.set_pattern(0, rotation(vec![week]), now).unwrap_err();
        assert_eq!(refused.to_string(), "must name 1 or 2 days off");
    }
    let company = Company::in_zone("UTC").settings(r#"{"weekly_offs": {"min": 0, "max": 7}}"#);
    let mut team = Team::of([company]);
    for only in [on, off] {
        team.set_pattern(0, weekly("2026-11-09", only), now).unwrap();
    }
}

#[test]
fn all_weeks_of_a_rotation_are_checked_for_overlaps() {
    let mut team = maria();
    let now = team.people[0].at("2026-11-02 08:00");
    let mut weeks = vec![week(&MONDAY_TO_SATURDAY, &[shift("05:00", "13:00", 0)]); 51];
    weeks.push(week(&MONDAY_TO_SATURDAY, &nights()));
    let rhythm = Rhythm::rotation(weeks, date("2026-10-12")).unwrap();
    // The last week is the only one with nights. The Sunday after it is a day off unless someone plans it.
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
