//! `POST /reports/exports`

use app::{Prepared, exports};
use axum::extract::State;
use domain::{
    FieldRule,
    calendar::WorkDate,
    id::{DepartmentId, JobId, UserId},
    job::Job,
};
use reporting::{Export, Format, GroupBy, Order, Report, check_workbook};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Failed, Problem, Repeat, RequestId,
    answers::ExportAnswer,
    problem::FieldError,
    use_case::{execute, export_ordered},
};

use crate::{params, scope::whose};

/// The report to export, with its parameters.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportExportOrder)]
#[schema(example = json!({"report": "monthly-work", "format": "xlsx", "year": 2026, "month": 11}))]
pub(crate) struct ExportBody {
    /// The report to export.
    report: ReportName,
    /// The format of the file.
    #[serde(default)]
    format: Format,
    /// The year, for reports of a month or a year.
    #[schema(value_type = Option<u32>, minimum = 2000, maximum = 2199, example = 2026)]
    year: Option<params::Year>,
    /// The month from 1 to 12, for reports of a month.
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 12, example = 11)]
    month: Option<params::MonthOfYear>,
    /// The first date, for reports of a period.
    from: Option<WorkDate>,
    /// The last date, for reports of a period.
    to: Option<WorkDate>,
    /// The grouping of the rows, for the report of worked hours.
    group_by: Option<GroupBy>,
    /// The department to report on; absent for all that the caller may see.
    department_id: Option<DepartmentId>,
    /// The person to report on; absent for everyone.
    user_id: Option<UserId>,
}

/// The name of a report, as in its route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReportName {
    MonthlyWork,
    WorkedHours,
    Lateness,
    Leave,
    Attendance,
    Trends,
}

/// Order a report as a file
///
/// An export is for a report that is too large for a response. It has the parameters of the report. The person who
/// ordered it gets the notification `export_ready` when the file is ready, or `export_failed` if the export fails.
#[utoipa::path(
    post,
    path = "/reports/exports",
    operation_id = "createReportExport",
    tag = "reports",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the order, so that a repeat begins no other")),
    request_body = ExportBody,
    responses(
        (status = 202, description = "The export", body = ExportAnswer, headers(("Location" = String, description = "Where to follow it"))),
        (status = 404, description = "`not_found`: the person doesn't exist, or the caller may not see them"),
        (status = 422, description = "`too_many_rows`: a workbook can't hold the report; ask for CSV; invalid values, each with its path"),
    )
)]
pub(crate) async fn start(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    Body { value: body, hash }: Body<ExportBody>,
) -> Result<Answer, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let now = request.ports.now;
    let report = body.report(caller.zone.date_of(now))?;
    let order = async || -> Result<Prepared<ExportAnswer>, Failed> {
        exports::check_order(&request).await?;
        let order = Order { report, whose: whose(&app, &caller, body.user_id, body.department_id).await? };
        if body.format == Format::Xlsx {
            check_workbook(&app.store, &order).await.map_err(Problem::from)?;
        }
        let export = Export { order, format: body.format, authority: caller.authority.clone() };
        let job = Job::export(JobId::generate(now, &*app.entropy), report.name(), caller.user_id, now);
        let content = (report.name(), export.format.into());
        Ok(exports::order(&request, &job, &export, content, "report_export_requested")?)
    };
    execute(&request, export_ordered, order).await
}

impl ExportBody {
    /// Returns the report, and refuses parameters that the report doesn't have.
    fn report(&self, today: WorkDate) -> Result<Report, Problem> {
        let own: &[&str] = match self.report {
            ReportName::MonthlyWork => &["year", "month"],
            ReportName::WorkedHours => &["from", "to", "group_by"],
            ReportName::Lateness | ReportName::Attendance | ReportName::Trends => &["from", "to"],
            ReportName::Leave => &["year"],
        };
        let given = [
            ("year", self.year.is_some()),
            ("month", self.month.is_some()),
            ("from", self.from.is_some()),
            ("to", self.to.is_some()),
            ("group_by", self.group_by.is_some()),
        ];
        let foreign = given.into_iter().filter(|(name, is_given)| *is_given && !own.contains(name));
        let errors: Vec<FieldError> =
            foreign.map(|(name, _)| FieldError::new(name, FieldRule::NotAParameter)).collect();
        if !errors.is_empty() {
            return Err(Problem::invalid_values(errors));
        }
        let dates = || params::dates(self.from, self.to, today);
        Ok(match self.report {
            ReportName::MonthlyWork => Report::MonthlyWork { month: params::month(self.year, self.month, today)? },
            ReportName::WorkedHours => {
                Report::WorkedHours { dates: dates()?, group_by: self.group_by.unwrap_or(GroupBy::User) }
            }
            ReportName::Lateness => Report::Lateness { dates: dates()? },
            ReportName::Leave => params::leave(self.year, today),
            ReportName::Attendance => Report::Attendance { dates: dates()? },
            ReportName::Trends => params::trends(self.from, self.to, today)?,
        })
    }
}
