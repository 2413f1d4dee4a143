//! Tests of the rules for all texts, and of each notification in each language.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    calendar::{WorkDate, Zone},
    correction::Decision,
    day::{ClockInFlag, Verdict},
    event::{LeaveAdjustmentCause, SwapEnding},
    holiday_subscription::CalendarFailure,
    job::{ImportKind, JobStop},
    language::Language,
    leave::{LeaveAmount, LeaveDayLength, LeaveMinutes},
    notification::{NamedDays, NotificationContent as Content, NotificationText},
    pay::AccountMark,
    schedule::LeaveTypeCode,
    settings::Settings,
    text::Name,
    webhook::PauseReason,
};
use fluent_syntax::ast::{Entry, Pattern};
use jiff::Timestamp;

use crate::{
    RenderedNotification, document::DOCUMENTS, mail::MAIL, notification, notification::NOTIFICATIONS, resource::Texts,
};

/// Returns the files that have English texts.
const fn files() -> [(&'static str, &'static Texts); 3] {
    [("documents", &DOCUMENTS), ("mail", &MAIL), ("notifications", &NOTIFICATIONS)]
}

/// Returns the texts of a file, with the names of their arguments: messages, and attributes after a dot.
fn texts_of(file: &Texts, language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let resource = fluent_syntax::parser::parse(file.source(language)).unwrap();
    let mut texts = BTreeMap::new();
    for entry in resource.body {
        let message = match entry {
            Entry::Message(message) => message,
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => continue,
            Entry::Term(_) | Entry::Junk { .. } => panic!("{language:?}: {entry:?}"),
        };
        let id = message.id.name;
        let value = message.value.iter().map(|pattern| (id.to_owned(), variables(pattern)));
        let attributes = message
            .attributes
            .iter()
            .map(|attribute| (format!("{id}.{}", attribute.id.name), variables(&attribute.value)));
        for (name, variables) in value.chain(attributes) {
            assert!(texts.insert(name.clone(), variables).is_none(), "{language:?} has {name} twice");
        }
    }
    texts
}

