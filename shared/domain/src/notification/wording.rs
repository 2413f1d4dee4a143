//! Creation of notification drafts from events.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    News, NotificationContent as Content, NotificationContext, NotificationDraft, NotificationText,
    digest::{digest_drafts, is_digest},
    holidays::holiday_drafts,
    kiosk::kiosk_drafts,
    news_of,
    terminal::terminal_drafts,
    webhook::webhook_drafts,
};
use crate::{
    audit::Actor,
    calendar::Zone,
    correction::Decision,
    event::{
        AccountFact, DayFact, Event, Fact, JobFact, LeaveAdjustmentCause, LeaveFact, PayFact, PunchFact, RosterFact,
        TimesheetFact,
    },
    id::UserId,
    leave::{LeaveAmount, LeaveDayLength, LeaveMinutes},
    pay::{ApprovalVerdict, PayPeriod},
    text::Name,
    user::User,
};

/// Returns the drafts of an event: at most one of each kind for each person, in the order of its facts.
pub fn drafts(event: &Event, context: &NotificationContext<'_>) -> Vec<NotificationDraft> {
    let mut drafts: Vec<(NotificationDraft, Vec<&Fact>)> = Vec::new();
    let person = |id| context.people.get(&id);
    let (digests, others): (Vec<_>, Vec<_>) = news_of(event).into_iter().partition(|news| is_digest(news.fact));
    for news in others {
        let Some(about) = person(news.about) else { continue };
        for to in news.recipients(event, context.managers, person) {
            match drafts.iter_mut().find(|(draft, _)| (draft.to, draft.kind) == (to, news.kind)) {
                // One person may receive the same fact in two roles, as the decider for both people of a swap.
                Some((_, facts)) if facts.iter().any(|fact| std::ptr::eq(*fact, news.fact)) => {}
                Some((_, facts)) => facts.push(news.fact),
                None => {
                    drafts.extend(draft(event, &news, about, to, context).map(|draft| (draft, vec![news.fact])));
                }
            }
        }
    }
    let one_by_one = drafts.into_iter().map(|(draft, facts)| draft.and(facts.len() - 1));
    let of_kiosks = kiosk_drafts(event, context);
    let of_webhooks = webhook_drafts(event, context);
    let of_terminals = terminal_drafts(event, context);
    let of_holidays = holiday_drafts(event, context);
    one_by_one
        .chain(digest_drafts(event, &digests, context))
        .chain(of_kiosks)
        .chain(of_webhooks)
        .chain(of_terminals)
        .chain(of_holidays)
        .collect()
}

/// Returns the draft for one person; none for a fact without a message.
fn draft(
    event: &Event,
    news: &News<'_>,
    about: &User,
    to: UserId,
    context: &NotificationContext<'_>,
) -> Option<NotificationDraft> {
    let site_zone = about.site_id.and_then(|site| context.sites.zone(site));
    let zone = about.zone(site_zone, &context.settings.time_zone);
    let leave_day = LeaveDayLength::of(context.settings);
    let other = news.other.and_then(|other| context.people.get(&other));
    let by = match event.actor {
        Actor::User { id } => context.people.get(&id),
        Actor::ServiceToken { .. } | Actor::System => None,
    };
    let telling = Telling {
        is_own: to == about.id,
        name: &about.full_name,
        by: by.map(|by| &by.full_name),
        other: other.map(|other| &other.full_name),
        leave_day,
    };
    Some(NotificationDraft {
        to,
        event_id: event.id,
        kind: news.kind,
        text: NotificationText::Content { content: telling.content(news.fact)?, more: 0 },
        data: data(news, zone, leave_day),
        created_at: event.at,
        zone: zone.clone(),
    })
}

/// Returns the data of the fact in the format of the API, with the person that it is about. Instants are in the zone of that
/// person, and leave is in days.
fn data(news: &News<'_>, zone: &Zone, leave_day: LeaveDayLength) -> BTreeMap<String, Value> {
    let mut data: BTreeMap<String, Value> = match serde_json::to_value(news.fact) {
        Ok(Value::Object(fields)) => {
            let told = fields.into_iter().filter(|(name, _)| name != "kind");
            told.map(|(name, value)| (name, in_zone(value, zone))).collect()
        }
        Ok(_) | Err(_) => BTreeMap::new(),
    };
    if let Some(minutes) = data.get("minutes").and_then(Value::as_i64) {
        let minutes = LeaveMinutes::new(minutes);
        let days = if is_cost(news.fact) { leave_day.cost_in_days(minutes) } else { leave_day.in_days(minutes) };
        data.insert("days".to_owned(), number(days.into()));
    }
    data.insert("user_id".to_owned(), news.about.to_string().into());
    data
}

