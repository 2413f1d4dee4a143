//! Maps events to the work that they start. New kinds of long work are added here.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    calendar::{WorkDate, Zone},
    correction::Decision,
    employment::Employment,
    event::{
        AccountFact, CompanyFact, DayFact, Event, Fact, JobFact, LeaveFact, PayFact, PunchFact, RosterFact, Subject,
        TimesheetFact,
    },
    id::{EventId, JobId, LeaveRequestId, UserId},
    pay::PayPeriod,
};
use runtime::{Deadline, events::Failure};
use store::progress::CompanyChange;

use crate::{
    company_wide,
    context::Jobs,
    export, holiday_subscription, leave,
    pay_approvals::{self, ChangedPay, PayCause},
    pay_period, pay_run, person, signatures, steps,
};

/// The kinds of facts that start work: the EventBridge rule matches these.
pub const KINDS: [&str; 37] = [
    "auto_clocked_out",
    "badge_assigned",
    "badge_revoked",
    "clock_in_reviewed",
    "clocked_out",
    "day_edited",
    "day_plan_removed",
    "day_planned",
    "holiday_added",
    "holiday_removed",
    "holiday_subscription_due",
    "import_requested",
    "leave_cancelled",
    "leave_decided",
    "leave_to_apply",
    "leave_type_changed",
    "pattern_changed",
    "pay_approval_decided",
    "pay_code_changed",
    "pay_period_closing",
    "pay_period_reopening",
    "pay_profile_changed",
    "pay_rules_changed",
    "pay_run_requested",
    "report_export_requested",
    "roster_import_requested",
    "settings_changed",
    "site_changed",
    "swap_made",
    "terminal_changed",
    "terminal_created",
    "terminal_number_assigned",
    "user_activated",
    "user_changed",
    "user_created",
    "user_disabled",
    "work_continues",
];

/// The settings that stored days depend on.
const OF_DAYS: [&str; 10] = [
    "time_zone",
    "default_shift",
    "default_weekly_offs",
    "late_grace_minutes",
    "early_leave_grace_minutes",
    "clock_in_window",
    "breaks",
    "overtime",
    "auto_clock_out_after_minutes",
    "late_deduction",
];

/// The profile fields that decide when a person is expected, and by which lists show their leave.
const OF_PERSON: [&str; 6] = ["full_name", "department_id", "site_id", "time_zone", "employments", "tracks_attendance"];

/// The dates of people whose pay has changed.
type PayByPerson = BTreeMap<UserId, ChangedPay>;

/// A piece of long work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Work {
    /// The effects of a change of the whole company, for everyone.
    Everyone {
        /// The id of the event of the change.
        cause: EventId,
        /// The change; none if the work continues.
        change: Option<CompanyChange>,
    },
    /// An export of a report as a file.
    Export {
        /// The id of the export's job.
        job: JobId,
    },
    /// The calendar of holidays that the company subscribes to.
    HolidaySubscription,
    /// The rest of approved leave that didn't fit into one transaction.
    Leave {
        /// The id of the leave request.
        id: LeaveRequestId,
        /// The id of the event that starts the work.
        cause: EventId,
    },
    /// The effects of a change on one person.
    Person {
        /// The id of the person.
        id: UserId,
        /// The id of the event of the change.
        cause: EventId,
        /// Past dates whose employment the change adds or removes.
        corrected: Vec<Employment>,
        /// The dates whose pay other facts of the event change, as those of a roster whose effects on leave continue here.
        pay: PayByPerson,
    },
    /// A pay run.
    PayRun {
        /// The id of the run.
        run: JobId,
    },
    /// Everything that follows the pay of changed dates: the time that waits for approval before it is paid, time accounts, and
    /// the signatures of timesheets with dates that depend on the changed ones.
    Pay {
        /// The changed dates, of one person or of the two people of a swap.
        pay: PayByPerson,
    },
    /// The close or the reopening of a pay period.
    PayPeriod {
        /// The period.
        period: PayPeriod,
    },
    /// Work with an item of its own.
    Steps {
        /// The id of the job.
        id: JobId,
        /// The id of the event that starts the work.
        cause: EventId,
    },
}

