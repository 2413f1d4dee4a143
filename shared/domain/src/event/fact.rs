//! The facts of an event by group, and the table of their kinds.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{OneOf, RefOr, Schema},
};

use super::{
    AccountFact, CompanyFact, DayFact, JobFact, KioskFact, LeaveFact, PayFact, PunchFact, RosterFact, TimesheetFact,
};

/// Declares [`Fact`] with its groups. A fact is written as its group writes it.
macro_rules! groups {
    ($($(#[$doc:meta])* $group:ident($facts:ident),)+) => {
        /// A single fact of an event.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Fact {
            $($(#[$doc])* $group($facts),)+
        }

        impl Serialize for Fact {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$group(fact) => fact.serialize(serializer),)+
                }
            }
        }

        impl ToSchema for Fact {
            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                $($facts::schemas(schemas);)+
            }
        }

        /// Returns the schema of each group.
        fn schemas_of_groups() -> Vec<RefOr<Schema>> {
            vec![$($facts::schema()),+]
        }
    };
}

groups! {
    /// A fact about an account.
    Account(AccountFact),
    /// A fact about the company.
    Company(CompanyFact),
    /// A fact about a kiosk.
    Kiosk(KioskFact),
    /// A fact about a punch.
    Punch(PunchFact),
    /// A fact about days.
    Day(DayFact),
    /// A fact about a roster.
    Roster(RosterFact),
    /// A fact about leave.
    Leave(LeaveFact),
    /// A fact about a job.
    Job(JobFact),
    /// A fact about pay.
    Pay(PayFact),
    /// A fact about timesheets.
    Timesheet(TimesheetFact),
}

/// Declares the kinds of facts, in the order of the published schema. A kind is the name of its variant in snake case. A variant
/// that the table lacks doesn't compile.
macro_rules! kinds {
    ($($kind:literal => $group:ident($facts:ident::$variant:ident),)+) => {
        /// The kinds of all facts.
        const KINDS: &[&str] = &[$($kind),+];

        impl Fact {
            /// The kinds of all facts, as events name them.
            pub const ALL_KINDS: &[&str] = KINDS;

            /// Returns the kind of the fact, as events name it.
            pub const fn kind(&self) -> &'static str {
                match self {
                    $(Self::$group($facts::$variant { .. }) => $kind,)+
                }
            }

            /// Reads a fact of a kind; `None` if no fact has that kind.
            fn of_kind(kind: &str, fact: Value) -> Option<serde_json::Result<Self>> {
                Some(match kind {
                    $($kind => $facts::deserialize(fact).map(Self::$group),)+
                    _ => return None,
                })
            }
        }
    };
}

