//! Lists of a person's days.

use domain::{
    calendar::WorkDate,
    day::{Day, Month, MonthTotals},
    id::{DepartmentId, UserId},
};

use crate::{
    Store, StoreError, keys,
    page::{Page, page_of},
    read::{Range, Stretch},
};

impl Store {
    /// A person's stored days from `from` to `to`, newest first, at most `limit` of those before `before`. One Query.
    pub async fn days(
        &self,
        user: UserId,
        from: WorkDate,
        to: WorkDate,
        before: Option<WorkDate>,
        limit: usize,
    ) -> Result<Page<Day>, StoreError> {
        let sort_key = |date| keys::day(user, date).sk;
        let stretch = Stretch {
            index: None,
            pk: keys::user_partition(user),
            range: Range::Between(sort_key(from), sort_key(to)),
            descending: true,
            limit: limit + 1,
            after: before.map(|date| keys::day(user, date).attributes()),
        };
        Ok(page_of(self.query(stretch).await?, limit))
    }

    /// The totals of a person's month in a department.
    pub async fn month_totals(
        &self,
        user: UserId,
        month: Month,
        department: Option<DepartmentId>,
    ) -> Result<MonthTotals, StoreError> {
        Ok(self.get(keys::month(user, month, department)).await?.unwrap_or_default())
    }
}
