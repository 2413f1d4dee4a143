use super::team::{Team, weekly};
use crate::{
    bounded::Bounded,
    calendar::{Weekday, Zone},
    day::{DayStatus, Flag},
    employment::Employments,
    holiday::Half,
    id::DepartmentId,
    roster::SwapRefusal,
    schedule::{
        DayKind, DayPlan, PlanCause,
        tests::company::{Company, date, shift, site_id, week},
    },
    swap::{Approval, SwapStatus},
    user::UserStatus,
};

/// Maria works the night of Monday and Anna the morning of Wednesday. Both have no other shift that week.
fn maria_and_anna() -> Team {
    let works = |weekday, start, end| {
        let mut only = week(&[weekday], &[shift(start, end, 0)]);
        only.weekly_offs = vec![Weekday::Sunday].try_into().unwrap();
        Company::in_zone("UTC").pattern("2020-01-01", only)
    };
    Team::of([works(Weekday::Monday, "22:00", "06:00"), works(Weekday::Wednesday, "06:00", "14:00")])
}

const NIGHT: &str = "2026-11-02T22:00:00Z 2026-11-03T06:00:00Z";
const MORNING: &str = "2026-11-04T06:00:00Z 2026-11-04T14:00:00Z";

#[test]
fn a_monday_night_is_swapped_for_a_wednesday_morning() {
    let mut team = maria_and_anna();
    let now = team.people[0].at("2026-11-01 12:00");
    team.swap((0, "2026-11-02"), (1, Some("2026-11-04")), now).unwrap();
    assert_eq!(
        (team.shifts(0, "2026-11-04"), team.shifts(1, "2026-11-02")),
        (vec![MORNING.into()], vec![NIGHT.into()])
    );
    for (who, old_day) in [(0, "2026-11-02"), (1, "2026-11-04")] {
        let assignment = team.people[who].assignment(old_day);
        assert_eq!((assignment.kind, assignment.shifts), (DayKind::WeeklyOff, Vec::new()));
        assert!(matches!(assignment.changed_by, Some(PlanCause::Swap { .. })));
    }
    // Each clocks in on the new day, neither late nor unscheduled.
    for (who, on, from, until) in [
        (0, "2026-11-04", "2026-11-04 05:58", "2026-11-04 14:00"),
        (1, "2026-11-02", "2026-11-02 21:55", "2026-11-03 06:01"),
    ] {
        let company = &mut team.people[who];
        assert_eq!(company.session(from, until), date(on));
        let figures = company.figures(on, until);
        assert_eq!((figures.status, figures.late_seconds, figures.early_leave_seconds), (DayStatus::Present, 0, 0));
        assert!(!figures.flags.contains(&Flag::Unscheduled));
    }
}

#[test]
fn a_one_way_swap_moves_a_shift_without_one_in_return() {
    let mut team = maria_and_anna();
    let now = team.people[0].at("2026-11-01 12:00");
    team.swap((0, "2026-11-02"), (1, None), now).unwrap();
    assert_eq!((team.shifts(0, "2026-11-02"), team.shifts(1, "2026-11-02")), (vec![], vec![NIGHT.to_owned()]));
    assert_eq!(team.shifts(1, "2026-11-04"), [MORNING]);
}

#[test]
fn two_may_swap_the_shifts_of_one_date() {
    let mut team = maria_and_anna();
    let now = team.people[0].at("2026-11-01 12:00");
    team.plan(1, date("2026-11-02"), DayPlan::Shifts(vec![shift("06:00", "14:00", 30)]), now).unwrap();
    team.swap((0, "2026-11-02"), (1, Some("2026-11-02")), now).unwrap();
    assert_eq!(team.shifts(0, "2026-11-02"), ["2026-11-02T06:00:00Z 2026-11-02T14:00:00Z"]);
    assert_eq!(team.shifts(1, "2026-11-02"), [NIGHT]);
}