kinds! {
    "company_set_up" => Company(CompanyFact::CompanySetUp),
    "user_registered" => Account(AccountFact::UserRegistered),
    "registrations_pending" => Account(AccountFact::RegistrationsPending),
    "registration_expired" => Account(AccountFact::RegistrationExpired),
    "user_created" => Account(AccountFact::UserCreated),
    "user_activated" => Account(AccountFact::UserActivated),
    "user_changed" => Account(AccountFact::UserChanged),
    "user_disabled" => Account(AccountFact::UserDisabled),
    "password_changed" => Account(AccountFact::PasswordChanged),
    "password_reset" => Account(AccountFact::PasswordReset),
    "second_factor_enabled" => Account(AccountFact::SecondFactorEnabled),
    "second_factor_disabled" => Account(AccountFact::SecondFactorDisabled),
    "recovery_codes_replaced" => Account(AccountFact::RecoveryCodesReplaced),
    "refresh_token_reused" => Account(AccountFact::RefreshTokenReused),
    "signed_out" => Account(AccountFact::SignedOut),
    "signed_out_everywhere" => Account(AccountFact::SignedOutEverywhere),
    "settings_changed" => Company(CompanyFact::SettingsChanged),
    "department_created" => Company(CompanyFact::DepartmentCreated),
    "department_changed" => Company(CompanyFact::DepartmentChanged),
    "department_deleted" => Company(CompanyFact::DepartmentDeleted),
    "site_created" => Company(CompanyFact::SiteCreated),
    "site_changed" => Company(CompanyFact::SiteChanged),
    "site_deleted" => Company(CompanyFact::SiteDeleted),
    "kiosk_created" => Kiosk(KioskFact::KioskCreated),
    "kiosk_revoked" => Kiosk(KioskFact::KioskRevoked),
    "kiosk_token_renewed" => Kiosk(KioskFact::KioskTokenRenewed),
    "kiosk_pins_failing" => Kiosk(KioskFact::KioskPinsFailing),
    "pin_changed" => Account(AccountFact::PinChanged),
    "badge_assigned" => Account(AccountFact::BadgeAssigned),
    "badge_revoked" => Account(AccountFact::BadgeRevoked),
    "service_token_created" => Company(CompanyFact::ServiceTokenCreated),
    "service_token_revoked" => Company(CompanyFact::ServiceTokenRevoked),
    "webhook_created" => Company(CompanyFact::WebhookCreated),
    "webhook_changed" => Company(CompanyFact::WebhookChanged),
    "webhook_secret_rotated" => Company(CompanyFact::WebhookSecretRotated),
    "webhook_paused" => Company(CompanyFact::WebhookPaused),
    "webhook_deleted" => Company(CompanyFact::WebhookDeleted),
    "webhook_test" => Company(CompanyFact::WebhookTest),
    "webhook_delivery_replayed" => Company(CompanyFact::WebhookDeliveryReplayed),
    "holiday_added" => Company(CompanyFact::HolidayAdded),
    "holiday_removed" => Company(CompanyFact::HolidayRemoved),
    "holiday_subscription_due" => Company(CompanyFact::HolidaySubscriptionDue),
    "holiday_subscription_failed" => Company(CompanyFact::HolidaySubscriptionFailed),
    "clocked_in" => Punch(PunchFact::ClockedIn),
    "clocked_out" => Punch(PunchFact::ClockedOut),
    "break_started" => Punch(PunchFact::BreakStarted),
    "break_ended" => Punch(PunchFact::BreakEnded),
    "late" => Punch(PunchFact::Late),
    "auto_clocked_out" => Punch(PunchFact::AutoClockedOut),
    "day_edited" => Day(DayFact::DayEdited),
    "clock_in_flagged" => Punch(PunchFact::ClockInFlagged),
    "clock_in_reviewed" => Day(DayFact::ClockInReviewed),
    "day_excused" => Day(DayFact::DayExcused),
    "correction_requested" => Day(DayFact::CorrectionRequested),
    "correction_decided" => Day(DayFact::CorrectionDecided),
    "correction_withdrawn" => Day(DayFact::CorrectionWithdrawn),
    "pattern_changed" => Roster(RosterFact::PatternChanged),
    "day_planned" => Roster(RosterFact::DayPlanned),
    "day_plan_removed" => Roster(RosterFact::DayPlanRemoved),
    "swap_requested" => Roster(RosterFact::SwapRequested),
    "swap_accepted" => Roster(RosterFact::SwapAccepted),
    "swap_made" => Roster(RosterFact::SwapMade),
    "swap_ended" => Roster(RosterFact::SwapEnded),
    "calendar_feed_made" => Roster(RosterFact::CalendarFeedMade),
    "calendar_feed_revoked" => Roster(RosterFact::CalendarFeedRevoked),
    "roster_import_requested" => Job(JobFact::RosterImportRequested),
    "import_requested" => Job(JobFact::ImportRequested),
    "import_finished" => Job(JobFact::ImportFinished),
    "report_export_requested" => Job(JobFact::ReportExportRequested),
    "report_exported" => Job(JobFact::ReportExported),
    "report_export_failed" => Job(JobFact::ReportExportFailed),
    "month_totals_rebuilt" => Day(DayFact::MonthTotalsRebuilt),
    "days_followed" => Day(DayFact::DaysFollowed),
    "employment_corrected" => Account(AccountFact::EmploymentCorrected),
    "work_continues" => Job(JobFact::WorkContinues),
    "leave_type_changed" => Company(CompanyFact::LeaveTypeChanged),
    "leave_granted" => Leave(LeaveFact::LeaveGranted),
    "leave_carried_over" => Leave(LeaveFact::LeaveCarriedOver),
    "leave_expiring" => Leave(LeaveFact::LeaveExpiring),
    "leave_expired" => Leave(LeaveFact::LeaveExpired),
    "leave_adjusted" => Leave(LeaveFact::LeaveAdjusted),
    "leave_requested" => Leave(LeaveFact::LeaveRequested),
    "leave_request_changed" => Leave(LeaveFact::LeaveRequestChanged),
    "leave_decided" => Leave(LeaveFact::LeaveDecided),
    "leave_to_apply" => Leave(LeaveFact::LeaveToApply),
    "leave_cancelled" => Leave(LeaveFact::LeaveCancelled),
    "late_deducted" => Leave(LeaveFact::LateDeducted),
    "leave_balance_low" => Leave(LeaveFact::LeaveBalanceLow),
    "not_arrived" => Day(DayFact::NotArrived),
    "missing_people" => Day(DayFact::MissingPeople),
    "days_to_review" => Day(DayFact::DaysToReview),
    "absent" => Day(DayFact::Absent),
    "check_handed_over" => Job(JobFact::CheckHandedOver),
    "left_early" => Punch(PunchFact::LeftEarly),
    "cost_center_switched" => Punch(PunchFact::CostCenterSwitched),
    "pay_code_changed" => Pay(PayFact::PayCodeChanged),
    "pay_rules_created" => Pay(PayFact::PayRulesCreated),
    "pay_rules_changed" => Pay(PayFact::PayRulesChanged),
    "pay_rules_deleted" => Pay(PayFact::PayRulesDeleted),
    "pay_profile_changed" => Pay(PayFact::PayProfileChanged),
    "cost_center_changed" => Pay(PayFact::CostCenterChanged),
    "pay_run_requested" => Pay(PayFact::PayRunRequested),
    "pay_run_made" => Pay(PayFact::PayRunMade),
    "pay_template_changed" => Pay(PayFact::PayTemplateChanged),
    "time_account_changed" => Pay(PayFact::TimeAccountChanged),
    "time_account_mark_passed" => Pay(PayFact::TimeAccountMarkPassed),
    "pay_approval_needed" => Pay(PayFact::PayApprovalNeeded),
    "pay_approval_decided" => Pay(PayFact::PayApprovalDecided),
    "timesheet_submitted" => Timesheet(TimesheetFact::TimesheetSubmitted),
    "timesheet_approved" => Timesheet(TimesheetFact::TimesheetApproved),
    "timesheet_rejected" => Timesheet(TimesheetFact::TimesheetRejected),
    "timesheet_voided" => Timesheet(TimesheetFact::TimesheetVoided),
    "days_changed_after_close" => Timesheet(TimesheetFact::DaysChangedAfterClose),
    "pay_period_closing" => Timesheet(TimesheetFact::PayPeriodClosing),
    "pay_period_closed" => Timesheet(TimesheetFact::PayPeriodClosed),
    "pay_period_reopening" => Timesheet(TimesheetFact::PayPeriodReopening),
    "pay_period_reopened" => Timesheet(TimesheetFact::PayPeriodReopened),
    "timesheets_to_submit" => Timesheet(TimesheetFact::TimesheetsToSubmit),
    "timesheets_to_approve" => Timesheet(TimesheetFact::TimesheetsToApprove),
    "terminal_created" => Kiosk(KioskFact::TerminalCreated),
    "terminal_changed" => Kiosk(KioskFact::TerminalChanged),
    "terminal_secret_rotated" => Kiosk(KioskFact::TerminalSecretRotated),
    "terminal_deleted" => Kiosk(KioskFact::TerminalDeleted),
    "terminal_silent" => Kiosk(KioskFact::TerminalSilent),
    "terminal_clock_wrong" => Kiosk(KioskFact::TerminalClockWrong),
    "terminal_number_assigned" => Account(AccountFact::TerminalNumberAssigned),
}

