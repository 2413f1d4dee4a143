//! Previews of pay rules: what other rules would mean for stored days, without changing anything.

use answers::{
    ExportAnswer,
    preview::{CodeSums, PayDifference, PayRulesPreview},
};
use domain::{
    calendar::DateRange,
    export::FileContent,
    id::{DepartmentId, PayRulesId},
    pay::{PayRules, PayRulesVersion, PayRulesVersions},
};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::rules::checked_versions;
use crate::{
    Denied, Failed, Prepared, Request, authorization, exports,
    previews::{PreviewScope, TriedRules, pay_difference},
};

/// The number of people whose days are read at the same time.
const CONCURRENCY: usize = 16;

/// The change that is tried.
#[derive(Debug, Clone)]
pub struct RulesChange {
    /// The rules that the versions replace; none for the built-in rules of people whose pay profile names no rules.
    pub rules_id: Option<PayRulesId>,
    /// The versions in any order, each with another first date.
    pub versions: Vec<PayRulesVersion>,
}

/// Returns the effects that other rules would have on the stored days of at most 31 dates and 100 people. Nothing is written.
///
/// # Errors
/// The caller isn't an admin, the rules don't exist, a version breaks a rule, or the dates or people are too many.
pub async fn preview(
    request: &Request<'_>,
    change: &RulesChange,
    dates: DateRange,
    department: Option<DepartmentId>,
) -> Result<PayRulesPreview, Failed> {
    let Request { ports, caller, .. } = *request;
    let (store, now) = (ports.store, ports.now);
    authorization::must_be_admin(caller)?;
    let (replaced, versions) = tried(request, change).await?;
    let scope = PreviewScope::new(dates.from, dates.to, department)?;
    let people = scope.people(store, caller).await?;
    let count = people.len();
    let tried = TriedRules { replaced: replaced.as_ref(), versions: &versions };
    let compared: Vec<Option<PayDifference>> = stream::iter(people)
        .map(|person| async move { pay_difference(store, person.id, scope.days(), tried, now).await })
        .buffered(CONCURRENCY)
        .try_collect()
        .await?;
    let items: Vec<PayDifference> = compared.into_iter().flatten().collect();
    let mut sums = CodeSums::default();
    for item in &items {
        sums.add(item);
    }
    Ok(PayRulesPreview { people: count, items, totals: sums.differences() })
}

/// Orders the preview of any number of people and of at most 366 dates as a file.
///
/// # Errors
/// The caller isn't an admin, the rules don't exist, a version breaks a rule, the dates are too many, or the order was answered
/// before.
pub async fn order(
    request: &Request<'_>,
    change: &RulesChange,
    dates: DateRange,
    department: Option<DepartmentId>,
) -> Result<Prepared<ExportAnswer>, Failed> {
    authorization::must_be_admin(request.caller)?;
    let scope = PreviewScope::exported(request.caller, (dates.from, dates.to), department)?;
    let (_, versions) = tried(request, change).await?;
    let content = FileContent::PayRulesPreview { rules_id: change.rules_id, versions, scope };
    exports::order_file(request, &content, "pay_rules_preview_requested").await
}

/// Returns the rules that are replaced, if they aren't the built-in ones, and the versions that are tried. The paths of faults
/// begin with `change`.
async fn tried(request: &Request<'_>, change: &RulesChange) -> Result<(Option<PayRules>, PayRulesVersions), Failed> {
    let Request { ports, caller, .. } = *request;
    let snapshot = ports.store.pay_rules_snapshot(caller.user_id, change.rules_id, None, ports.now).await?;
    let replaced: Option<PayRules> = match change.rules_id {
        Some(_) => Some(snapshot.rules.ok_or(Denied::NotFound)?.into()),
        None => None,
    };
    let before = replaced.as_ref().map(|rules| &rules.versions);
    let versions = checked_versions(&change.versions, &snapshot.codes.codes(), before, "change.")?;
    Ok((replaced, versions))
}