#[test]
fn the_takers_other_shifts_are_kept_unless_they_overlap() {
    let mut team = maria_and_anna();
    let now = team.people[0].at("2026-11-01 12:00");
    team.plan(1, date("2026-11-02"), DayPlan::Shifts(vec![shift("12:00", "16:00", 0)]), now).unwrap();
    let swap = team.ask((0, date("2026-11-02")), (1, None), now).unwrap();
    // The taker's other shifts may change until then. The offered shift may not.
    team.plan(1, date("2026-11-02"), DayPlan::Shifts(vec![shift("12:00", "22:01", 0)]), now).unwrap();
    let refused = team.make(&swap, now).unwrap_err();
    assert!(matches!(refused, SwapRefusal::WouldOverlap(_)), "{refused:?}");
    assert_eq!(
        refused.to_string(),
        "must not have shifts that overlap: 2026-11-02 12:00-22:01 and 2026-11-02 22:00-06:00"
    );
    team.plan(1, date("2026-11-02"), DayPlan::Shifts(vec![shift("12:00", "22:00", 0)]), now).unwrap();
    team.make(&swap, now).unwrap();
    assert_eq!(team.shifts(1, "2026-11-02"), ["2026-11-02T12:00:00Z 2026-11-02T22:00:00Z", NIGHT]);
}

#[test]
fn a_shift_that_overlaps_the_takers_next_date_is_refused() {
    let mut team = maria_and_anna();
    let now = team.people[0].at("2026-11-01 12:00");
    team.plan(1, date("2026-11-03"), DayPlan::Shifts(vec![shift("05:59", "12:00", 0)]), now).unwrap();
    let refused = team.swap((0, "2026-11-02"), (1, None), now).unwrap_err();
    assert!(refused.to_string().contains("2026-11-02 22:00-06:00 and 2026-11-03 05:59-12:00"), "{refused}");
}

#[test]
fn too_little_rest_around_what_is_taken_is_refused_and_both_are_named() {
    let mut team = maria_and_anna();
    for company in &mut team.people {
        company.settings.min_rest_minutes = Bounded::constant::<660>();
    }
    let now = team.people[0].at("2026-11-01 12:00");
    team.plan(1, date("2026-11-03"), DayPlan::Shifts(vec![shift("16:59", "20:00", 0)]), now).unwrap();
    let swap = team.ask((0, date("2026-11-02")), (1, None), now).unwrap();
    let refused = team.make(&swap, now).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "659 minutes between 2026-11-02 22:00-06:00 and 2026-11-03 16:59-20:00, but at least 660 are required"
    );
    team.plan(1, date("2026-11-03"), DayPlan::Shifts(vec![shift("17:00", "20:00", 0)]), now).unwrap();
    team.make(&swap, now).unwrap();
}

/// A date with several shifts is handed over unchanged, with the rest between its shifts.
#[test]
fn rest_between_the_shifts_of_a_swapped_date_is_not_checked() {
    let mut team = maria_and_anna();
    for company in &mut team.people {
        company.settings.min_rest_minutes = Bounded::constant::<660>();
    }
    let now = team.people[0].at("2026-11-01 12:00");
    let split = DayPlan::Shifts(vec![shift("06:00", "10:00", 0), shift("14:00", "18:00", 0)]);
    team.plan(0, date("2026-11-06"), split, now).unwrap();
    team.swap((0, "2026-11-06"), (1, None), now).unwrap();
    assert_eq!(team.shifts(1, "2026-11-06").len(), 2);
}

