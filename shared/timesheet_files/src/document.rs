//! The PDF of a person's timesheet.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    calendar::WorkDate,
    day::Session,
    id::UserId,
    pay::{AccountEntry, PayCode, TimesheetDay, TimesheetFigures},
    schedule::LeaveTypeCode,
};
use jiff::Timestamp;
use payroll::{AccountFigures, CodeFigures, Hundredths, PersonFigures, SignedStep, TimesheetDocument, timesheet_pdf};
use store::{Store, names::Named, pay::timesheets::TimesheetSnapshot};

use crate::FileError;

/// Returns the PDF of a timesheet, in the language of the person or else of the company. The same figures always make the same
/// file. It takes the names of people and department and, for a person with a time account, the account and its entries.
///
/// # Errors
/// The table can't be read, or the PDF can't be written.
pub async fn timesheet_document(store: &Store, snapshot: &TimesheetSnapshot) -> Result<Vec<u8>, FileError> {
    let person = &snapshot.inputs.person;
    let signed = [&snapshot.timesheet.submitted, &snapshot.timesheet.approved];
    let mut wanted: BTreeSet<Named> =
        signed.into_iter().flatten().map(|signature| Named::Person(signature.by)).collect();
    wanted.extend(person.department_id.map(Named::Department));
    let names = store.names(wanted).await?;
    let name = |named: Named| names.get(&named).map(|name| name.as_str().to_owned());
    let name_of = |user: UserId| name(Named::Person(user)).unwrap_or_else(|| user.to_string());

    let account = account_of(store, snapshot).await?;
    let entries = account.as_ref().map_or(&[][..], |account| &account.entries);
    let steps = [SignedStep::Submitted, SignedStep::Approved];
    let hash = snapshot.timesheet.hash.as_ref().map_or("", |hash| hash.as_str());
    let signatures = steps.into_iter().zip(signed).filter_map(|(step, signature)| {
        let signature = signature.as_ref()?;
        Some(payroll::Signature { step, by: name_of(signature.by), at: signature.at, hash: hash.to_owned() })
    });
    let profile = snapshot.inputs.profiles.on(snapshot.timesheet.period.last());
    let settings = &snapshot.inputs.attendance.settings.settings;
    let document = TimesheetDocument {
        language: person.language.unwrap_or(settings.language),
        full_name: person.full_name.as_str().to_owned(),
        personnel_number: profile.map(|profile| profile.personnel_number.as_str().to_owned()),
        department: person.department_id.and_then(|id| name(Named::Department(id))),
        cost_center: profile.and_then(|profile| profile.cost_center.as_ref()).map(|code| code.as_str().to_owned()),
        period: snapshot.timesheet.period,
        days: days(snapshot, account.as_ref()),
        codes: codes(snapshot, entries),
        account: account.as_ref().map(|account| account.figures),
        signatures: signatures.collect(),
        changed_at: changed_at(snapshot),
        zone: snapshot.inputs.planner().zone().clone(),
    };
    timesheet_pdf(&document).map_err(|error| FileError::Unwritable(error.to_string()))
}

/// The time account of a person in a period.
struct Account {
    figures: AccountFigures,
    entries: Vec<AccountEntry>,
}

/// Returns the time account of the period; none if the person has none then.
async fn account_of(store: &Store, snapshot: &TimesheetSnapshot) -> Result<Option<Account>, FileError> {
    let (person, period) = (snapshot.inputs.person.id, snapshot.timesheet.period);
    if !snapshot.inputs.profiles.on(period.last()).is_some_and(|profile| profile.account) {
        return Ok(None);
    }
    let Some(mut account) = store.time_account(person).await? else { return Ok(None) };
    // An entry that is booked between the reads is missing in one of them: then they are repeated.
    let entries = loop {
        let entries = store.account_entries_from(person, period.first()).await?;
        let Some(again) = store.time_account(person).await? else { return Ok(None) };
        if again.version == account.version {
            break entries;
        }
        account = again;
    };
    let entries: Vec<AccountEntry> = entries.into_iter().map(|stored| stored.entry).collect();
    let sum = |of_period: bool| -> i64 {
        entries.iter().filter(|entry| period.contains(entry.date) == of_period).map(|entry| entry.seconds).sum()
    };
    let closing_seconds = account.balance_seconds - sum(false);
    let figures = AccountFigures { opening_seconds: closing_seconds - sum(true), closing_seconds };
    let entries = entries.into_iter().filter(|entry| period.contains(entry.date)).collect();
    Ok(Some(Account { figures, entries }))
}