impl Work {
    /// Returns the work that an event starts. Several facts start it only once; a fact with corrected dates takes precedence. Other
    /// work comes before that of changed dates. It updates the pay of the dates that it changes, and work of a person also that of
    /// the dates that other facts change.
    pub(crate) fn started_by(event: &Event) -> Option<Self> {
        let started = || event.facts.iter().filter_map(|fact| Self::started_by_fact(event, fact));
        let of_dates = |work: &Self| matches!(work, Self::Pay { .. });
        let corrected = started().find(Self::has_corrected_dates);
        match corrected.or_else(|| started().find(|work| !of_dates(work))) {
            Some(work) => Some(started().filter(of_dates).fold(work, Self::with_dates_of)),
            None => started().reduce(Self::with_dates_of),
        }
    }

    /// Returns the work with the changed dates of another fact of the same event.
    fn with_dates_of(self, other: Self) -> Self {
        let Self::Pay { pay: further } = other else { return self };
        match self {
            Self::Pay { pay } => Self::Pay { pay: together(pay, further) },
            Self::Person { id, cause, corrected, pay } => {
                Self::Person { id, cause, corrected, pay: together(pay, further) }
            }
            work @ (Self::Everyone { .. }
            | Self::Leave { .. }
            | Self::Export { .. }
            | Self::PayPeriod { .. }
            | Self::HolidaySubscription
            | Self::PayRun { .. }
            | Self::Steps { .. }) => work,
        }
    }

    fn has_corrected_dates(&self) -> bool {
        match self {
            Self::Person { corrected, .. } => !corrected.is_empty(),
            Self::Everyone { .. }
            | Self::Leave { .. }
            | Self::Export { .. }
            | Self::Pay { .. }
            | Self::PayPeriod { .. }
            | Self::HolidaySubscription
            | Self::PayRun { .. }
            | Self::Steps { .. } => false,
        }
    }

    fn started_by_fact(event: &Event, fact: &Fact) -> Option<Self> {
        match fact {
            Fact::Account(fact) => Self::of_account(event, fact),
            Fact::Company(fact) => Self::of_company(event, fact),
            Fact::Leave(fact) => Self::of_leave(event, fact),
            Fact::Job(fact) => Self::of_job(event, fact),
            Fact::Punch(fact) => Self::of_punch(event, fact),
            Fact::Day(fact) => Self::of_day(event, fact),
            Fact::Pay(fact) => Self::of_pay(event, fact),
            Fact::Timesheet(fact) => Self::of_timesheet(fact),
            Fact::Roster(fact) => Self::of_roster(event, fact),
            Fact::Kiosk(_) => None,
        }
    }

    fn of_day(event: &Event, fact: &DayFact) -> Option<Self> {
        match fact {
            DayFact::DayEdited { date, .. } | DayFact::ClockInReviewed { date, .. } => Self::of_date(event, *date),
            // An approved correction is also an edited day.
            DayFact::CorrectionDecided { .. }
            | DayFact::CorrectionRequested { .. }
            | DayFact::CorrectionWithdrawn { .. }
            | DayFact::DayExcused { .. }
            | DayFact::MonthTotalsRebuilt { .. }
            | DayFact::DaysFollowed { .. }
            | DayFact::NotArrived { .. }
            | DayFact::MissingPeople { .. }
            | DayFact::DaysToReview { .. }
            | DayFact::Absent { .. } => None,
        }
    }

    fn of_pay(event: &Event, fact: &PayFact) -> Option<Self> {
        match fact {
            PayFact::PayApprovalDecided { date, .. } => Self::of_date(event, *date),
            PayFact::PayProfileChanged { effective_from } => {
                let today = Zone::UTC.date_of(event.at);
                let from = |days_back: i32| (*effective_from).max(today.plus_days(-days_back));
                let since = from(signatures::DAYS_BACK);
                Self::of_range(event, since, from(pay_approvals::DAYS_BACK), today.next(), PayCause::Profile)
            }
            PayFact::PayRulesChanged { rules_id } => {
                Some(Self::of_everyone(event, CompanyChange::PayRules { rules_id: *rules_id }))
            }
            PayFact::PayCodeChanged { .. } => Some(Self::of_everyone(event, CompanyChange::Figures)),
            PayFact::PayRunRequested { run_id, .. } => Some(Self::PayRun { run: *run_id }),
            // New rules belong to nobody, and rules that somebody uses can't be deleted.
            PayFact::PayRulesCreated { .. }
            | PayFact::PayRulesDeleted { .. }
            | PayFact::CostCenterChanged { .. }
            | PayFact::PayApprovalNeeded { .. }
            | PayFact::PayRunMade { .. }
            | PayFact::PayTemplateChanged { .. }
            | PayFact::TimeAccountChanged { .. }
            | PayFact::TimeAccountMarkPassed { .. } => None,
        }
    }

