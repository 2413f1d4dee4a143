//! Timesheets as responses show them.

use domain::{
    calendar::{WorkDate, Zone},
    day::Day,
    id::{DepartmentId, UserId},
    pay::{
        Absence, Blocker, FiguresHash, PayCode, PayPeriod, Rejection, SecondsByCode, Signature, Timesheet,
        TimesheetFigures, TimesheetStatus,
    },
    text::Reason,
    user::User,
};
use serde::Serialize;
use store::pay::timesheets::TimesheetSnapshot;
use utoipa::ToSchema;
use web::{
    Caller,
    allowed::{Owner, TimesheetAction, timesheet_actions},
    instant::Instant,
};

use crate::segments::SegmentAnswer;

/// The seconds of a pay code.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TimesheetCodeSeconds)]
pub(crate) struct CodeSeconds {
    /// The pay code.
    code: PayCode,
    /// The seconds; negative where an earlier timesheet paid too many.
    seconds: i64,
}

/// Returns the seconds of each code, in the order of the codes.
fn codes(seconds: &SecondsByCode) -> Vec<CodeSeconds> {
    seconds.iter().map(|(code, seconds)| CodeSeconds { code: code.clone(), seconds: *seconds }).collect()
}

/// A date of a timesheet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TimesheetDayAnswer {
    /// The work date.
    date: WorkDate,
    /// The worked time in seconds.
    worked_seconds: i64,
    /// The time to be worked in seconds.
    scheduled_seconds: i64,
    /// The seconds that rounding adds to the paid time; negative if rounding reduces it. They are part of `codes`.
    adjustment_seconds: i64,
    /// The paid seconds by pay code: work, premiums, adjustments and absences.
    codes: Vec<CodeSeconds>,
    /// Leave and public holidays in seconds of scheduled time.
    absences: Vec<Absence>,
    /// The segments of work, in order. Of a closed timesheet, as they were closed.
    segments: Vec<SegmentAnswer>,
}

/// A date of an earlier period that has changed since its timesheet was closed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangedDayAnswer {
    /// The work date.
    date: WorkDate,
    /// The seconds by pay code that this timesheet pays: the present seconds minus those that other timesheets have settled.
    codes: Vec<CodeSeconds>,
}

/// The person who signed, and the instant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Signature)]
pub(crate) struct SignatureAnswer {
    /// The person who signed.
    by: UserId,
    /// The instant of the signature.
    #[schema(value_type = String, format = "date-time")]
    at: Instant,
}

impl SignatureAnswer {
    fn new(signature: &Signature, zone: &Zone) -> Self {
        Self { by: signature.by, at: Instant::new(signature.at, zone) }
    }
}

/// The rejection of a timesheet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rejection)]
pub(crate) struct RejectionAnswer {
    /// The manager.
    by: UserId,
    /// The instant.
    #[schema(value_type = String, format = "date-time")]
    at: Instant,
    /// The reason.
    #[schema(value_type = String, min_length = 1, max_length = 500)]
    note: Reason,
}

impl RejectionAnswer {
    fn new(rejection: &Rejection, zone: &Zone) -> Self {
        Self { by: rejection.by, at: Instant::new(rejection.at, zone), note: rejection.note.clone() }
    }
}

/// The state of a person's timesheet of a pay period.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TimesheetState {
    /// The person.
    user_id: UserId,
    /// The person's department.
    department_id: Option<DepartmentId>,
    /// The pay period.
    period_id: PayPeriod,
    /// The state.
    status: TimesheetStatus,
    /// The hash of the figures that were signed; `null` while the timesheet is open.
    signed_hash: Option<FiguresHash>,
    /// The signature of the person; `null` if the person hasn't signed.
    submitted: Option<SignatureAnswer>,
    /// The signature of the manager; `null` if no manager has signed.
    approved: Option<SignatureAnswer>,
    /// The last rejection, until the timesheet is submitted again.
    rejected: Option<RejectionAnswer>,
    /// The instant at which a change of the figures removed the signatures, until the next signature.
    #[schema(value_type = Option<String>, format = "date-time")]
    voided_at: Option<Instant>,
    /// The instant at which the timesheet was closed; `null` if it isn't closed.
    #[schema(value_type = Option<String>, format = "date-time")]
    closed_at: Option<Instant>,
    /// The version, which grows by 1 with each change; 0 before the first signature.
    version: u64,
}

