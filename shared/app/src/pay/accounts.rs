//! Time accounts: managers add entries to them. An account is a ledger: entries are only added, and the balance is their sum
//! (docs/rules.md#time-accounts).

use answers::TimeAccountAnswer;
use domain::{
    FieldRule,
    calendar::{WorkDate, Zone},
    event::{Fact, PayFact, Subject},
    id::UserId,
    leave::request::reserved_time_off,
    pay::{AccountCause, AccountEntry, PayCode, PayCodeDefinition, PayCodeKind},
    text::Reason,
};
use jiff::{Timestamp, civil::date};
use store::{
    Commit,
    pay::accounts::{AccountRecord, AccountSnapshot},
};

use crate::{
    Caller, Denied, Failed, Ports, Prepared, Refusal, Request, authorization,
    time_account::{AccountRefusal, check_taking},
    use_case::ensure_not_replayed,
};

/// The maximum number of seconds of an entry: more than a year of work.
const MAX_SECONDS: i64 = 10_000_000;
/// The number of years ahead for which time off may be requested.
const YEARS_AHEAD: i16 = 4;

/// Returns a person's account, for callers who may see the person.
///
/// # Errors
/// The person doesn't exist, the caller may not see them, or they have no account.
pub async fn read(ports: &Ports<'_>, caller: &Caller, user: UserId) -> Result<TimeAccountAnswer, Failed> {
    let now = ports.now;
    let snapshot = ports.store.account_snapshot(caller.user_id, user, years_ahead(now), None, now).await?;
    authorization::may_see(caller, snapshot.attendance.person.as_ref().ok_or(Denied::NotFound)?)?;
    let (account, reserved) = account_of(&snapshot)?;
    Ok(TimeAccountAnswer::new(account, reserved, &snapshot.attendance.settings.settings))
}

/// Adds seconds to a person's account; a negative number takes time. The balance may fall below the minimum.
///
/// # Errors
/// The seconds are 0 or too many, the caller may not edit the person's days, or the person has no account.
pub async fn adjust(
    request: &Request<'_>,
    user: UserId,
    seconds: i64,
    reason: &Reason,
) -> Result<Prepared<TimeAccountAnswer>, Failed> {
    check_adjustment(seconds)?;
    let snapshot = snapshot_to_change(request, user).await?;
    let cause = AccountCause::Adjustment { by: request.caller.user_id, reason: reason.clone() };
    with_entry(request, &snapshot, (seconds, cause), "time_account_adjusted")
}

/// Takes seconds from a person's account, which are paid under a code.
///
/// # Errors
/// The seconds are below 1 or too many, the caller may not edit the person's days, the person has no account, the code isn't an
/// active code of overtime, or the account would fall below its minimum and the company's rules refuse that.
pub async fn pay_out(
    request: &Request<'_>,
    user: UserId,
    seconds: i64,
    code: &PayCode,
) -> Result<Prepared<TimeAccountAnswer>, Failed> {
    Refusal::unless_valid([(!(1..=MAX_SECONDS).contains(&seconds), "seconds", between(1))])?;
    let snapshot = snapshot_to_change(request, user).await?;
    let (account, reserved) = account_of(&snapshot)?;
    let codes = snapshot.codes.codes();
    let is_payable = |code: &PayCodeDefinition| code.active && code.kind == PayCodeKind::Overtime;
    let rule = FieldRule::NotAPayCode { kind: "overtime".to_owned() };
    Refusal::unless_valid([(!codes.get(code).is_some_and(is_payable), "code", rule)])?;
    let settings = &snapshot.attendance.settings.settings;
    check_taking(settings, account.balance_seconds - reserved, seconds)?;
    let cause = AccountCause::Payout { by: request.caller.user_id, code: code.clone() };
    with_entry(request, &snapshot, (-seconds, cause), "time_paid_out")
}

/// Refuses an adjustment by no seconds, or by too many.
fn check_adjustment(seconds: i64) -> Result<(), Refusal> {
    let is_allowed = (-MAX_SECONDS..=MAX_SECONDS).contains(&seconds);
    Refusal::unless_valid([
        (seconds == 0, "seconds", FieldRule::NotZero),
        (!is_allowed, "seconds", between(-MAX_SECONDS)),
    ])
}

