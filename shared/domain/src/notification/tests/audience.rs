//! Tests of the audiences of notifications.

use super::{
    facts::{told, untold},
    fixtures::{Company, accepted, date, event, id, leave_decided, person, request, swap_ended, swap_made},
};
use crate::{
    correction::Decision,
    event::{
        AccountFact, CompanyFact, DayFact, Event, Fact, KioskFact, LeaveFact, PendingRegistration, PunchFact, Subject,
        SwapEnding, TimesheetFact,
    },
    notification::{NotificationContent, NotificationText},
    text::Name,
    user::{Authority, ManagerScope, Role, User, UserStatus},
};

#[test]
fn each_fact_notifies_the_documented_recipients() {
    let company = Company::new();
    for (actor, fact, heard) in told() {
        assert_eq!(company.heard(&event(actor, "maria", vec![fact.clone()])), heard, "{fact:?}");
    }
}

#[test]
fn facts_without_an_audience_notify_nobody() {
    let company = Company::new();
    for fact in untold() {
        assert_eq!(company.heard(&event(Some("hana"), "maria", vec![fact.clone()])), [""; 0], "{fact:?}");
    }
}

#[test]
fn a_registration_notifies_admins_and_general_managers() {
    let company = Company::new();
    let registered = |facts| company.heard(&event(Some("newton"), "newton", facts));
    let at_once = Fact::Account(AccountFact::UserRegistered { announced_later: false });
    assert_eq!(registered(vec![at_once.clone()]), ["registration_pending: ada, alan, gina"]);
    assert_eq!(registered(vec![at_once, Fact::Account(AccountFact::UserActivated)]), [""; 0]);
    assert_eq!(registered(vec![Fact::Account(AccountFact::UserRegistered { announced_later: true })]), [""; 0]);
    let gathered = Fact::Account(AccountFact::RegistrationsPending {
        people: vec![PendingRegistration { user_id: person("newton") }],
    });
    assert_eq!(company.heard(&event(None, "newton", vec![gathered])), ["registration_pending: ada, alan, gina"]);
}

#[test]
fn a_reset_of_an_admins_password_notifies_all_other_admins() {
    let company = Company::new();
    let reset = |of: &str, role| {
        company.heard(&event(Some("ada"), of, vec![Fact::Account(AccountFact::PasswordReset { role })]))
    };
    assert_eq!(reset("alan", Role::Admin), ["password_reset: alan"], "ada did it, and there is no other admin");
    assert_eq!(reset("hana", Role::Manager), ["password_reset: hana"]);
    let by_the_system =
        company.heard(&event(None, "alan", vec![Fact::Account(AccountFact::PasswordReset { role: Role::Admin })]));
    assert_eq!(by_the_system, ["password_reset: alan", "admin_password_reset: ada"]);
}

#[test]
fn a_reset_notification_names_who_did_it_and_cannot_be_muted() {
    let company = Company::new();
    let reset = event(Some("hana"), "maria", vec![Fact::Account(AccountFact::PinChanged)]);
    assert!(crate::notification::people_of(&reset).contains(&person("hana")));
    let drafts = company.drafts(&reset);
    let [draft] = drafts.as_slice() else { panic!("{drafts:?}") };
    let NotificationText::Content { content, .. } = &draft.text else { panic!("{draft:?}") };
    assert_eq!(*content, NotificationContent::PinReset { by: Some(Name::parse("Hana").unwrap()) });
    assert!(!draft.kind.can_be_muted());
    assert_eq!(
        company.heard(&event(Some("maria"), "maria", vec![Fact::Account(AccountFact::PinChanged)])),
        [""; 0],
        "her own doing"
    );
}

#[test]
fn wrong_pins_at_a_kiosk_notify_admins_and_general_managers() {
    let company = Company::new();
    let failing = Fact::Kiosk(KioskFact::KioskPinsFailing { site_id: id('T'), name: Name::parse("Entrance").unwrap() });
    let of_kiosk = Event { subject: Subject::Kiosk(id('K')), ..event(None, "maria", vec![failing]) };
    assert_eq!(company.heard(&of_kiosk), ["kiosk_pins_failing: ada, alan, gina"]);
}

#[test]
fn admins_are_notified_of_silent_terminals_and_wrong_clocks() {
    let company = Company::new();
    let name = Name::parse("Gate").unwrap();
    let silent = Fact::Kiosk(KioskFact::TerminalSilent {
        site_id: id('T'),
        name: name.clone(),
        last_seen_at: "2026-11-02T08:00:00Z".parse().unwrap(),
    });
    let wrong = Fact::Kiosk(KioskFact::TerminalClockWrong { site_id: id('T'), name, seconds: -3600 });
    for (fact, expected) in [(silent, "terminal_silent: ada, alan"), (wrong, "terminal_clock_wrong: ada, alan")] {
        let of_terminal = Event { subject: Subject::Kiosk(id('K')), ..event(None, "maria", vec![fact]) };
        assert_eq!(company.heard(&of_terminal), [expected]);
    }
}

