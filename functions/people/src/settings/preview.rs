//! `POST /settings/preview`: what a change of the settings would mean for stored days, without changing anything.

use axum::extract::State;
use domain::{
    calendar::WorkDate,
    day::{Day, Figures},
    id::{DepartmentId, UserId},
    schedule::Planner,
    settings::Settings,
    user::User,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{StoreError, attendance::AttendanceSnapshot};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Problem, authorization, preview::PreviewScope, problem::FieldError};

use super::{SettingsPatch, change::patched};

/// The number of people whose days are read at the same time.
const CONCURRENCY: usize = 16;

/// A change of settings that is tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"change": {"late_grace_minutes": 10}, "from": "2026-10-26", "to": "2026-11-01"}))]
pub(crate) struct SettingsPreviewBody {
    /// The change, as for `PATCH /settings`. Settings that days don't follow have no effect.
    #[schema(value_type = SettingsPatch)]
    change: Map<String, Value>,
    /// The first date.
    from: WorkDate,
    /// The last date, at most 30 days after `from`.
    to: WorkDate,
    /// Only people of this department; all people by default. At most 100 people.
    department_id: Option<DepartmentId>,
}

/// The effects that a change of settings would have on stored days.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettingsPreview {
    /// The number of people whose days were computed again.
    people: usize,
    /// The people whose figures differ, by department and name.
    items: Vec<PersonDifference>,
    /// The sums of all people.
    totals: FigureDifferences,
}

/// The figures of a person that differ.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonDifference {
    /// The person.
    user_id: UserId,
    /// The dates whose figures differ.
    dates: Vec<WorkDate>,
    /// The sums over the dates.
    figures: FigureDifferences,
}

/// The sums of figures before and after the change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the fields are named as the figures of a day")]
pub(crate) struct FigureDifferences {
    /// The scheduled time.
    scheduled_seconds: Difference,
    /// The worked time.
    worked_seconds: Difference,
    /// The lateness.
    late_seconds: Difference,
    /// The time by which shifts were left early.
    early_leave_seconds: Difference,
    /// The overtime.
    overtime_seconds: Difference,
}

/// A sum before and after the change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Difference {
    /// The seconds as they are.
    before: i64,
    /// The seconds under the change.
    after: i64,
}

impl Difference {
    const fn add(&mut self, other: Self) {
        self.before += other.before;
        self.after += other.after;
    }
}

impl FigureDifferences {
    fn new(before: &Figures, after: &Figures) -> Self {
        let of = |figure: fn(&Figures) -> i64| Difference { before: figure(before), after: figure(after) };
        Self {
            scheduled_seconds: of(|figures| figures.scheduled_seconds),
            worked_seconds: of(|figures| figures.worked_seconds),
            late_seconds: of(|figures| figures.late_seconds),
            early_leave_seconds: of(|figures| figures.early_leave_seconds),
            overtime_seconds: of(|figures| figures.overtime_seconds),
        }
    }

    const fn add(&mut self, other: Self) {
        self.scheduled_seconds.add(other.scheduled_seconds);
        self.worked_seconds.add(other.worked_seconds);
        self.late_seconds.add(other.late_seconds);
        self.early_leave_seconds.add(other.early_leave_seconds);
        self.overtime_seconds.add(other.overtime_seconds);
    }
}

/// Preview a change of settings
///
/// Computes the stored days of at most 31 dates and 100 people again as they would be under a change, and returns whose figures
/// differ and by how much. Nothing is written. Past days keep their rules when the change is made; the preview shows what they
/// would have been. For admins only.
#[utoipa::path(
    post, path = "/settings/preview", operation_id = "previewSettings", tag = "settings",
    request_body = SettingsPreviewBody,
    responses(
        (status = 200, description = "The effects that the change would have", body = SettingsPreview),
        (status = 422, description = "`invalid_values`; `to`: more than 31 dates; `department_id`: more than 100 people"),
    ),
)]
pub(crate) async fn preview(
    State(app): State<App>,
    caller: Caller,
    Body { value, .. }: Body<SettingsPreviewBody>,
) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    let SettingsPreviewBody { change, from, to, department_id } = value;
    let scope = PreviewScope::new(from, to, department_id)?;
    let current = app.store.settings().await?.settings;
    let changed = changed(&current, &change)?;
    let now = app.now();
    let people = scope.people(&app, &caller).await?;
    let count = people.len();
    let compared: Vec<Option<PersonDifference>> = stream::iter(people)
        .map(|person| compared(&app, person, scope.dates(), &changed, now))
        .buffered(CONCURRENCY)
        .try_collect()
        .await?;
    let items: Vec<PersonDifference> = compared.into_iter().flatten().collect();
    let mut totals = FigureDifferences::default();
    for item in &items {
        totals.add(item.figures);
    }
    Answer::ok(&SettingsPreview { people: count, items, totals })
}

/// Returns the settings with the change. The paths of errors begin with `change`.
fn changed(settings: &Settings, change: &Map<String, Value>) -> Result<Settings, Problem> {
    let within = |path: &str| format!("change.{path}");
    let changed = patched(settings, change).map_err(|faults| {
        let faults = faults.into_iter().map(|fault| FieldError::new(within(&fault.path), fault.rule));
        Problem::invalid_values(faults.collect())
    })?;
    changed.check().map_err(|(setting, invalid)| Problem::invalid(within(setting), invalid))?;
    Ok(changed)
}

/// Returns the figures of a person that differ under the changed settings; none if none do.
async fn compared(
    app: &App,
    person: User,
    dates: Vec<WorkDate>,
    settings: &Settings,
    now: Timestamp,
) -> Result<Option<PersonDifference>, StoreError> {
    let snapshot = app.store.attendance_snapshot(person.id, dates, None, now).await?;
    let difference = difference(&snapshot, &person, settings, now);
    Ok(Some(difference).filter(|difference| !difference.dates.is_empty()))
}

fn difference(snapshot: &AttendanceSnapshot, person: &User, settings: &Settings, now: Timestamp) -> PersonDifference {
    let before = snapshot.planner(person);
    let after = Planner { settings, ..before };
    let mut found = PersonDifference { user_id: person.id, dates: Vec::new(), figures: FigureDifferences::default() };
    for (date, day) in &snapshot.days {
        let changed: Day = day.under_settings(&before, &after);
        let (is, would_be) = (day.figures(now), changed.figures(now));
        let figures = FigureDifferences::new(&is, &would_be);
        if figures != FigureDifferences::new(&is, &is) {
            found.dates.push(*date);
            found.figures.add(figures);
        }
    }
    found
}
