//! The board: the days of a date, department by department as in [`crate::people_lists`], and in each department in the
//! order of names.
//!
//! A department's days of a date are one index partition, which is written with the days. A person whose day isn't stored
//! yet (no event has happened, and the scheduled job hasn't opened it) is found in the partition of the department's people.
//! Both partitions have the same sort keys, so they are merged page by page, whatever their length.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use domain::{
    Invalid,
    calendar::{TimeOfDay, WorkDate, Zone},
    day::{BoardCounts, BoardRow, MonthTotals},
    employment::{Employment, Employments, stored},
    id::{DepartmentId, UserId},
    schedule::instant_of,
    text::Name,
    user::{User, UserStatus},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    Store, StoreError,
    item::Attributes,
    keys::{self, Index, Key},
    people_lists::{Departments, Last, ListScope, Position, QUERIES},
    read::{Found, KeyRange, Range},
};

/// The maximum number of departments whose people are counted.
const COUNTED_DEPARTMENTS: usize = 25;

/// The maximum number of queries of a count. Each reads 1 MB, which is more than a thousand people.
const COUNTING_QUERIES: usize = 60;

/// A limit larger than any query result: a query ends at 1 MB.
const WHOLE: usize = 100_000;

/// The fields of a day that the board's index projects.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct BoardItem {
    pub(crate) user_id: UserId,
    /// The person's name when the day was last changed.
    pub(crate) full_name: Name,
    #[serde(flatten)]
    pub(crate) row: BoardRow,
    /// The part of the day that the month's totals include. Reports add it up from the index, without reading the days.
    #[serde(default, skip_serializing_if = "MonthTotals::is_zero")]
    pub(crate) counted: MonthTotals,
}

/// The fields of a profile that the board needs: it reads many profiles, and few of their fields.
#[derive(Debug, Deserialize)]
#[serde(try_from = "MemberFields")]
struct Member {
    id: UserId,
    full_name: Name,
    status: UserStatus,
    tracks_attendance: bool,
    employments: Employments,
    updated_at: Timestamp,
}

/// The fields of [`Member`] as they are stored.
#[derive(Debug, Deserialize)]
struct MemberFields {
    id: UserId,
    full_name: Name,
    status: UserStatus,
    tracks_attendance: bool,
    #[serde(default)]
    hired_on: Option<WorkDate>,
    #[serde(default)]
    left_on: Option<WorkDate>,
    #[serde(default)]
    employments: Option<Vec<Employment>>,
    updated_at: Timestamp,
}

impl TryFrom<MemberFields> for Member {
    type Error = Invalid;

    fn try_from(fields: MemberFields) -> Result<Self, Invalid> {
        let MemberFields { id, full_name, status, tracks_attendance, hired_on, left_on, employments, updated_at } =
            fields;
        let employments = stored::of_fields(hired_on, left_on, employments)?;
        Ok(Self { id, full_name, status, tracks_attendance, employments, updated_at })
    }
}

/// The board to read.
#[derive(Debug, Clone)]
pub struct BoardOf {
    /// The date of the board.
    pub date: WorkDate,
    /// The departments of the board.
    pub scope: ListScope,
    /// Whether people whose day isn't stored yet are included, which takes a second query.
    pub with_unopened: bool,
    /// Whether the date is over in all zones. Until then each person is listed once, under the department of their day.
    /// Afterwards days and present members are shown as they are stored.
    pub is_over: bool,
}

/// A person on the board.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardLine {
    /// The person.
    pub user_id: UserId,
    /// The person's name.
    pub full_name: Name,
    /// The department of the day.
    pub department_id: Option<DepartmentId>,
    /// Whether the person is known to be active: a member of the department, or of another department since the date began.
    pub is_active: bool,
    /// The person's day; none if it isn't opened yet.
    pub row: Option<BoardRow>,
}

/// A page of the board.
#[derive(Debug)]
pub struct BoardPage {
    /// The people, by department and name.
    pub lines: Vec<BoardLine>,
    /// The position of the next page; absent at the end.
    pub next: Option<Position>,
}

impl Store {
    /// Returns at most `limit` people of the board from `position` on. One Query for each page and department, two if people
    /// without a stored day are included.
    pub async fn board(
        &self,
        board: &BoardOf,
        position: Option<Position>,
        limit: usize,
        wanted: impl Fn(&BoardLine) -> bool,
    ) -> Result<BoardPage, StoreError> {
        let mut page = Gathered::new(limit);
        let mut left = QUERIES;
        let mut departments = Departments::of(&board.scope, position.as_ref());
        let mut here = position;
        loop {
            let Some(position) = departments.position(self, &mut here, &mut left).await? else {
                return Ok(page.end(None));
            };
            if left == 0 {
                return Ok(page.end(Some(position)));
            }
            left = left.saturating_sub(if board.with_unopened { 2 } else { 1 });
            let merged = self.stretch_of(board, &position, page.missing()).await?;
            if page.take(position.department, merged.lines, &wanted) {
                return Ok(page.end(None));
            }
            here = merged.until.map(|last| Position { department: position.department, after: Some(last) });
        }
    }

