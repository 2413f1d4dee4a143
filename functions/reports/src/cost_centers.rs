//! `GET /reports/cost-centers`

use std::collections::BTreeMap;

use app::previews::PreviewScope;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    calendar::WorkDate,
    id::{DepartmentId, UserId},
    pay::{CostCenterCode, PayCode},
    user::User,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use http::{HeaderValue, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::StoreError;
use utoipa::ToSchema;
use web::{Answer, App, Caller, Problem, Query, authorization, sheet::escape_formula};

use crate::params;

/// The number of people whose days are read at the same time.
const CONCURRENCY: usize = 16;

/// The maximum number of people of a report.
const MAX_PEOPLE: usize = 500;

/// The maximum number of cost centers that are named.
const MAX_NAMES: usize = 2000;

/// The dates, people and format of the report.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CostCentersQuery {
    /// The first date; 30 days before `to` by default.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    from: Option<WorkDate>,
    /// The last date, at most 30 days after `from`; tomorrow by default.
    #[param(value_type = Option<String>, example = "2026-11-30")]
    to: Option<WorkDate>,
    /// Limits the report to people of this department.
    department_id: Option<DepartmentId>,
    /// Limits the report to this person.
    user_id: Option<UserId>,
    /// The format; JSON by default.
    #[serde(default)]
    #[param(inline)]
    format: CostCentersFormat,
}

/// The format of the report by cost center.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CostCentersFormat {
    /// An object.
    #[default]
    Json,
    /// A sheet with a row for each cost center and pay code.
    Csv,
}

/// Worked time by cost center.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CostCentersReport {
    /// The first date.
    from: WorkDate,
    /// The last date.
    to: WorkDate,
    /// The number of people whose work was added up.
    people: usize,
    /// The cost centers by code; work without one comes first.
    cost_centers: Vec<CostCenterTime>,
}

/// The worked time of a cost center.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CostCenterTime {
    /// The cost center; `null` for work without one.
    cost_center: Option<CostCenterCode>,
    /// The name of the cost center.
    name: Option<String>,
    /// The worked seconds.
    worked_seconds: i64,
    /// The paid seconds, without premiums, rounding and absences.
    paid_seconds: i64,
    /// The worked seconds by pay code, with premiums.
    codes: Vec<SecondsOfCode>,
}

/// The seconds of a pay code.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SecondsOfCode {
    /// The pay code.
    code: PayCode,
    /// The seconds.
    seconds: i64,
}

/// The sums of a cost center.
#[derive(Debug, Default)]
struct Sums {
    worked: i64,
    paid: i64,
    codes: BTreeMap<PayCode, i64>,
}

/// The sums by cost center.
type ByCostCenter = BTreeMap<Option<CostCenterCode>, Sums>;