impl<'de> Deserialize<'de> for Fact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FactVisitor)
    }
}

/// Reads the fields of a fact, and then the fact by its kind.
struct FactVisitor;

impl<'de> Visitor<'de> for FactVisitor {
    type Value = Fact;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("internally tagged enum Fact")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Fact, A::Error> {
        let fields = Map::<String, Value>::deserialize(MapAccessDeserializer::new(map))?;
        let kind = fields.get("kind").ok_or_else(|| A::Error::missing_field("kind"))?;
        let kind = String::deserialize(kind).map_err(A::Error::custom)?;
        let fact = Fact::of_kind(&kind, Value::Object(fields));
        fact.ok_or_else(|| A::Error::unknown_variant(&kind, KINDS))?.map_err(A::Error::custom)
    }
}

impl PartialSchema for Fact {
    fn schema() -> RefOr<Schema> {
        let mut facts: Vec<RefOr<Schema>> = schemas_of_groups().into_iter().flat_map(facts_of_group).collect();
        facts.sort_by_key(|fact| {
            let kind = kind_of_schema(fact);
            KINDS.iter().position(|known| kind == *known)
        });
        let mut one_of = OneOf::new();
        one_of.items = facts;
        one_of.description = Some("A single fact of an event.".to_owned());
        RefOr::T(Schema::OneOf(one_of))
    }
}