#[test]
fn a_paused_webhook_notifies_all_admins() {
    let company = Company::new();
    let description = Name::parse("Payroll").unwrap();
    let paused =
        Fact::Company(CompanyFact::WebhookPaused { description, reason: crate::webhook::PauseReason::Failing });
    let of_webhook = Event { subject: Subject::Webhook(id('W')), ..event(None, "maria", vec![paused]) };
    assert_eq!(company.heard(&of_webhook), ["webhook_paused: ada, alan"]);
}

#[test]
fn a_failed_holiday_calendar_notifies_all_admins() {
    let company = Company::new();
    let reason = crate::holiday_subscription::CalendarFailure::Unreachable;
    let host = "calendars.example".to_owned();
    let failed = Fact::Company(CompanyFact::HolidaySubscriptionFailed { host, reason });
    let of_holidays = Event { subject: Subject::Holidays, ..event(None, "maria", vec![failed]) };
    assert_eq!(company.heard(&of_holidays), ["holiday_subscription_failed: ada, alan"]);
}

#[test]
fn actors_are_notified_of_consequences_but_not_of_their_own_actions() {
    let company = Company::new();
    let at = event(None, "maria", Vec::new()).at;
    let closed = Fact::Punch(PunchFact::AutoClockedOut { date: date("2026-11-02"), session_id: id('Q'), at });
    // Her own clock-in closed the session that she had forgotten.
    let heard = company.heard(&event(Some("maria"), "maria", vec![closed.clone()]));
    assert_eq!(heard, ["auto_clocked_out: ada, alan, gina, hana, maria"]);
    // Hana disabled Maria, so Hana isn't notified.
    let heard = company.heard(&event(Some("hana"), "maria", vec![closed]));
    assert_eq!(heard, ["auto_clocked_out: ada, alan, gina, maria"]);
    // The sole admin decides their own request.
    let heard = company.heard(&event(Some("maria"), "maria", vec![leave_decided(Decision::Approved)]));
    assert_eq!(heard, [""; 0]);
}

#[test]
fn deciders_of_people_without_a_department_and_of_admins_are_notified() {
    let mut company = Company::new();
    let asks = |company: &Company, name: &str| {
        let fact = Fact::Leave(LeaveFact::LeaveRequested {
            request_id: request(),
            start_date: date("2026-11-09"),
            end_date: date("2026-11-09"),
        });
        company.heard(&event(Some(name), name, vec![fact]))
    };
    assert_eq!(asks(&company, "gina"), ["leave_requested: ada, alan"]);
    assert_eq!(asks(&company, "ada"), ["leave_requested: alan"]);
    assert_eq!(asks(&company, "hana"), ["leave_requested: ada, alan, gina"], "never the manager's own to them");
    company.change("alan", |alan| alan.status = UserStatus::Disabled);
    assert_eq!(asks(&company, "ada"), ["leave_requested: gina"]);
    company.change("gina", |gina| gina.authority = Authority::Employee);
    assert_eq!(asks(&company, "ada"), [""; 0], "the sole admin decides alone");
    assert_eq!(asks(&company, "gina"), ["leave_requested: ada"]);
}

#[test]
fn former_managers_and_disabled_people_are_not_notified() {
    let mut company = Company::new();
    let late = || event(Some("maria"), "maria", vec![told().remove(0).1]);
    company.change("hana", |hana| {
        hana.authority = Authority::Manager { scope: ManagerScope::Departments([id('W')].into()) };
    });
    assert_eq!(company.heard(&late()), ["late_arrival: ada, alan, gina"]);
    company.change("maria", |maria| maria.department_id = Some(id('W')));
    assert_eq!(company.heard(&late()), ["late_arrival: ada, alan, gina, hana, wilma"]);
    company.change("maria", |maria: &mut User| maria.status = UserStatus::Disabled);
    let decided = event(Some("hana"), "maria", vec![leave_decided(Decision::Approved)]);
    assert_eq!(company.heard(&decided), [""; 0]);
}