    fn of_timesheet(fact: &TimesheetFact) -> Option<Self> {
        match fact {
            TimesheetFact::PayPeriodClosing { period, .. } | TimesheetFact::PayPeriodReopening { period, .. } => {
                Some(Self::PayPeriod { period: *period })
            }
            TimesheetFact::TimesheetSubmitted { .. }
            | TimesheetFact::TimesheetApproved { .. }
            | TimesheetFact::TimesheetRejected { .. }
            | TimesheetFact::TimesheetVoided { .. }
            | TimesheetFact::DaysChangedAfterClose { .. }
            | TimesheetFact::PayPeriodClosed { .. }
            | TimesheetFact::PayPeriodReopened { .. }
            | TimesheetFact::TimesheetsToSubmit { .. }
            | TimesheetFact::TimesheetsToApprove { .. } => None,
        }
    }

    fn of_punch(event: &Event, fact: &PunchFact) -> Option<Self> {
        match fact {
            PunchFact::ClockedOut { date, .. } | PunchFact::AutoClockedOut { date, .. } => Self::of_date(event, *date),
            PunchFact::ClockedIn { .. }
            | PunchFact::BreakStarted { .. }
            | PunchFact::BreakEnded { .. }
            | PunchFact::CostCenterSwitched { .. }
            | PunchFact::Late { .. }
            | PunchFact::ClockInFlagged { .. }
            | PunchFact::LeftEarly { .. } => None,
        }
    }

    /// Returns the work of a date of the person whom the event is about.
    fn of_date(event: &Event, date: WorkDate) -> Option<Self> {
        Self::of_range(event, date, date, date, PayCause::Work)
    }

    /// Returns the work of the dates of the person whom the event is about; `None` if there are no such dates.
    fn of_range(event: &Event, since: WorkDate, from: WorkDate, to: WorkDate, cause: PayCause) -> Option<Self> {
        let Subject::User(id) = event.subject else { return None };
        let dates = ChangedPay { since, from, to, changed_at: event.at, cause };
        (from <= to).then_some(Self::Pay { pay: [(id, dates)].into() })
    }

    /// Returns the work of dates of the person whom the event is about whose schedule has changed.
    fn of_schedule(event: &Event, first: WorkDate, last: WorkDate) -> Option<Self> {
        let Subject::User(id) = event.subject else { return None };
        let dates = ChangedPay::of_schedule(first, last, Zone::UTC.date_of(event.at), event.at)?;
        Some(Self::Pay { pay: [(id, dates)].into() })
    }

    /// Returns the work of a changed roster: a threshold of scheduled time changes with it. A swap changes the rosters of two people.
    fn of_roster(event: &Event, fact: &RosterFact) -> Option<Self> {
        let Subject::User(id) = event.subject else { return None };
        let today = Zone::UTC.date_of(event.at);
        let of_date = |date: WorkDate| ChangedPay::of_schedule(date, date, today, event.at);
        match fact {
            RosterFact::PatternChanged { effective_from } => Self::of_schedule(event, *effective_from, WorkDate::MAX),
            RosterFact::DayPlanned { date } | RosterFact::DayPlanRemoved { date } => {
                Self::of_schedule(event, *date, *date)
            }
            RosterFact::SwapMade { with_user_id, my_date, their_date, .. } => {
                let dates = [Some(*my_date), *their_date].into_iter().flatten().filter_map(of_date);
                let dates = dates.reduce(ChangedPay::with)?;
                Some(Self::Pay { pay: [(id, dates), (*with_user_id, dates)].into() })
            }
            RosterFact::SwapRequested { .. }
            | RosterFact::SwapAccepted { .. }
            | RosterFact::SwapEnded { .. }
            | RosterFact::CalendarFeedMade
            | RosterFact::CalendarFeedRevoked => None,
        }
    }

