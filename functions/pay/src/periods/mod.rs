//! Pay periods: the list of a year, close and reopening.

pub(crate) mod close;
pub(crate) mod list;
pub(crate) mod reopen;

use domain::{
    calendar::WorkDate,
    event::{Fact, Subject, TimesheetFact},
    id::UserId,
    pay::{PayPeriod, PayPeriodStatus},
};
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use store::{
    Commit, RepeatKey, Stamp,
    pay::periods::{PayPeriodRecord, PeriodPhase},
    settings::VersionedSettings,
};
use utoipa::ToSchema;
use web::{Answer, App, Failed};

/// A pay period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PayPeriodWithStatus)]
pub(crate) struct PayPeriodAnswer {
    /// The id: the first and the last date.
    id: PayPeriod,
    /// The first date.
    from: WorkDate,
    /// The last date.
    to: WorkDate,
    /// The status. While it is `closing`, no day of the period can change.
    status: PayPeriodStatus,
    /// Whether the period is being opened again, while its status is `closing`.
    is_reopening: bool,
    /// The people whose timesheets aren't closed with the period and follow later. To close them, close the period again.
    left_out: Vec<UserId>,
    /// The admin who closed the period last.
    closed_by_user_id: Option<UserId>,
    /// The instant at which all timesheets were closed.
    #[schema(value_type = Option<String>, format = "date-time")]
    closed_at: Option<Timestamp>,
    /// The admin who last opened the period again.
    reopened_by_user_id: Option<UserId>,
    /// The reason for which the period was last opened again.
    reopened_reason: Option<String>,
    /// The version, which grows by 1 with each change; 0 before the first close.
    version: u64,
}

impl From<&PayPeriodRecord> for PayPeriodAnswer {
    fn from(record: &PayPeriodRecord) -> Self {
        let is_reopening = record.work.as_ref().is_some_and(|work| match work.phase {
            PeriodPhase::Reopen => true,
            PeriodPhase::Hold | PeriodPhase::Close => false,
        });
        Self {
            id: record.period,
            from: record.period.first(),
            to: record.period.last(),
            status: record.status,
            is_reopening,
            left_out: record.left_out.clone(),
            closed_by_user_id: record.closed_by,
            closed_at: record.closed_at,
            reopened_by_user_id: record.reopened.as_ref().map(|reopened| reopened.by),
            reopened_reason: record.reopened.as_ref().map(|reopened| reopened.reason.as_str().to_owned()),
            version: record.version,
        }
    }
}

/// The start of the job that closes a period or opens it again.
struct WorkStart<'a> {
    before: &'a PayPeriodRecord,
    after: &'a PayPeriodRecord,
    fact: TimesheetFact,
    /// The name in the audit.
    action: &'static str,
}

impl WorkStart<'_> {
    /// Commits the period and the job's first event, and returns the response.
    async fn commit(
        self,
        app: &App,
        stamp: Stamp,
        settings: &VersionedSettings,
        key: Option<&RepeatKey>,
    ) -> Result<Answer, Failed> {
        let Self { before, after, fact, action } = self;
        let answer = Answer::json(StatusCode::ACCEPTED, &PayPeriodAnswer::from(after))?.version(after.version);
        let mut commit = Commit::new(stamp, Subject::Pay, vec![Fact::Timesheet(fact)])?;
        commit.audit(Subject::Pay, action, Some(before), Some(after))?;
        commit.begin_pay_period_work(after, settings)?;
        commit.save_answer(key, answer.saved())?;
        commit.send(&app.store).await?;
        Ok(answer)
    }
}
