//! The attendance of the past: an entry is a person's day.

use std::collections::{BTreeMap, BTreeSet};

use app::{
    Failed, Request,
    attendance::{days, imports::ImportedDay},
};
use domain::{calendar::WorkDate, day::SessionTimes, id::UserId, text::Reason};
use store::{Store, StoreError};

use crate::entries::{Decision, Entry, OfJob};

/// The reason in the history of the days.
const REASON: &str = "Imported";

impl Entry for ImportedDay {
    fn row(&self) -> u32 {
        self.row
    }

    /// Reads the stored days of each person at once.
    async fn known(store: &Store, entries: &[Self]) -> Result<Vec<bool>, StoreError> {
        let mut stored: BTreeMap<(UserId, WorkDate), Vec<SessionTimes>> = BTreeMap::new();
        let people: BTreeSet<UserId> = entries.iter().map(|day| day.user_id).collect();
        for person in people {
            let dates = || entries.iter().filter(|day| day.user_id == person).map(|day| day.date);
            let (Some(from), Some(to)) = (dates().min(), dates().max()) else { continue };
            for day in store.all_days(person, from, to).await? {
                let times = |session| SessionTimes { id: None, ..SessionTimes::of(session) };
                stored.insert((person, day.date()), day.sessions().iter().map(times).collect());
            }
        }
        Ok(entries.iter().map(|day| stored.get(&(day.user_id, day.date)) == Some(&day.sessions)).collect())
    }

    async fn decide(&self, request: &Request<'_>, _: OfJob<'_>) -> Result<Decision, Failed> {
        let reason = Reason::parse(REASON).map_err(|error| StoreError::Unwritable(error.to_string()))?;
        let prepared = days::import(request, (self.user_id, self.date), &reason, &self.sessions).await?;
        Ok(prepared.into())
    }
}
