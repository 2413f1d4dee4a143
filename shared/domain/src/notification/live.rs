//! Live updates: notifications, presence in the department, rows of the board, and connections that end.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Notification;
use crate::{
    calendar::{WorkDate, Zone},
    day::{BoardRow, PresenceKind},
    event::{Event, Fact, Subject},
    id::{DepartmentId, FamilyId, UserId},
    text::Name,
};

/// An update to push to open connections. The sender keeps the order of updates that concern one person. It may combine updates
/// for one department or one recipient.
#[derive(Debug, Clone, PartialEq)]
pub enum Delivery {
    /// A notification, for its recipient's connections.
    Notification(Box<Notification>),
    /// A change of someone's presence, for the connections of their department.
    Presence {
        /// The person's present department.
        department_id: DepartmentId,
        /// The change.
        change: PresenceChange,
    },
    /// A person's day as the board shows it, for the people who decide for them and for the person.
    Day {
        /// The users who receive it.
        to: BTreeSet<UserId>,
        /// The day.
        line: Box<DayLine>,
    },
    /// A request to close connections: of someone who was disabled, who signed out, or whose permissions changed.
    HangUp {
        /// The user whose connections end.
        user_id: UserId,
        /// The sign-ins whose connections end.
        sign_ins: SignIns,
    },
}

/// A selection of a person's sign-ins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIns {
    /// All sign-ins.
    All,
    /// One sign-in.
    One(FamilyId),
}

/// A change of a person's presence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceChange {
    /// The person.
    pub user_id: UserId,
    /// The presence.
    pub presence: PresenceKind,
    /// The instant of the change.
    pub at: Timestamp,
    /// The zone in which the instant is shown.
    pub zone: Zone,
    /// The number of changes of this person's presence.
    pub version: u64,
}

/// A person's day on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayLine {
    /// The person.
    pub user_id: UserId,
    /// The person's name.
    pub full_name: Name,
    /// The department of the day.
    pub department_id: Option<DepartmentId>,
    /// The work date.
    pub date: WorkDate,
    /// The version of the day.
    pub version: u64,
    /// The row of the board.
    pub row: BoardRow,
}

/// The live updates of an event about one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// The person.
    pub person: UserId,
    /// Whether the presence may have changed.
    pub presence: bool,
    /// The dates whose days may have changed.
    pub dates: BTreeSet<WorkDate>,
    /// The sign-ins whose connections end.
    pub hang_up: Option<SignIns>,
}

impl Live {
    const fn of(person: UserId) -> Self {
        Self { person, presence: false, dates: BTreeSet::new(), hang_up: None }
    }

    /// Returns whether there is any update.
    pub fn is_anything(&self) -> bool {
        self.presence || !self.dates.is_empty() || self.hang_up.is_some()
    }
}

/// Returns the live updates of an event, for each person that it concerns. Where the event concerns a range of dates (a pattern,
/// leave), it updates those dates that may be today in some zone at `now`.
pub fn live_of(event: &Event, now: Timestamp) -> Vec<Live> {
    let Subject::User(subject) = event.subject else { return Vec::new() };
    let mut shown: BTreeMap<UserId, Live> = BTreeMap::new();
    for fact in &event.facts {
        match of_fact(fact, now) {
            Shown::Nothing => {}
            Shown::Punch(date) => {
                let live = entry(&mut shown, subject);
                live.presence = true;
                live.dates.insert(date);
            }
            Shown::Days(dates) => entry(&mut shown, subject).dates.extend(dates),
            Shown::SwappedDays { between, dates } => {
                for person in between {
                    entry(&mut shown, person).dates.extend(dates.iter().copied());
                }
            }
            Shown::HangUp(sign_ins) => {
                let live = entry(&mut shown, subject);
                let all = live.hang_up == Some(SignIns::All);
                live.hang_up = Some(if all { SignIns::All } else { sign_ins });
            }
        }
    }
    shown.into_values().filter(Live::is_anything).collect()
}

fn entry(shown: &mut BTreeMap<UserId, Live>, person: UserId) -> &mut Live {
    shown.entry(person).or_insert_with(|| Live::of(person))
}

/// The live updates of one fact.
enum Shown {
    Nothing,
    /// The presence and the day.
    Punch(WorkDate),
    Days(Vec<WorkDate>),
    SwappedDays {
        between: [UserId; 2],
        dates: Vec<WorkDate>,
    },
    HangUp(SignIns),
}

/// The profile fields that decide what someone may see. A change of them closes the person's connections.
const SIGHT: [&str; 4] = ["role", "manages", "manages_all", "department_id"];

