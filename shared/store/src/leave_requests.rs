//! Leave requests: by id, by person, by the departments that a manager is responsible for, and the calendar of absences.

use std::collections::BTreeSet;

use domain::{
    calendar::WorkDate,
    id::{LeaveRequestId, UserId},
    leave::request::{Extent, Interruption, LeavePeriod, LeaveRequest, LeaveStatus, OpenLeave},
    schedule::LeaveTypeCode,
    text::Name,
    user::User,
};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::When,
    item::Item,
    keys::{self, Index},
    owned_lists::{OwnedIndex, Places},
    people_lists::{Departments, ListScope, Position, QUERIES},
    read::{Found, KeyRange, Range},
    stored_item::WithRow,
};

/// The number of requests that one query reads when a filter may drop most of them.
const LOOKED_AT: usize = 200;
/// The maximum number of dates of a request. A request that ends more than this number of days after a date began after that
/// date.
const LONGEST_DAYS: i32 = 366;

/// A page of a list.
#[derive(Debug)]
pub struct LeavePage<T, P> {
    /// The listed items, in order.
    pub items: Vec<T>,
    /// The position of the next page; absent at the end.
    pub next: Option<P>,
}

/// The filter of a list of requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeaveFilter {
    /// The status of the requests; none for all.
    pub status: Option<LeaveStatus>,
    /// The earliest date: requests that end before it are left out.
    pub from: Option<WorkDate>,
    /// The latest date: requests that begin after it are left out.
    pub to: Option<WorkDate>,
}

/// A person who is or may be away: the fields of a request that the calendar's index projects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Away {
    /// The id of the request.
    pub id: LeaveRequestId,
    /// The person.
    pub user_id: UserId,
    /// The person's name.
    pub full_name: Name,
    /// The first and the last date.
    #[serde(flatten)]
    pub period: LeavePeriod,
    /// The dates that other leave interrupts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interruptions: Vec<Interruption>,
    /// The type of leave.
    #[serde(rename = "type")]
    pub leave_type: LeaveTypeCode,
    /// The status, pending or approved.
    pub status: LeaveStatus,
}

impl Away {
    /// Returns the periods of the person's absence by this request, without interruptions by other leave. Only periods that
    /// overlap with the dates from `from` to `to` are included.
    pub fn periods(&self, from: WorkDate, to: WorkDate) -> Vec<LeavePeriod> {
        let mut periods = Extent { period: self.period, interruptions: &self.interruptions }.periods();
        periods.retain(|period| period.start_date() <= to && from <= period.end_date());
        periods
    }
}

impl LeaveFilter {
    fn lets_through(&self, request: &LeaveRequest) -> bool {
        self.status.is_none_or(|status| request.status == status)
            && self.from.is_none_or(|from| from <= request.period.end_date())
            && self.to.is_none_or(|to| request.period.start_date() <= to)
    }

    fn is_any(&self) -> bool {
        *self == Self::default()
    }
}

impl Store {
    /// Returns a person, and their open requests that are listed under another name or department than the person has. There
    /// are at most 40, because a person can have no more open requests.
    pub async fn misplaced_leave(&self, user: UserId) -> Result<(Option<User>, Vec<LeaveRequest>), StoreError> {
        let (profile, open) = (keys::profile(user), keys::open_leave(user));
        let mut items = self.read([profile.clone(), open.clone()]).await?;
        let Some(person) = items.take::<User>(&profile)? else { return Ok((None, Vec::new())) };
        let open: OpenLeave = items.take(&open)?.unwrap_or_default();
        let keys: Vec<_> = open.entries().iter().map(|entry| keys::leave_request(entry.id)).collect();
        if keys.is_empty() {
            return Ok((Some(person), Vec::new()));
        }
        let mut items = self.read(keys.iter().cloned()).await?;
        let mut misplaced = Vec::new();
        for key in &keys {
            let Some(item) = items.take_stored(key) else { continue };
            let request: LeaveRequest = item.read()?;
            let WithRow { row } = item.read()?;
            let is_renamed = row.is_some_and(|row: Away| row.full_name != person.full_name);
            if is_renamed || request.department_id != person.department_id {
                misplaced.push(request);
            }
        }
        Ok((Some(person), misplaced))
    }
}

impl Store {
    /// Returns the ids of a person's requests that the given request has interrupted. One Query for each 200 requests of the
    /// person.
    pub async fn interrupted_by(&self, request: &LeaveRequest) -> Result<BTreeSet<LeaveRequestId>, StoreError> {
        let (from, to) = (Some(request.period.start_date()), Some(request.period.end_date()));
        let filter = LeaveFilter { from, to, ..LeaveFilter::default() };
        let mut found = BTreeSet::new();
        let mut before = None;
        loop {
            let page = self.leave_requests_of(request.user_id, filter, before, LOOKED_AT).await?;
            let is_interrupted =
                |other: &&LeaveRequest| other.interruptions.iter().any(|other| other.request_id == request.id);
            found.extend(page.items.iter().filter(is_interrupted).map(|other| other.id));
            before = page.next;
            if before.is_none() {
                return Ok(found);
            }
        }
    }

    /// Returns a request.
    pub async fn leave_request(&self, id: LeaveRequestId) -> Result<Option<LeaveRequest>, StoreError> {
        self.get(keys::leave_request(id)).await
    }