    /// Returns the first page of the board, and the counts of all its people by state. Counting reads each person's line, at
    /// least one Query for each department. The counts are absent if they would need more than 25 departments or 60 queries;
    /// then the page is read like any other page.
    pub async fn counted_board(
        &self,
        board: &BoardOf,
        limit: usize,
        wanted: impl Fn(&BoardLine) -> bool,
    ) -> Result<(BoardPage, Option<BoardCounts>), StoreError> {
        let mut counts = BoardCounts::default();
        let mut page = Gathered::new(limit);
        let mut left = COUNTING_QUERIES;
        let Some(departments) = self.few_departments(&board.scope).await? else {
            return Ok((self.board(board, None, limit, wanted).await?, None));
        };
        for department in departments {
            let mut here = Some(Position::start_of(department));
            while let Some(position) = here.take() {
                if left == 0 {
                    return Ok((self.board(board, None, limit, wanted).await?, None));
                }
                left = left.saturating_sub(if board.with_unopened { 2 } else { 1 });
                let merged = self.stretch_of(board, &position, WHOLE).await?;
                let lines = merged.lines.iter().map(|(_, line)| line).filter(|line| wanted(line));
                lines.for_each(|line| counts.add(line.row.as_ref()));
                page.take(department, merged.lines, &wanted);
                here = merged.until.map(|last| Position { department, after: Some(last) });
            }
        }
        Ok((page.end(None), Some(counts)))
    }

    /// Returns the departments of a scope, unless there are too many to count.
    async fn few_departments(&self, scope: &ListScope) -> Result<Option<Vec<Option<DepartmentId>>>, StoreError> {
        let mut departments = Departments::of(scope, None);
        let mut few = Vec::new();
        let mut left = QUERIES;
        while let Some(position) = departments.next(self, &mut left).await? {
            if few.len() == COUNTED_DEPARTMENTS {
                return Ok(None);
            }
            few.push(position.department);
        }
        Ok(Some(few))
    }

    async fn stretch_of(&self, board: &BoardOf, position: &Position, limit: usize) -> Result<Merged, StoreError> {
        let department = position.department;
        let after = position.after.as_ref();
        let days = keys::board_index_partition(board.date, department);
        let after_day = after.map(|last| last.start_key(&keys::day(last.id, board.date), days.clone()));
        let days = self.placed::<BoardItem>(days, after_day, limit);
        let people = async {
            if !board.with_unopened {
                return Ok(Found { items: Vec::new(), next: None });
            }
            self.placed::<Member>(keys::users_index_partition(department), position.start_key(), limit).await
        };
        let (days, people) = tokio::try_join!(days, people)?;
        let mut merged = merge(board, department, days, people);
        if !board.is_over {
            self.look_up(board.date, &mut merged).await?;
        }
        Ok(merged)
    }