    /// Returns the effects of a change on everyone.
    fn of_everyone(event: &Event, change: CompanyChange) -> Self {
        Self::Everyone { cause: event.id, change: Some(change) }
    }

    fn of_account(event: &Event, fact: &AccountFact) -> Option<Self> {
        let of_person = |corrected| Self::of_person(event.subject, event.id, corrected);
        match fact {
            AccountFact::UserChanged { fields } => {
                let is_followed = fields.iter().any(|field| OF_PERSON.contains(&field.as_str()));
                if is_followed { of_person(Vec::new()) } else { None }
            }
            AccountFact::UserDisabled => of_person(Vec::new()),
            AccountFact::EmploymentCorrected { dates } => of_person(dates.clone()),
            AccountFact::UserRegistered { .. }
            | AccountFact::RegistrationsPending { .. }
            | AccountFact::RegistrationExpired
            | AccountFact::UserCreated
            | AccountFact::UserActivated
            | AccountFact::PasswordChanged
            | AccountFact::PasswordReset { .. }
            | AccountFact::SecondFactorEnabled
            | AccountFact::SecondFactorDisabled
            | AccountFact::RecoveryCodesReplaced
            | AccountFact::RefreshTokenReused
            | AccountFact::SignedOut { .. }
            | AccountFact::SignedOutEverywhere
            | AccountFact::PinChanged
            | AccountFact::BadgeAssigned
            | AccountFact::BadgeRevoked
            | AccountFact::TerminalNumberAssigned => None,
        }
    }

    fn of_company(event: &Event, fact: &CompanyFact) -> Option<Self> {
        match fact {
            CompanyFact::HolidayAdded { date, .. } | CompanyFact::HolidayRemoved { date, .. } => {
                let others = event.facts.iter().filter_map(date_of_holiday).filter(|other| other != date);
                let further = others.collect::<BTreeSet<_>>().into_iter().collect();
                Some(Self::of_everyone(event, CompanyChange::Holiday { date: *date, further }))
            }
            CompanyFact::HolidaySubscriptionDue => Some(Self::HolidaySubscription),
            CompanyFact::SiteChanged => Some(Self::of_everyone(event, CompanyChange::Site)),
            CompanyFact::LeaveTypeChanged { .. } => Some(Self::of_everyone(event, CompanyChange::Figures)),
            CompanyFact::SettingsChanged { fields } => {
                let of_days = fields.iter().any(|field| OF_DAYS.contains(&field.as_str()));
                of_days.then_some(Self::of_everyone(event, CompanyChange::Settings))
            }
            CompanyFact::CompanySetUp
            | CompanyFact::DepartmentCreated
            | CompanyFact::DepartmentChanged
            | CompanyFact::DepartmentDeleted
            | CompanyFact::SiteCreated
            | CompanyFact::SiteDeleted
            | CompanyFact::ServiceTokenCreated
            | CompanyFact::ServiceTokenRevoked
            | CompanyFact::WebhookCreated
            | CompanyFact::WebhookChanged { .. }
            | CompanyFact::WebhookSecretRotated
            | CompanyFact::WebhookPaused { .. }
            | CompanyFact::WebhookDeleted
            | CompanyFact::WebhookTest
            | CompanyFact::WebhookDeliveryReplayed { .. }
            | CompanyFact::HolidaySubscriptionFailed { .. } => None,
        }
    }

    fn of_leave(event: &Event, fact: &LeaveFact) -> Option<Self> {
        match fact {
            LeaveFact::LeaveToApply { request_id } => Some(Self::Leave { id: *request_id, cause: event.id }),
            LeaveFact::LeaveDecided { start_date, end_date, decision: Decision::Approved, .. } => {
                Self::of_schedule(event, *start_date, *end_date)
            }
            // Leave that was ended early is given back from the day after its new end on.
            LeaveFact::LeaveCancelled { start_date, .. } => Self::of_schedule(event, *start_date, WorkDate::MAX),
            LeaveFact::LeaveDecided { decision: Decision::Rejected, .. }
            | LeaveFact::LeaveGranted { .. }
            | LeaveFact::LeaveCarriedOver { .. }
            | LeaveFact::LeaveExpiring { .. }
            | LeaveFact::LeaveExpired { .. }
            | LeaveFact::LeaveAdjusted { .. }
            | LeaveFact::LeaveRequested { .. }
            | LeaveFact::LeaveRequestChanged { .. }
            | LeaveFact::LateDeducted { .. }
            | LeaveFact::LeaveBalanceLow { .. } => None,
        }
    }

