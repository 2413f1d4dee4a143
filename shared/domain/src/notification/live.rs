//! Live updates: notifications, presence in the department, rows of the board, and connections that end.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Notification;
use crate::{
    calendar::{WorkDate, Zone},
    day::{BoardRow, PresenceKind},
    event::{AccountFact, DayFact, Event, Fact, LeaveFact, PunchFact, RosterFact, Subject},
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
    CloseConnections {
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
    pub ended_sign_ins: Option<SignIns>,
}

impl Live {
    const fn of(person: UserId) -> Self {
        Self { person, presence: false, dates: BTreeSet::new(), ended_sign_ins: None }
    }

    /// Returns whether there is any update.
    pub fn is_anything(&self) -> bool {
        self.presence || !self.dates.is_empty() || self.ended_sign_ins.is_some()
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
            Shown::CloseConnections(sign_ins) => {
                let live = entry(&mut shown, subject);
                let all = live.ended_sign_ins == Some(SignIns::All);
                live.ended_sign_ins = Some(if all { SignIns::All } else { sign_ins });
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
    CloseConnections(SignIns),
}

/// The profile fields that decide what someone may see. A change of them closes the person's connections.
const SIGHT: [&str; 4] = ["role", "manages", "manages_all", "department_id"];

fn of_fact(fact: &Fact, now: Timestamp) -> Shown {
    match fact {
        Fact::Account(fact) => of_account(fact),
        Fact::Punch(fact) => of_punch(fact),
        Fact::Day(fact) => of_day(fact),
        Fact::Roster(fact) => of_roster(fact, now),
        Fact::Leave(fact) => of_leave(fact, now),
        Fact::Company(_) | Fact::Kiosk(_) | Fact::Job(_) | Fact::Pay(_) | Fact::Timesheet(_) => Shown::Nothing,
    }
}

fn of_account(fact: &AccountFact) -> Shown {
    match fact {
        AccountFact::UserDisabled
        | AccountFact::SignedOutEverywhere
        | AccountFact::PasswordChanged
        | AccountFact::RefreshTokenReused => Shown::CloseConnections(SignIns::All),
        AccountFact::SignedOut { family_id } => Shown::CloseConnections(SignIns::One(*family_id)),
        AccountFact::UserChanged { fields } if fields.iter().any(|field| SIGHT.contains(&field.as_str())) => {
            Shown::CloseConnections(SignIns::All)
        }
        AccountFact::UserRegistered { .. }
        | AccountFact::RegistrationsPending { .. }
        | AccountFact::RegistrationExpired
        | AccountFact::UserCreated
        | AccountFact::UserActivated
        | AccountFact::UserChanged { .. }
        | AccountFact::PasswordReset { .. }
        | AccountFact::SecondFactorEnabled
        | AccountFact::SecondFactorDisabled
        | AccountFact::RecoveryCodesReplaced
        | AccountFact::PinChanged
        | AccountFact::BadgeAssigned
        | AccountFact::BadgeRevoked
        | AccountFact::TerminalNumberAssigned
        | AccountFact::EmploymentCorrected { .. } => Shown::Nothing,
    }
}

fn of_punch(fact: &PunchFact) -> Shown {
    match fact {
        PunchFact::ClockedIn { date, .. }
        | PunchFact::ClockedOut { date, .. }
        | PunchFact::BreakStarted { date, .. }
        | PunchFact::BreakEnded { date, .. }
        | PunchFact::CostCenterSwitched { date, .. }
        | PunchFact::AutoClockedOut { date, .. } => Shown::Punch(*date),
        PunchFact::Late { date, .. } | PunchFact::LeftEarly { date, .. } | PunchFact::ClockInFlagged { date, .. } => {
            Shown::Days(vec![*date])
        }
    }
}

fn of_day(fact: &DayFact) -> Shown {
    match fact {
        DayFact::DayEdited { date, .. } => Shown::Punch(*date),
        DayFact::DayExcused { date }
        | DayFact::ClockInReviewed { date, .. }
        | DayFact::NotArrived { date, .. }
        | DayFact::Absent { date } => Shown::Days(vec![*date]),
        DayFact::DaysFollowed { dates, .. } => Shown::Days(dates.clone()),
        DayFact::CorrectionRequested { .. }
        | DayFact::CorrectionDecided { .. }
        | DayFact::CorrectionWithdrawn { .. }
        | DayFact::MonthTotalsRebuilt { .. }
        | DayFact::MissingPeople { .. }
        | DayFact::DaysToReview { .. } => Shown::Nothing,
    }
}

fn of_roster(fact: &RosterFact, now: Timestamp) -> Shown {
    match fact {
        RosterFact::DayPlanned { date } | RosterFact::DayPlanRemoved { date } => Shown::Days(vec![*date]),
        RosterFact::PatternChanged { effective_from } => Shown::Days(todays(*effective_from, WorkDate::MAX, now)),
        RosterFact::SwapMade { swap_id, with_user_id, my_date, their_date } => Shown::SwappedDays {
            between: [swap_id.owner(), *with_user_id],
            dates: [Some(*my_date), *their_date].into_iter().flatten().collect(),
        },
        RosterFact::SwapRequested { .. }
        | RosterFact::SwapAccepted { .. }
        | RosterFact::SwapEnded { .. }
        | RosterFact::CalendarFeedMade
        | RosterFact::CalendarFeedRevoked => Shown::Nothing,
    }
}

fn of_leave(fact: &LeaveFact, now: Timestamp) -> Shown {
    match fact {
        LeaveFact::LeaveDecided { start_date, end_date, .. }
        | LeaveFact::LeaveCancelled { start_date, end_date, .. } => {
            // Leave that ends early has its new end date here. The days after it change too.
            Shown::Days(todays(*start_date, end_date.plus_days(1), now))
        }
        LeaveFact::LeaveGranted { .. }
        | LeaveFact::LeaveCarriedOver { .. }
        | LeaveFact::LeaveExpiring { .. }
        | LeaveFact::LeaveExpired { .. }
        | LeaveFact::LeaveAdjusted { .. }
        | LeaveFact::LeaveRequested { .. }
        | LeaveFact::LeaveRequestChanged { .. }
        | LeaveFact::LeaveToApply { .. }
        | LeaveFact::LateDeducted { .. }
        | LeaveFact::LeaveBalanceLow { .. } => Shown::Nothing,
    }
}

/// Returns the dates of a range that are today in some zone.
fn todays(first: WorkDate, last: WorkDate, now: Timestamp) -> Vec<WorkDate> {
    let today = Zone::UTC.date_of(now);
    [today.previous(), today, today.next()].into_iter().filter(|date| (first..=last).contains(date)).collect()
}