    /// Reads what the two partitions don't show: whether a person without a day here has one elsewhere (in another
    /// department, or under an earlier name), and the profiles of people who have a day but aren't listed among the
    /// department's people. Reads nothing if no person was moved or renamed lately.
    async fn look_up(&self, date: WorkDate, merged: &mut Merged) -> Result<(), StoreError> {
        let Merged { lines, may_have_a_day, without_profile, .. } = merged;
        let day = |id: &UserId| keys::day(*id, date);
        let wanted: Vec<Key> =
            may_have_a_day.iter().map(day).chain(without_profile.iter().copied().map(keys::profile)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let mut items = self.read_many(&wanted).await?;
        let with_day: BTreeSet<UserId> =
            may_have_a_day.iter().copied().filter(|id| items.take_stored(&day(id)).is_some()).collect();
        lines.retain(|(_, line)| line.row.is_some() || !with_day.contains(&line.user_id));
        for (_, line) in lines.iter_mut().filter(|(_, line)| without_profile.contains(&line.user_id)) {
            if let Some(person) = items.take::<User>(&keys::profile(line.user_id))? {
                line.is_active = person.status == UserStatus::Active;
                line.full_name = person.full_name;
            }
        }
        Ok(())
    }

    /// Returns rows of an index partition, each with its sort key.
    async fn placed<T: DeserializeOwned>(
        &self,
        pk: String,
        after: Option<Attributes>,
        limit: usize,
    ) -> Result<Found<Placed<T>>, StoreError> {
        let key_range = KeyRange { index: Some(Index::Gsi1), pk, range: Range::All, descending: false, limit, after };
        self.query_directly(key_range).await
    }
}

/// An item of an index partition with its position in the order.
#[derive(Debug, Deserialize)]
struct Placed<T> {
    #[serde(rename = "gsi1sk", default)]
    sort: String,
    #[serde(rename = "row")]
    of: T,
}

/// A range of a department's board.
#[derive(Debug)]
struct Merged {
    /// The people in order, with their positions.
    lines: Vec<(Last, BoardLine)>,
    /// The end of the range; absent if the range ends with the department.
    until: Option<Last>,
    /// People without a day here who may have one elsewhere, because their profile has changed lately.
    may_have_a_day: BTreeSet<UserId>,
    /// People with a day who aren't listed among the people of the range.
    without_profile: BTreeSet<UserId>,
}

/// Merges the days with the people who have no day, up to the point where both are known.
fn merge(
    board: &BoardOf,
    department_id: Option<DepartmentId>,
    days: Found<Placed<BoardItem>>,
    people: Found<Placed<Member>>,
) -> Merged {
    let last_day = days.items.last().filter(|_| days.next.is_some()).map(|day| (day.sort.clone(), day.of.user_id));
    let last_person = people.items.last().filter(|_| people.next.is_some()).map(|of| (of.sort.clone(), of.of.id));
    let until = [last_day, last_person].into_iter().flatten().min();

    let with_day: HashSet<UserId> = days.items.iter().map(|day| day.of.user_id).collect();
    let mut members: HashMap<UserId, Name> = HashMap::new();
    let changed_lately = earliest_day_of(board.date);
    let mut may_have_a_day = BTreeSet::new();
    let mut without_profile = BTreeSet::new();
    let mut lines: BTreeMap<(String, UserId), BoardLine> = BTreeMap::new();
    for Placed { sort, of: person } in people.items {
        if person.status != UserStatus::Active {
            continue;
        }
        members.insert(person.id, person.full_name.clone());
        // A person who was renamed since is listed under the old name with their day, and must not be listed twice.
        let is_employed = person.tracks_attendance && person.employments.hold(board.date);
        if !with_day.contains(&person.id) && is_employed {
            if changed_lately <= person.updated_at {
                may_have_a_day.insert(person.id);
            }
            let line = BoardLine {
                user_id: person.id,
                full_name: person.full_name,
                department_id,
                is_active: true,
                row: None,
            };
            lines.insert((sort, person.id), line);
        }
    }
    for Placed { sort, of: BoardItem { user_id, full_name, row, counted: _ } } in days.items {
        let member = members.remove(&user_id);
        let is_active = member.is_some();
        if board.with_unopened && !is_active {
            without_profile.insert(user_id);
        }
        let full_name = member.unwrap_or(full_name);
        lines.insert((sort, user_id), BoardLine { user_id, full_name, department_id, is_active, row: Some(row) });
    }
    if let Some(until) = &until {
        lines.retain(|place, _| place <= until);
    }
    let shown: HashSet<UserId> = lines.keys().map(|(_, id)| *id).collect();
    may_have_a_day.retain(|id| shown.contains(id));
    without_profile.retain(|id| shown.contains(id));
    let last = |(sort, id)| Last { sort, id };
    let lines = lines.into_iter().map(|(place, line)| (last(place), line)).collect();
    Merged { lines, until: until.map(last), may_have_a_day, without_profile }
}

/// Returns the earliest instant at which a day of a date can be stored: one day before the date begins in the first zone. A
/// person whose profile hasn't changed since then is listed in only one place.
fn earliest_day_of(date: WorkDate) -> Timestamp {
    instant_of(&Zone::UTC, date.plus_days(-2), TimeOfDay::constant::<0, 0>())
}

/// A page that is being filled.
struct Gathered {
    limit: usize,
    lines: Vec<(Position, BoardLine)>,
}

impl Gathered {
    const fn new(limit: usize) -> Self {
        Self { limit, lines: Vec::new() }
    }

    /// Returns the number of lines that the page still needs, including the one that shows that there is another page.
    fn missing(&self) -> usize {
        self.limit + 1 - self.lines.len()
    }

    /// Adds the lines of a department that `wanted` accepts. Returns whether the page is full and there are more lines.
    fn take(
        &mut self,
        department: Option<DepartmentId>,
        lines: Vec<(Last, BoardLine)>,
        wanted: &impl Fn(&BoardLine) -> bool,
    ) -> bool {
        let missing = self.missing();
        let lines = lines.into_iter().filter(|(_, line)| wanted(line)).take(missing);
        self.lines.extend(lines.map(|(last, line)| (Position { department, after: Some(last) }, line)));
        self.lines.len() > self.limit
    }