/// Returns the schemas of the facts of a group.
fn facts_of_group(group: RefOr<Schema>) -> Vec<RefOr<Schema>> {
    let RefOr::T(Schema::OneOf(facts)) = group else { return Vec::new() };
    facts.items
}

/// Returns the kind that a schema of a fact names.
fn kind_of_schema(fact: &RefOr<Schema>) -> Value {
    let schema = serde_json::to_value(fact).unwrap_or_default();
    schema["properties"]["kind"]["enum"][0].clone()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_fact_is_written_and_published_with_the_kind_of_the_table() {
        let RefOr::T(Schema::OneOf(facts)) = Fact::schema() else { panic!("the facts are one of several") };
        let kinds: Vec<Value> = facts.items.iter().map(kind_of_schema).collect();
        assert_eq!(json!(kinds), json!(KINDS));
        let activated = Fact::Account(AccountFact::UserActivated);
        assert_eq!(serde_json::to_value(&activated).unwrap(), json!({"kind": activated.kind()}));
    }

    #[test]
    fn a_fact_that_cant_be_read_says_why() {
        let error = |fact: Value| serde_json::from_value::<Fact>(fact).unwrap_err().to_string();
        assert_eq!(error(json!({})), "missing field `kind`");
        assert_eq!(error(json!({"kind": "day_excused"})), "missing field `date`");
        assert!(
            error(json!({"kind": "badge_lost"}))
                .starts_with("unknown variant `badge_lost`, expected one of `company_set_up`, ")
        );
        assert_eq!(error(json!("late")), "invalid type: string \"late\", expected internally tagged enum Fact");
    }

    #[test]
    fn fields_that_a_fact_doesnt_have_are_passed_over() {
        let fact: Fact = serde_json::from_value(json!({"by_import": true, "kind": "user_created"})).unwrap();
        assert_eq!(fact, Fact::Account(AccountFact::UserCreated));
    }
}
