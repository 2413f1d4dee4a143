//! Timesheets: people submit them, and managers approve or reject them.

use std::collections::BTreeSet;

use answers::ExportAnswer;
use domain::{
    event::{Fact, Subject, TimesheetFact},
    export::FileContent,
    id::{DepartmentId, UserId},
    pay::{FiguresHash, PayPeriod, Rejection, Signature, Timesheet, TimesheetRefusal},
    text::Reason,
    user::User,
};
use store::{
    Commit, Stamp, Store, StoreError,
    pay::timesheets::{TimesheetQuery, TimesheetSnapshot},
    people_lists::{ListScope, Position},
};

use super::{PayRefusal, periods::CompanyPeriod};
use crate::{Caller, Denied, Failed, Ports, Prepared, Request, authorization, exports, use_case::ensure_not_replayed};

/// A change of a timesheet's state.
#[derive(Debug, Clone)]
pub enum Signing {
    /// The person submits the figures with this hash, or the present ones.
    Submit(Option<FiguresHash>),
    /// A manager approves the figures with this hash, or the present ones.
    Approve(Option<FiguresHash>),
    /// A manager rejects the timesheet.
    Reject(Reason),
}

/// A timesheet after a change of its state.
#[derive(Debug)]
pub struct SignedTimesheet {
    /// The data that was read before the change.
    pub snapshot: TimesheetSnapshot,
    /// The timesheet after the change.
    pub timesheet: Timesheet,
}

/// A page of timesheets.
#[derive(Debug)]
pub struct TimesheetPage {
    /// The people with their timesheets, by department and name.
    pub timesheets: Vec<(User, Timesheet)>,
    /// The position of the next page; none on the last page.
    pub next: Option<Position>,
}

/// Returns the timesheets of at most `limit` people of a scope, after a position.
///
/// # Errors
/// The table can't be read.
pub async fn page(
    store: &Store,
    scope: &ListScope,
    period: PayPeriod,
    position: Option<Position>,
    limit: usize,
) -> Result<TimesheetPage, StoreError> {
    let page = store.people_of_period(scope, position, limit, period).await?;
    let mut timesheets = store.timesheets_of(page.people.iter().map(|person| person.id), period).await?;
    let with_timesheet = |person: User| {
        let timesheet = timesheets.remove(&person.id).unwrap_or_else(|| Timesheet::open(person.id, period));
        (person, timesheet)
    };
    Ok(TimesheetPage { timesheets: page.people.into_iter().map(with_timesheet).collect(), next: page.next })
}

/// Returns a person's timesheet, for callers who may see the person.
///
/// # Errors
/// The person doesn't exist, or the caller may not see them.
pub async fn read(
    ports: &Ports<'_>,
    caller: &Caller,
    person: UserId,
    CompanyPeriod { period, periods }: CompanyPeriod,
) -> Result<TimesheetSnapshot, Failed> {
    let query = TimesheetQuery { caller: Some(caller.user_id), person, period, periods, repeat: None };
    let snapshot = ports.store.timesheet_snapshot(&query, ports.now).await?.ok_or(Denied::NotFound)?;
    authorization::may_see(caller, &snapshot.inputs.person)?;
    Ok(snapshot)
}

/// Orders an archive with the timesheets of the people whom the caller manages, or of those of one department.
///
/// # Errors
/// The caller manages nobody, or not the department, or the period isn't one of the company.
pub async fn order_archive(
    request: &Request<'_>,
    period: PayPeriod,
    department: Option<DepartmentId>,
) -> Result<Prepared<ExportAnswer>, Failed> {
    let scope = ListScope::from(authorization::visible_people_of(request.caller, department)?);
    let CompanyPeriod { period, .. } = CompanyPeriod::named(request.ports.store, period).await?;
    let content = FileContent::Timesheets { period, departments: scope.departments().cloned() };
    exports::order_file(request, &content, "timesheet_export_requested").await
}

