//! Audiences: for each fact of an event, the kinds of notifications and their recipients.
//!
//! The rules, in addition to the table of docs/api.md:
//! - "Deciders" are the users who may decide the person's requests ([`Managers::deciders_of`]), admins included. These are
//!   exactly the users to whom the API shows the requests.
//! - Users aren't notified of their own actions. They are notified of automatic consequences: a clock-in that cost leave, or a
//!   forgotten session that it closed. Both people of a swap are notified of its outcome.
//! - Only active people are notified.
//! - The digest of a run notifies of the people who haven't arrived, not the event of each of them.
//! - A fact isn't notified where another fact of the same event says it better: the edit of an approved correction, the request
//!   that a manager enters and approves at once, the registration that is open.

use std::collections::BTreeSet;

use super::{Managers, NotificationKind, NotificationKind as Kind};
use crate::{
    audit::Actor,
    day::EditCause,
    event::{
        AccountFact, DayFact, Event, Fact, JobFact, LeaveFact, PayFact, PunchFact, RosterFact, Subject, SwapEnding,
        TimesheetFact,
    },
    id::{SwapId, UserId},
    user::{Role, User, UserStatus},
};

/// The audience of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// That person.
    Person(UserId),
    /// The users who decide for that person.
    DecidersOf(UserId),
    /// The users who decide for people without a department.
    DecidersOfNewcomers,
    /// All admins.
    Admins,
}

/// A fact as a notification of some kind for an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct News<'a> {
    /// The kind of notification.
    pub kind: NotificationKind,
    /// The audience.
    pub audience: Audience,
    /// The person that the fact is about.
    pub about: UserId,
    /// The other person of a swap.
    pub other: Option<UserId>,
    /// The fact.
    pub fact: &'a Fact,
}

impl News<'_> {
    /// Returns the recipients among the known people. `person` finds a profile.
    pub(super) fn recipients<'u>(
        &self,
        event: &Event,
        managers: &Managers,
        person: impl Fn(UserId) -> Option<&'u User>,
    ) -> BTreeSet<UserId> {
        let actor = match event.actor {
            Actor::User { id } => Some(id),
            Actor::ServiceToken { .. } | Actor::System => None,
        };
        match self.audience {
            Audience::Person(id) => {
                let is_active = person(id).is_some_and(|person| person.status == UserStatus::Active);
                let hears = is_active && (actor != Some(id) || self.kind.is_heard_by_whoever_caused_it());
                hears.then_some(id).into_iter().collect()
            }
            Audience::DecidersOf(id) => {
                others_than(actor, person(id).map(|person| managers.deciders_of(person)).unwrap_or_default())
            }
            Audience::DecidersOfNewcomers => others_than(actor, managers.of_newcomers()),
            // The admin that the fact is about receives the notification as the person.
            Audience::Admins => {
                let mut admins = others_than(actor, managers.admins.clone());
                admins.remove(&self.about);
                admins
            }
        }
    }
}

/// Returns the people without the user who made the change.
fn others_than(actor: Option<UserId>, mut people: BTreeSet<UserId>) -> BTreeSet<UserId> {
    people.retain(|person| actor != Some(*person));
    people
}

/// Returns all notifications of an event, in the order of its facts.
pub fn news_of(event: &Event) -> Vec<News<'_>> {
    event.facts.iter().flat_map(|fact| of_fact(event, fact)).collect()
}

/// Returns the people whose profiles decide who receives what: those that the event is about, those that it names, and the user
/// who reset a password, PIN or second factor.
pub fn people_of(event: &Event) -> BTreeSet<UserId> {
    let named = news_of(event).into_iter().flat_map(|news| {
        let heard_by = match news.audience {
            Audience::Person(id) | Audience::DecidersOf(id) => Some(id),
            Audience::DecidersOfNewcomers | Audience::Admins => None,
        };
        let named_actor = match event.actor {
            Actor::User { id } if names_actor(news.kind) => Some(id),
            Actor::User { .. } | Actor::ServiceToken { .. } | Actor::System => None,
        };
        [Some(news.about), heard_by, news.other, named_actor]
    });
    named.flatten().collect()
}

/// Returns whether notifications of that kind name the user who made the change.
const fn names_actor(kind: NotificationKind) -> bool {
    matches!(kind, Kind::PasswordReset | Kind::AdminPasswordReset | Kind::PinReset | Kind::SecondFactorReset)
}

