//! Who hears of what: for each fact of an event its kinds of news and the people they are for.
//!
//! The rules, beyond the table of docs/api.md:
//! - "Deciders" are those who may decide what the person asks for ([`Managers::deciders_of`]), admins among them: just those
//!   to whom the API shows it.
//! - Nobody hears of what they did themselves, but a person does of what followed from it by itself: a clock-in that cost
//!   leave, a forgotten session that it closed; and both of a swap hear how it was decided.
//! - Only active people hear of anything.
//! - Who hasn't arrived is told by the digest of the look that found them, not by each one's own event.
//! - What another fact of the same event says better isn't told twice: the edit that an approved correction makes, the
//!   request that a manager enters and approves at once, the registration that is open.

use std::collections::BTreeSet;

use super::{Managers, NotificationKind, NotificationKind as Kind};
use crate::{
    audit::Actor,
    day::EditCause,
    event::{Event, Fact, Subject, SwapEnding},
    id::{SwapId, UserId},
    user::{Role, User, UserStatus},
};

/// Whom news are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// That person.
    Person(UserId),
    /// Those who decide for that person.
    DecidersOf(UserId),
    /// Those who decide on people who belong nowhere yet.
    DecidersOfNewcomers,
    /// All admins.
    Admins,
}

/// A fact as news of some kind for someone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct News<'a> {
    /// What kind.
    pub kind: NotificationKind,
    /// For whom.
    pub audience: Audience,
    /// The person it is about.
    pub about: UserId,
    /// The other person of a swap.
    pub other: Option<UserId>,
    /// What happened.
    pub fact: &'a Fact,
}

impl News<'_> {
    /// Who hears of it, of the people that are known. `person` finds a profile.
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
            // The admin whose matter it is is told as the person.
            Audience::Admins => {
                let mut admins = others_than(actor, managers.admins.clone());
                admins.remove(&self.about);
                admins
            }
        }
    }
}

/// The people without the one who made the change.
fn others_than(actor: Option<UserId>, mut people: BTreeSet<UserId>) -> BTreeSet<UserId> {
    people.retain(|person| actor != Some(*person));
    people
}

/// All news of an event, in the order of its facts.
pub fn news_of(event: &Event) -> Vec<News<'_>> {
    event.facts.iter().flat_map(|fact| of_fact(event, fact)).collect()
}

/// The people whose profiles tell who hears of an event and what: those it is about, those it names, and who reset what
/// somebody signs in with.
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

/// Whether news of that kind say who made the change.
const fn names_actor(kind: NotificationKind) -> bool {
    matches!(kind, Kind::PasswordReset | Kind::AdminPasswordReset | Kind::PinReset | Kind::SecondFactorReset)
}

/// What a digest says of one of the people that it names.
const fn of_digest(kind: NotificationKind, person: UserId, digest: &Fact) -> News<'_> {
    News { kind, audience: Audience::DecidersOf(person), about: person, other: None, fact: digest }
}

/// A fact's news. A fact of a person stands in an event of that person; one that stands elsewhere is no news.
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
            // Taken back before there was an agreement: the asker's own doing, and theirs alone.
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
        // Whoever it was cancelled for hears of it too; nobody does of what they did themselves.
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
