//! Tests of live updates.

use jiff::Timestamp;

use super::{
    facts::{told, untold},
    fixtures::{NOW, date, event, id, person, request, swap_made},
};
use crate::{
    calendar::WorkDate,
    correction::Decision,
    event::{AccountFact, DayFact, Fact, LeaveFact, PunchFact, RosterFact},
    notification::{Live, SignIns, live_of},
};

fn live(facts: Vec<Fact>) -> Vec<Live> {
    let now: Timestamp = NOW.parse().unwrap();
    live_of(&event(Some("maria"), "maria", facts), now)
}

fn of_maria(presence: bool, dates: &[&str]) -> Live {
    let dates = dates.iter().map(|text| date(text)).collect();
    Live { person: person("maria"), presence, dates, ended_sign_ins: None }
}

#[test]
fn punches_show_presence_and_day() {
    let at: Timestamp = NOW.parse().unwrap();
    let (monday, session_id, break_id) = (date("2026-11-02"), id('Q'), id('B'));
    for fact in [
        Fact::Punch(PunchFact::ClockedIn { date: monday, session_id, at }),
        Fact::Punch(PunchFact::ClockedOut { date: monday, session_id, at }),
        Fact::Punch(PunchFact::BreakStarted { date: monday, session_id, break_id, at }),
        Fact::Punch(PunchFact::BreakEnded { date: monday, session_id, break_id, at }),
        Fact::Punch(PunchFact::AutoClockedOut { date: monday, session_id, at }),
    ] {
        assert_eq!(live(vec![fact.clone()]), [of_maria(true, &["2026-11-02"])], "{fact:?}");
    }
}

#[test]
fn a_forgotten_session_and_the_next_show_two_days() {
    let at: Timestamp = NOW.parse().unwrap();
    let facts = vec![
        Fact::Punch(PunchFact::AutoClockedOut { date: date("2026-11-01"), session_id: id('Q'), at }),
        Fact::Punch(PunchFact::ClockedIn { date: date("2026-11-02"), session_id: id('P'), at }),
    ];
    assert_eq!(live(facts), [of_maria(true, &["2026-11-01", "2026-11-02"])]);
}

#[test]
fn a_date_range_updates_only_dates_that_may_be_today() {
    let decided = |first: &str, last: &str| {
        Fact::Leave(LeaveFact::LeaveDecided {
            request_id: request(),
            start_date: date(first),
            end_date: date(last),
            decision: Decision::Approved,
        })
    };
    assert_eq!(live(vec![decided("2026-12-01", "2026-12-24")]), []);
    assert_eq!(live(vec![decided("2026-11-02", "2026-12-24")]), [of_maria(false, &["2026-11-02", "2026-11-03"])]);
    let pattern = Fact::Roster(RosterFact::PatternChanged { effective_from: WorkDate::MIN });
    assert_eq!(live(vec![pattern]), [of_maria(false, &["2026-11-01", "2026-11-02", "2026-11-03"])]);
}

#[test]
fn a_swap_shows_both_peoples_days() {
    let dates = || [date("2026-11-04"), date("2026-11-05")].into();
    let of = |name| Live { person: person(name), presence: false, dates: dates(), ended_sign_ins: None };
    assert_eq!(live(vec![swap_made()]), [of("maria"), of("paul")]);
}

#[test]
fn connections_end_with_the_account_the_session_or_a_change_of_rights() {
    let changed = |field: &str| Fact::Account(AccountFact::UserChanged { fields: vec![field.to_owned()] });
    let ends = |facts| live(facts).first().and_then(|live| live.ended_sign_ins);
    let family = id('F');
    for (fact, expected) in [
        (Fact::Account(AccountFact::UserDisabled), Some(SignIns::All)),
        (Fact::Account(AccountFact::SignedOutEverywhere), Some(SignIns::All)),
        (Fact::Account(AccountFact::PasswordChanged), Some(SignIns::All)),
        (Fact::Account(AccountFact::RefreshTokenReused), Some(SignIns::All)),
        (Fact::Account(AccountFact::SignedOut { family_id: family }), Some(SignIns::One(family))),
        (changed("role"), Some(SignIns::All)),
        (changed("manages"), Some(SignIns::All)),
        (changed("manages_all"), Some(SignIns::All)),
        (changed("department_id"), Some(SignIns::All)),
        (changed("full_name"), None),
        (Fact::Account(AccountFact::UserActivated), None),
    ] {
        assert_eq!(ends(vec![fact.clone()]), expected, "{fact:?}");
    }
    assert_eq!(
        ends(vec![
            Fact::Account(AccountFact::UserDisabled),
            Fact::Account(AccountFact::SignedOut { family_id: family })
        ]),
        Some(SignIns::All)
    );
}

#[test]
fn requests_send_no_live_updates_before_the_decision() {
    let shows_nothing = |fact: &Fact| {
        matches!(
            fact,
            Fact::Leave(LeaveFact::LeaveRequested { .. })
                | Fact::Day(DayFact::CorrectionRequested { .. })
                | Fact::Roster(RosterFact::SwapRequested { .. })
        )
    };
    let facts = told().into_iter().map(|(_, fact, _)| fact).chain(untold());
    let requests: Vec<Fact> = facts.filter(shows_nothing).collect();
    assert_eq!(requests.len(), 3);
    assert!(live(requests).is_empty());
}