/// Returns the notification about one of the people that a digest names.
const fn of_digest(kind: NotificationKind, person: UserId, digest: &Fact) -> News<'_> {
    News { kind, audience: Audience::DecidersOf(person), about: person, other: None, fact: digest }
}

/// Returns the notifications of a fact. Except for digests, a fact only counts in an event of a person.
fn of_fact<'a>(event: &'a Event, fact: &'a Fact) -> Vec<News<'a>> {
    match fact {
        Fact::Day(DayFact::MissingPeople { people }) => {
            return people.iter().map(|missing| of_digest(Kind::NotArrived, missing.user_id, fact)).collect();
        }
        Fact::Day(DayFact::DaysToReview { people }) => {
            return people.iter().map(|of| of_digest(Kind::DaysToReview, of.user_id, fact)).collect();
        }
        Fact::Account(AccountFact::RegistrationsPending { people }) => {
            return people.iter().map(|of| of_digest(Kind::RegistrationPending, of.user_id, fact)).collect();
        }
        Fact::Timesheet(TimesheetFact::TimesheetsToApprove { people }) => {
            return people.iter().map(|of| of_digest(Kind::TimesheetsToApprove, of.user_id, fact)).collect();
        }
        Fact::Timesheet(TimesheetFact::TimesheetsToSubmit { people, .. }) => {
            let reminder = |person: &UserId| News {
                kind: Kind::TimesheetDue,
                audience: Audience::Person(*person),
                about: *person,
                other: None,
                fact,
            };
            return people.iter().map(reminder).collect();
        }
        Fact::Account(_)
        | Fact::Company(_)
        | Fact::Kiosk(_)
        | Fact::Punch(_)
        | Fact::Day(_)
        | Fact::Roster(_)
        | Fact::Leave(_)
        | Fact::Job(_)
        | Fact::Pay(_)
        | Fact::Timesheet(_) => {}
    }
    let Subject::User(person) = event.subject else { return Vec::new() };
    let personal = PersonalFact { event, fact, person };
    match fact {
        Fact::Account(fact) => personal.account(fact),
        Fact::Punch(fact) => personal.punch(fact),
        Fact::Day(fact) => personal.day(fact),
        Fact::Roster(fact) => personal.roster(fact),
        Fact::Leave(fact) => personal.leave(fact),
        Fact::Job(fact) => personal.job(fact),
        Fact::Timesheet(fact) => personal.timesheet(fact),
        Fact::Pay(fact) => personal.pay(fact),
        Fact::Company(_) | Fact::Kiosk(_) => Vec::new(),
    }
}

/// A fact of an event about a person.
#[derive(Clone, Copy)]
struct PersonalFact<'a> {
    event: &'a Event,
    fact: &'a Fact,
    person: UserId,
}