    fn of_job(event: &Event, fact: &JobFact) -> Option<Self> {
        match fact {
            JobFact::ReportExportRequested { job_id } => Some(Self::Export { job: *job_id }),
            JobFact::RosterImportRequested { job_id } | JobFact::ImportRequested { job_id, .. } => {
                Some(Self::Steps { id: *job_id, cause: event.id })
            }
            JobFact::WorkContinues { cause } => Self::continued(event.subject, *cause),
            JobFact::ReportExported { .. }
            | JobFact::ReportExportFailed { .. }
            | JobFact::ImportFinished { .. }
            | JobFact::CheckHandedOver { .. } => None,
        }
    }

    /// Returns the work that continues. Its target is the subject of the event that hands it over; company-wide work is
    /// identified by the event that started it.
    fn continued(subject: Subject, cause: EventId) -> Option<Self> {
        let Subject::Job(id) = subject else { return Self::of_person(subject, cause, Vec::new()) };
        let is_of_everyone = id == company_wide::job(cause);
        Some(if is_of_everyone { Self::Everyone { cause, change: None } } else { Self::Steps { id, cause } })
    }

    /// Returns the effects on the person who is the subject of the event; `None` if the subject isn't a person.
    fn of_person(subject: Subject, cause: EventId, corrected: Vec<Employment>) -> Option<Self> {
        let Subject::User(id) = subject else { return None };
        Some(Self::Person { id, cause, corrected, pay: PayByPerson::new() })
    }

    /// Runs the work until it is finished or the invocation's time runs out.
    pub(crate) async fn execute(self, jobs: &Jobs, deadline: Deadline) -> Result<(), Failure> {
        match self {
            Self::Everyone { cause, change } => company_wide::execute(jobs, cause, change, deadline).await,
            Self::HolidaySubscription => holiday_subscription::refresh(jobs).await,
            Self::Leave { id, cause } => leave::apply(jobs, id, cause, deadline).await,
            Self::Person { id, cause, corrected, mut pay } => {
                let own = pay.remove(&id);
                person::follow_profile(jobs, cause, id, &corrected, own).await?;
                follow_pay(jobs, pay).await
            }
            Self::Steps { id, cause } => steps::execute(jobs, id, cause, deadline).await,
            Self::PayPeriod { period } => pay_period::execute(jobs, period, deadline).await,
            Self::Pay { pay } => follow_pay(jobs, pay).await,
            Self::PayRun { run } => pay_run::execute(jobs, run, deadline).await,
            Self::Export { job } => export::execute(jobs, job, deadline).await,
        }
    }
}

/// Returns the dates of both, by person.
fn together(mut pay: PayByPerson, further: PayByPerson) -> PayByPerson {
    for (person, dates) in further {
        pay.entry(person).and_modify(|earlier| *earlier = earlier.with(dates)).or_insert(dates);
    }
    pay
}

/// Updates everything that follows the pay of the dates.
async fn follow_pay(jobs: &Jobs, pay: PayByPerson) -> Result<(), Failure> {
    for (person, dates) in pay {
        pay_approvals::follow(jobs, person, &[dates]).await?;
    }
    Ok(())
}

/// Returns the date of a holiday that a fact adds or removes.
fn date_of_holiday(fact: &Fact) -> Option<WorkDate> {
    let Fact::Company(CompanyFact::HolidayAdded { date, .. } | CompanyFact::HolidayRemoved { date, .. }) = fact else {
        return None;
    };
    Some(*date)
}

#[cfg(test)]
mod tests {
    use domain::{
        audit::Actor,
        employment::Employments,
        event::{SCHEMA_VERSION, Subject},
    };

    use super::*;

    const CAUSE: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6CA";
    const OTHER: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6CB";
    /// The instant of each event.
    const AT: &str = "2026-11-02T08:58:00Z";