/// Returns the names of the variables in a pattern, read from its debug form.
fn variables(pattern: &Pattern<&str>) -> BTreeSet<String> {
    let shown = format!("{pattern:?}");
    let references = shown.split("VariableReference { id: Identifier { name: \"").skip(1);
    references.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[test]
fn every_language_has_every_text_with_the_same_variables() {
    let mut differences = Vec::new();
    for (name, file) in files() {
        let english = texts_of(file, Language::En);
        for language in Language::ALL {
            let texts = texts_of(file, language);
            for (text, variables) in &english {
                match texts.get(text) {
                    None => differences.push(format!("{name} {}: {text} is missing", language.code())),
                    Some(theirs) if theirs != variables => {
                        differences
                            .push(format!("{name} {}: {text} has {theirs:?}, not {variables:?}", language.code()));
                    }
                    Some(_) => {}
                }
            }
            let unknown = texts.keys().filter(|text| !english.contains_key(*text));
            differences.extend(unknown.map(|text| format!("{name} {}: {text} is unknown", language.code())));
        }
    }
    assert_eq!(differences, [""; 0]);
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn maria() -> Name {
    name("Maria")
}

fn date(text: &str) -> WorkDate {
    text.parse().unwrap()
}

fn amount(minutes: i64) -> LeaveAmount {
    LeaveDayLength::of(&Settings::default()).amount(LeaveMinutes::new(minutes))
}

fn cost(minutes: i64) -> LeaveAmount {
    LeaveDayLength::of(&Settings::default()).cost_amount(LeaveMinutes::new(minutes))
}

/// Returns every content, with every variant of its texts.
#[expect(clippy::too_many_lines, reason = "a line or two for each content")]
fn samples() -> Vec<Content> {
    let monday = date("2026-11-02");
    let at: Timestamp = "2026-11-02T06:20:00Z".parse().unwrap();
    let annual = LeaveTypeCode::annual;
    let (start_date, end_date) = (date("2026-11-09"), date("2026-11-10"));
    let paul = || Some(name("Paul"));
    let adjusted =
        |minutes, cause| Content::LeaveAdjusted { leave_type: annual(), year: 2026, amount: amount(minutes), cause };
    let ended = |ending| Content::SwapEnded { partner: paul(), ending };
    vec![
        Content::RegistrationPending { name: maria() },
        Content::RegistrationsPending { count: 2, names: vec![maria(), name("Paul")] },
        Content::PasswordReset { by: Some(name("Hana")) },
        Content::PasswordReset { by: None },
        Content::AdminPasswordReset { name: maria(), by: Some(name("Ada")) },
        Content::PinReset { by: Some(name("Hana")) },
        Content::SecondFactorReset { by: Some(name("Ada")) },
        Content::KioskPinsFailing { kiosk: name("Entrance") },
        Content::TerminalSilent { terminal: name("Gate"), last_seen_at: "2026-11-02T08:00:00Z".parse().unwrap() },
        Content::TerminalClockWrong { terminal: name("Gate"), seconds: 180 },
        Content::TerminalClockWrong { terminal: name("Gate"), seconds: -10_800 },
        Content::HolidaySubscriptionFailed {
            host: "calendars.example".to_owned(),
            reason: CalendarFailure::Unreachable,
        },
        Content::HolidaySubscriptionFailed {
            host: "calendars.example".to_owned(),
            reason: CalendarFailure::TooManyHolidays,
        },
        Content::WebhookPaused { webhook: name("Payroll"), reason: PauseReason::Failing },
        Content::WebhookPaused { webhook: name("Payroll"), reason: PauseReason::Gone },
        Content::LateArrival { name: maria(), date: monday, seconds: 1200 },
        Content::LateArrival { name: maria(), date: monday, seconds: 40 },
        Content::NotArrived { name: maria(), date: monday },
        Content::PeopleNotArrived { count: 2, names: vec![maria(), name("Paul")] },
        Content::PeopleNotArrived { count: 103, names: vec![maria(); 5] },
        Content::DaysToReview {
            days: 3,
            oldest: date("2026-10-26"),
            count: 2,
            people: vec![NamedDays { name: maria(), days: 2 }, NamedDays { name: name("Paul"), days: 1 }],
        },
        Content::DaysToReview {
            days: 1,
            oldest: date("2026-10-29"),
            count: 1,
            people: vec![NamedDays { name: name("Walter"), days: 1 }],
        },
        Content::Absent { name: maria(), date: monday },
        Content::LeftEarly { name: maria(), date: monday, seconds: 3660 },
        Content::ClockOutReminder { date: monday, ended_at: at },
        Content::OwnAutoClockOut { date: monday, at },
        Content::AutoClockOut { name: maria(), date: monday, at },
        Content::DayEdited { date: monday },
        Content::DayExcused { date: monday },
        Content::ClockInFlagged { name: maria(), date: monday, reason: ClockInFlag::OutsideWindow },
        Content::ClockInFlagged { name: maria(), date: monday, reason: ClockInFlag::OnLeave },
        Content::ClockInFlagged { name: maria(), date: monday, reason: ClockInFlag::Unknown },
        Content::ClockInReviewed { date: monday, verdict: Verdict::Acknowledged },
        Content::ClockInReviewed { date: monday, verdict: Verdict::Rejected },
        Content::CorrectionRequested { name: maria(), date: monday },
        Content::CorrectionDecided { date: monday, decision: Decision::Approved },
        Content::CorrectionDecided { date: monday, decision: Decision::Rejected },
        Content::PatternChanged { effective_from: monday },
        Content::DayPlanned { date: monday },
        Content::DayPlanRemoved { date: monday },
        Content::SwapRequested { name: maria(), my_date: date("2026-11-04"), their_date: date("2026-11-05") },
        Content::TakeoverRequested { name: maria(), date: monday },
        Content::SwapAccepted { other: paul(), needs_approval: true },
        Content::SwapAccepted { other: None, needs_approval: false },
        Content::SwapToApprove { name: maria(), other: paul() },
        Content::SwapMade { partner: Some(maria()), date: date("2026-11-04"), other_date: Some(date("2026-11-05")) },
        Content::SwapMade { partner: None, date: date("2026-11-04"), other_date: None },
        ended(SwapEnding::Declined),
        ended(SwapEnding::Rejected),
        ended(SwapEnding::Withdrawn),
        ended(SwapEnding::Expired),
        adjusted(-240, LeaveAdjustmentCause::Manager),
        adjusted(480, LeaveAdjustmentCause::HiringDate),
        adjusted(15 * 480 - 2, LeaveAdjustmentCause::Recount),
        adjusted(37, LeaveAdjustmentCause::LateDeductionReversed),
        adjusted(480, LeaveAdjustmentCause::Interruption),
        adjusted(-37, LeaveAdjustmentCause::Interruption),
        Content::LeaveRequested { name: maria(), start_date, end_date },
        Content::LeaveRequestChanged { name: maria(), start_date, end_date: start_date },
        Content::LeaveDecided { start_date, end_date, decision: Decision::Approved },
        Content::LeaveDecided { start_date, end_date: start_date, decision: Decision::Rejected },
        Content::TimesheetSubmitted { name: maria(), start_date, end_date },
        Content::TimesheetDecided { start_date, end_date, decision: Decision::Approved },
        Content::TimesheetDecided { start_date, end_date, decision: Decision::Rejected },
        Content::OwnTimesheetVoided { start_date, end_date },
        Content::TimesheetVoided { name: maria(), start_date, end_date },
        Content::PayPeriodEnds { start_date, end_date },
        Content::TimesheetDue { start_date, end_date },
        Content::TimesheetsToApprove { count: 1, names: vec![maria()] },
        Content::TimesheetsToApprove { count: 103, names: vec![maria(); 5] },
        Content::PayApprovalNeeded { name: maria(), date: monday },
        Content::PayApprovalDecided { date: monday, decision: Decision::Approved },
        Content::PayApprovalDecided { date: monday, decision: Decision::Rejected },
        Content::LeaveApproved { name: maria(), start_date, end_date },
        Content::OwnLeaveCancelled { start_date, end_date },
        Content::LeaveCancelled { name: maria(), start_date, end_date },
        Content::LateDeducted { date: monday, amount: cost(20) },
        Content::LeaveExpiring {
            leave_type: LeaveTypeCode::sick(),
            year: 2026,
            amount: amount(5 * 480),
            take_by: date("2026-12-31"),
        },
        Content::OwnTimeAccountMarkPassed { mark: AccountMark::Above, seconds: 90_000 },
        Content::OwnTimeAccountMarkPassed { mark: AccountMark::Below, seconds: -37_800 },
        Content::TimeAccountMarkPassed { name: maria(), mark: AccountMark::Above, seconds: 90_000 },
        Content::TimeAccountMarkPassed { name: maria(), mark: AccountMark::Below, seconds: -37_800 },
        Content::OwnLeaveBalanceLow { leave_type: LeaveTypeCode::unpaid(), year: 2026, amount: amount(480) },
        Content::LeaveBalanceLow {
            name: maria(),
            leave_type: LeaveTypeCode::parse("parental_care").unwrap(),
            year: 2026,
            amount: amount(1200),
        },
        Content::ExportReady { report: "monthly-work".to_owned() },
        Content::ExportFailed { report: Some("worked-hours".to_owned()), error: JobStop::Stalled.into() },
        Content::ExportFailed {
            report: None,
            error: "A workbook has at most 250000 rows. Choose CSV instead.".to_owned(),
        },
        Content::ImportFinished { import: ImportKind::Users, total: 12, failed: 0, error: None },
        Content::ImportFinished { import: ImportKind::Attendance, total: 200, failed: 3, error: None },
        Content::ImportFinished { import: ImportKind::LeaveBalances, total: 5, failed: 0, error: None },
        Content::ImportFinished {
            import: ImportKind::Roster,
            total: 12,
            failed: 0,
            error: Some("who asked for it may not plan rosters any more".to_owned()),
        },
    ]
}

fn rendered(content: Content, more: usize, language: Language) -> RenderedNotification {
    let zone = Zone::parse("Europe/Istanbul").unwrap();
    notification(&NotificationText::Content { content, more }, &zone, language)
}

#[test]
fn every_notification_is_whole_in_every_language() {
    for language in Language::ALL {
        for content in samples() {
            let RenderedNotification { title, body } = rendered(content.clone(), 0, language);
            assert!(!title.is_empty() && !title.ends_with('.') && body.ends_with('.'), "{content:?}: {title} / {body}");
            let text = format!("{title}: {body}");
            // Fluent shows a missing variable in braces; isolating marks would appear in JSON.
            assert!(!text.contains(['{', '}', '\u{2068}', '\u{2069}']), "{language:?}: {text}");
        }
    }
}

#[test]
fn every_notification_differs_from_english_in_other_languages() {
    for language in Language::ALL.into_iter().filter(|language| *language != Language::En) {
        for content in samples() {
            let (theirs, english) = (rendered(content.clone(), 0, language), rendered(content, 0, Language::En));
            assert!(theirs.title != english.title && theirs.body != english.body, "{language:?}: {theirs:?}");
        }
    }
}

#[test]
fn english_texts_have_their_recorded_wording() {
    let said = |content| {
        let RenderedNotification { title, body } = rendered(content, 0, Language::En);
        format!("{title}: {body}")
    };
    let [monday, at] = ["2026-11-02", "2026-11-02T06:20:00Z"];
    let (monday, at) = (date(monday), at.parse().unwrap());
    for (content, text) in [
        (
            Content::LateArrival { name: maria(), date: monday, seconds: 1200 },
            "Maria came late: Maria clocked in 20 min late on Mon 2 Nov 2026.",
        ),
        (
            Content::LeftEarly { name: maria(), date: monday, seconds: 3660 },
            "Maria left early: The clock-out on Mon 2 Nov 2026 came 1 h 1 min before the end of the shift.",
        ),
        (
            Content::OwnAutoClockOut { date: monday, at },
            "You were clocked out: Your session of Mon 2 Nov 2026 was still open and ends at 09:20. Ask for a correction \
             if that is wrong.",
        ),
        (
            Content::ClockInFlagged { name: maria(), date: monday, reason: ClockInFlag::OutsideWindow },
            "Maria clocked in outside the clock-in window: The clock-in of Mon 2 Nov 2026 waits for a review. Acknowledge \
             or reject it.",
        ),
        (
            Content::ClockInReviewed { date: monday, verdict: Verdict::Rejected },
            "Your clock-in was rejected: Your flagged clock-in of Mon 2 Nov 2026 was rejected. Your times stay recorded.",
        ),
        (
            Content::LateDeducted { date: monday, amount: cost(20) },
            "Lateness cost you leave: 0.05 days (20 min) of leave were deducted for coming late on Mon 2 Nov 2026.",
        ),
        (
            Content::LeaveAdjusted {
                leave_type: LeaveTypeCode::annual(),
                year: 2026,
                amount: amount(-240),
                cause: LeaveAdjustmentCause::Manager,
            },
            "Your leave balance was adjusted: -0.5 days of annual leave of 2026. A manager changed it.",
        ),
        (
            Content::LeaveRequested { name: maria(), start_date: date("2026-11-09"), end_date: date("2026-11-10") },
            "Maria asks for leave: The leave from Mon 9 Nov 2026 to Tue 10 Nov 2026 waits for a decision.",
        ),
        (
            Content::SwapMade {
                partner: Some(maria()),
                date: date("2026-11-04"),
                other_date: Some(date("2026-11-05")),
            },
            "Your swap was made: You and Maria swapped: Wed 4 Nov 2026 and Thu 5 Nov 2026. Your rosters have changed.",
        ),
        (
            Content::PeopleNotArrived { count: 103, names: vec![maria(); 5] },
            "103 people have not arrived: Not clocked in for a shift that has begun: Maria, Maria, Maria, Maria, Maria \
             and 98 more.",
        ),
        (
            Content::DaysToReview {
                days: 3,
                oldest: date("2026-10-26"),
                count: 2,
                people: vec![NamedDays { name: maria(), days: 2 }, NamedDays { name: name("Paul"), days: 1 }],
            },
            "3 days wait for your review: Guessed times or flagged clock-ins: Maria (2), Paul (1). The oldest day is Mon \
             26 Oct 2026.",
        ),
    ] {
        assert_eq!(said(content), text);
    }
}

/// The inbox, e-mails and push messages show the title above the body.
#[test]
fn a_body_does_not_repeat_the_name_in_its_title() {
    let (monday, end_date) = (date("2026-11-02"), date("2026-11-03"));
    for content in [
        Content::Absent { name: maria(), date: monday },
        Content::LeftEarly { name: maria(), date: monday, seconds: 3660 },
        Content::ClockInFlagged { name: maria(), date: monday, reason: ClockInFlag::OutsideWindow },
        Content::CorrectionRequested { name: maria(), date: monday },
        Content::LeaveRequested { name: maria(), start_date: monday, end_date },
        Content::LeaveRequestChanged { name: maria(), start_date: monday, end_date },
    ] {
        for language in Language::ALL {
            let RenderedNotification { title, body } = rendered(content.clone(), 0, language);
            assert!(title.contains("Maria") && !body.contains("Maria"), "{language:?}: {title}: {body}");
        }
    }
}

#[test]
fn dates_durations_and_numbers_are_written_as_in_the_language() {
    let left_early = || Content::LeftEarly { name: maria(), date: date("2026-03-07"), seconds: 3660 };
    for (language, body) in [
        (Language::De, "Die Ausstempelung am Sa., 7. März 2026 war 1 Std. 1 Min. vor dem Ende der Schicht."),
        (Language::Es, "La salida del sáb, 7 mar 2026 fue 1 h 1 min antes del final del turno."),
        (Language::Fr, "La sortie du sam. 7 mars 2026 a été pointée 1 h 1 min avant la fin du poste."),
        (Language::Tr, "7 Mar 2026 Cmt günü mesai bitiminden 1 sa 1 dk önce çıkış yapıldı."),
    ] {
        assert_eq!(rendered(left_early(), 0, language).body, body);
    }
    let low = |minutes| Content::LeaveBalanceLow {
        name: maria(),
        leave_type: LeaveTypeCode::annual(),
        year: 2026,
        amount: amount(minutes),
    };
    for (language, half, one, rounded) in [
        (Language::En, "0.5 days", "1 day", "14.99 days (14 days 7 h 58 min)"),
        (Language::De, "0,5 Tage", "1 Tag", "14,99 Tage (14 Tage 7 Std. 58 Min.)"),
        (Language::Es, "0,5 días", "1 día", "14,99 días (14 días 7 h 58 min)"),
        // In French, the plural starts at two.
        (Language::Fr, "0,5 jour", "1 jour", "14,99 jours (14 jours 7 h 58 min)"),
        (Language::Tr, "0,5 gün", "1 gün", "14,99 gün (14 gün 7 sa 58 dk)"),
    ] {
        for (minutes, told) in [(240, half), (480, one), (15 * 480 - 2, rounded)] {
            let body = rendered(low(minutes), 0, language).body;
            assert!(body.contains(&format!(" {told}")) && body.contains("2026"), "{body}");
        }
    }
}

#[test]
fn the_count_of_further_facts_is_in_every_language() {
    let cancelled = || Content::OwnLeaveCancelled { start_date: date("2026-11-09"), end_date: date("2026-11-09") };
    let body = |language| rendered(cancelled(), 2, language).body;
    assert_eq!(body(Language::En), "Your leave on Mon 9 Nov 2026 was cancelled or cut short. And 2 more.");
    assert_eq!(body(Language::De), "Ihr Urlaub am Mo., 9. Nov. 2026 wurde storniert oder verkürzt. Und 2 weitere.");
    assert_eq!(body(Language::Tr), "İzniniz iptal edildi veya kısaltıldı: 9 Kas 2026 Pzt. Ayrıca 2 tane daha.");
}

#[test]
fn turkish_letters_keep_their_dots() {
    let (ipek, isik) = (name("İpek Işık"), name("ılgın ışıl"));
    let decided = Content::LeaveDecided {
        start_date: date("2026-11-09"),
        end_date: date("2026-11-09"),
        decision: Decision::Approved,
    };
    assert_eq!(rendered(decided, 0, Language::Tr).title, "İzniniz onaylandı");
    for who in [ipek, isik] {
        let absent = Content::Absent { name: who.clone(), date: date("2026-11-02") };
        assert_eq!(rendered(absent, 0, Language::Tr).title, format!("{who} işe gelmedi"));
    }
    for (_, file) in files() {
        let source = file.source(Language::Tr);
        // Words that start with a dotted i keep the dot in the capital letter, and no letter has an extra dot above.
        assert!(!source.contains("Izin") && !source.contains("Izni") && !source.contains('\u{307}'));
    }
}

#[test]
fn words_of_an_earlier_release_are_shown_as_they_are() {
    let text = NotificationText::Written { title: "Maria came late".to_owned(), body: "By 20 min.".to_owned() };
    let shown = notification(&text, &Zone::UTC, Language::De);
    assert_eq!((shown.title.as_str(), shown.body.as_str()), ("Maria came late", "By 20 min."));
}
