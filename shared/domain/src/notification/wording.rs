//! News in words: letters to the people who hear of them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    Managers, News, NotificationKind,
    digest::{digest_letters, is_digest},
    news_of,
};
use crate::{
    calendar::{WorkDate, Zone},
    correction::Decision,
    day::{ClockInFlag, Verdict},
    event::{Event, Fact, LeaveAdjustmentCause, SwapEnding},
    id::{EventId, UserId},
    leave::{LeaveDayLength, LeaveMinutes},
    schedule::{LeaveTypeCode, SiteBook},
    settings::Settings,
    user::User,
};

/// What is known of a company when its news are written.
#[derive(Debug, Clone, Copy)]
pub struct Newsroom<'a> {
    /// Who decides for whom.
    pub managers: &'a Managers,
    /// The profiles of those who are concerned ([`super::people_of`]).
    pub people: &'a BTreeMap<UserId, User>,
    /// The company's settings.
    pub settings: &'a Settings,
    /// Its sites.
    pub sites: &'a SiteBook,
}

/// News for one person, as yet outside their inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    /// For whom.
    pub to: UserId,
    /// Of which event.
    pub event_id: EventId,
    /// What kind of news.
    pub kind: NotificationKind,
    /// What happened, in a few words.
    pub title: String,
    /// What happened, in a sentence.
    pub body: String,
    /// The ids and figures that it is about.
    pub data: BTreeMap<String, Value>,
    /// When it happened.
    pub created_at: Timestamp,
    /// The zone of the person it is about.
    pub zone: Zone,
}

/// An event's letters: at most one of each kind to each person, in the order of its facts.
pub fn letters(event: &Event, newsroom: &Newsroom<'_>) -> Vec<Letter> {
    let mut letters: Vec<(Letter, Vec<&Fact>)> = Vec::new();
    let person = |id| newsroom.people.get(&id);
    let (digests, others): (Vec<_>, Vec<_>) = news_of(event).into_iter().partition(|news| is_digest(news.fact));
    for news in others {
        let Some(about) = person(news.about) else { continue };
        for to in news.recipients(event, newsroom.managers, person) {
            match letters.iter_mut().find(|(letter, _)| (letter.to, letter.kind) == (to, news.kind)) {
                // Of one fact somebody may hear in two ways: as who decides for either side of a swap.
                Some((_, facts)) if facts.iter().any(|fact| std::ptr::eq(*fact, news.fact)) => {}
                Some((_, facts)) => facts.push(news.fact),
                None => letters.push((letter(event, &news, about, to, newsroom), vec![news.fact])),
            }
        }
    }
    let one_by_one = letters.into_iter().map(|(letter, facts)| letter.and(facts.len() - 1));
    one_by_one.chain(digest_letters(event, &digests, newsroom)).collect()
}

impl Letter {
    /// With word of so many others of its kind in the same event.
    fn and(mut self, more: usize) -> Self {
        if more > 0 {
            self.body = format!("{} And {more} more.", self.body);
            self.data.insert("more".to_owned(), more.into());
        }
        self
    }
}

fn letter(event: &Event, news: &News<'_>, about: &User, to: UserId, newsroom: &Newsroom<'_>) -> Letter {
    let site_zone = about.site_id.and_then(|site| newsroom.sites.zone(site));
    let zone = about.zone(site_zone, &newsroom.settings.time_zone);
    let other = news.other.and_then(|other| newsroom.people.get(&other));
    let voice = Voice {
        to,
        about: about.id,
        name: about.full_name.as_str(),
        other: other.map_or("A colleague", |other| other.full_name.as_str()),
        zone,
        leave_day: LeaveDayLength::of(newsroom.settings),
    };
    let (title, body) = voice.tell(news.fact);
    Letter {
        to,
        event_id: event.id,
        kind: news.kind,
        title,
        body,
        data: data(news, zone, LeaveDayLength::of(newsroom.settings)),
        created_at: event.at,
        zone: zone.clone(),
    }
}

/// What the fact itself says, as the API says it (instants in the zone of whom it is about, leave in days), and whose
/// matter it is.
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