/// Returns the days of the period with punches. Punches are shown as they are now, all sums as they were closed.
fn days(snapshot: &TimesheetSnapshot, account: Option<&Account>) -> Vec<payroll::TimesheetDay> {
    let figures: BTreeMap<WorkDate, &TimesheetDay> =
        snapshot.figures.days.iter().map(|figures| (figures.date, figures)).collect();
    let of_period = snapshot.inputs.days.iter().filter(|(date, _)| snapshot.timesheet.period.contains(**date));
    of_period
        .map(|(date, day)| {
            let figures = figures.get(date).copied();
            let present = day.figures(snapshot.inputs.now);
            payroll::TimesheetDay {
                date: *date,
                zone: day.zone().clone(),
                sessions: day
                    .sessions()
                    .iter()
                    .map(|session| (session.clock_in.at, session.clock_out.as_ref().map(|out| out.at)))
                    .collect(),
                break_seconds: present.unpaid_break_seconds + present.auto_break_seconds,
                absence: figures.and_then(|figures| absence(snapshot, figures)),
                scheduled_seconds: figures.map_or(0, |figures| figures.scheduled_seconds),
                worked_seconds: figures.map_or(0, |figures| figures.worked_seconds),
                account_seconds: account.map(|account| {
                    account.entries.iter().filter(|entry| entry.date == *date).map(|entry| entry.seconds).sum()
                }),
            }
        })
        .collect()
}

/// Returns the absences of a date in words; none without absences.
fn absence(snapshot: &TimesheetSnapshot, figures: &TimesheetDay) -> Option<String> {
    let holiday = || {
        let holidays = &snapshot.inputs.attendance.holidays;
        let site = snapshot.inputs.person.site_id;
        let is_theirs = |there| site == Some(there);
        let found =
            holidays.iter().find(|holiday| holiday.date == figures.date && holiday.site_id.is_none_or(is_theirs));
        found.map(|holiday| holiday.name.as_str().to_owned())
    };
    let words: Vec<String> = figures
        .absences
        .iter()
        .filter_map(|absence| match &absence.leave_type {
            Some(leave_type) => Some(leave_name(snapshot, leave_type)),
            None => holiday(),
        })
        .collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn leave_name(snapshot: &TimesheetSnapshot, code: &LeaveTypeCode) -> String {
    let known = snapshot.inputs.attendance.leave_types.get(code);
    known.map_or_else(|| code.as_str().to_owned(), |leave_type| leave_type.name.as_str().to_owned())
}

/// Returns the sums by pay code, absences by leave type, with the differences of earlier dates.
fn codes(snapshot: &TimesheetSnapshot, entries: &[AccountEntry]) -> Vec<CodeFigures> {
    let TimesheetSnapshot { inputs, figures, .. } = snapshot;
    let figures: &TimesheetFigures = figures;
    let of_person = PersonFigures {
        user_id: inputs.person.id,
        full_name: inputs.person.full_name.as_str(),
        profiles: &inputs.profiles,
        figures,
        entries,
        codes: &inputs.codes,
    };
    let mut sums: BTreeMap<(PayCode, Option<LeaveTypeCode>), (i64, Hundredths)> = BTreeMap::new();
    for line in of_person.lines() {
        let (seconds, days) = sums.entry((line.code, line.leave_type)).or_default();
        *seconds += line.seconds;
        *days = *days + line.days;
    }
    sums.into_iter()
        .map(|((code, leave_type), (seconds, days))| {
            let name = leave_type
                .map(|leave_type| leave_name(snapshot, &leave_type))
                .or_else(|| inputs.codes.get(&code).map(|definition| definition.name.as_str().to_owned()));
            CodeFigures { name: name.unwrap_or_else(|| code.as_str().to_owned()), code, seconds, days }
        })
        .collect()
}

/// Returns the instant of the last signature or, without one, of the last punch of the period. It is the file's date, so that the
/// same timesheet is the same file.
fn changed_at(snapshot: &TimesheetSnapshot) -> Timestamp {
    let timesheet = &snapshot.timesheet;
    let signed = [&timesheet.submitted, &timesheet.approved].into_iter().flatten().map(|signature| signature.at);
    let punched = snapshot.inputs.days.range(timesheet.period.first()..=timesheet.period.last());
    let punched = punched.flat_map(|(_, day)| day.sessions()).map(Session::last_punch_at);
    signed.chain(timesheet.closed_at).max().or_else(|| punched.max()).unwrap_or(Timestamp::UNIX_EPOCH)
}