/// Returns whether a fact's minutes of leave are taken or given back, rather than available.
const fn is_cost(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Leave(
            LeaveFact::LateDeducted { .. }
                | LeaveFact::LeaveAdjusted {
                    cause: LeaveAdjustmentCause::Recount
                        | LeaveAdjustmentCause::Interruption
                        | LeaveAdjustmentCause::LateDeductionReversed,
                    ..
                }
        )
    )
}

/// Returns a number in the form that the table returns it. The table doesn't distinguish 1 from 1.0.
fn number(value: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole numbers of leave days are far below 2^53")]
    if value.fract() == 0.0 { (value as i64).into() } else { value.into() }
}

/// Returns an instant in the format of the API, and any other value unchanged.
fn in_zone(value: Value, zone: &Zone) -> Value {
    match value.as_str().filter(|text| text.contains('T')).map(str::parse::<Timestamp>) {
        Some(Ok(at)) => zone.rfc3339(at).into(),
        Some(Err(_)) | None => value,
    }
}

/// The reader of a notification, and the people that it names.
struct Telling<'a> {
    /// Whether the notification is about the reader.
    is_own: bool,
    /// The name of the person that the notification is about.
    name: &'a Name,
    /// The name of the person who made the change, if their profile was read.
    by: Option<&'a Name>,
    /// The name of the other person of a swap.
    other: Option<&'a Name>,
    leave_day: LeaveDayLength,
}

