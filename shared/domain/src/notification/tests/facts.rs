//! Every fact, by whether it causes a notification.

use jiff::Timestamp;

use super::fixtures::{NOW, accepted, date, id, leave_decided, period, person, request, swap, swap_ended, swap_made};
use crate::{
    correction::{CorrectionId, Decision},
    day::{ClockInFlag, EditCause, Verdict},
    employment::Employments,
    event::{
        AccountFact, CompanyFact, DayFact, DaysToReview, Fact, JobFact, KioskFact, LeaveAdjustmentCause, LeaveFact,
        Missing, PayFact, PunchFact, RosterFact, SwapEnding, TimesheetFact, UnapprovedTimesheet,
    },
    holiday_subscription::CalendarFailure,
    id::{LeaveRequestId, UserId},
    job::ImportKind,
    pay::{AccountMark, ApprovalVerdict, PayCode},
    schedule::{LeaveTypeCode, ShiftId},
    scheduled_jobs::Check,
    text::Name,
    user::Role,
};

/// Returns every fact of Maria's that causes a notification, with its author and the recipients.
#[expect(clippy::too_many_lines, reason = "a line or two for each fact")]
pub(super) fn told() -> Vec<(Option<&'static str>, Fact, &'static [&'static str])> {
    let monday = date("2026-11-02");
    let at: Timestamp = NOW.parse().unwrap();
    let annual = LeaveTypeCode::parse("annual").unwrap();
    let correction_id = CorrectionId::of(person("maria"), id::<UserId>('K').ulid());
    let (start_date, end_date, request_id) = (date("2026-11-09"), date("2026-11-10"), request());
    let (with_user_id, swap_id) = (person("paul"), swap());
    let shift_id = || "1".to_owned();
    vec![
        (
            Some("maria"),
            Fact::Punch(PunchFact::Late { date: monday, shift_id: shift_id(), late_seconds: 1200 }),
            &["late_arrival: ada, alan, gina, hana"],
        ),
        (
            None,
            Fact::Day(DayFact::MissingPeople {
                people: vec![Missing {
                    user_id: person("maria"),
                    shift_id: ShiftId::new(monday, "09:00".parse().unwrap()),
                }],
            }),
            &["not_arrived: ada, alan, gina, hana"],
        ),
        (
            None,
            Fact::Day(DayFact::DaysToReview {
                people: vec![DaysToReview { user_id: person("maria"), days: 2, oldest: date("2026-10-30") }],
            }),
            &["days_to_review: ada, alan, gina, hana"],
        ),
        (
            Some("maria"),
            Fact::Timesheet(TimesheetFact::TimesheetSubmitted { period: period() }),
            &["timesheet_submitted: ada, alan, gina, hana"],
        ),
        (
            Some("hana"),
            Fact::Timesheet(TimesheetFact::TimesheetApproved { period: period() }),
            &["timesheet_decided: maria"],
        ),
        (
            Some("hana"),
            Fact::Timesheet(TimesheetFact::TimesheetRejected { period: period() }),
            &["timesheet_decided: maria"],
        ),
        (
            None,
            Fact::Timesheet(TimesheetFact::TimesheetVoided { period: period() }),
            &["timesheet_voided: ada, alan, gina, hana, maria"],
        ),
        (
            None,
            Fact::Timesheet(TimesheetFact::TimesheetsToSubmit {
                period: period(),
                has_ended: true,
                people: vec![person("maria")],
            }),
            &["timesheet_due: maria"],
        ),
        (
            None,
            Fact::Timesheet(TimesheetFact::TimesheetsToApprove {
                people: vec![UnapprovedTimesheet { user_id: person("maria"), period: period() }],
            }),
            &["timesheets_to_approve: ada, alan, gina, hana"],
        ),
        (None, Fact::Day(DayFact::Absent { date: monday }), &["absent: ada, alan, gina, hana"]),
        (
            None,
            Fact::Punch(PunchFact::LeftEarly { date: monday, shift_id: shift_id(), early_leave_seconds: 3660 }),
            &["left_early: ada, alan, gina, hana"],
        ),
        (
            None,
            Fact::Punch(PunchFact::AutoClockedOut { date: monday, session_id: id('Q'), at }),
            &["auto_clocked_out: ada, alan, gina, hana, maria"],
        ),
        (Some("maria"), Fact::Leave(LeaveFact::LateDeducted { date: monday, minutes: 20 }), &["late_deducted: maria"]),
        (
            Some("maria"),
            Fact::Leave(LeaveFact::LeaveBalanceLow { leave_type: annual.clone(), year: 2026, minutes: 1200 }),
            &["leave_balance_low: ada, alan, gina, hana, maria"],
        ),
        (None, Fact::Pay(PayFact::PayApprovalNeeded { date: monday }), &["pay_approval_needed: ada, alan, gina, hana"]),
        (
            Some("hana"),
            Fact::Pay(PayFact::PayApprovalDecided { date: monday, verdict: ApprovalVerdict::Approved }),
            &["pay_approval_decided: maria"],
        ),
        (
            None,
            Fact::Pay(PayFact::TimeAccountMarkPassed { mark: AccountMark::Above, balance_seconds: 90_000 }),
            &["time_account_mark_passed: ada, alan, gina, hana, maria"],
        ),
        (
            Some("hana"),
            Fact::Leave(LeaveFact::LeaveAdjusted {
                leave_type: annual,
                year: 2026,
                minutes: -240,
                cause: LeaveAdjustmentCause::Manager,
            }),
            &["leave_adjusted: maria"],
        ),
        (
            None,
            Fact::Job(JobFact::ReportExported { job_id: id('J'), report: "monthly-work".to_owned() }),
            &["export_ready: maria"],
        ),
        (
            None,
            Fact::Job(JobFact::ImportFinished {
                job_id: id('J'),
                import: ImportKind::Users,
                total: 12,
                failed: 1,
                error: None,
            }),
            &["import_finished: maria"],
        ),
        (
            Some("maria"),
            Fact::Punch(PunchFact::ClockInFlagged {
                date: monday,
                session_id: id('Q'),
                reason: ClockInFlag::OutsideWindow,
            }),
            &["clock_in_flagged: ada, alan, gina, hana"],
        ),
        (
            Some("hana"),
            Fact::Day(DayFact::ClockInReviewed { date: monday, status: Verdict::Rejected }),
            &["clock_in_reviewed: maria"],
        ),
        (
            None,
            Fact::Job(JobFact::ReportExportFailed {
                job_id: id('J'),
                report: Some("monthly-work".to_owned()),
                error: "it was interrupted and doesn't go on".to_owned(),
            }),
            &["export_failed: maria"],
        ),
        (Some("hana"), Fact::Account(AccountFact::PasswordReset { role: Role::Employee }), &["password_reset: maria"]),
        (
            None,
            Fact::Account(AccountFact::PasswordReset { role: Role::Admin }),
            &["password_reset: maria", "admin_password_reset: ada, alan"],
        ),
        (Some("hana"), Fact::Account(AccountFact::PinChanged), &["pin_reset: maria"]),
        (Some("ada"), Fact::Account(AccountFact::SecondFactorDisabled), &["second_factor_reset: maria"]),
        (
            Some("hana"),
            Fact::Day(DayFact::DayEdited { date: monday, cause: EditCause::Manager }),
            &["day_edited: maria"],
        ),
        (Some("hana"), Fact::Day(DayFact::DayExcused { date: monday }), &["day_edited: maria"]),
        (Some("hana"), Fact::Roster(RosterFact::PatternChanged { effective_from: monday }), &["roster_changed: maria"]),
        (Some("hana"), Fact::Roster(RosterFact::DayPlanned { date: monday }), &["roster_changed: maria"]),
        (Some("hana"), Fact::Roster(RosterFact::DayPlanRemoved { date: monday }), &["roster_changed: maria"]),
        (
            Some("maria"),
            Fact::Day(DayFact::CorrectionRequested { correction_id, date: monday }),
            &["correction_requested: ada, alan, gina, hana"],
        ),
        (
            Some("hana"),
            Fact::Day(DayFact::CorrectionDecided { correction_id, date: monday, decision: Decision::Approved }),
            &["correction_decided: maria"],
        ),
        (
            Some("maria"),
            Fact::Leave(LeaveFact::LeaveRequested { request_id, start_date, end_date }),
            &["leave_requested: ada, alan, gina, hana"],
        ),
        (
            Some("maria"),
            Fact::Leave(LeaveFact::LeaveRequestChanged { request_id, start_date, end_date }),
            &["leave_requested: ada, alan, gina, hana"],
        ),
        (Some("hana"), leave_decided(Decision::Rejected), &["leave_decided: maria"]),
        (
            Some("maria"),
            Fact::Leave(LeaveFact::LeaveCancelled { request_id, start_date, end_date }),
            &["leave_cancelled: ada, alan, gina, hana"],
        ),
        (
            Some("maria"),
            Fact::Roster(RosterFact::SwapRequested { swap_id, with_user_id, my_date: monday, their_date: None }),
            &["swap_requested: paul"],
        ),
        (Some("paul"), accepted(false), &["swap_accepted: maria"]),
        (Some("paul"), accepted(true), &["swap_accepted: ada, alan, gina, hana, maria"]),
        (Some("hana"), swap_made(), &["swap_decided: maria, paul"]),
        (Some("paul"), swap_ended(SwapEnding::Declined), &["swap_decided: maria, paul"]),
        (Some("hana"), swap_ended(SwapEnding::Rejected), &["swap_decided: maria, paul"]),
        (Some("maria"), swap_ended(SwapEnding::Withdrawn), &["swap_decided: paul"]),
        (None, swap_ended(SwapEnding::Expired), &["swap_expired: maria, paul"]),
    ]
}

/// Returns every fact that causes no notification.
#[expect(clippy::too_many_lines, reason = "a line or two for each fact")]
pub(super) fn untold() -> Vec<Fact> {
    let monday = date("2026-11-02");
    let at: Timestamp = NOW.parse().unwrap();
    let annual = LeaveTypeCode::parse("annual").unwrap();
    let correction_id = CorrectionId::of(person("maria"), id::<UserId>('K').ulid());
    let (leave_type, year, minutes) = (annual.clone(), 2026, 480);
    vec![
        Fact::Company(CompanyFact::CompanySetUp),
        Fact::Account(AccountFact::UserCreated),
        Fact::Account(AccountFact::UserActivated),
        Fact::Account(AccountFact::UserChanged { fields: vec!["role".to_owned()] }),
        Fact::Account(AccountFact::UserDisabled),
        Fact::Account(AccountFact::PasswordChanged),
        Fact::Account(AccountFact::RefreshTokenReused),
        Fact::Account(AccountFact::SignedOut { family_id: id('F') }),
        Fact::Account(AccountFact::SignedOutEverywhere),
        Fact::Company(CompanyFact::SettingsChanged { fields: Vec::new() }),
        Fact::Company(CompanyFact::DepartmentCreated),
        Fact::Company(CompanyFact::DepartmentChanged),
        Fact::Company(CompanyFact::DepartmentDeleted),
        Fact::Company(CompanyFact::SiteCreated),
        Fact::Company(CompanyFact::SiteChanged),
        Fact::Company(CompanyFact::SiteDeleted),
        Fact::Kiosk(KioskFact::KioskCreated { site_id: id('T') }),
        Fact::Kiosk(KioskFact::KioskRevoked { site_id: id('T') }),
        Fact::Account(AccountFact::BadgeAssigned),
        Fact::Account(AccountFact::BadgeRevoked),
        Fact::Account(AccountFact::TerminalNumberAssigned),
        Fact::Company(CompanyFact::ServiceTokenCreated),
        Fact::Company(CompanyFact::ServiceTokenRevoked),
        Fact::Company(CompanyFact::WebhookCreated),
        Fact::Company(CompanyFact::WebhookChanged { fields: Vec::new() }),
        Fact::Company(CompanyFact::WebhookSecretRotated),
        Fact::Company(CompanyFact::WebhookDeleted),
        Fact::Company(CompanyFact::WebhookTest),
        Fact::Company(CompanyFact::WebhookDeliveryReplayed { delivery_id: id('E') }),
        // This fact only occurs in events of webhooks.
        Fact::Company(CompanyFact::HolidaySubscriptionDue),
        Fact::Company(CompanyFact::HolidaySubscriptionFailed {
            host: "calendars.example".to_owned(),
            reason: CalendarFailure::Refused,
        }),
        Fact::Company(CompanyFact::WebhookPaused {
            description: Name::parse("Payroll").unwrap(),
            reason: crate::webhook::PauseReason::Failing,
        }),
        Fact::Account(AccountFact::RegistrationExpired),
        Fact::Account(AccountFact::SecondFactorEnabled),
        Fact::Account(AccountFact::RecoveryCodesReplaced),
        Fact::Kiosk(KioskFact::KioskTokenRenewed { site_id: id('T') }),
        Fact::Kiosk(KioskFact::TerminalCreated { site_id: id('T') }),
        Fact::Kiosk(KioskFact::TerminalChanged { site_id: id('T'), fields: Vec::new() }),
        Fact::Kiosk(KioskFact::TerminalSecretRotated { site_id: id('T') }),
        Fact::Kiosk(KioskFact::TerminalDeleted { site_id: id('T') }),
        // These facts only occur in events of terminals.
        Fact::Kiosk(KioskFact::TerminalSilent {
            site_id: id('T'),
            name: Name::parse("Gate").unwrap(),
            last_seen_at: at,
        }),
        Fact::Kiosk(KioskFact::TerminalClockWrong {
            site_id: id('T'),
            name: Name::parse("Gate").unwrap(),
            seconds: 180,
        }),
        // This fact only occurs in events of kiosks.
        Fact::Kiosk(KioskFact::KioskPinsFailing { site_id: id('T'), name: Name::parse("Entrance").unwrap() }),
        Fact::Company(CompanyFact::HolidayAdded { id: id('Y'), date: monday, site_id: None }),
        Fact::Company(CompanyFact::HolidayRemoved { id: id('Y'), date: monday, site_id: None }),
        Fact::Punch(PunchFact::ClockedIn { date: monday, session_id: id('Q'), at }),
        Fact::Punch(PunchFact::ClockedOut { date: monday, session_id: id('Q'), at }),
        Fact::Punch(PunchFact::CostCenterSwitched { date: monday, session_id: id('Q'), at }),
        Fact::Punch(PunchFact::BreakStarted { date: monday, session_id: id('Q'), break_id: id('B'), at }),
        Fact::Punch(PunchFact::BreakEnded { date: monday, session_id: id('Q'), break_id: id('B'), at }),
        Fact::Day(DayFact::DayEdited { date: monday, cause: EditCause::Correction }),
        Fact::Day(DayFact::CorrectionWithdrawn { correction_id, date: monday }),
        // `MissingPeople` notifies managers of all missing people at once.
        Fact::Day(DayFact::NotArrived { date: monday, shift_id: "1".to_owned() }),
        Fact::Job(JobFact::CheckHandedOver { check: Check::Lateness }),
        Fact::Roster(RosterFact::CalendarFeedMade),
        Fact::Roster(RosterFact::CalendarFeedRevoked),
        Fact::Job(JobFact::RosterImportRequested { job_id: id('J') }),
        Fact::Job(JobFact::ImportRequested { job_id: id('J'), import: ImportKind::Users }),
        Fact::Job(JobFact::ReportExportRequested { job_id: id('J') }),
        Fact::Day(DayFact::MonthTotalsRebuilt { month: monday, department_id: None }),
        Fact::Day(DayFact::DaysFollowed { dates: vec![monday], cause: id('E') }),
        Fact::Account(AccountFact::EmploymentCorrected { dates: Employments::since(monday).spans().to_vec() }),
        Fact::Job(JobFact::WorkContinues { cause: id('E') }),
        Fact::Timesheet(TimesheetFact::DaysChangedAfterClose { period: period(), dates: vec![monday] }),
        Fact::Timesheet(TimesheetFact::PayPeriodClosing { period: period(), continues: false }),
        Fact::Timesheet(TimesheetFact::PayPeriodClosed { period: period(), left_out: 0 }),
        Fact::Timesheet(TimesheetFact::PayPeriodReopening { period: period(), continues: false }),
        Fact::Timesheet(TimesheetFact::PayPeriodReopened { period: period() }),
        Fact::Pay(PayFact::PayCodeChanged { code: PayCode::regular() }),
        Fact::Pay(PayFact::PayRulesCreated { rules_id: id('R') }),
        Fact::Pay(PayFact::PayRulesChanged { rules_id: id('R') }),
        Fact::Pay(PayFact::PayRulesDeleted { rules_id: id('R') }),
        Fact::Pay(PayFact::PayProfileChanged { effective_from: monday }),
        Fact::Pay(PayFact::CostCenterChanged { cost_center: "4711".to_owned().try_into().unwrap() }),
        Fact::Pay(PayFact::PayRunRequested { run_id: id('J'), period: period(), continues: false }),
        Fact::Pay(PayFact::PayRunMade { run_id: id('J'), period: period() }),
        Fact::Pay(PayFact::PayTemplateChanged { name: "datev".to_owned() }),
        Fact::Pay(PayFact::TimeAccountChanged { date: monday, seconds: 3_600 }),
        Fact::Company(CompanyFact::LeaveTypeChanged { leave_type: annual.clone() }),
        Fact::Leave(LeaveFact::LeaveToApply {
            request_id: LeaveRequestId::of(person("maria"), id::<UserId>('K').ulid()),
        }),
        Fact::Leave(LeaveFact::LeaveGranted { leave_type: annual.clone(), year, minutes }),
        Fact::Leave(LeaveFact::LeaveCarriedOver { leave_type: annual, year, minutes }),
        Fact::Leave(LeaveFact::LeaveExpired { leave_type, year, minutes }),
    ]
}
