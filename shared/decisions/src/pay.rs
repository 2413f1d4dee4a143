//! Decisions about time that needs approval before it is paid.

use domain::{
    FieldRule,
    calendar::WorkDate,
    event::{Fact, PayFact, Subject},
    id::UserId,
    pay::{Approval, ApprovalVerdict},
    text::Reason,
};
use store::{
    Commit,
    pay::approvals::{PayApprovalRecord, PayDecision},
};
use web::{
    Answer, Code, Failed, Problem,
    answers::PayApprovalAnswer,
    authorization,
    command::{answered, ensure_not_replayed},
};

use crate::Decider;

/// Approves or rejects time of a person's date. The decision applies to a number of seconds: if the day changes meanwhile, the
/// time isn't decided.
///
/// # Errors
///
/// Returns the problem of the response.
pub async fn decide(
    by: Decider<'_>,
    (user, date): (UserId, WorkDate),
    approval: &Approval,
    note: Option<&Reason>,
) -> Result<Answer, Problem> {
    let Decider { app, caller, request_id, key } = by;
    match approval.verdict {
        ApprovalVerdict::Rejected if note.is_none() => return Err(Problem::invalid("note", FieldRule::Required)),
        ApprovalVerdict::Rejected | ApprovalVerdict::Approved => {}
    }
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let snapshot = app.store.pay_approval_snapshot(caller.user_id, user, date, key, now).await?;
        ensure_not_replayed(snapshot.earlier)?;
        authorization::current_profile(caller, snapshot.caller.as_ref())?;
        let person = snapshot.person.as_ref().ok_or_else(Problem::not_found)?;
        authorization::may_edit_days(caller, person, snapshot.deciders)?;
        let before = snapshot.record.unwrap_or(PayApprovalRecord::of_date(date));
        let decision = PayDecision { approval: approval.clone(), by: caller.user_id, at: now, note: note.cloned() };
        let after = before.decided(decision).ok_or_else(|| Problem::new(Code::AlreadyDecided))?;
        let shown = |record: &PayApprovalRecord| PayApprovalAnswer::new(user, record, &caller.zone);
        let answer = Answer::ok(&shown(&after))?.version(after.version);
        let subject = Subject::User(user);
        let fact = Fact::Pay(PayFact::PayApprovalDecided { date, verdict: approval.verdict });
        let mut commit = Commit::new(app.stamp(caller, request_id, now), subject, vec![fact])?;
        commit.audit(subject, "pay_approval_decided", Some(&shown(&before)), Some(&shown(&after)))?;
        commit.guard_person(person)?;
        commit.put_pay_approval(person, &after)?;
        commit.save_answer(key, answer.saved())?;
        commit.send(&app.store).await?;
        Ok(answer)
    };
    answered(&app.store, key, now, attempt).await
}