const fn between(min: i64) -> FieldRule {
    FieldRule::WholeNumberBetween { min, max: MAX_SECONDS }
}

/// Reads what a change of an account by a manager depends on. Managers may not change their own account.
async fn snapshot_to_change(request: &Request<'_>, user: UserId) -> Result<AccountSnapshot, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    let now = ports.now;
    let snapshot = ports.store.account_snapshot(caller.user_id, user, years_ahead(now), repeat, now).await?;
    ensure_not_replayed(snapshot.attendance.earlier.clone())?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let person = snapshot.attendance.person.as_ref().ok_or(Denied::NotFound)?;
    authorization::may_edit_days(caller, person, snapshot.deciders)?;
    Ok(snapshot)
}

/// Returns the dates for whose years the schedule is read: those of open requests for time off.
fn years_ahead(now: Timestamp) -> Vec<WorkDate> {
    let today = Zone::UTC.date_of(now);
    let ahead = (1..=YEARS_AHEAD).map(|years| WorkDate::from(date(today.year() + years, 1, 1)));
    [today].into_iter().chain(ahead).collect()
}

/// Returns the person's account with the seconds that requests reserve.
fn account_of(snapshot: &AccountSnapshot) -> Result<(&AccountRecord, i64), Refusal> {
    let person = snapshot.attendance.person.as_ref().ok_or(Denied::NotFound)?;
    let account = snapshot.account.as_ref().ok_or(AccountRefusal::NoAccount)?;
    let planner = snapshot.attendance.planner(person);
    Ok((account, reserved_time_off(&snapshot.open_leave, None, &planner, account.booked_through)))
}

/// Adds an entry at the person's present date. `action` is the audit's name of the change.
fn with_entry(
    request: &Request<'_>,
    snapshot: &AccountSnapshot,
    (seconds, cause): (i64, AccountCause),
    action: &str,
) -> Result<Prepared<TimeAccountAnswer>, Failed> {
    let (account, reserved) = account_of(snapshot)?;
    let now = request.ports.now;
    let person = snapshot.attendance.person.as_ref().ok_or(Denied::NotFound)?;
    let date = snapshot.attendance.planner(person).today(now);
    let entry = AccountEntry { date, seconds, cause, at: now };
    let settings = &snapshot.attendance.settings.settings;
    let balance_seconds = account.balance_seconds + seconds;
    let next = AccountRecord { balance_seconds, version: account.version + 1, ..account.clone() };
    let shown = |account: &AccountRecord| TimeAccountAnswer::new(account, reserved, settings);
    let subject = Subject::User(person.id);
    let mut facts = vec![Fact::Pay(PayFact::TimeAccountChanged { date, seconds })];
    let passed = settings.time_accounts.mark_passed(account.compared_seconds(), balance_seconds);
    facts.extend(passed.map(|mark| Fact::Pay(PayFact::TimeAccountMarkPassed { mark, balance_seconds })));
    let mut commit = Commit::new(request.stamp(), subject, facts)?;
    commit.add_account_entry(account, &entry)?;
    commit.audit(subject, action, Some(&shown(account)), Some(&shown(&next)))?;
    Ok(Prepared { commit, answer: shown(&next), version: next.version })
}

#[cfg(test)]
mod tests {
    use domain::FieldFault;

    use super::*;

    #[test]
    fn an_adjustment_adds_or_takes_at_most_ten_million_seconds() {
        for seconds in [1, -1, MAX_SECONDS, -MAX_SECONDS] {
            assert_eq!(check_adjustment(seconds), Ok(()), "{seconds}");
        }
        let refused = |rule: FieldRule| Err(Refusal::Invalid(vec![FieldFault::new("seconds", rule)]));
        assert_eq!(check_adjustment(0), refused(FieldRule::NotZero));
        for seconds in [MAX_SECONDS + 1, -MAX_SECONDS - 1, i64::MAX, i64::MIN] {
            assert_eq!(check_adjustment(seconds), refused(between(-MAX_SECONDS)), "{seconds}");
        }
    }
}