/// Submits, approves or rejects a person's timesheet. If the signed figures aren't the present ones any more, it removes the
/// signatures instead, and refuses the change.
///
/// # Errors
/// The caller may not make the change, something blocks the signature, or the state or the figures don't allow the change.
pub async fn sign(
    request: &Request<'_>,
    person: UserId,
    CompanyPeriod { period, periods }: CompanyPeriod,
    signing: &Signing,
) -> Result<Prepared<SignedTimesheet>, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    let query = TimesheetQuery { caller: Some(caller.user_id), person, period, periods, repeat };
    let snapshot = ports.store.timesheet_snapshot(&query, ports.now).await?.ok_or(Denied::NotFound)?;
    ensure_not_replayed(snapshot.earlier.clone())?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    signing.permit(caller, &snapshot)?;
    if snapshot.is_outdated() {
        // Something other than a day has changed, such as a rule or a holiday.
        snapshot.void(request.stamp())?.send(ports.store).await?;
        return Err(PayRefusal::Timesheet(TimesheetRefusal::FiguresChanged).into());
    }
    let (mut commit, timesheet, action) = signing.decide(&snapshot, request.stamp(), caller.user_id)?;
    commit.audit(Subject::User(person), action, Some(&snapshot.timesheet), Some(&timesheet))?;
    let version = timesheet.version;
    Ok(Prepared { commit, answer: SignedTimesheet { snapshot, timesheet }, version })
}

impl Signing {
    fn permit(&self, caller: &Caller, snapshot: &TimesheetSnapshot) -> Result<(), Denied> {
        let person = &snapshot.inputs.person;
        match self {
            Self::Submit(_) if authorization::is_self(caller, person.id) => Ok(()),
            Self::Submit(_) => {
                authorization::may_see(caller, person)?;
                Err(Denied::OnlyOwnRequest)
            }
            Self::Approve(_) | Self::Reject(_) => {
                authorization::may_decide(caller, person, snapshot.deciders)?;
                Ok(())
            }
        }
    }

    /// Returns the transaction, the timesheet after it, and its name in the audit.
    fn decide(
        &self,
        snapshot: &TimesheetSnapshot,
        stamp: Stamp,
        by: UserId,
    ) -> Result<(Commit, Timesheet, &'static str), Failed> {
        let timesheet = &snapshot.timesheet;
        let period = timesheet.period;
        let signature = Signature { by, at: stamp.at };
        match self {
            Self::Submit(hash) => {
                check_ready(snapshot, hash.as_ref())?;
                let signed = timesheet.submit(snapshot.hash.clone(), snapshot.delta_dates(), signature);
                let signed = signed.map_err(PayRefusal::Timesheet)?;
                let fact = Fact::Timesheet(TimesheetFact::TimesheetSubmitted { period });
                Ok((snapshot.sign(stamp, &signed, fact)?, signed, "timesheet_submitted"))
            }
            Self::Approve(hash) => {
                check_ready(snapshot, hash.as_ref())?;
                let signed = timesheet.approve(snapshot.hash.clone(), snapshot.delta_dates(), signature);
                let signed = signed.map_err(PayRefusal::Timesheet)?;
                let fact = Fact::Timesheet(TimesheetFact::TimesheetApproved { period });
                let commit = if timesheet.status.is_settled() {
                    let mut commit = Commit::new(stamp, Subject::User(timesheet.user_id), vec![fact])?;
                    commit.put_timesheet(&signed)?;
                    commit
                } else {
                    snapshot.sign(stamp, &signed, fact)?
                };
                Ok((commit, signed, "timesheet_approved"))
            }
            Self::Reject(note) => {
                let rejection = Rejection { by, at: stamp.at, note: note.clone() };
                let rejected = timesheet.reject(rejection).map_err(PayRefusal::Timesheet)?;
                let fact = Fact::Timesheet(TimesheetFact::TimesheetRejected { period });
                let mut commit = Commit::new(stamp, Subject::User(timesheet.user_id), vec![fact])?;
                commit.put_timesheet(&rejected)?;
                let deltas: BTreeSet<_> = timesheet.delta_dates.iter().copied().collect();
                commit.note_changed_dates(timesheet.user_id, &deltas)?;
                Ok((commit, rejected, "timesheet_rejected"))
            }
        }
    }
}

/// Checks that nothing blocks a signature, and that the figures are those that were read.
fn check_ready(snapshot: &TimesheetSnapshot, read: Option<&FiguresHash>) -> Result<(), PayRefusal> {
    if read.is_some_and(|read| *read != snapshot.hash) {
        return Err(PayRefusal::Timesheet(TimesheetRefusal::FiguresChanged));
    }
    if snapshot.blockers.is_empty() { Ok(()) } else { Err(PayRefusal::TimesheetBlocked(snapshot.blockers.clone())) }
}