    fn started_by(subject: Subject, facts: Vec<Fact>) -> Option<Work> {
        Work::started_by(&Event {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            schema_version: SCHEMA_VERSION,
            at: AT.parse().unwrap(),
            actor: Actor::System,
            subject,
            request_id: None,
            facts,
        })
    }

    /// Dates that an event has changed.
    fn changed(from: WorkDate, to: WorkDate, cause: PayCause) -> ChangedPay {
        ChangedPay { since: from, from, to, changed_at: AT.parse().unwrap(), cause }
    }

    #[test]
    fn only_settings_that_affect_days_start_work() {
        let changed = |field: &str| {
            started_by(
                Subject::Settings,
                vec![Fact::Company(CompanyFact::SettingsChanged { fields: vec![field.to_owned()] })],
            )
        };
        assert!(changed("late_grace_minutes").is_some());
        assert_eq!(changed("company_name"), None);
    }

    #[test]
    fn only_profile_changes_that_affect_days_start_work() {
        let maria: UserId = OTHER.parse().unwrap();
        let changed = |field: &str| {
            started_by(
                Subject::User(maria),
                vec![Fact::Account(AccountFact::UserChanged { fields: vec![field.to_owned()] })],
            )
        };
        let cause = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
        let followed = Some(Work::Person { id: maria, cause, corrected: Vec::new(), pay: PayByPerson::new() });
        assert_eq!(changed("employments"), followed);
        assert_eq!(changed("full_name"), followed);
        assert_eq!(changed("email"), None);
        assert_eq!(started_by(Subject::User(maria), vec![Fact::Account(AccountFact::UserDisabled)]), followed);
        let dates = Employments::since("2026-11-02".parse().unwrap()).spans().to_vec();
        let facts = vec![
            Fact::Account(AccountFact::UserDisabled),
            Fact::Account(AccountFact::EmploymentCorrected { dates: dates.clone() }),
        ];
        assert_eq!(
            started_by(Subject::User(maria), facts),
            Some(Work::Person { id: maria, cause, corrected: dates, pay: PayByPerson::new() })
        );
    }

    #[test]
    fn the_pay_of_a_changed_day_is_computed_again() {
        let maria: UserId = OTHER.parse().unwrap();
        let date: WorkDate = "2026-11-02".parse().unwrap();
        let at = "2026-11-02T15:00:00Z".parse().unwrap();
        let session_id = CAUSE.parse().unwrap();
        let out = Fact::Punch(PunchFact::ClockedOut { date, session_id, at });
        let dates = changed(date, date, PayCause::Work);
        let expected = Work::Pay { pay: [(maria, dates)].into() };
        assert_eq!(started_by(Subject::User(maria), vec![out]), Some(expected));
        let into = Fact::Punch(PunchFact::ClockedIn { date, session_id, at });
        assert_eq!(started_by(Subject::User(maria), vec![into]), None);
        let later = Fact::Pay(PayFact::PayProfileChanged { effective_from: "2027-01-01".parse().unwrap() });
        assert_eq!(started_by(Subject::User(maria), vec![later]), None);
        // Of an earlier profile, time waits for 62 days, and signatures are compared for 400 days.
        let earlier = Fact::Pay(PayFact::PayProfileChanged { effective_from: "2020-01-01".parse().unwrap() });
        let (since, from) = ("2025-09-28".parse().unwrap(), "2026-09-01".parse().unwrap());
        let dates = ChangedPay { since, ..changed(from, "2026-11-03".parse().unwrap(), PayCause::Profile) };
        let expected = Work::Pay { pay: [(maria, dates)].into() };
        assert_eq!(started_by(Subject::User(maria), vec![earlier]), Some(expected));
    }

