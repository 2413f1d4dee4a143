//! Time that needs approval before it is paid: managers decide about it.

use answers::PayApprovalAnswer;
use domain::{
    FieldFault, FieldRule,
    calendar::WorkDate,
    event::{Fact, PayFact, Subject},
    id::UserId,
    pay::{AfterClose, Approval, ApprovalVerdict},
    text::Reason,
};
use store::{
    Commit,
    pay::{
        approvals::{PayApprovalRecord, PayDecision},
        closing::SignOff,
    },
};

use super::PayRefusal;
use crate::{Denied, Failed, Prepared, Request, authorization, use_case::ensure_not_replayed};

/// Approves or rejects time of a person's date. The decision applies to a number of seconds: if the day changes meanwhile, the
/// time isn't decided.
///
/// # Errors
/// The caller may not edit the person's days, a rejection has no reason, or the time doesn't wait.
pub async fn decide(
    request: &Request<'_>,
    (user, date): (UserId, WorkDate),
    approval: &Approval,
    note: Option<&Reason>,
) -> Result<Prepared<PayApprovalAnswer>, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    match approval.verdict {
        ApprovalVerdict::Rejected if note.is_none() => {
            return Err(vec![FieldFault::new("note", FieldRule::Required)].into());
        }
        ApprovalVerdict::Rejected | ApprovalVerdict::Approved => {}
    }
    let now = ports.now;
    let snapshot = ports.store.pay_approval_snapshot(caller.user_id, user, date, repeat, now).await?;
    ensure_not_replayed(snapshot.earlier)?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let person = snapshot.person.as_ref().ok_or(Denied::NotFound)?;
    authorization::may_edit_days(caller, person, snapshot.deciders)?;
    let before = snapshot.record.unwrap_or(PayApprovalRecord::of_date(date));
    let decision = PayDecision { approval: approval.clone(), by: caller.user_id, at: now, note: note.cloned() };
    let after = before.decided(decision).ok_or(PayRefusal::NothingWaits)?;
    let shown = |record: &PayApprovalRecord| PayApprovalAnswer::new(user, record, &caller.zone);
    let settings = ports.store.settings().await?.settings;
    let timesheets = ports.store.timesheets_on(user, &settings, [date], now).await?;
    let subject = Subject::User(user);
    let fact = Fact::Pay(PayFact::PayApprovalDecided { date, verdict: approval.verdict });
    let mut commit = Commit::new(request.stamp(), subject, vec![fact])?;
    commit.audit(subject, "pay_approval_decided", Some(&shown(&before)), Some(&shown(&after)))?;
    commit.guard_person(person)?;
    commit.put_pay_approval(person, &after)?;
    // After the close, the next pay period pays the difference.
    commit.change_pay_of([date].into_iter(), SignOff::Read(&timesheets, AfterClose::Allowed))?;
    Ok(Prepared { commit, answer: shown(&after), version: after.version })
}