#[test]
fn nobody_swaps_into_or_out_of_leave() {
    for (who, on, half) in [(0, "2026-11-02", None), (1, "2026-11-02", Some(Half::Morning)), (0, "2026-11-04", None)] {
        let mut team = maria_and_anna();
        for company in &mut team.people {
            company.person.department_id = Some(DepartmentId::from(ulid::Ulid::from_parts(1, 5)));
        }
        let now = team.people[0].at("2026-11-01 12:00");
        let swap = team.ask((0, date("2026-11-02")), (1, Some(date("2026-11-04"))), now).unwrap();
        let company = team.people.remove(who).leave(on, half);
        team.people.insert(who, company);
        assert_eq!(team.make(&swap, now), Err(SwapRefusal::OnLeave(date(on))));
        let asked = team.ask((0, date("2026-11-02")), (1, Some(date("2026-11-04"))), now);
        assert_eq!(asked.unwrap_err(), SwapRefusal::OnLeave(date(on)));
    }
}

#[test]
fn a_request_does_not_tell_of_leave_in_another_department() {
    for on in ["2026-11-02", "2026-11-04"] {
        let mut team = maria_and_anna();
        let now = team.people[0].at("2026-11-01 12:00");
        let mut anna = team.people.remove(1).leave(on, None);
        anna.person.department_id = Some(DepartmentId::from(ulid::Ulid::from_parts(1, 5)));
        team.people.insert(1, anna);
        let swap = team.ask((0, date("2026-11-02")), (1, Some(date("2026-11-04"))), now).unwrap();
        assert_eq!(team.make(&swap, now), Err(SwapRefusal::OnLeave(date(on))), "it is refused when Anna accepts");
        // One's own leave is no secret.
        team.people.swap(0, 1);
        let swap = team.ask((0, date(on)), (1, None), now);
        assert_eq!(swap.unwrap_err(), SwapRefusal::OnLeave(date(on)));
    }
}

#[test]
fn nobody_gives_a_date_without_shifts() {
    let team = maria_and_anna();
    let now = team.people[0].at("2026-11-01 12:00");
    let refused = team.ask((0, date("2026-11-03")), (1, None), now).unwrap_err();
    assert_eq!(refused, SwapRefusal::NoShift { user_id: team.people[0].person.id, date: date("2026-11-03") });
    let refused = team.ask((0, date("2026-11-02")), (1, Some(date("2026-11-05"))), now).unwrap_err();
    assert_eq!(refused, SwapRefusal::NoShift { user_id: team.people[1].person.id, date: date("2026-11-05") });
}

#[test]
fn a_swap_is_refused_if_an_offered_date_or_person_has_changed() {
    let base = maria_and_anna();
    let now = base.people[0].at("2026-11-01 12:00");
    let swap = base.ask((0, date("2026-11-02")), (1, Some(date("2026-11-04"))), now).unwrap();
    let mut later = maria_and_anna();
    later.plan(0, date("2026-11-02"), DayPlan::Shifts(vec![shift("22:00", "06:00", 15)]), now).unwrap();
    let mut gone = maria_and_anna();
    gone.plan(1, date("2026-11-04"), DayPlan::Off, now).unwrap();
    let mut holiday = maria_and_anna();
    let company = holiday.people.remove(0).holiday("2026-11-02", None, None);
    holiday.people.insert(0, company);
    let mut left = maria_and_anna();
    left.people[1].person.employments = Employments::of_dates(None, Some(date("2026-11-03")));
    let mut disabled = maria_and_anna();
    disabled.people[1].person.status = UserStatus::Disabled;
    let mut untracked = maria_and_anna();
    untracked.people[1].person.tracks_attendance = false;
    for mut team in [later, gone, holiday, left, disabled, untracked] {
        assert_eq!(team.make(&swap, now), Err(SwapRefusal::RosterChanged));
    }
}

