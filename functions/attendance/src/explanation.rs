//! `GET /attendance/{user_id}/{date}/explanation`

use axum::extract::{Path, State};
use domain::{
    calendar::WorkDate,
    day::{
        Month,
        explanation::{ExplainedFigure, ExplainedKind, ExplanationStep},
    },
    id::UserId,
    language::Language,
    leave::LeaveMinutes,
    pay::{PayExplanation, explain_pay},
};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, App, Caller, Problem, RequestId, authorization, parameter};

/// The figures of a day with the steps that lead to them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Explanation {
    /// The person.
    user_id: UserId,
    /// The work date.
    date: WorkDate,
    /// The figures: first the day's own figures, then its pay.
    figures: Vec<FigureExplanation>,
}

/// A figure with the steps that lead to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FigureExplanation {
    /// The figure.
    figure: ExplainedKind,
    /// The value in seconds.
    seconds: i64,
    /// The steps in words and numbers, in the language of `Accept-Language`.
    steps: Vec<StepExplanation>,
}

/// A step of an explanation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepExplanation {
    /// The step in words.
    text: String,
    /// The name of the step and its values, for applications that show steps in their own way.
    #[schema(value_type = Object)]
    values: ExplanationStep,
}

/// Explain a day's figures
///
/// Explains the figures of a day and its pay: which shift each clock-in was matched to and why, grace periods, breaks taken and
/// deducted, the pay rules and their version, the overtime thresholds that work passed, the windows of premiums, and what lateness
/// cost. The steps show pay codes and types of leave by name. For the person, their managers and admins.
#[utoipa::path(
    get,
    path = "/attendance/{user_id}/{date}/explanation",
    operation_id = "explainDay",
    tag = "attendance",
    params(
        ("user_id" = String, Path, description = "The id of the person; `me` is the caller"),
        ("date" = String, Path, description = "The work date", example = "2026-11-02")
    ),
    responses((status = 200, description = "The figures with their steps", body = Explanation))
)]
pub(crate) async fn explanation(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    Path((user, date)): Path<(String, String)>,
) -> Result<Answer, Problem> {
    let date: WorkDate = parameter::value("date", &date)?;
    let now = app.now();
    let user = parameter::user(&user, &caller)?;
    let inputs = app.store.pay_inputs(user, date, date, now).await?.ok_or_else(Problem::not_found)?;
    authorization::may_see(&caller, &inputs.person)?;
    let day = inputs.days.get(&date).ok_or_else(|| Problem::internal("the inputs of pay lack the requested day"))?;
    let late_month = inputs.attendance.late_months.get(&Month::of(date));
    let deducted = late_month.map_or(LeaveMinutes::ZERO, |month| month.booked_on(date));
    let mut figures = day.explained(now, deducted);
    let version = inputs.rules_on(date);
    let absences = inputs.absences(date);
    let explanation = PayExplanation {
        rules: inputs.rules_of(date),
        version,
        codes: &inputs.codes,
        types: &inputs.attendance.leave_types,
        zone: day.zone(),
    };
    figures.extend(inputs.segments().iter().map(|paid| explain_pay(paid, &absences, explanation)));
    let language = request_id.language();
    let figures = figures.into_iter().map(|figure| FigureExplanation::new(figure, language)).collect();
    Answer::ok(&Explanation { user_id: user, date, figures })
}

impl FigureExplanation {
    fn new(explained: ExplainedFigure, language: Language) -> Self {
        let ExplainedFigure { figure, seconds, steps } = explained;
        let step = |step| StepExplanation { text: texts::explanation(&step, language), values: step };
        Self { figure, seconds, steps: steps.into_iter().map(step).collect() }
    }
}
