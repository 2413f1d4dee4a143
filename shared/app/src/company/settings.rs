//! Settings: admins change them, and preview what a change would mean.

use answers::{
    ExportAnswer,
    preview::{FigureDifferences, PersonDifference, SettingsPreview},
};
use domain::{
    FieldFault,
    calendar::DateRange,
    event::{CompanyFact, Fact, Subject},
    export::FileContent,
    id::DepartmentId,
    settings::Settings,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::Value;
use store::{Commit, settings::VersionedSettings};

use super::CompanyRefusal;
use crate::{
    Failed, Outcome, Prepared, Refusal, Request, Versions, authorization, exports,
    previews::{PreviewScope, figure_difference},
};

/// The number of people whose days a preview reads at the same time.
const CONCURRENCY: usize = 16;

/// Changes the settings; `next` returns the new settings from the current ones. `version` is the version that the document of
/// the settings names.
///
/// # Errors
/// The caller isn't an admin, a value breaks a rule, the settings have another version, or a setting that others depend on is
/// fixed by now.
pub async fn change(
    request: &Request<'_>,
    versions: &Versions,
    version: Option<u64>,
    next: impl Fn(&Settings) -> Result<Settings, Vec<FieldFault>>,
) -> Result<Outcome<VersionedSettings>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    let snapshot = ports.store.settings_snapshot(caller.user_id).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let before = snapshot.current;
    let decided = next(&before.settings).and_then(consistent).map_err(Refusal::from);
    let today = before.settings.time_zone.date_of(ports.now);
    let settings = versions.check_after(before.version, decided)?.replacing(&before.settings, today, request.ports.now);
    if let Some(version) = version {
        Versions::OneOf(vec![version]).check(before.version)?;
    }
    let fields = changed_fields(&before.settings, &settings)?;
    if fields.is_empty() {
        let version = before.version;
        return Ok(Outcome::Unchanged { answer: before, version });
    }
    if snapshot.ledger_started && settings.leave_day_minutes != before.settings.leave_day_minutes {
        return Err(CompanyRefusal::LedgerStarted.into());
    }
    let closed = if settings.pay_period == before.settings.pay_period {
        None
    } else {
        Some(ports.store.closed_pay_periods().await?)
    };
    if closed.is_some_and(|closed| closed.exist) {
        return Err(CompanyRefusal::PayPeriodInUse.into());
    }
    let fact = Fact::Company(CompanyFact::SettingsChanged { fields });
    let mut commit = Commit::new(request.stamp(), Subject::Settings, vec![fact])?;
    if let Some(closed) = &closed {
        // A close that begins at the same time has this change decided again.
        commit.check_closed_pay_periods(closed)?;
    }
    commit.audit(Subject::Settings, "settings_changed", Some(&before.settings), Some(&settings))?;
    let after = commit.change_settings(&before, snapshot.context.as_ref(), settings)?;
    let version = after.version;
    Ok(Outcome::Changed(Prepared { commit, answer: after, version }))
}

/// Returns the effects that a change of the settings would have on the stored days of at most 31 dates and 100 people. `next`
/// returns the new settings from the current ones. Nothing is written.
///
/// # Errors
/// The caller isn't an admin, a value of the change breaks a rule, or the dates or people are too many.
pub async fn preview(
    request: &Request<'_>,
    dates: DateRange,
    department: Option<DepartmentId>,
    next: impl Fn(&Settings) -> Result<Settings, Vec<FieldFault>>,
) -> Result<SettingsPreview, Failed> {
    let Request { ports, caller, .. } = *request;
    let (store, now) = (ports.store, ports.now);
    authorization::must_be_admin(caller)?;
    let settings = &tried(request, next).await?;
    let scope = PreviewScope::new(dates.from, dates.to, department)?;
    let people = scope.people(store, caller).await?;
    let count = people.len();
    let compared: Vec<Option<PersonDifference>> = stream::iter(people)
        .map(|person| async move { figure_difference(store, &person, scope.days(), settings, now).await })
        .buffered(CONCURRENCY)
        .try_collect()
        .await?;
    let items: Vec<PersonDifference> = compared.into_iter().flatten().collect();
    let mut totals = FigureDifferences::default();
    for item in &items {
        totals.add(item.figures);
    }
    Ok(SettingsPreview { people: count, items, totals })
}

/// Orders the preview of any number of people and of at most 366 dates as a file.
///
/// # Errors
/// The caller isn't an admin, a value of the change breaks a rule, the dates are too many, or the order was answered before.
pub async fn order_preview(
    request: &Request<'_>,
    dates: DateRange,
    department: Option<DepartmentId>,
    next: impl Fn(&Settings) -> Result<Settings, Vec<FieldFault>>,
) -> Result<Prepared<ExportAnswer>, Failed> {
    authorization::must_be_admin(request.caller)?;
    let scope = PreviewScope::exported(request.caller, (dates.from, dates.to), department)?;
    let settings = Box::new(tried(request, next).await?);
    exports::order_file(request, &FileContent::SettingsPreview { settings, scope }, "settings_preview_requested").await
}

/// Returns the current settings with a change that is tried. The paths of faults begin with `change`.
async fn tried(
    request: &Request<'_>,
    next: impl Fn(&Settings) -> Result<Settings, Vec<FieldFault>>,
) -> Result<Settings, Failed> {
    let current = request.ports.store.settings().await?.settings;
    let within = |fault: FieldFault| FieldFault::new(format!("change.{}", fault.field), fault.rule);
    let tried = next(&current).and_then(consistent);
    Ok(tried.map_err(|faults| faults.into_iter().map(within).collect::<Vec<_>>())?)
}

/// Returns the settings if those that depend on one another are consistent.
fn consistent(settings: Settings) -> Result<Settings, Vec<FieldFault>> {
    settings.check().map_err(|(setting, invalid)| vec![FieldFault::new(setting, invalid)])?;
    Ok(settings)
}

/// Returns the names of the settings that differ.
fn changed_fields(before: &Settings, after: &Settings) -> Result<Vec<String>, Refusal> {
    let fields = |settings: &Settings| match serde_json::to_value(settings) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) | Err(_) => Err(Refusal::Defect("settings can't be written as a JSON object")),
    };
    let before = fields(before)?;
    let changed = fields(after)?.into_iter().filter(|(name, value)| before.get(name) != Some(value));
    Ok(changed.map(|(name, _)| name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_has_changed() {
        let before = Settings::default();
        assert!(changed_fields(&before, &before).unwrap().is_empty());
        let after = Settings { allow_unscheduled: false, swap_needs_manager: true, ..before.clone() };
        assert_eq!(changed_fields(&before, &after).unwrap(), ["allow_unscheduled", "swap_needs_manager"]);
    }
}