    #[test]
    fn leave_changes_the_pay_of_its_dates() {
        let maria: UserId = OTHER.parse().unwrap();
        let on = |date: &str| -> WorkDate { date.parse().unwrap() };
        let request_id = LeaveRequestId::of(maria, CAUSE.parse::<EventId>().unwrap().ulid());
        let decided = |start: &str, end: &str, decision| {
            let (start_date, end_date) = (on(start), on(end));
            Fact::Leave(LeaveFact::LeaveDecided { request_id, start_date, end_date, decision })
        };
        let pay = |from: &str, to: &str| {
            let dates = changed(on(from), on(to), PayCause::Schedule);
            Some(Work::Pay { pay: [(maria, dates)].into() })
        };
        let of = |facts: Vec<Fact>| started_by(Subject::User(maria), facts);
        // A sick note that comes late.
        let late = decided("2026-10-29", "2026-10-30", Decision::Approved);
        assert_eq!(of(vec![late]), pay("2026-10-29", "2026-10-30"));
        assert_eq!(of(vec![decided("2026-10-29", "2026-10-30", Decision::Rejected)]), None);
        assert_eq!(of(vec![decided("2026-12-14", "2026-12-18", Decision::Approved)]), None);
        let long = decided("2026-08-03", "2026-12-18", Decision::Approved);
        assert_eq!(of(vec![long.clone()]), pay("2026-08-03", "2026-12-03"));
        let (start_date, end_date) = (on("2026-10-26"), on("2026-10-28"));
        let ended = Fact::Leave(LeaveFact::LeaveCancelled { request_id, start_date, end_date });
        assert_eq!(of(vec![ended]), pay("2026-10-26", "2026-12-03"));
        // The work that applies the rest of leave computes the pay of all its dates.
        let rest = Fact::Leave(LeaveFact::LeaveToApply { request_id });
        assert!(matches!(of(vec![long, rest]), Some(Work::Leave { .. })));
    }

    #[test]
    fn a_roster_changes_the_pay_of_its_dates() {
        let (maria, paul): (UserId, UserId) = (OTHER.parse().unwrap(), CAUSE.parse().unwrap());
        let on = |date: &str| -> WorkDate { date.parse().unwrap() };
        let pay = |people: &[UserId], from: &str, to: &str| {
            let dates = changed(on(from), on(to), PayCause::Schedule);
            Some(Work::Pay { pay: people.iter().map(|person| (*person, dates)).collect() })
        };
        let of =
            |facts: Vec<RosterFact>| started_by(Subject::User(maria), facts.into_iter().map(Fact::Roster).collect());
        let planned = |date: &str| RosterFact::DayPlanned { date: on(date) };
        assert_eq!(of(vec![planned("2026-11-06")]), pay(&[maria], "2026-11-06", "2026-11-06"));
        let removed = RosterFact::DayPlanRemoved { date: on("2026-11-06") };
        assert_eq!(of(vec![removed]), pay(&[maria], "2026-11-06", "2026-11-06"));
        assert_eq!(of(vec![planned("2026-12-04")]), None, "after the present pay period");
        let pattern = |date: &str| RosterFact::PatternChanged { effective_from: on(date) };
        assert_eq!(of(vec![pattern("2026-11-09")]), pay(&[maria], "2026-11-09", "2026-12-03"));
        assert_eq!(of(vec![pattern("2027-01-01")]), None);
        // The dates of an import are one work.
        let imported = vec![planned("2026-12-24"), planned("2026-11-13"), planned("2026-11-10")];
        assert_eq!(of(imported), pay(&[maria], "2026-11-10", "2026-11-13"));

        // The work that counts the rest of the leave again also updates the pay.
        let cause: EventId = CAUSE.parse().unwrap();
        let rest = Fact::Job(JobFact::WorkContinues { cause });
        let facts = vec![Fact::Roster(planned("2026-11-06")), Fact::Roster(planned("2026-11-13")), rest];
        let dates = changed(on("2026-11-06"), on("2026-11-13"), PayCause::Schedule);
        let continued = Work::Person { id: maria, cause, corrected: Vec::new(), pay: [(maria, dates)].into() };
        assert_eq!(started_by(Subject::User(maria), facts), Some(continued));

        let swap_id = domain::id::SwapId::of(maria, CAUSE.parse::<EventId>().unwrap().ulid());
        let swapped = |mine: &str, theirs: Option<&str>| {
            let (my_date, their_date) = (on(mine), theirs.map(on));
            vec![RosterFact::SwapMade { swap_id, with_user_id: paul, my_date, their_date }]
        };
        assert_eq!(of(swapped("2026-11-09", None)), pay(&[maria, paul], "2026-11-09", "2026-11-09"));
        let both = swapped("2026-11-11", Some("2026-11-09"));
        assert_eq!(of(both), pay(&[maria, paul], "2026-11-09", "2026-11-11"));
        let far = swapped("2026-12-21", Some("2026-11-09"));
        assert_eq!(of(far), pay(&[maria, paul], "2026-11-09", "2026-11-09"));
        let accepted = RosterFact::SwapAccepted { swap_id, with_user_id: paul, needs_approval: true };
        assert_eq!(of(vec![accepted]), None);
    }