/// "Each other pending swap over the same day answers `roster_changed`."
#[test]
fn of_two_swaps_over_one_shift_the_second_finds_the_roster_changed() {
    let mut team = maria_and_anna();
    team.people
        .push(Company::in_zone("UTC").pattern("2020-01-01", week(&[Weekday::Friday], &[shift("06:00", "14:00", 0)])));
    team = Team::of(team.people);
    let now = team.people[0].at("2026-11-01 12:00");
    let (my_date, wednesday) = (date("2026-11-02"), date("2026-11-04"));
    let first = team.ask((0, my_date), (1, Some(wednesday)), now).unwrap();
    let crossing = [
        team.ask((0, my_date), (2, None), now).unwrap(),
        team.ask((2, date("2026-11-06")), (0, Some(my_date)), now).unwrap(),
        team.ask((1, wednesday), (2, Some(date("2026-11-06"))), now).unwrap(),
        first.clone(),
    ];
    team.make(&first, now).unwrap();
    for swap in crossing {
        assert_eq!(team.make(&swap, now), Err(SwapRefusal::RosterChanged));
    }
    // The taker may pass on or give back a received shift.
    team.swap((1, "2026-11-02"), (0, Some("2026-11-04")), now).unwrap();
    assert_eq!(
        (team.shifts(0, "2026-11-02"), team.shifts(1, "2026-11-04")),
        (vec![NIGHT.into()], vec![MORNING.into()])
    );
}

#[test]
fn a_swap_is_too_late_once_its_first_date_begins_for_either_of_the_two() {
    let mut team = maria_and_anna();
    team.people[1].person.time_zone = Some(Zone::parse("Asia/Tokyo").unwrap());
    let now = team.people[0].at("2026-11-01 12:00");
    // The request is for the later date. The other person's date comes first and begins at midnight in Tokyo.
    let swap = team.ask((0, date("2026-11-09")), (1, Some(date("2026-11-04"))), now).unwrap();
    assert_eq!(swap.begins_at, "2026-11-03T15:00:00Z".parse().unwrap());
    assert_eq!(swap.status_at(swap.begins_at), SwapStatus::Expired);
    assert_eq!(team.make(&swap, swap.begins_at), Err(SwapRefusal::Begun(date("2026-11-04"))));
    let late = team.ask((0, date("2026-11-02")), (1, None), "2026-11-01T15:00:00Z".parse().unwrap());
    assert_eq!(late.unwrap_err(), SwapRefusal::Begun(date("2026-11-02")));
}

#[test]
fn a_date_with_an_early_clock_in_cannot_be_swapped() {
    let mut team = maria_and_anna();
    let now = team.people[0].at("2026-11-01 12:00");
    team.plan(0, date("2026-11-03"), DayPlan::Shifts(vec![shift("06:30", "08:00", 0)]), now).unwrap();
    team.plan(0, date("2026-11-02"), DayPlan::Off, now).unwrap();
    team.plan(0, date("2026-11-03"), DayPlan::Shifts(vec![shift("00:30", "08:00", 0)]), now).unwrap();
    team.people[0].clock_in("2026-11-02 23:45").unwrap();
    let refused = team.swap((0, "2026-11-03"), (1, None), team.people[0].at("2026-11-02 23:50")).unwrap_err();
    assert_eq!(refused, SwapRefusal::DayWorked(date("2026-11-03")));
}

/// A shift that is handed over is the same for both people.
#[test]
fn a_shift_keeps_its_instants_and_its_place_between_zones_and_sites() {
    let (tokyo, berlin) = (site_id(1), site_id(2));
    let mut team = maria_and_anna();
    team.people =
        team.people.into_iter().map(|it| it.site(tokyo, "Asia/Tokyo").site(berlin, "Europe/Berlin")).collect();
    team.people[0].person.site_id = Some(tokyo);
    team.people[1].person.site_id = Some(berlin);
    let now = team.people[0].at("2026-11-01 12:00");
    let (night, morning) = (team.shifts(0, "2026-11-02"), team.shifts(1, "2026-11-04"));
    team.swap((0, "2026-11-02"), (1, Some("2026-11-04")), now).unwrap();
    assert_eq!((team.shifts(1, "2026-11-02"), team.shifts(0, "2026-11-04")), (night, morning));
    assert_eq!(team.people[1].assignment("2026-11-02").shifts[0].site_id, Some(tokyo));
    assert_eq!(team.people[0].assignment("2026-11-04").shifts[0].site_id, Some(berlin));
}