    /// Returns a person's requests, newest first: at most `limit` of those before `before` that match the filter. One Query
    /// for each 200 requests that are examined.
    pub async fn leave_requests_of(
        &self,
        person: UserId,
        filter: LeaveFilter,
        before: Option<LeaveRequestId>,
        limit: usize,
    ) -> Result<LeavePage<LeaveRequest, LeaveRequestId>, StoreError> {
        let mut items: Vec<LeaveRequest> = Vec::new();
        let mut after = before;
        loop {
            let key_range = KeyRange {
                index: None,
                pk: keys::user_partition(person),
                range: Range::Prefix(keys::LEAVE.to_owned()),
                descending: true,
                limit: if filter.is_any() { limit + 1 - items.len() } else { LOOKED_AT },
                after: after.map(|id| keys::leave_request(id).attributes()),
            };
            let found: Found<LeaveRequest> = self.query(key_range).await?;
            after = found.items.last().map(|request| request.id).or(after);
            for request in found.items.into_iter().filter(|request| filter.lets_through(request)) {
                if items.len() == limit {
                    let next = items.last().map(|request| request.id);
                    return Ok(LeavePage { items, next });
                }
                items.push(request);
            }
            if found.next.is_none() {
                return Ok(LeavePage { items, next: None });
            }
        }
    }

    /// Returns at most `limit` requests of the people of a scope's departments from `position` on, with their people,
    /// department by department. Pending requests come first, and each kind is newest first. Only requests of people whom
    /// `visible` accepts are included.
    pub async fn leave_requests(
        &self,
        scope: &ListScope,
        filter: LeaveFilter,
        position: Option<Position>,
        limit: usize,
        visible: impl Fn(&User) -> bool,
    ) -> Result<LeavePage<(LeaveRequest, User), Position>, StoreError> {
        let range = filter.status.map_or(Range::All, |status| Range::Prefix(keys::leave_of_status(status).to_owned()));
        let index = OwnedIndex {
            index: Index::Gsi1,
            partition: keys::leave_index_partition,
            range,
            descending: true,
            key: |_, sort| keys::owned_of_index(sort).map(keys::leave_request),
        };
        let Places { found, next } = self.owned_places(scope, &index, position, limit).await?;
        let mut requests: Vec<(LeaveRequest, User)> = self.owned_things(index.key, &found).await?;
        requests.retain(|(request, person)| visible(person) && filter.lets_through(request));
        Ok(LeavePage { items: requests, next })
    }

    /// Returns at most `limit` people who are or may be away between two dates, department by department and in the order of
    /// their last dates. One Query for each department, and more if many absences begin only after `to`. The index lags
    /// behind writes by a moment.
    pub async fn away(
        &self,
        scope: &ListScope,
        from: WorkDate,
        to: WorkDate,
        position: Option<Position>,
        limit: usize,
        shown: impl Fn(&Away) -> bool,
    ) -> Result<LeavePage<Away, Position>, StoreError> {
        // Requests that end after the last of these dates began after `to`.
        let latest = to.plus_days(LONGEST_DAYS);
        let index = OwnedIndex {
            index: Index::Gsi2,
            partition: keys::away_index_partition,
            range: Range::Between(from.to_string(), format!("{latest}~")),
            descending: false,
            key: |_, sort| keys::owned_of_index(sort).map(keys::leave_request),
        };
        let mut items = Vec::new();
        let mut left = QUERIES;
        let mut departments = Departments::of(scope, position.as_ref());
        let mut here = position;
        loop {
            let Some(position) = departments.position(self, &mut here, &mut left).await? else {
                return Ok(LeavePage { items, next: None });
            };
            if left == 0 {
                return Ok(LeavePage { items, next: Some(position) });
            }
            left -= 1;
            let found = self.owned_of(&position, &index, LOOKED_AT).await?;
            let mut last = position.clone();
            for item in found.items {
                let place = index.place(position.department, &item)?;
                let away: Away = item.read_row()?;
                if away.period.start_date() <= to && shown(&away) {
                    if items.len() == limit {
                        return Ok(LeavePage { items, next: Some(last) });
                    }
                    items.push(away);
                }
                last = place;
            }
            here = Some(last).filter(|_| found.next.is_some());
        }
    }
}

impl Commit {
    /// Puts a request's next version; version 1 is a new request. Lists show it under the name and department of `person`.
    /// The caller adds the condition on the profile.
    pub fn put_leave_request(&mut self, person: &User, request: &LeaveRequest) -> Result<(), StoreError> {
        let row = Away {
            id: request.id,
            user_id: person.id,
            full_name: person.full_name.clone(),
            period: request.period,
            interruptions: request.interruptions.clone(),
            leave_type: request.leave_type.clone(),
            status: request.status,
        };
        let item = Item::next(keys::leave_request(request.id), request)?.indexed(keys::leave_index(
            request.department_id,
            request.status,
            request.id,
        ));
        let item = match request.status {
            LeaveStatus::Pending | LeaveStatus::Approved => {
                item.indexed(keys::away_index(request.department_id, &request.period, request.id)).row(&row)?
            }
            LeaveStatus::Rejected | LeaveStatus::Cancelled => item,
        };
        self.put(item, When::Version(request.version.saturating_sub(1)), Some(Condition::Version))
    }

    /// Puts requests of a person who was moved or renamed, so that lists show them under the new department and name.
    pub fn relist_leave(&mut self, person: &User, requests: &[LeaveRequest]) -> Result<(), StoreError> {
        self.guard_person(person)?;
        requests.iter().try_for_each(|request| self.put_leave_request(person, &request.moved(person.department_id)))
    }

    /// Adds the condition that a person's pending and future leave is unchanged.
    pub fn check_open_leave(&mut self, user: UserId, read: &OpenLeave) -> Result<(), StoreError> {
        self.check_unchanged(&keys::open_leave(user), read.version)
    }

    /// Puts the next version of a person's pending and future leave.
    pub fn put_open_leave(&mut self, user: UserId, after: &OpenLeave) -> Result<(), StoreError> {
        let before = When::Version(after.version.saturating_sub(1));
        self.put(Item::next(keys::open_leave(user), after)?, before, Some(Condition::Version))
    }
}