impl TimesheetState {
    /// Returns the state of a person's timesheet, with its instants in the person's time zone.
    pub(crate) fn new(person: &User, timesheet: &Timesheet, zone: &Zone) -> Self {
        let signature = |signature: Option<&Signature>| signature.map(|it| SignatureAnswer::new(it, zone));
        let instant = |at| Instant::new(at, zone);
        Self {
            user_id: timesheet.user_id,
            department_id: person.department_id,
            period_id: timesheet.period,
            status: timesheet.status,
            signed_hash: timesheet.hash.clone(),
            submitted: signature(timesheet.submitted.as_ref()),
            approved: signature(timesheet.approved.as_ref()),
            rejected: timesheet.rejected.as_ref().map(|rejection| RejectionAnswer::new(rejection, zone)),
            voided_at: timesheet.voided_at.map(instant),
            closed_at: timesheet.closed_at.map(instant),
            version: timesheet.version,
        }
    }
}

/// The time account of a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TimesheetAccount {
    /// The present balance in seconds.
    balance_seconds: i64,
    /// The last date that is booked.
    as_of: WorkDate,
}

/// A person's timesheet of a pay period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Timesheet)]
pub(crate) struct TimesheetAnswer {
    #[serde(flatten)]
    state: TimesheetState,
    /// The first date of the period.
    from: WorkDate,
    /// The last date of the period.
    to: WorkDate,
    /// The hash of the present figures of the days. Send it with a signature to sign exactly these figures.
    figures_hash: FiguresHash,
    /// Whether the days have changed since they were signed. A signed timesheet then needs new signatures; of a closed one, a
    /// later timesheet pays the difference.
    has_changed: bool,
    /// The dates with work, absences or scheduled time, in order. Of a closed timesheet, as they were closed.
    days: Vec<TimesheetDayAnswer>,
    /// The dates of earlier periods whose changes this timesheet pays.
    changed_days: Vec<ChangedDayAnswer>,
    /// The seconds by pay code that the timesheet pays.
    totals: Vec<CodeSeconds>,
    /// The person's time account; `null` without one.
    account: Option<TimesheetAccount>,
    /// The reasons for which the timesheet can't be signed.
    blockers: Vec<Blocker>,
    /// The actions that the caller may take.
    allowed_actions: Vec<TimesheetAction>,
}

impl TimesheetAnswer {
    /// Returns the timesheet as it was read, in the state `timesheet`.
    pub(crate) fn new(caller: &Caller, snapshot: &TimesheetSnapshot, timesheet: &Timesheet) -> Self {
        let person = &snapshot.inputs.person;
        let TimesheetFigures { period, days, changed } = &snapshot.figures;
        let is_complete = snapshot.blockers.is_empty();
        let owner = Owner::of(caller, person);
        let planner = snapshot.inputs.planner();
        let days = days.iter().map(|day| {
            let zone = snapshot.inputs.days.get(&day.date).map_or(planner.zone(), Day::zone);
            TimesheetDayAnswer {
                date: day.date,
                worked_seconds: day.worked_seconds,
                scheduled_seconds: day.scheduled_seconds,
                adjustment_seconds: day.adjustment_seconds,
                codes: codes(&day.seconds),
                absences: day.absences.clone(),
                segments: day.segments.iter().map(|segment| SegmentAnswer::new(segment, zone)).collect(),
            }
        });
        let changed = changed.iter().map(|day| ChangedDayAnswer { date: day.date, codes: codes(&day.difference()) });
        Self {
            state: TimesheetState::new(person, timesheet, planner.zone()),
            from: period.first(),
            to: period.last(),
            figures_hash: snapshot.hash.clone(),
            has_changed: snapshot.has_changed,
            days: days.collect(),
            changed_days: changed.collect(),
            totals: codes(&snapshot.figures.totals()),
            account: snapshot.account.as_ref().map(|account| TimesheetAccount {
                balance_seconds: account.balance_seconds,
                as_of: account.booked_through,
            }),
            blockers: snapshot.blockers.clone(),
            allowed_actions: timesheet_actions(caller, owner, timesheet.status, is_complete, snapshot.deciders),
        }
    }
}
