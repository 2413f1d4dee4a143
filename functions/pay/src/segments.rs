//! `GET /pay/segments/{user_id}` (`app::pay::segments`)

use std::collections::BTreeMap;

use app::pay::segments;
use axum::extract::{Path, State};
use domain::{
    calendar::{WorkDate, Zone},
    id::UserId,
    pay::{Absence, CostCenterCode, PayCode, Payment, Segment, SegmentedDay},
};
use serde::{Deserialize, Serialize};
use store::pay::inputs::PayInputs;
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query, answers::pay_approval::WaitingTimeAnswer, date_range, instant::Instant,
    parameter,
};

/// The dates of the segments.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SegmentsQuery {
    /// The first work date. Defaults to 30 days before `to`.
    #[param(value_type = Option<String>, example = "2026-11-02")]
    from: Option<WorkDate>,
    /// The last work date, at most 91 days after `from`. Defaults to tomorrow.
    #[param(value_type = Option<String>, example = "2026-11-08")]
    to: Option<WorkDate>,
}

/// The work of a person's dates in segments.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Segments {
    /// The person.
    user_id: UserId,
    /// The first work date.
    from: WorkDate,
    /// The last work date.
    to: WorkDate,
    /// The dates with work or absence, in ascending order.
    days: Vec<SegmentsOfDay>,
    /// The paid seconds of all dates by pay code: work, premiums, adjustments and absences.
    totals: Vec<CodeTotal>,
}

/// The seconds of a pay code.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodeTotal {
    /// The pay code.
    code: PayCode,
    /// The paid seconds.
    seconds: i64,
}

/// The work of a date in segments.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SegmentsOfDay {
    /// The work date.
    date: WorkDate,
    /// The worked seconds: the sum of the segments.
    worked_seconds: i64,
    /// The paid seconds of work: paid segments and the adjustment, without absences.
    paid_seconds: i64,
    /// The segments, in order.
    segments: Vec<SegmentAnswer>,
    /// The difference that rounding makes; `null` if there is none.
    adjustment: Option<CodeTotal>,
    /// Leave and public holidays in seconds of scheduled time.
    absences: Vec<Absence>,
    /// The time that waits for a manager's approval.
    waiting: Vec<WaitingTimeAnswer>,
}

/// An uninterrupted span of work with one pay code.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SegmentAnswer {
    /// The start.
    from: Instant,
    /// The end.
    until: Instant,
    /// The length in seconds.
    seconds: i64,
    /// The paid seconds: all or none.
    paid_seconds: i64,
    /// The pay code of the work.
    code: PayCode,
    /// The pay codes of premiums, in addition to `code`.
    premiums: Vec<PayCode>,
    /// Whether the segment is paid.
    payment: Payment,
    /// The cost center of the work; `null` if it has none.
    cost_center: Option<CostCenterCode>,
}

/// List segments
///
/// Lists a person's work in segments: uninterrupted spans with one pay code, by the pay rules of the person. The segments of a
/// date add up to its `worked_seconds`. For the person, their managers and admins; at most 92 dates.
#[utoipa::path(
    get,
    path = "/pay/segments/{user_id}",
    operation_id = "listPaySegments",
    tag = "pay",
    params(("user_id" = String, Path, description = "The id of the person; `me` is the caller"), SegmentsQuery),
    responses((status = 200, description = "The segments", body = Segments))
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    Query(query): Query<SegmentsQuery>,
) -> Result<Answer, Problem> {
    let now = app.now();
    let user = parameter::user(&user, &caller)?;
    let range = date_range::requested(query.from, query.to, caller.zone.date_of(now))?;
    let inputs = segments::read(&app.ports(now), &caller, user, (range.from, range.to)).await?;
    Answer::ok(&Segments::new(&inputs))
}

impl Segments {
    fn new(inputs: &PayInputs) -> Self {
        let mut totals: BTreeMap<PayCode, i64> = BTreeMap::new();
        let mut days = Vec::new();
        for day in inputs.segments() {
            let Some(stored) = inputs.days.get(&day.date) else { continue };
            let absences = inputs.absences(day.date);
            for (code, seconds) in day.seconds_by_code() {
                *totals.entry(code).or_default() += seconds;
            }
            for absence in &absences {
                let code = if absence.paid { PayCode::absence_paid() } else { PayCode::absence_unpaid() };
                *totals.entry(code).or_default() += absence.seconds;
            }
            if !day.segments.is_empty() || !absences.is_empty() {
                days.push(SegmentsOfDay::new(&day, absences, stored.zone()));
            }
        }
        let totals = totals.into_iter().map(|(code, seconds)| CodeTotal { code, seconds }).collect();
        Self { user_id: inputs.person.id, from: inputs.from, to: inputs.to, days, totals }
    }
}

impl SegmentsOfDay {
    fn new(day: &SegmentedDay, absences: Vec<Absence>, zone: &Zone) -> Self {
        let adjusted = day.adjusted_code().filter(|_| day.adjustment_seconds != 0);
        Self {
            date: day.date,
            worked_seconds: day.segments.iter().map(Segment::seconds).sum(),
            paid_seconds: day.paid_seconds(),
            segments: day.segments.iter().map(|segment| SegmentAnswer::new(segment, zone)).collect(),
            adjustment: adjusted.map(|code| CodeTotal { code: code.clone(), seconds: day.adjustment_seconds }),
            absences,
            waiting: day.waiting.iter().map(|(subject, seconds)| WaitingTimeAnswer::new(subject, *seconds)).collect(),
        }
    }
}

impl SegmentAnswer {
    /// Returns a segment with its times in a zone.
    pub(crate) fn new(segment: &Segment, zone: &Zone) -> Self {
        Self {
            from: Instant::new(segment.from, zone),
            until: Instant::new(segment.until, zone),
            seconds: segment.seconds(),
            paid_seconds: segment.paid_seconds(),
            code: segment.code.clone(),
            premiums: segment.premiums.clone(),
            payment: segment.payment,
            cost_center: segment.cost_center.clone(),
        }
    }
}
