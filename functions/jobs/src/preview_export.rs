//! Exports previews that are too large for a request: what other settings or pay rules would mean for stored days. The file is the
//! object that the request answers, with the names of the people. Nothing else is written.

use std::collections::BTreeSet;

use answers::preview::{CodeSums, FigureDifferences, PayDifference, PersonDifference};
use app::previews::{TriedRules, figure_difference, pay_difference};
use bucket::Upload;
use domain::{
    export::PreviewedDays,
    id::PayRulesId,
    job::JobStop,
    pay::{PayRules, PayRulesVersions},
    settings::Settings,
    text::Name,
    user::User,
};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use serde::Serialize;
use store::{StoreError, people_lists::ListScope};

use crate::{
    context::Jobs,
    export_run::{Stopped, advance, begin, ensure_time},
    written_file::{PAGE, WrittenFile, people},
};

/// The number of people whose days are computed at the same time.
const CONCURRENCY: usize = 8;

/// A person's difference with the name, which responses get from a layer.
#[derive(Serialize)]
struct Named<'a, T> {
    user_name: &'a str,
    #[serde(flatten)]
    difference: &'a T,
}

/// Writes whose pay would differ under other pay rules.
pub(crate) async fn write_pay(
    file: WrittenFile<'_>,
    rules_id: Option<PayRulesId>,
    versions: &PayRulesVersions,
    scope: PreviewedDays,
) -> Result<(), Stopped> {
    let jobs = file.jobs;
    let replaced: Option<PayRules> = match rules_id {
        Some(id) => {
            let found = jobs.store.pay_rules_of(&BTreeSet::from([id])).await?.remove(&id);
            Some(found.ok_or_else(|| Stopped::Refused(JobStop::RulesDeleted.into()))?)
        }
        None => None,
    };
    let tried = TriedRules { replaced: replaced.as_ref(), versions };
    let people = people_of(jobs, scope).await?;
    let (count, now) = (people.len(), jobs.clock.now());
    let compared = stream::iter(people).map(|person| async move {
        let found = pay_difference(&jobs.store, person.id, scope, tried, now).await?;
        Ok::<_, StoreError>((person.full_name, found))
    });
    let mut sums = CodeSums::default();
    let add = |found: &PayDifference| sums.add(found);
    let items = write_items(file, count, compared.buffered(CONCURRENCY), add).await?;
    items.end(&sums.differences()).await
}

/// Writes whose figures would differ under other settings.
pub(crate) async fn write_figures(
    file: WrittenFile<'_>,
    settings: &Settings,
    scope: PreviewedDays,
) -> Result<(), Stopped> {
    let jobs = file.jobs;
    let people = people_of(jobs, scope).await?;
    let (count, now) = (people.len(), jobs.clock.now());
    let compared = stream::iter(people).map(|person| async move {
        let found = figure_difference(&jobs.store, &person, scope, settings, now).await?;
        Ok::<_, StoreError>((person.full_name, found))
    });
    let mut totals = FigureDifferences::default();
    let add = |found: &PersonDifference| totals.add(found.figures);
    let items = write_items(file, count, compared.buffered(CONCURRENCY), add).await?;
    items.end(&totals).await
}

/// Returns the people who are employed on one of the dates.
async fn people_of(jobs: &Jobs, scope: PreviewedDays) -> Result<Vec<User>, StoreError> {
    let listed = match scope.department_id {
        Some(department) => ListScope::Departments(BTreeSet::from([department])),
        None => ListScope::Everyone,
    };
    let is_employed = |person: &User| scope.dates().any(|date| person.is_employed_on(date));
    people(|position| jobs.store.people(&listed, position, PAGE, is_employed, true)).await
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Stopped> {
    serde_json::to_vec(value).map_err(|error| Stopped::Failed(error.to_string()))
}

/// A preview whose items are written.
struct Items<'a> {
    upload: &'a mut Upload,
    people: usize,
}

/// Writes the items of a preview as they are computed. `add` adds each to the sums.
async fn write_items<T: Serialize>(
    file: WrittenFile<'_>,
    people: usize,
    compared: impl Stream<Item = Result<(Name, Option<T>), StoreError>>,
    mut add: impl FnMut(&T),
) -> Result<Items<'_>, Stopped> {
    let WrittenFile { jobs, job, deadline, upload } = file;
    *job = begin(jobs, job, people).await?;
    upload.write(b"{\"items\":[").await?;
    let mut compared = std::pin::pin!(compared);
    let (mut done, mut stored, mut separator) = (0, 0, &b""[..]);
    while let Some((name, found)) = compared.try_next().await? {
        if let Some(found) = found {
            add(&found);
            upload.write(separator).await?;
            upload.write(&json(&Named { user_name: name.as_str(), difference: &found })?).await?;
            separator = b",";
        }
        done += 1;
        ensure_time(deadline)?;
        stored = advance(jobs, job, (stored, done, people)).await?;
    }
    Ok(Items { upload, people })
}

impl Items<'_> {
    /// Writes the number of people and the sums.
    async fn end(self, totals: &impl Serialize) -> Result<(), Stopped> {
        let end = format!("],\"people\":{},\"totals\":", self.people);
        self.upload.write(end.as_bytes()).await?;
        self.upload.write(&json(totals)?).await?;
        Ok(self.upload.write(b"}").await?)
    }
}