/// Worked time by cost center
///
/// Adds up the worked time of at most 31 dates and 500 people by cost center and pay code. For managers, of the people in their
/// charge; employees get their own.
#[utoipa::path(
    get,
    path = "/reports/cost-centers",
    operation_id = "reportCostCenters",
    tag = "reports",
    params(CostCentersQuery),
    responses(
        (status = 200, description = "The report", content((CostCentersReport = "application/json"), (String = "text/csv"))),
        (status = 422, description = "`invalid_values`; `to`: more than 31 dates; `department_id`: more than 500 people")
    )
)]
pub(crate) async fn cost_centers(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<CostCentersQuery>,
) -> Result<Response, Problem> {
    let now = app.now();
    let dates = params::dates(query.from, query.to, caller.zone.date_of(now))?;
    let scope = PreviewScope::new(dates.from, dates.to, query.department_id)?.with_max_people(MAX_PEOPLE);
    let people = people(&app, &caller, scope, query.user_id).await?;
    let count = people.len();
    let found: Vec<ByCostCenter> = stream::iter(people)
        .map(|person| sums(&app, person, scope, now))
        .buffer_unordered(CONCURRENCY)
        .try_collect()
        .await?;
    let mut all = ByCostCenter::new();
    for (cost_center, of_person) in found.into_iter().flatten() {
        let sums = all.entry(cost_center).or_default();
        sums.worked += of_person.worked;
        sums.paid += of_person.paid;
        for (code, seconds) in of_person.codes {
            *sums.codes.entry(code).or_default() += seconds;
        }
    }
    let centers = app.store.cost_centers(None, MAX_NAMES).await?.items;
    let names: BTreeMap<CostCenterCode, String> =
        centers.into_iter().map(|center| (center.code, center.name.as_str().to_owned())).collect();
    let cost_centers = all
        .into_iter()
        .map(|(cost_center, sums)| CostCenterTime {
            name: cost_center.as_ref().and_then(|code| names.get(code).cloned()),
            cost_center,
            worked_seconds: sums.worked,
            paid_seconds: sums.paid,
            codes: sums.codes.into_iter().map(|(code, seconds)| SecondsOfCode { code, seconds }).collect(),
        })
        .collect();
    let report = CostCentersReport { from: scope.from, to: scope.to, people: count, cost_centers };
    match query.format {
        CostCentersFormat::Json => Ok(Answer::ok(&report)?.into_response()),
        CostCentersFormat::Csv => sheet(&report),
    }
}

/// Returns the people of the report: a person whom the caller may see, the people in the caller's charge, or the caller.
async fn people(app: &App, caller: &Caller, scope: PreviewScope, person: Option<UserId>) -> Result<Vec<User>, Problem> {
    let one = match person {
        Some(id) => Some(id),
        None if authorization::visible_people(caller).is_err() => Some(caller.user_id),
        None => None,
    };
    let Some(id) = one else { return Ok(scope.people(&app.store, caller).await?) };
    let person = app.store.user(id).await?.ok_or_else(Problem::not_found)?;
    authorization::may_see(caller, &person)?;
    Ok(vec![person])
}

/// Adds up a person's work by cost center.
async fn sums(app: &App, person: User, scope: PreviewScope, now: Timestamp) -> Result<ByCostCenter, StoreError> {
    let mut sums = ByCostCenter::new();
    let inputs = app.store.pay_inputs(person.id, scope.from, scope.to, now).await?;
    let segments = inputs.iter().flat_map(store::pay::inputs::PayInputs::segments).flat_map(|day| day.segments);
    for segment in segments {
        let of_center = sums.entry(segment.cost_center.clone()).or_default();
        of_center.worked += segment.seconds();
        of_center.paid += segment.paid_seconds();
        for code in std::iter::once(&segment.code).chain(&segment.premiums) {
            *of_center.codes.entry(code.clone()).or_default() += segment.seconds();
        }
    }
    Ok(sums)
}

/// Renders the report as a sheet: a row for each cost center and pay code.
fn sheet(report: &CostCentersReport) -> Result<Response, Problem> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(["cost_center", "name", "code", "seconds", "hours"]).map_err(Problem::internal)?;
    for item in &report.cost_centers {
        let center = item.cost_center.as_ref().map_or("", CostCenterCode::as_str);
        let name = item.name.as_deref().unwrap_or_default();
        for SecondsOfCode { code, seconds } in &item.codes {
            let hundredths = seconds * 100 / 3600;
            let hours = format!("{}.{:02}", hundredths / 100, hundredths % 100);
            let (center, name) = (escape_formula(center), escape_formula(name));
            let row = [center.as_str(), name.as_str(), code.as_str(), &seconds.to_string(), &hours];
            writer.write_record(row).map_err(Problem::internal)?;
        }
    }
    let bytes = writer.into_inner().map_err(Problem::internal)?;
    let mut response = ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response();
    let file = format!("attachment; filename=\"cost-centers-{}-{}.csv\"", report.from, report.to);
    let file = HeaderValue::from_str(&file).map_err(Problem::internal)?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, file);
    Ok(response)
}
