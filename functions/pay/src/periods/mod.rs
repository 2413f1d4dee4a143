//! Pay periods: the list of a year, close and reopening (`app::pay::periods`).

pub(crate) mod close;
pub(crate) mod list;
pub(crate) mod reopen;

use domain::{
    calendar::{WorkDate, Zone},
    id::UserId,
    pay::{PayPeriod, PayPeriodStatus},
};
use http::StatusCode;
use serde::Serialize;
use store::pay::periods::{PayPeriodRecord, PeriodPhase};
use utoipa::ToSchema;
use web::{Answer, App, Problem, instant::Instant};

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
    closed_at: Option<Instant>,
    /// The admin who last opened the period again.
    reopened_by_user_id: Option<UserId>,
    /// The reason for which the period was last opened again.
    reopened_reason: Option<String>,
    /// The version, which grows by 1 with each change; 0 before the first close.
    version: u64,
}

impl PayPeriodAnswer {
    /// Returns a period with its instants in the company's time zone.
    fn new(record: &PayPeriodRecord, zone: &Zone) -> Self {
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
            closed_at: record.closed_at.map(|at| Instant::new(at, zone)),
            reopened_by_user_id: record.reopened.as_ref().map(|reopened| reopened.by),
            reopened_reason: record.reopened.as_ref().map(|reopened| reopened.reason.as_str().to_owned()),
            version: record.version,
        }
    }
}

/// Returns the company's time zone, to which the instants of its periods belong.
async fn company_zone(app: &App) -> Result<Zone, Problem> {
    Ok(app.store.settings().await?.settings.time_zone)
}

/// Returns a 202 response with a period whose timesheets a job closes or opens.
fn work_began(period: &PayPeriodRecord, zone: &Zone, version: u64) -> Result<Answer, Problem> {
    Ok(Answer::json(StatusCode::ACCEPTED, &PayPeriodAnswer::new(period, zone))?.version(version))
}
