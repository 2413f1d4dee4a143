//! `housekeeping`: deletes photos that no punch refers to. A photo is stored before its punch is committed. If the function
//! stopped in between, or couldn't know whether the commit succeeded, the photo remains until this check.

use std::collections::BTreeSet;

use domain::{
    calendar::{WorkDate, Zone},
    id::UserId,
    photo::{day_of_photo, photos_of},
};
use jiff::SignedDuration;
use photo_store::{Object, PhotoStore};
use runtime::events::Failure;
use store::StoreError;

use crate::run::{Outcome, Run};

/// The work dates whose photos are examined, relative to today. A session may end up to two days after its date, so a date is
/// examined when no more punches can be added to it, and also on the days before.
const DATES: std::ops::RangeInclusive<i32> = -4..=-1;

/// How long after a photo is stored its punch is either committed or never will be: longer than any invocation lasts.
const MIN_ORPHAN_AGE: SignedDuration = SignedDuration::from_hours(1);

/// The number of days that one read returns.
const DAYS_AT_ONCE: usize = 100;

/// Deletes photos of the last days that no punch refers to.
pub(crate) async fn tidy(run: &Run, photos: &PhotoStore) -> Result<Outcome, Failure> {
    let today = Zone::UTC.date_of(run.now);
    let mut outcome = Outcome::NOTHING_TO_DO;
    for date in DATES.map(|days| today.plus_days(days)) {
        let mut after = None;
        loop {
            if run.is_over() {
                return Ok(outcome.unfinished());
            }
            let listed = photos.list(&photos_of(date), after.take()).await.map_err(Failure::new)?;
            outcome.looked_at += listed.objects.len();
            for orphan in orphans(run, &listed.objects).await.map_err(Failure::new)? {
                photos.delete(&orphan).await.map_err(Failure::new)?;
                tracing::warn!(key = orphan, "a photo without a punch was removed");
                outcome.changed += 1;
            }
            after = listed.next;
            if after.is_none() {
                break;
            }
        }
    }
    Ok(outcome)
}

/// Returns the keys that no punch of their day refers to. The thousand photos of a page belong to a thousand days at most.
async fn orphans(run: &Run, objects: &[Object]) -> Result<Vec<String>, StoreError> {
    let owners: Vec<(UserId, WorkDate)> = objects.iter().filter_map(|object| day_of_photo(&object.key)).collect();
    let wanted: Vec<(UserId, WorkDate)> = owners.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    let mut named = BTreeSet::new();
    for days in wanted.chunks(DAYS_AT_ONCE) {
        for day in run.store.days_of(&days.iter().copied().collect()).await? {
            named.extend(day.photo_keys().into_iter().map(str::to_owned));
        }
    }
    // The punch of a photo that was stored recently may not be committed yet.
    let settled = run.now.saturating_sub(MIN_ORPHAN_AGE).unwrap_or(run.now);
    let orphans = objects.iter().filter(|object| object.stored_at <= settled && !named.contains(&object.key));
    Ok(orphans.map(|object| object.key.clone()).collect())
}
