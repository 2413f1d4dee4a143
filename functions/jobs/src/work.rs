//! Which work an event asks for: the one place where a new kind of long work is entered.

use std::time::Duration;

use domain::{
    event::{Event, Fact},
    id::{EventId, JobId},
};
use runtime::{Deadline, events::Failure};

use crate::{Jobs, everyone, export};

/// The kinds of facts that ask for work: what the rule of the bus lets through.
pub const KINDS: [&str; 6] = [
    "holiday_added",
    "holiday_removed",
    "report_export_requested",
    "settings_changed",
    "site_changed",
    "work_continues",
];

/// How much time an invocation keeps for handing on what is left.
pub(crate) const RESERVE: Duration = Duration::from_secs(30);

/// The settings that stored days follow.
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

/// A piece of long work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// What follows from a change of the whole company's, for everyone.
    Everyone {
        /// The change.
        cause: EventId,
    },
    /// A report as a file.
    Export {
        /// Which.
        job: JobId,
    },
}

impl Work {
    /// The work that an event asks for; several facts ask for it once.
    pub(crate) fn asked_by(event: &Event) -> Option<Self> {
        event.facts.iter().find_map(|fact| Self::asked_by_fact(event.id, fact))
    }

    fn asked_by_fact(event: EventId, fact: &Fact) -> Option<Self> {
        match fact {
            Fact::HolidayAdded { .. } | Fact::HolidayRemoved { .. } | Fact::SiteChanged => {
                Some(Self::Everyone { cause: event })
            }
            Fact::SettingsChanged { fields } => {
                let of_days = fields.iter().any(|field| OF_DAYS.contains(&field.as_str()));
                of_days.then_some(Self::Everyone { cause: event })
            }
            Fact::ReportExportRequested { job_id } => Some(Self::Export { job: *job_id }),
            Fact::WorkContinues { cause } => Some(Self::Everyone { cause: *cause }),
            Fact::CompanySetUp
            | Fact::UserRegistered
            | Fact::UserCreated
            | Fact::UserActivated
            | Fact::UserChanged { .. }
            | Fact::UserDisabled
            | Fact::PasswordChanged
            | Fact::RefreshTokenReused
            | Fact::SignedOut { .. }
            | Fact::SignedOutEverywhere
            | Fact::DepartmentCreated
            | Fact::DepartmentChanged
            | Fact::DepartmentDeleted
            | Fact::SiteCreated
            | Fact::SiteDeleted
            | Fact::KioskCreated { .. }
            | Fact::KioskRevoked { .. }
            | Fact::PinChanged
            | Fact::ClockedIn { .. }
            | Fact::ClockedOut { .. }
            | Fact::BreakStarted { .. }
            | Fact::BreakEnded { .. }
            | Fact::Late { .. }
            | Fact::AutoClockedOut { .. }
            | Fact::DayEdited { .. }
            | Fact::DayExcused { .. }
            | Fact::CorrectionRequested { .. }
            | Fact::CorrectionDecided { .. }
            | Fact::CorrectionWithdrawn { .. }
            | Fact::PatternChanged { .. }
            | Fact::DayPlanned { .. }
            | Fact::DayPlanRemoved { .. }
            | Fact::SwapRequested { .. }
            | Fact::SwapAccepted { .. }
            | Fact::SwapMade { .. }
            | Fact::SwapEnded { .. }
            | Fact::CalendarFeedMade
            | Fact::CalendarFeedRevoked
            | Fact::RosterImportRequested { .. }
            | Fact::ReportExported { .. }
            | Fact::MonthTotalsRebuilt { .. }
            | Fact::DaysFollowed { .. }
            | Fact::LeaveTypeChanged { .. }
            | Fact::LeaveGranted { .. }
            | Fact::LeaveCarriedOver { .. }
            | Fact::LeaveExpired { .. }
            | Fact::LeaveAdjusted { .. }
            | Fact::LeaveRequested { .. }
            | Fact::LeaveRequestChanged { .. }
            | Fact::LeaveDecided { .. }
            | Fact::LeaveCancelled { .. }
            | Fact::LateDeducted { .. }
            | Fact::LeaveBalanceLow { .. }
            | Fact::MissingPeople { .. }
            | Fact::CheckHandedOver { .. }
            | Fact::NotArrived { .. }
            | Fact::Absent { .. }
            | Fact::LeftEarly { .. } => None,
        }
    }

    /// Does the work, or as much of it as there is time for.
    pub(crate) async fn carry_out(self, jobs: &Jobs, deadline: Deadline) -> Result<(), Failure> {
        match self {
            Self::Everyone { cause } => everyone::carry_out(jobs, cause, deadline).await,
            Self::Export { job } => export::carry_out(jobs, job, deadline).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        audit::Actor,
        event::{SCHEMA_VERSION, Subject},
    };

    use super::*;

    fn asked_by(facts: Vec<Fact>) -> Option<Work> {
        Work::asked_by(&Event {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            schema_version: SCHEMA_VERSION,
            at: "2026-11-02T08:58:00Z".parse().unwrap(),
            actor: Actor::System,
            subject: Subject::Settings,
            request_id: None,
            facts,
        })
    }

    #[test]
    fn only_settings_that_days_follow_are_work() {
        let changed = |field: &str| asked_by(vec![Fact::SettingsChanged { fields: vec![field.to_owned()] }]);
        assert!(changed("late_grace_minutes").is_some());
        assert_eq!(changed("company_name"), None);
    }

    #[test]
    fn work_goes_on_under_the_event_that_asked_for_it() {
        let cause = "01JBN2V7Q4W0M3T9K5ZXH8R6CA".parse().unwrap();
        assert_eq!(asked_by(vec![Fact::WorkContinues { cause }]), Some(Work::Everyone { cause }));
    }

    #[test]
    fn the_settings_that_days_follow_are_settings() {
        let settings = serde_json::to_value(domain::settings::Settings::default()).unwrap();
        for field in OF_DAYS {
            assert!(settings.get(field).is_some(), "{field}");
        }
    }
}