    #[test]
    fn several_changed_days_of_an_event_are_one_work() {
        let maria: UserId = OTHER.parse().unwrap();
        let at = "2026-11-02T15:00:00Z".parse().unwrap();
        let on = |date: &str| -> WorkDate { date.parse().unwrap() };
        let out = |date| Fact::Punch(PunchFact::ClockedOut { date, session_id: CAUSE.parse().unwrap(), at });
        let (first, last) = (on("2026-10-30"), on("2026-11-02"));
        let dates = changed(first, last, PayCause::Work);
        let started = started_by(Subject::User(maria), vec![out(last), out(first)]);
        assert_eq!(started, Some(Work::Pay { pay: [(maria, dates)].into() }));
    }

    #[test]
    fn changes_on_which_pay_depends_are_work_for_everyone() {
        let cause = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
        let rules_id = OTHER.parse().unwrap();
        let annual = domain::schedule::LeaveTypeCode::parse("annual").unwrap();
        let changes = [
            (Fact::Pay(PayFact::PayRulesChanged { rules_id }), CompanyChange::PayRules { rules_id }),
            (Fact::Pay(PayFact::PayCodeChanged { code: domain::pay::PayCode::regular() }), CompanyChange::Figures),
            (Fact::Company(CompanyFact::LeaveTypeChanged { leave_type: annual }), CompanyChange::Figures),
            (Fact::Company(CompanyFact::SiteChanged), CompanyChange::Site),
        ];
        for (fact, change) in changes {
            let started = started_by(Subject::Pay, vec![fact]);
            assert_eq!(started, Some(Work::Everyone { cause, change: Some(change) }));
        }
    }

    #[test]
    fn all_holidays_of_an_event_are_one_work() {
        let cause = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
        let on = |date: &str| -> WorkDate { date.parse().unwrap() };
        let added = |date| {
            let id = domain::id::HolidayId::from(OTHER.parse::<EventId>().unwrap().ulid());
            Fact::Company(CompanyFact::HolidayAdded { id, date, site_id: None })
        };
        let facts = ["2026-04-23", "2026-05-01", "2026-05-01", "2026-04-23"].map(|date| added(on(date))).to_vec();
        let change = Some(CompanyChange::Holiday { date: on("2026-04-23"), further: vec![on("2026-05-01")] });
        assert_eq!(started_by(Subject::Holidays, facts), Some(Work::Everyone { cause, change }));
    }

    #[test]
    fn leave_that_exceeds_one_transaction_starts_work() {
        let maria: UserId = OTHER.parse().unwrap();
        let request_id = LeaveRequestId::of(maria, CAUSE.parse::<EventId>().unwrap().ulid());
        let cause = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
        let started = started_by(Subject::User(maria), vec![Fact::Leave(LeaveFact::LeaveToApply { request_id })]);
        assert_eq!(started, Some(Work::Leave { id: request_id, cause }));
    }

    #[test]
    fn continued_work_keeps_the_id_of_the_event_that_caused_it() {
        let cause: EventId = CAUSE.parse().unwrap();
        let continued = |subject| started_by(subject, vec![Fact::Job(JobFact::WorkContinues { cause })]);
        assert_eq!(continued(Subject::Job(CAUSE.parse().unwrap())), Some(Work::Everyone { cause, change: None }));
        let id = OTHER.parse().unwrap();
        assert_eq!(continued(Subject::Job(id)), Some(Work::Steps { id, cause }));
        let id = OTHER.parse().unwrap();
        assert_eq!(
            continued(Subject::User(id)),
            Some(Work::Person { id, cause, corrected: Vec::new(), pay: PayByPerson::new() })
        );
        assert_eq!(continued(Subject::Settings), None);
    }

    #[test]
    fn the_settings_that_days_follow_are_settings() {
        let settings = serde_json::to_value(domain::settings::Settings::default()).unwrap();
        for field in OF_DAYS {
            assert!(settings.get(field).is_some(), "{field}");
        }
    }
}