/// Whether the minutes of leave that a fact names are taken, or given back.
const fn is_cost(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::LateDeducted { .. }
            | Fact::LeaveAdjusted {
                cause: LeaveAdjustmentCause::Recount
                    | LeaveAdjustmentCause::Interruption
                    | LeaveAdjustmentCause::LateDeductionReversed,
                ..
            }
    )
}

/// A number as it comes back from the table, which knows no difference between 1 and 1.0.
fn number(value: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole numbers of leave days are far below 2^53")]
    if value.fract() == 0.0 { (value as i64).into() } else { value.into() }
}

/// An instant as the API shows it; whatever else a fact holds, as it is.
fn in_zone(value: Value, zone: &Zone) -> Value {
    match value.as_str().filter(|text| text.contains('T')).map(str::parse::<Timestamp>) {
        Some(Ok(at)) => zone.rfc3339(at).into(),
        Some(Err(_)) | None => value,
    }
}

/// Who is told, and what of.
struct Voice<'a> {
    to: UserId,
    about: UserId,
    name: &'a str,
    /// The other's name, in a swap.
    other: &'a str,
    zone: &'a Zone,
    leave_day: LeaveDayLength,
}

impl Voice<'_> {
    /// Title and body.
    #[expect(clippy::too_many_lines, reason = "a text for each fact")]
    fn tell(&self, fact: &Fact) -> (String, String) {
        let name = self.name;
        let is_own = self.to == self.about;
        match fact {
            Fact::UserRegistered => {
                (format!("{name} registered"), format!("{name} asks for an account. Activate it, or disable it."))
            }
            Fact::Late { date, late_seconds, .. } => (
                format!("{name} came late"),
                format!("{name} clocked in {} late on {}.", duration(*late_seconds), day(*date)),
            ),
            Fact::Absent { date } => (format!("{name} was absent"), format!("{name} did not come on {}.", day(*date))),
            Fact::LeftEarly { date, early_leave_seconds, .. } => (
                format!("{name} left early"),
                format!("{name} left {} before the end on {}.", duration(*early_leave_seconds), day(*date)),
            ),
            Fact::AutoClockedOut { date, at, .. } => {
                let at = self.zone.at(*at).strftime("%H:%M").to_string();
                if is_own {
                    let advice = "Ask for a correction if that is wrong.";
                    let body = format!("Your session of {} was still open and ends at {at}. {advice}", day(*date));
                    ("You were clocked out".to_owned(), body)
                } else {
                    let body = format!("The session of {name} of {} was still open and ends at {at}.", day(*date));
                    (format!("{name} was clocked out"), body)
                }
            }
            Fact::DayEdited { date, .. } => {
                ("Your day was edited".to_owned(), format!("A manager changed your times of {}.", day(*date)))
            }
            Fact::DayExcused { date } => {
                ("Your day was excused".to_owned(), format!("Lateness or absence on {} is forgiven.", day(*date)))
            }
            Fact::ClockInFlagged { date, reason, .. } => {
                let reason = flagged(*reason);
                let asks = "Acknowledge or reject it.";
                (format!("{name} clocked in {reason}"), format!("{name} clocked in {reason} on {}. {asks}", day(*date)))
            }
            Fact::ClockInReviewed { date, status } => {
                let verdict = match status {
                    Verdict::Acknowledged => "acknowledged",
                    Verdict::Rejected => "rejected",
                };
                let recorded = "Your times stay recorded.";
                (
                    format!("Your clock-in was {verdict}"),
                    format!("Your flagged clock-in of {} was {verdict}. {recorded}", day(*date)),
                )
            }
            Fact::CorrectionRequested { date, .. } => (
                format!("{name} asks for a correction"),
                format!("{name} asks for a correction of {}. It waits for a decision.", day(*date)),
            ),
            Fact::CorrectionDecided { date, decision, .. } => {
                let decided = decided(*decision);
                let body = format!("Your correction of {} was {decided}.", day(*date));
                (format!("Your correction was {decided}"), body)
            }
            Fact::PatternChanged { effective_from } => {
                roster(format!("Your shifts are planned anew from {} on.", day(*effective_from)))
            }
            Fact::DayPlanned { date } => roster(format!("A manager planned your {} anew.", day(*date))),
            Fact::DayPlanRemoved { date } => roster(format!("Your {} is again as your pattern says.", day(*date))),
            Fact::SwapRequested { my_date, their_date, .. } => match their_date {
                Some(theirs) => (
                    format!("{name} asks you to swap"),
                    format!("{name} offers {} for your {}.", day(*my_date), day(*theirs)),
                ),
                None => (
                    format!("{name} asks you to take a shift"),
                    format!("{name} asks you to take over {}.", day(*my_date)),
                ),
            },
            Fact::SwapAccepted { needs_approval, .. } => {
                let other = self.other;
                match (is_own, needs_approval) {
                    (true, true) => (
                        format!("{other} accepted your swap"),
                        format!("{other} agrees to your swap. A manager has to approve it."),
                    ),
                    (true, false) => (format!("{other} accepted your swap"), format!("{other} agrees to your swap.")),
                    (false, true | false) => (
                        "A swap waits for approval".to_owned(),
                        format!("{name} and {other} want to swap. It waits for a decision."),
                    ),
                }
            }
            Fact::SwapMade { my_date, their_date, .. } => {
                let partner = self.partner();
                let dates = [Some(*my_date), *their_date].into_iter().flatten().map(day).collect::<Vec<_>>();
                let body = format!("You and {partner} swapped: {}. Your rosters have changed.", dates.join(" and "));
                ("Your swap was made".to_owned(), body)
            }
            Fact::SwapEnded { ending, .. } => {
                let ending = match ending {
                    SwapEnding::Declined => "declined",
                    SwapEnding::Rejected => "rejected",
                    SwapEnding::Withdrawn => "withdrawn",
                    SwapEnding::Expired => {
                        let body = format!("Your swap with {} was not decided in time.", self.partner());
                        return ("Your swap expired".to_owned(), body);
                    }
                };
                let body = format!("Your swap with {} was {ending}. Rosters stay as they are.", self.partner());
                (format!("Your swap was {ending}"), body)
            }
            Fact::LeaveAdjusted { leave_type, year, minutes, cause } => {
                let why = match cause {
                    LeaveAdjustmentCause::Manager => "A manager changed it.",
                    LeaveAdjustmentCause::HiringDate => "Your employment dates or your allowance changed.",
                    LeaveAdjustmentCause::Recount => "A holiday or your roster changed.",
                    LeaveAdjustmentCause::LateDeductionReversed => "A deduction for lateness was taken back.",
                    LeaveAdjustmentCause::Interruption if *minutes > 0 => "Other leave has taken its place.",
                    LeaveAdjustmentCause::Interruption => "The leave that had taken its place was cancelled.",
                };
                let sign = if *minutes > 0 { "+" } else { "" };
                let amount = self.days(fact, *minutes);
                let body = format!("{sign}{amount} of {} of {year}. {why}", leave(leave_type));
                ("Your leave balance was adjusted".to_owned(), body)
            }
            Fact::LeaveRequested { start_date, end_date, .. } => (
                format!("{name} asks for leave"),
                format!("{name} asks for leave {}. It waits for a decision.", stretch(*start_date, *end_date)),
            ),
            Fact::LeaveRequestChanged { start_date, end_date, .. } => (
                format!("{name} changed a request for leave"),
                format!("{name} now asks for leave {}. It waits for a decision.", stretch(*start_date, *end_date)),
            ),
            Fact::LeaveDecided { start_date, end_date, decision, .. } => {
                let decided = decided(*decision);
                let body = format!("Your leave {} was {decided}.", stretch(*start_date, *end_date));
                (format!("Your leave was {decided}"), body)
            }
            Fact::LeaveCancelled { start_date, end_date, .. } if is_own => (
                "Your leave was cancelled".to_owned(),
                format!("Your leave {} was cancelled or cut short.", stretch(*start_date, *end_date)),
            ),
            Fact::LeaveCancelled { start_date, end_date, .. } => (
                format!("Leave of {name} was cancelled"),
                format!(
                    "The leave of {name} {} was withdrawn, cancelled or cut short.",
                    stretch(*start_date, *end_date)
                ),
            ),
            Fact::LateDeducted { date, minutes } => (
                "Lateness cost you leave".to_owned(),
                format!("{} of leave were deducted for coming late on {}.", self.days(fact, *minutes), day(*date)),
            ),
            Fact::LeaveExpiring { leave_type, year, minutes, take_by } => {
                let (amount, leave, last) = (self.days(fact, *minutes), leave(leave_type), day(*take_by));
                let body = format!("{amount} of {leave} of {year} will expire unless you take them by {last}.");
                ("Your leave is about to expire".to_owned(), body)
            }
            Fact::LeaveBalanceLow { leave_type, year, minutes } => {
                let (left, leave) = (self.days(fact, *minutes), leave(leave_type));
                if is_own {
                    ("Your leave is running low".to_owned(), format!("You have {left} of {leave} of {year} left."))
                } else {
                    let title = format!("{name} is running low on leave");
                    (title, format!("{name} has {left} of {leave} of {year} left."))
                }
            }
            Fact::ReportExported { report, .. } => (
                "Your export is ready".to_owned(),
                format!("The report {} that you asked for is there as a file.", report.replace('-', " ")),
            ),
            Fact::ReportExportFailed { report, error, .. } => (
                "Your export failed".to_owned(),
                format!(
                    "The report{} that you asked for couldn't be made: {error}. Ask for it again.",
                    report.as_ref().map(|report| format!(" {}", report.replace('-', " "))).unwrap_or_default()
                ),
            ),
            // No news of anybody's; the words are there because every fact has some.
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
            | Fact::PinChanged
            | Fact::HolidayAdded { .. }
            | Fact::HolidayRemoved { .. }
            | Fact::ClockedIn { .. }
            | Fact::ClockedOut { .. }
            | Fact::BreakStarted { .. }
            | Fact::BreakEnded { .. }
            | Fact::CorrectionWithdrawn { .. }
            | Fact::CalendarFeedMade
            | Fact::CalendarFeedRevoked
            | Fact::RosterImportRequested { .. }
            | Fact::ReportExportRequested { .. }
            | Fact::MonthTotalsRebuilt { .. }
            | Fact::DaysFollowed { .. }
            | Fact::EmploymentCorrected { .. }
            | Fact::WorkContinues { .. }
            | Fact::NotArrived { .. }
            | Fact::MissingPeople { .. }
            | Fact::DaysToReview { .. }
            | Fact::CheckHandedOver { .. }
            | Fact::LeaveTypeChanged { .. }
            | Fact::LeaveToApply { .. }
            | Fact::LeaveGranted { .. }
            | Fact::LeaveCarriedOver { .. }
            | Fact::LeaveExpired { .. } => ("Something changed".to_owned(), format!("Something of {name} changed.")),
        }
    }

    /// The one of a swap who isn't told.
    fn partner(&self) -> &str {
        if self.to == self.about { self.other } else { self.name }
    }

    /// The minutes of leave that a fact names, in words: `1.5 days`.
    fn days(&self, fact: &Fact, minutes: i64) -> String {
        let minutes = LeaveMinutes::new(minutes);
        if is_cost(fact) { self.leave_day.cost_in_words(minutes) } else { self.leave_day.in_words(minutes) }
    }
}

fn roster(body: String) -> (String, String) {
    ("Your roster has changed".to_owned(), body)
}

const fn flagged(reason: ClockInFlag) -> &'static str {
    match reason {
        ClockInFlag::OutsideWindow => "outside the clock-in window",
        ClockInFlag::OnLeave => "on leave",
    }
}

const fn decided(decision: Decision) -> &'static str {
    match decision {
        Decision::Approved => "approved",
        Decision::Rejected => "rejected",
    }
}

/// `Mon 2 Nov 2026`
pub(super) fn day(date: WorkDate) -> String {
    date.date().strftime("%a %-d %b %Y").to_string()
}

/// `on …` or `from … to …`
fn stretch(first: WorkDate, last: WorkDate) -> String {
    if first == last { format!("on {}", day(first)) } else { format!("from {} to {}", day(first), day(last)) }
}

/// `1 h 5 min`, `20 min`, `40 s`
fn duration(seconds: i64) -> String {
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds} s"),
        (0, _) => format!("{minutes} min"),
        (_, 0) => format!("{hours} h"),
        _ => format!("{hours} h {minutes} min"),
    }
}

/// `annual leave`
fn leave(code: &LeaveTypeCode) -> String {
    format!("{} leave", code.as_str().replace('_', " "))
}