fn of_fact(fact: &Fact, now: Timestamp) -> Shown {
    match fact {
        Fact::ClockedIn { date, .. }
        | Fact::ClockedOut { date, .. }
        | Fact::BreakStarted { date, .. }
        | Fact::BreakEnded { date, .. }
        | Fact::AutoClockedOut { date, .. }
        | Fact::DayEdited { date, .. } => Shown::Punch(*date),
        Fact::Late { date, .. }
        | Fact::DayExcused { date }
        | Fact::ClockInFlagged { date, .. }
        | Fact::ClockInReviewed { date, .. }
        | Fact::DayPlanned { date }
        | Fact::DayPlanRemoved { date }
        | Fact::NotArrived { date, .. }
        | Fact::Absent { date }
        | Fact::LeftEarly { date, .. } => Shown::Days(vec![*date]),
        Fact::DaysFollowed { dates, .. } => Shown::Days(dates.clone()),
        Fact::PatternChanged { effective_from } => Shown::Days(todays(*effective_from, WorkDate::MAX, now)),
        Fact::LeaveDecided { start_date, end_date, .. } | Fact::LeaveCancelled { start_date, end_date, .. } => {
            // Leave that ends early has its new end date here. The days after it change too.
            Shown::Days(todays(*start_date, end_date.plus_days(1), now))
        }
        Fact::SwapMade { swap_id, with_user_id, my_date, their_date } => Shown::SwappedDays {
            between: [swap_id.owner(), *with_user_id],
            dates: [Some(*my_date), *their_date].into_iter().flatten().collect(),
        },
        Fact::UserDisabled | Fact::SignedOutEverywhere | Fact::PasswordChanged | Fact::RefreshTokenReused => {
            Shown::HangUp(SignIns::All)
        }
        Fact::SignedOut { family_id } => Shown::HangUp(SignIns::One(*family_id)),
        Fact::UserChanged { fields } if fields.iter().any(|field| SIGHT.contains(&field.as_str())) => {
            Shown::HangUp(SignIns::All)
        }
        Fact::CompanySetUp
        | Fact::UserRegistered { .. }
        | Fact::RegistrationsPending { .. }
        | Fact::RegistrationExpired
        | Fact::PasswordReset { .. }
        | Fact::SecondFactorEnabled
        | Fact::SecondFactorDisabled
        | Fact::RecoveryCodesReplaced
        | Fact::KioskTokenRenewed { .. }
        | Fact::KioskPinsFailing { .. }
        | Fact::UserCreated
        | Fact::UserActivated
        | Fact::UserChanged { .. }
        | Fact::SettingsChanged { .. }
        | Fact::DepartmentCreated
        | Fact::DepartmentChanged
        | Fact::DepartmentDeleted
        | Fact::SiteCreated
        | Fact::SiteChanged
        | Fact::SiteDeleted
        | Fact::KioskCreated { .. }
        | Fact::KioskRevoked { .. }
        | Fact::PinChanged
        | Fact::BadgeAssigned
        | Fact::BadgeRevoked
        | Fact::ServiceTokenCreated
        | Fact::ServiceTokenRevoked
        | Fact::HolidayAdded { .. }
        | Fact::HolidayRemoved { .. }
        | Fact::CorrectionRequested { .. }
        | Fact::CorrectionDecided { .. }
        | Fact::CorrectionWithdrawn { .. }
        | Fact::SwapRequested { .. }
        | Fact::SwapAccepted { .. }
        | Fact::SwapEnded { .. }
        | Fact::CalendarFeedMade
        | Fact::CalendarFeedRevoked
        | Fact::RosterImportRequested { .. }
        | Fact::ReportExportRequested { .. }
        | Fact::ReportExported { .. }
        | Fact::ReportExportFailed { .. }
        | Fact::MonthTotalsRebuilt { .. }
        | Fact::EmploymentCorrected { .. }
        | Fact::WorkContinues { .. }
        | Fact::MissingPeople { .. }
        | Fact::DaysToReview { .. }
        | Fact::CheckHandedOver { .. }
        | Fact::LeaveTypeChanged { .. }
        | Fact::LeaveToApply { .. }
        | Fact::LeaveGranted { .. }
        | Fact::LeaveCarriedOver { .. }
        | Fact::LeaveExpired { .. }
        | Fact::LeaveAdjusted { .. }
        | Fact::LeaveRequested { .. }
        | Fact::LeaveRequestChanged { .. }
        | Fact::LateDeducted { .. }
        | Fact::LeaveExpiring { .. }
        | Fact::LeaveBalanceLow { .. } => Shown::Nothing,
    }
}

/// Returns the dates of a range that are today in some zone.
fn todays(first: WorkDate, last: WorkDate, now: Timestamp) -> Vec<WorkDate> {
    let today = Zone::UTC.date_of(now);
    [today.previous(), today, today.next()].into_iter().filter(|date| (first..=last).contains(date)).collect()
}