impl Telling<'_> {
    /// Returns the content of a fact for the reader; none for facts without a notification.
    fn content(&self, fact: &Fact) -> Option<Content> {
        match fact {
            Fact::Account(fact) => self.account(fact),
            Fact::Punch(fact) => self.punch(fact),
            Fact::Day(fact) => self.day(fact),
            Fact::Roster(fact) => self.roster(fact),
            Fact::Leave(of_leave) => self.leave(fact, of_leave),
            Fact::Job(fact) => of_job(fact),
            Fact::Timesheet(fact) => self.timesheet(fact),
            Fact::Pay(fact) => self.pay(fact),
            Fact::Company(_) | Fact::Kiosk(_) => None,
        }
    }

    fn pay(&self, fact: &PayFact) -> Option<Content> {
        match fact {
            PayFact::TimeAccountMarkPassed { mark, balance_seconds } => {
                let (mark, seconds) = (*mark, *balance_seconds);
                Some(if self.is_own {
                    Content::OwnTimeAccountMarkPassed { mark, seconds }
                } else {
                    Content::TimeAccountMarkPassed { name: self.name(), mark, seconds }
                })
            }
            PayFact::PayApprovalNeeded { date } => Some(Content::PayApprovalNeeded { name: self.name(), date: *date }),
            PayFact::PayApprovalDecided { date, verdict } => {
                let decision = match verdict {
                    ApprovalVerdict::Approved => Decision::Approved,
                    ApprovalVerdict::Rejected => Decision::Rejected,
                };
                Some(Content::PayApprovalDecided { date: *date, decision })
            }
            PayFact::PayCodeChanged { .. }
            | PayFact::PayRulesCreated { .. }
            | PayFact::PayRulesChanged { .. }
            | PayFact::PayRulesDeleted { .. }
            | PayFact::PayProfileChanged { .. }
            | PayFact::CostCenterChanged { .. }
            | PayFact::PayRunRequested { .. }
            | PayFact::PayRunMade { .. }
            | PayFact::PayTemplateChanged { .. }
            | PayFact::TimeAccountChanged { .. } => None,
        }
    }

    fn timesheet(&self, fact: &TimesheetFact) -> Option<Content> {
        let dates = |period: &PayPeriod| (period.first(), period.last());
        Some(match fact {
            TimesheetFact::TimesheetSubmitted { period } => {
                let (start_date, end_date) = dates(period);
                Content::TimesheetSubmitted { name: self.name(), start_date, end_date }
            }
            TimesheetFact::TimesheetApproved { period } => {
                let (start_date, end_date) = dates(period);
                Content::TimesheetDecided { start_date, end_date, decision: Decision::Approved }
            }
            TimesheetFact::TimesheetRejected { period } => {
                let (start_date, end_date) = dates(period);
                Content::TimesheetDecided { start_date, end_date, decision: Decision::Rejected }
            }
            TimesheetFact::TimesheetVoided { period } if self.is_own => {
                let (start_date, end_date) = dates(period);
                Content::OwnTimesheetVoided { start_date, end_date }
            }
            TimesheetFact::TimesheetVoided { period } => {
                let (start_date, end_date) = dates(period);
                Content::TimesheetVoided { name: self.name(), start_date, end_date }
            }
            TimesheetFact::TimesheetsToSubmit { period, has_ended: true, .. } => {
                let (start_date, end_date) = dates(period);
                Content::TimesheetDue { start_date, end_date }
            }
            TimesheetFact::TimesheetsToSubmit { period, has_ended: false, .. } => {
                let (start_date, end_date) = dates(period);
                Content::PayPeriodEnds { start_date, end_date }
            }
            TimesheetFact::DaysChangedAfterClose { .. }
            | TimesheetFact::PayPeriodClosing { .. }
            | TimesheetFact::PayPeriodClosed { .. }
            | TimesheetFact::PayPeriodReopening { .. }
            | TimesheetFact::PayPeriodReopened { .. }
            | TimesheetFact::TimesheetsToApprove { .. } => return None,
        })
    }

    fn account(&self, fact: &AccountFact) -> Option<Content> {
        Some(match fact {
            AccountFact::UserRegistered { .. } => Content::RegistrationPending { name: self.name() },
            AccountFact::PasswordReset { .. } if self.is_own => Content::PasswordReset { by: self.by.cloned() },
            AccountFact::PasswordReset { .. } => {
                Content::AdminPasswordReset { name: self.name(), by: self.by.cloned() }
            }
            AccountFact::PinChanged => Content::PinReset { by: self.by.cloned() },
            AccountFact::SecondFactorDisabled => Content::SecondFactorReset { by: self.by.cloned() },
            AccountFact::RegistrationsPending { .. }
            | AccountFact::RegistrationExpired
            | AccountFact::UserCreated
            | AccountFact::UserActivated
            | AccountFact::UserChanged { .. }
            | AccountFact::UserDisabled
            | AccountFact::PasswordChanged
            | AccountFact::SecondFactorEnabled
            | AccountFact::RecoveryCodesReplaced
            | AccountFact::RefreshTokenReused
            | AccountFact::SignedOut { .. }
            | AccountFact::SignedOutEverywhere
            | AccountFact::BadgeAssigned
            | AccountFact::BadgeRevoked
            | AccountFact::TerminalNumberAssigned
            | AccountFact::EmploymentCorrected { .. } => return None,
        })
    }

    fn punch(&self, fact: &PunchFact) -> Option<Content> {
        Some(match fact {
            PunchFact::Late { date, late_seconds, .. } => {
                Content::LateArrival { name: self.name(), date: *date, seconds: *late_seconds }
            }
            PunchFact::LeftEarly { date, early_leave_seconds, .. } => {
                Content::LeftEarly { name: self.name(), date: *date, seconds: *early_leave_seconds }
            }
            PunchFact::AutoClockedOut { date, at, .. } if self.is_own => {
                Content::OwnAutoClockOut { date: *date, at: *at }
            }
            PunchFact::AutoClockedOut { date, at, .. } => {
                Content::AutoClockOut { name: self.name(), date: *date, at: *at }
            }
            PunchFact::ClockInFlagged { date, reason, .. } => {
                Content::ClockInFlagged { name: self.name(), date: *date, reason: *reason }
            }
            PunchFact::ClockedIn { .. }
            | PunchFact::ClockedOut { .. }
            | PunchFact::BreakStarted { .. }
            | PunchFact::BreakEnded { .. }
            | PunchFact::CostCenterSwitched { .. } => return None,
        })
    }

    fn day(&self, fact: &DayFact) -> Option<Content> {
        Some(match fact {
            DayFact::Absent { date } => Content::Absent { name: self.name(), date: *date },
            DayFact::DayEdited { date, .. } => Content::DayEdited { date: *date },
            DayFact::DayExcused { date } => Content::DayExcused { date: *date },
            DayFact::ClockInReviewed { date, status } => Content::ClockInReviewed { date: *date, verdict: *status },
            DayFact::CorrectionRequested { date, .. } => {
                Content::CorrectionRequested { name: self.name(), date: *date }
            }
            DayFact::CorrectionDecided { date, decision, .. } => {
                Content::CorrectionDecided { date: *date, decision: *decision }
            }
            DayFact::CorrectionWithdrawn { .. }
            | DayFact::DaysFollowed { .. }
            | DayFact::MonthTotalsRebuilt { .. }
            | DayFact::NotArrived { .. }
            | DayFact::MissingPeople { .. }
            | DayFact::DaysToReview { .. } => return None,
        })
    }

    fn roster(&self, fact: &RosterFact) -> Option<Content> {
        Some(match fact {
            RosterFact::PatternChanged { effective_from } => {
                Content::PatternChanged { effective_from: *effective_from }
            }
            RosterFact::DayPlanned { date } => Content::DayPlanned { date: *date },
            RosterFact::DayPlanRemoved { date } => Content::DayPlanRemoved { date: *date },
            RosterFact::SwapRequested { my_date, their_date: Some(theirs), .. } => {
                Content::SwapRequested { name: self.name(), my_date: *my_date, their_date: *theirs }
            }
            RosterFact::SwapRequested { my_date, their_date: None, .. } => {
                Content::TakeoverRequested { name: self.name(), date: *my_date }
            }
            RosterFact::SwapAccepted { needs_approval, .. } if self.is_own => {
                Content::SwapAccepted { other: self.other.cloned(), needs_approval: *needs_approval }
            }
            RosterFact::SwapAccepted { .. } => Content::SwapToApprove { name: self.name(), other: self.other.cloned() },
            RosterFact::SwapMade { my_date, their_date, .. } => {
                Content::SwapMade { partner: self.partner(), date: *my_date, other_date: *their_date }
            }
            RosterFact::SwapEnded { ending, .. } => Content::SwapEnded { partner: self.partner(), ending: *ending },
            RosterFact::CalendarFeedMade | RosterFact::CalendarFeedRevoked => return None,
        })
    }

    fn leave(&self, fact: &Fact, of_leave: &LeaveFact) -> Option<Content> {
        Some(match of_leave {
            LeaveFact::LeaveAdjusted { leave_type, year, minutes, cause } => Content::LeaveAdjusted {
                leave_type: leave_type.clone(),
                year: *year,
                amount: self.amount(fact, *minutes),
                cause: *cause,
            },
            LeaveFact::LeaveRequested { start_date, end_date, .. } => {
                Content::LeaveRequested { name: self.name(), start_date: *start_date, end_date: *end_date }
            }
            LeaveFact::LeaveRequestChanged { start_date, end_date, .. } => {
                Content::LeaveRequestChanged { name: self.name(), start_date: *start_date, end_date: *end_date }
            }
            LeaveFact::LeaveDecided { start_date, end_date, decision, .. } => {
                Content::LeaveDecided { start_date: *start_date, end_date: *end_date, decision: *decision }
            }
            LeaveFact::LeaveCancelled { start_date, end_date, .. } if self.is_own => {
                Content::OwnLeaveCancelled { start_date: *start_date, end_date: *end_date }
            }
            LeaveFact::LeaveCancelled { start_date, end_date, .. } => {
                Content::LeaveCancelled { name: self.name(), start_date: *start_date, end_date: *end_date }
            }
            LeaveFact::LateDeducted { date, minutes } => {
                Content::LateDeducted { date: *date, amount: self.amount(fact, *minutes) }
            }
            LeaveFact::LeaveExpiring { leave_type, year, minutes, take_by } => Content::LeaveExpiring {
                leave_type: leave_type.clone(),
                year: *year,
                amount: self.amount(fact, *minutes),
                take_by: *take_by,
            },
            LeaveFact::LeaveBalanceLow { leave_type, year, minutes } => {
                let (leave_type, year, amount) = (leave_type.clone(), *year, self.amount(fact, *minutes));
                if self.is_own {
                    Content::OwnLeaveBalanceLow { leave_type, year, amount }
                } else {
                    Content::LeaveBalanceLow { name: self.name(), leave_type, year, amount }
                }
            }
            LeaveFact::LeaveGranted { .. }
            | LeaveFact::LeaveCarriedOver { .. }
            | LeaveFact::LeaveExpired { .. }
            | LeaveFact::LeaveToApply { .. } => return None,
        })
    }

    /// Returns the name of the person that the notification is about.
    fn name(&self) -> Name {
        self.name.clone()
    }

    /// Returns the name of the person of a swap who isn't the reader.
    fn partner(&self) -> Option<Name> {
        if self.is_own { self.other.cloned() } else { Some(self.name.clone()) }
    }

    /// Returns the amount of a fact's minutes of leave.
    fn amount(&self, fact: &Fact, minutes: i64) -> LeaveAmount {
        let minutes = LeaveMinutes::new(minutes);
        if is_cost(fact) { self.leave_day.cost_amount(minutes) } else { self.leave_day.amount(minutes) }
    }
}

/// Returns the content of a fact about a job; none for facts without a notification.
fn of_job(fact: &JobFact) -> Option<Content> {
    Some(match fact {
        JobFact::ReportExported { report, .. } => Content::ExportReady { report: report.clone() },
        JobFact::ReportExportFailed { report, error, .. } => {
            Content::ExportFailed { report: report.clone(), error: error.clone() }
        }
        JobFact::ImportFinished { import, total, failed, error, .. } => {
            Content::ImportFinished { import: *import, total: *total, failed: *failed, error: error.clone() }
        }
        JobFact::RosterImportRequested { .. }
        | JobFact::ImportRequested { .. }
        | JobFact::ReportExportRequested { .. }
        | JobFact::WorkContinues { .. }
        | JobFact::CheckHandedOver { .. } => return None,
    })
}