    /// Returns the page. The next page of a full page begins after its last line; otherwise `next` is the position.
    fn end(mut self, next: Option<Position>) -> BoardPage {
        let more = self.lines.len() > self.limit;
        self.lines.truncate(self.limit);
        let next = if more { self.lines.last().map(|(position, _)| position.clone()) } else { next };
        BoardPage { lines: self.lines.into_iter().map(|(_, line)| line).collect(), next }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn id(number: usize) -> UserId {
        format!("01JBN2V7Q4W0M3T9K5{number:08}").parse().unwrap()
    }

    fn placed<T: DeserializeOwned>(name: &str, number: usize, of: serde_json::Value) -> Placed<T> {
        Placed { sort: keys::users_index(None, name, id(number)).sk, of: serde_json::from_value(of).unwrap() }
    }

    fn person(name: &str, number: usize) -> Placed<Member> {
        let at = "2026-01-05T08:00:00Z";
        placed(
            name,
            number,
            json!({
                "id": id(number), "username": format!("person{number}"), "full_name": name, "authority": {"role": "employee"},
                "status": "active", "tracks_attendance": true, "version": 1, "created_at": at, "updated_at": at,
            }),
        )
    }

    fn day(name: &str, number: usize) -> Placed<BoardItem> {
        placed(
            name,
            number,
            json!({
                "user_id": id(number), "full_name": name, "zone": "UTC", "status": "expected", "presence": "out",
            }),
        )
    }

    fn board() -> BoardOf {
        let date = "2026-11-02".parse().unwrap();
        BoardOf { date, scope: ListScope::Everyone, with_unopened: true, is_over: false }
    }

    fn merged(
        days: Vec<Placed<BoardItem>>,
        more: bool,
        people: Vec<Placed<Member>>,
        more_people: bool,
    ) -> (Vec<String>, bool) {
        let next = |more: bool| more.then(Attributes::new);
        let days = Found { items: days, next: next(more) };
        let people = Found { items: people, next: next(more_people) };
        let merged = merge(&board(), None, days, people);
        let shown = |line: &BoardLine| format!("{}{}", line.full_name, if line.row.is_some() { "" } else { "?" });
        (merged.lines.iter().map(|(_, line)| shown(line)).collect(), merged.until.is_some())
    }

    #[test]
    fn days_and_people_without_a_day_are_merged_by_name() {
        let people = vec![person("Anna", 1), person("Bert", 2), person("Carl", 3)];
        let days = vec![day("Bert", 2), day("Zoe", 9)];
        assert_eq!(
            merged(days, false, people, false),
            (vec!["Anna?".into(), "Bert".into(), "Carl?".into(), "Zoe".into()], false)
        );
    }

    #[test]
    fn merging_stops_at_the_end_of_an_incomplete_page() {
        // Dora's day may be on the next page of days, and another person before Zoe on the next of people.
        let people = || vec![person("Anna", 1), person("Bert", 2), person("Dora", 4)];
        assert_eq!(merged(vec![day("Bert", 2)], true, people(), false), (vec!["Anna?".into(), "Bert".into()], true));
        let days = || vec![day("Bert", 2), day("Zoe", 9)];
        let known = vec!["Anna?".into(), "Bert".into(), "Dora?".into()];
        assert_eq!(merged(days(), false, people(), true), (known, true));
    }

    #[test]
    fn a_renamed_person_appears_once_at_the_position_of_their_day() {
        let people = vec![person("Bert", 2), person("Zoe", 1)];
        let days = vec![day("Anna", 1), day("Bert", 2)];
        assert_eq!(merged(days, false, people, false), (vec!["Zoe".into(), "Bert".into()], false));
    }

    #[test]
    fn only_people_changed_since_the_day_could_be_stored_may_have_a_day() {
        let changed = |at: &str, mut person: Placed<Member>| {
            person.of.updated_at = at.parse().unwrap();
            person
        };
        let people = vec![
            changed("2026-10-30T23:59:59Z", person("Anna", 1)),
            changed("2026-10-31T00:00:00Z", person("Bert", 2)),
            changed("2026-11-02T08:00:00Z", person("Carl", 3)),
        ];
        let whole = |items| Found { items, next: None };
        let merged =
            merge(&board(), None, Found { items: vec![day("Carl", 3), day("Zoe", 9)], next: None }, whole(people));
        assert_eq!(merged.may_have_a_day, [id(2)].into());
        assert_eq!(merged.without_profile, [id(9)].into());
    }
}