impl<'a> PersonalFact<'a> {
    /// Returns a notification about the person.
    const fn news(self, kind: NotificationKind, audience: Audience) -> News<'a> {
        News { kind, audience, about: self.person, other: None, fact: self.fact }
    }

    /// Returns a notification for the users who decide for the person.
    const fn deciders(self, kind: NotificationKind) -> News<'a> {
        self.news(kind, Audience::DecidersOf(self.person))
    }

    /// Returns a notification for the person.
    const fn themselves(self, kind: NotificationKind) -> News<'a> {
        self.news(kind, Audience::Person(self.person))
    }

    /// Returns a notification about a swap between its owner and `other`.
    const fn of_swap(self, swap: SwapId, other: UserId, kind: NotificationKind, audience: Audience) -> News<'a> {
        News { kind, audience, about: swap.owner(), other: Some(other), fact: self.fact }
    }

    /// Returns the notifications for both people of a swap.
    fn of_both(self, swap: SwapId, other: UserId, kind: NotificationKind) -> Vec<News<'a>> {
        [swap.owner(), other].map(|to| self.of_swap(swap, other, kind, Audience::Person(to))).to_vec()
    }

    fn account(self, fact: &AccountFact) -> Vec<News<'a>> {
        match fact {
            AccountFact::UserRegistered { announced_later } => {
                let is_active = self.event.facts.contains(&Fact::Account(AccountFact::UserActivated));
                let waits = !announced_later && !is_active;
                let news = waits.then(|| self.news(Kind::RegistrationPending, Audience::DecidersOfNewcomers));
                news.into_iter().collect()
            }
            AccountFact::PasswordReset { role: Role::Employee | Role::Manager } => {
                vec![self.themselves(Kind::PasswordReset)]
            }
            AccountFact::PasswordReset { role: Role::Admin } => {
                vec![self.themselves(Kind::PasswordReset), self.news(Kind::AdminPasswordReset, Audience::Admins)]
            }
            AccountFact::PinChanged => vec![self.themselves(Kind::PinReset)],
            AccountFact::SecondFactorDisabled => vec![self.themselves(Kind::SecondFactorReset)],
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
            | AccountFact::EmploymentCorrected { .. } => Vec::new(),
        }
    }

    fn punch(self, fact: &PunchFact) -> Vec<News<'a>> {
        match fact {
            PunchFact::Late { .. } => vec![self.deciders(Kind::LateArrival)],
            PunchFact::LeftEarly { .. } => vec![self.deciders(Kind::LeftEarly)],
            PunchFact::AutoClockedOut { .. } => {
                vec![self.themselves(Kind::AutoClockedOut), self.deciders(Kind::AutoClockedOut)]
            }
            PunchFact::ClockInFlagged { .. } => vec![self.deciders(Kind::ClockInFlagged)],
            PunchFact::ClockedIn { .. }
            | PunchFact::ClockedOut { .. }
            | PunchFact::BreakStarted { .. }
            | PunchFact::BreakEnded { .. }
            | PunchFact::CostCenterSwitched { .. } => Vec::new(),
        }
    }

    fn day(self, fact: &DayFact) -> Vec<News<'a>> {
        match fact {
            DayFact::Absent { .. } => vec![self.deciders(Kind::Absent)],
            DayFact::ClockInReviewed { .. } => vec![self.themselves(Kind::ClockInReviewed)],
            DayFact::DayEdited { cause: EditCause::Manager, .. } | DayFact::DayExcused { .. } => {
                vec![self.themselves(Kind::DayEdited)]
            }
            DayFact::CorrectionRequested { .. } => vec![self.deciders(Kind::CorrectionRequested)],
            DayFact::CorrectionDecided { .. } => vec![self.themselves(Kind::CorrectionDecided)],
            DayFact::DayEdited { cause: EditCause::Correction | EditCause::Import, .. }
            | DayFact::CorrectionWithdrawn { .. }
            | DayFact::DaysFollowed { .. }
            | DayFact::MonthTotalsRebuilt { .. }
            | DayFact::NotArrived { .. }
            | DayFact::MissingPeople { .. }
            | DayFact::DaysToReview { .. } => Vec::new(),
        }
    }

    fn timesheet(self, fact: &TimesheetFact) -> Vec<News<'a>> {
        match fact {
            TimesheetFact::TimesheetSubmitted { .. } => vec![self.deciders(Kind::TimesheetSubmitted)],
            TimesheetFact::TimesheetApproved { .. } | TimesheetFact::TimesheetRejected { .. } => {
                vec![self.themselves(Kind::TimesheetDecided)]
            }
            TimesheetFact::TimesheetVoided { .. } => {
                vec![self.themselves(Kind::TimesheetVoided), self.deciders(Kind::TimesheetVoided)]
            }
            TimesheetFact::DaysChangedAfterClose { .. }
            | TimesheetFact::PayPeriodClosing { .. }
            | TimesheetFact::PayPeriodClosed { .. }
            | TimesheetFact::PayPeriodReopening { .. }
            | TimesheetFact::PayPeriodReopened { .. }
            | TimesheetFact::TimesheetsToSubmit { .. }
            | TimesheetFact::TimesheetsToApprove { .. } => Vec::new(),
        }
    }

    fn pay(self, fact: &PayFact) -> Vec<News<'a>> {
        match fact {
            PayFact::TimeAccountMarkPassed { .. } => {
                vec![self.themselves(Kind::TimeAccountMarkPassed), self.deciders(Kind::TimeAccountMarkPassed)]
            }
            PayFact::PayApprovalNeeded { .. } => vec![self.deciders(Kind::PayApprovalNeeded)],
            PayFact::PayApprovalDecided { .. } => vec![self.themselves(Kind::PayApprovalDecided)],
            PayFact::PayCodeChanged { .. }
            | PayFact::PayRulesCreated { .. }
            | PayFact::PayRulesChanged { .. }
            | PayFact::PayRulesDeleted { .. }
            | PayFact::PayProfileChanged { .. }
            | PayFact::CostCenterChanged { .. }
            | PayFact::PayRunRequested { .. }
            | PayFact::PayRunMade { .. }
            | PayFact::PayTemplateChanged { .. }
            | PayFact::TimeAccountChanged { .. } => Vec::new(),
        }
    }

    fn roster(self, fact: &RosterFact) -> Vec<News<'a>> {
        match fact {
            RosterFact::PatternChanged { .. } | RosterFact::DayPlanned { .. } | RosterFact::DayPlanRemoved { .. } => {
                vec![self.themselves(Kind::RosterChanged)]
            }
            RosterFact::SwapRequested { swap_id, with_user_id: other, .. } => {
                vec![self.of_swap(*swap_id, *other, Kind::SwapRequested, Audience::Person(*other))]
            }
            RosterFact::SwapAccepted { swap_id, with_user_id: other, needs_approval } => {
                let news = |audience| self.of_swap(*swap_id, *other, Kind::SwapAccepted, audience);
                let owner = swap_id.owner();
                let mut accepted = vec![news(Audience::Person(owner))];
                if *needs_approval {
                    accepted.extend([Audience::DecidersOf(owner), Audience::DecidersOf(*other)].map(news));
                }
                accepted
            }
            RosterFact::SwapMade { swap_id, with_user_id, .. } => {
                self.of_both(*swap_id, *with_user_id, Kind::SwapDecided)
            }
            RosterFact::SwapEnded { swap_id, with_user_id, ending } => match ending {
                SwapEnding::Declined | SwapEnding::Rejected => self.of_both(*swap_id, *with_user_id, Kind::SwapDecided),
                // The person of the event asked and withdrew it, or has left. Only the other person is notified.
                SwapEnding::Withdrawn => {
                    let notified = if self.person == *with_user_id { swap_id.owner() } else { *with_user_id };
                    vec![self.of_swap(*swap_id, *with_user_id, Kind::SwapDecided, Audience::Person(notified))]
                }
                SwapEnding::Expired => self.of_both(*swap_id, *with_user_id, Kind::SwapExpired),
            },
            RosterFact::CalendarFeedMade | RosterFact::CalendarFeedRevoked => Vec::new(),
        }
    }

    fn leave(self, fact: &LeaveFact) -> Vec<News<'a>> {
        match fact {
            LeaveFact::LeaveAdjusted { .. } => vec![self.themselves(Kind::LeaveAdjusted)],
            LeaveFact::LeaveRequested { request_id, .. } => {
                let is_decided = |other: &Fact| matches!(other, Fact::Leave(LeaveFact::LeaveDecided { request_id: id, .. }) if id == request_id);
                let waits = !self.event.facts.iter().any(is_decided);
                waits.then(|| self.deciders(Kind::LeaveRequested)).into_iter().collect()
            }
            LeaveFact::LeaveRequestChanged { .. } => vec![self.deciders(Kind::LeaveRequested)],
            LeaveFact::LeaveDecided { .. } => vec![self.themselves(Kind::LeaveDecided)],
            // The person whose leave was cancelled is notified too. Users aren't notified of their own actions.
            LeaveFact::LeaveCancelled { .. } => {
                vec![self.themselves(Kind::LeaveCancelled), self.deciders(Kind::LeaveCancelled)]
            }
            LeaveFact::LateDeducted { .. } => vec![self.themselves(Kind::LateDeducted)],
            LeaveFact::LeaveExpiring { .. } => vec![self.themselves(Kind::LeaveExpiring)],
            LeaveFact::LeaveBalanceLow { .. } => {
                vec![self.themselves(Kind::LeaveBalanceLow), self.deciders(Kind::LeaveBalanceLow)]
            }
            LeaveFact::LeaveGranted { .. }
            | LeaveFact::LeaveCarriedOver { .. }
            | LeaveFact::LeaveExpired { .. }
            | LeaveFact::LeaveToApply { .. } => Vec::new(),
        }
    }

    fn job(self, fact: &JobFact) -> Vec<News<'a>> {
        match fact {
            JobFact::ReportExported { .. } => vec![self.themselves(Kind::ExportReady)],
            JobFact::ReportExportFailed { .. } => vec![self.themselves(Kind::ExportFailed)],
            JobFact::ImportFinished { .. } => vec![self.themselves(Kind::ImportFinished)],
            JobFact::RosterImportRequested { .. }
            | JobFact::ImportRequested { .. }
            | JobFact::ReportExportRequested { .. }
            | JobFact::WorkContinues { .. }
            | JobFact::CheckHandedOver { .. } => Vec::new(),
        }
    }
}
