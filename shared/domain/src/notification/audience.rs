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
    event::{Event, Fact, Subject, SwapEnding},
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

/// Returns the notifications of a fact. A fact about a person only counts in an event of that person.
#[expect(clippy::too_many_lines, reason = "an arm for each fact")]
fn of_fact<'a>(event: &'a Event, fact: &'a Fact) -> Vec<News<'a>> {
    if let Fact::MissingPeople { people } = fact {
        return people.iter().map(|missing| of_digest(Kind::NotArrived, missing.user_id, fact)).collect();
    }
    if let Fact::DaysToReview { people } = fact {
        return people.iter().map(|of| of_digest(Kind::DaysToReview, of.user_id, fact)).collect();
    }
    if let Fact::RegistrationsPending { people } = fact {
        return people.iter().map(|of| of_digest(Kind::RegistrationPending, of.user_id, fact)).collect();
    }
    let Subject::User(person) = event.subject else { return Vec::new() };
    let news = |kind, audience| News { kind, audience, about: person, other: None, fact };
    let deciders = |kind| news(kind, Audience::DecidersOf(person));
    let themselves = |kind| news(kind, Audience::Person(person));
    let of_swap =
        |swap: SwapId, other, kind, audience| News { kind, audience, about: swap.owner(), other: Some(other), fact };
    let of_both = |swap: SwapId, other, kind| {
        [swap.owner(), other].map(|hears| of_swap(swap, other, kind, Audience::Person(hears))).to_vec()
    };
    match fact {
        Fact::UserRegistered { announced_later } => {
            let waits = !announced_later && !event.facts.contains(&Fact::UserActivated);
            waits.then(|| news(Kind::RegistrationPending, Audience::DecidersOfNewcomers)).into_iter().collect()
        }
        Fact::Late { .. } => vec![deciders(Kind::LateArrival)],
        Fact::Absent { .. } => vec![deciders(Kind::Absent)],
        Fact::LeftEarly { .. } => vec![deciders(Kind::LeftEarly)],
        Fact::AutoClockedOut { .. } => vec![themselves(Kind::AutoClockedOut), deciders(Kind::AutoClockedOut)],
        Fact::ClockInFlagged { .. } => vec![deciders(Kind::ClockInFlagged)],
        Fact::ClockInReviewed { .. } => vec![themselves(Kind::ClockInReviewed)],
        Fact::DayEdited { cause: EditCause::Manager, .. } | Fact::DayExcused { .. } => {
            vec![themselves(Kind::DayEdited)]
        }
        Fact::CorrectionRequested { .. } => vec![deciders(Kind::CorrectionRequested)],
        Fact::CorrectionDecided { .. } => vec![themselves(Kind::CorrectionDecided)],
        Fact::PatternChanged { .. } | Fact::DayPlanned { .. } | Fact::DayPlanRemoved { .. } => {
            vec![themselves(Kind::RosterChanged)]
        }
        Fact::SwapRequested { swap_id, with_user_id: other, .. } => {
            vec![of_swap(*swap_id, *other, Kind::SwapRequested, Audience::Person(*other))]
        }
        Fact::SwapAccepted { swap_id, with_user_id: other, needs_approval } => {
            let hears = |audience| of_swap(*swap_id, *other, Kind::SwapAccepted, audience);
            let asker = swap_id.owner();
            let mut news = vec![hears(Audience::Person(asker))];
            if *needs_approval {
                news.extend([Audience::DecidersOf(asker), Audience::DecidersOf(*other)].map(hears));
            }
            news
        }
        Fact::SwapMade { swap_id, with_user_id, .. } => of_both(*swap_id, *with_user_id, Kind::SwapDecided),
        Fact::SwapEnded { swap_id, with_user_id, ending } => match ending {
            SwapEnding::Declined | SwapEnding::Rejected => of_both(*swap_id, *with_user_id, Kind::SwapDecided),
            // A swap that is withdrawn before it was accepted only concerns the person who asked, who withdrew it.
            SwapEnding::Withdrawn => {
                vec![of_swap(*swap_id, *with_user_id, Kind::SwapDecided, Audience::Person(*with_user_id))]
            }
            SwapEnding::Expired => of_both(*swap_id, *with_user_id, Kind::SwapExpired),
        },
        Fact::LeaveAdjusted { .. } => vec![themselves(Kind::LeaveAdjusted)],
        Fact::LeaveRequested { request_id, .. } => {
            let is_decided =
                |other: &Fact| matches!(other, Fact::LeaveDecided { request_id: id, .. } if id == request_id);
            let waits = !event.facts.iter().any(is_decided);
            waits.then(|| deciders(Kind::LeaveRequested)).into_iter().collect()
        }
        Fact::LeaveRequestChanged { .. } => vec![deciders(Kind::LeaveRequested)],
        Fact::LeaveDecided { .. } => vec![themselves(Kind::LeaveDecided)],
        // The person whose leave was cancelled is notified too. Users aren't notified of their own actions.
        Fact::LeaveCancelled { .. } => vec![themselves(Kind::LeaveCancelled), deciders(Kind::LeaveCancelled)],
        Fact::LateDeducted { .. } => vec![themselves(Kind::LateDeducted)],
        Fact::ReportExported { .. } => vec![themselves(Kind::ExportReady)],
        Fact::ReportExportFailed { .. } => vec![themselves(Kind::ExportFailed)],
        Fact::LeaveExpiring { .. } => vec![themselves(Kind::LeaveExpiring)],
        Fact::LeaveBalanceLow { .. } => vec![themselves(Kind::LeaveBalanceLow), deciders(Kind::LeaveBalanceLow)],
        Fact::PasswordReset { role: Role::Employee | Role::Manager } => vec![themselves(Kind::PasswordReset)],
        Fact::PasswordReset { role: Role::Admin } => {
            vec![themselves(Kind::PasswordReset), news(Kind::AdminPasswordReset, Audience::Admins)]
        }
        Fact::PinChanged => vec![themselves(Kind::PinReset)],
        Fact::SecondFactorDisabled => vec![themselves(Kind::SecondFactorReset)],
        Fact::CompanySetUp
        | Fact::UserCreated
        | Fact::UserActivated
        | Fact::UserChanged { .. }
        | Fact::UserDisabled
        | Fact::PasswordChanged
        | Fact::RefreshTokenReused
        | Fact::SignedOut { .. }
        | Fact::SignedOutEverywhere
        | Fact::SettingsChanged { .. }
        | Fact::DepartmentCreated
        | Fact::DepartmentChanged
        | Fact::DepartmentDeleted
        | Fact::SiteCreated
        | Fact::SiteChanged
        | Fact::SiteDeleted
        | Fact::KioskCreated { .. }
        | Fact::KioskRevoked { .. }
        | Fact::BadgeAssigned
        | Fact::BadgeRevoked
        | Fact::ServiceTokenCreated
        | Fact::ServiceTokenRevoked
        | Fact::KioskTokenRenewed { .. }
        | Fact::KioskPinsFailing { .. }
        | Fact::RegistrationsPending { .. }
        | Fact::RegistrationExpired
        | Fact::SecondFactorEnabled
        | Fact::RecoveryCodesReplaced
        | Fact::HolidayAdded { .. }
        | Fact::HolidayRemoved { .. }
        | Fact::ClockedIn { .. }
        | Fact::ClockedOut { .. }
        | Fact::BreakStarted { .. }
        | Fact::BreakEnded { .. }
        | Fact::DayEdited { cause: EditCause::Correction, .. }
        | Fact::CorrectionWithdrawn { .. }
        | Fact::CalendarFeedMade
        | Fact::CalendarFeedRevoked
        | Fact::RosterImportRequested { .. }
        | Fact::ReportExportRequested { .. }
        | Fact::MonthTotalsRebuilt { .. }
        | Fact::DaysFollowed { .. }
        | Fact::EmploymentCorrected { .. }
        | Fact::WorkContinues { .. }
        | Fact::LeaveTypeChanged { .. }
        | Fact::LeaveToApply { .. }
        | Fact::LeaveGranted { .. }
        | Fact::LeaveCarriedOver { .. }
        | Fact::NotArrived { .. }
        | Fact::MissingPeople { .. }
        | Fact::DaysToReview { .. }
        | Fact::CheckHandedOver { .. }
        | Fact::LeaveExpired { .. } => Vec::new(),
    }
}
