//! `POST /reports/exports`

use axum::{extract::State, response::Response};
use domain::{
    FieldRule,
    calendar::WorkDate,
    event::{Fact, JobFact, Subject},
    id::{DepartmentId, JobId, UserId},
    job::Job,
};
use http::StatusCode;
use reporting::{Export, Format, GroupBy, Order, Report, check_workbook};
use serde::Deserialize;
use store::Commit;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Failed, Problem, Repeat, RequestId, answers::ExportAnswer, authorization, command,
    command::check_repeat, problem::FieldError,
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
) -> Result<Response, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let now = app.now();
    let report = body.report(caller.zone.date_of(now))?;
    let attempt = async || -> Result<Answer, Failed> {
        check_repeat(&app.store, key.as_ref(), now).await?;
        let profile = app.store.user(caller.user_id).await?;
        authorization::current_profile(&caller, profile.as_ref())?;
        let order = Order { report, whose: whose(&app, &caller, body.user_id, body.department_id).await? };
        if body.format == Format::Xlsx {
            check_workbook(&app.store, &order).await.map_err(Problem::from)?;
        }
        let export = Export { order, format: body.format, authority: caller.authority.clone() };
        let id = JobId::generate(now, &*app.entropy);
        let job = Job::export(id, report.name(), caller.user_id, now);
        let shown = ExportAnswer::new(&job, report.name(), export.format.into(), &caller.zone, now);
        let answer = Answer::created(format!("/reports/exports/{id}"), &shown)?.status(StatusCode::ACCEPTED);
        let subject = Subject::Job(id);
        let asked_for = vec![Fact::Job(JobFact::ReportExportRequested { job_id: id })];
        let mut commit = Commit::new(app.stamp(&caller, &request_id, now), subject, asked_for)?;
        commit.put_job(&job)?;
        commit.put_job_step(id, 0, &export)?;
        // The audit records who exported which figures.
        commit.audit(subject, "report_export_requested", None, Some(&export))?;
        commit.save_answer(key.as_ref(), answer.saved())?;
        commit.send(&app.store).await?;
        Ok(answer)
    };
    command(&app.store, key.as_ref(), now, attempt).await
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