#[test]
fn a_swap_between_departments_notifies_the_deciders_of_both() {
    let mut company = Company::new();
    company.change("paul", |paul| paul.department_id = Some(id('W')));
    let heard = company.heard(&event(Some("paul"), "maria", vec![accepted(true)]));
    assert_eq!(heard, ["swap_accepted: ada, alan, gina, hana, maria, wilma"]);
    let of_both = company.drafts(&event(Some("paul"), "maria", vec![accepted(true)]));
    assert!(of_both.iter().all(|draft| !draft.data.contains_key("more")), "one fact is one, heard in two ways");
    // The swap belongs to the person who asked, even in an event of the other person.
    let heard = company.heard(&event(Some("paul"), "paul", vec![accepted(false), swap_made()]));
    assert_eq!(heard, ["swap_accepted: maria", "swap_decided: maria, paul"]);
}

#[test]
fn a_leavers_swap_notifies_the_other_of_its_two_people() {
    // Maria asked Paul. The other of the two is notified, whether an admin disabled the leaver or `jobs` finishes it.
    for (leaver, colleague, partner) in [("paul", "maria", "Paul"), ("maria", "paul", "Maria")] {
        let mut company = Company::new();
        company.change(leaver, |leaver| leaver.status = UserStatus::Disabled);
        for actor in [Some("ada"), None] {
            let withdrawn = event(actor, leaver, vec![swap_ended(SwapEnding::Withdrawn)]);
            assert_eq!(company.heard(&withdrawn), [format!("swap_decided: {colleague}")]);
            let content = NotificationContent::SwapEnded {
                partner: Some(Name::parse(partner).unwrap()),
                ending: SwapEnding::Withdrawn,
            };
            assert_eq!(company.drafts(&withdrawn)[0].text, NotificationText::Content { content, more: 0 });
        }
    }
}

#[test]
fn leave_approved_at_once_is_not_announced_as_a_request() {
    let company = Company::new();
    let asked = Fact::Leave(LeaveFact::LeaveRequested {
        request_id: request(),
        start_date: date("2026-11-09"),
        end_date: date("2026-11-10"),
    });
    let heard = company.heard(&event(Some("hana"), "maria", vec![asked, leave_decided(Decision::Approved)]));
    assert_eq!(heard, ["leave_decided: maria"]);
}

#[test]
fn several_facts_of_a_kind_are_one_notification_per_recipient() {
    let company = Company::new();
    let cancelled = |day: &str| {
        Fact::Leave(LeaveFact::LeaveCancelled { request_id: request(), start_date: date(day), end_date: date(day) })
    };
    let facts = ["2026-11-09", "2026-11-11", "2026-11-13"].map(cancelled).to_vec();
    let drafts = company.drafts(&event(Some("ada"), "maria", facts));
    assert_eq!(drafts.len(), 4, "maria, whose leave it is, alan, gina and hana");
    for draft in drafts {
        assert!(matches!(draft.text, NotificationText::Content { more: 2, .. }), "{draft:?}");
        assert_eq!((draft.data["more"].as_u64(), draft.data["start_date"].as_str()), (Some(2), Some("2026-11-09")));
    }
}

#[test]
fn facts_without_a_person_as_subject_notify_nobody() {
    let company = Company::new();
    // A digest names its people in its own data.
    let is_digest = |fact: &Fact| {
        matches!(
            fact,
            Fact::Day(DayFact::MissingPeople { .. } | DayFact::DaysToReview { .. })
                | Fact::Timesheet(TimesheetFact::TimesheetsToSubmit { .. } | TimesheetFact::TimesheetsToApprove { .. })
        )
    };
    let of_a_person = told().into_iter().filter(|(_, fact, _)| !is_digest(fact));
    for (actor, fact, _) in of_a_person {
        let event = Event { subject: Subject::Settings, ..event(actor, "maria", vec![fact]) };
        assert_eq!(company.heard(&event), [""; 0]);
    }
    assert!(company.people.contains_key(&person("maria")));
}

#[test]
fn notifications_format_figures_as_the_api_does() {
    let mut company = Company::new();
    company.change("maria", |maria| maria.time_zone = Some(crate::calendar::Zone::parse("Asia/Tokyo").unwrap()));
    let cost = Fact::Leave(LeaveFact::LateDeducted { date: date("2026-11-02"), minutes: 37 });
    let drafts = company.drafts(&event(Some("maria"), "maria", vec![cost]));
    assert_eq!((&drafts[0].data["minutes"], &drafts[0].data["days"]), (&37.into(), &0.08.into()));
    let closed = Fact::Punch(PunchFact::AutoClockedOut {
        date: date("2026-11-02"),
        session_id: crate::id::SessionId::from(ulid::Ulid::from(1)),
        at: "2026-11-02T17:00:00Z".parse().unwrap(),
    });
    let drafts = company.drafts(&event(None, "maria", vec![closed]));
    assert_eq!(drafts[0].data["at"], "2026-11-03T02:00:00+09:00");
}