#[test]
fn shifts_with_the_same_local_start_in_two_zones_stay_distinct() {
    let mut team = maria_and_anna();
    team.people[1].person.time_zone = Some(Zone::parse("Asia/Tokyo").unwrap());
    let now = team.people[0].at("2026-11-01 12:00");
    team.plan(1, date("2026-11-02"), DayPlan::Shifts(vec![shift("22:00", "23:00", 0)]), now).unwrap();
    team.swap((0, "2026-11-02"), (1, None), now).unwrap();
    let shifts = team.people[1].assignment("2026-11-02").shifts;
    assert_eq!(shifts.len(), 2);
    assert_ne!(shifts[0].id, shifts[1].id);
}

#[test]
fn a_swap_transfers_the_part_of_a_shift_that_a_half_holiday_leaves() {
    let mut team = maria_and_anna();
    team.people = team.people.into_iter().map(|it| it.holiday("2026-11-02", None, Some(Half::Morning))).collect();
    let now = team.people[0].at("2026-11-01 12:00");
    assert_eq!(team.shifts(0, "2026-11-02"), ["2026-11-03T02:00:00Z 2026-11-03T06:00:00Z"]);
    team.swap((0, "2026-11-02"), (1, None), now).unwrap();
    assert_eq!(team.shifts(1, "2026-11-02"), ["2026-11-03T02:00:00Z 2026-11-03T06:00:00Z"]);
}

#[test]
fn a_manager_approves_swaps_by_setting_and_always_between_departments() {
    let mut team = maria_and_anna();
    let now = team.people[0].at("2026-11-01 12:00");
    let swap = team.ask((0, date("2026-11-02")), (1, None), now).unwrap();
    assert_eq!(team.approval(&swap, now), Approval::NotNeeded);
    team.people[1].person.department_id = Some(DepartmentId::from(ulid::Ulid::from_parts(1, 5)));
    assert_eq!(team.approval(&swap, now), Approval::Needed);
    team.people[0].person.department_id = team.people[1].person.department_id;
    assert_eq!(team.approval(&swap, now), Approval::NotNeeded);
    team.people[0].settings.swap_needs_manager = true;
    assert_eq!(team.approval(&swap, now), Approval::Needed);
}

#[test]
fn days_that_are_stored_follow_a_swap_at_once() {
    let mut team = maria_and_anna();
    let opened = team.people[0].at("2026-11-01 22:00");
    for who in [0, 1] {
        team.open(who, "2026-11-02", opened);
    }
    team.swap((0, "2026-11-02"), (1, None), team.people[0].at("2026-11-01 23:00")).unwrap();
    let scheduled = |who: usize| team.people[who].totals.scheduled_seconds;
    assert_eq!((scheduled(0), scheduled(1)), (0, 8 * 3600));
    assert_eq!(team.people[0].days[&date("2026-11-02")].kind(), DayKind::WeeklyOff);
}

#[test]
fn a_pattern_that_changes_later_leaves_swapped_dates_alone() {
    let mut team = maria_and_anna();
    let now = team.people[0].at("2026-11-01 12:00");
    team.swap((0, "2026-11-02"), (1, Some("2026-11-04")), now).unwrap();
    let mornings = week(&[Weekday::Monday, Weekday::Tuesday], &[shift("08:00", "12:00", 0)]);
    team.set_pattern(0, weekly("2026-11-02", mornings), now).unwrap();
    assert_eq!((team.shifts(0, "2026-11-02"), team.shifts(0, "2026-11-04")), (vec![], vec![MORNING.to_owned()]));
    assert_eq!(team.shifts(0, "2026-11-03").len(), 1);
}
