//! Reads the parts of a report.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    audit::Actor,
    calendar::WorkDate,
    day::{Day, Month},
    id::{DepartmentId, UserId},
    leave::{Balance, Booking, LeaveDayLength},
    user::{User, UserStatus},
};
use jiff::Timestamp;
use store::{Store, leave_book::BookQuery, people_lists::ListScope, report_lists::DayLine};

use crate::{
    ReportError,
    part::{DepartmentFilter, Figure, FigureValue, OfPerson, Part},
    scope::ReportScope,
};

/// The number of days that one call reads.
const DAYS_AT_ONCE: usize = 100;
/// The number of people whose balances are read together.
const BOOKS_AT_ONCE: usize = 200;

/// The data that reading a part needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) store: &'a Store,
    pub(crate) scope: &'a ReportScope,
    pub(crate) now: Timestamp,
    /// The maximum number of figures of one part. One more shows that there are too many.
    pub(crate) most: usize,
}

impl Reader<'_> {
    /// Reads the figures of a part, in the order of the lines.
    pub(crate) async fn read(self, part: Part) -> Result<Vec<Figure>, ReportError> {
        match part {
            Part::Months { month, department } => self.months(month, department).await,
            Part::Days { date, department } => {
                let lines = self.lines(date, department).await?;
                Ok(lines.into_iter().map(|line| self.day(date, department, line)).collect())
            }
            Part::WholeDays { date, department } => self.whole_days(date, department).await,
            Part::Person { user_id, what, departments } => self.person(user_id, what, &departments).await,
            Part::Balances { of, year } => self.balances(of, year).await,
            Part::BalancesOfPerson { user_id, year } => {
                let person = self.store.user(user_id).await?.ok_or(ReportError::NobodyThere)?;
                self.books(vec![person], year).await
            }
        }
    }

    async fn months(self, month: Month, department: Option<DepartmentId>) -> Result<Vec<Figure>, ReportError> {
        let first = month.dates().from;
        let lines = self.store.month_lines(month, department, self.most).await?;
        let mut figures: Vec<Figure> = lines
            .into_iter()
            .filter(|line| self.scope.may_show(line.user_id))
            .map(|line| Figure {
                owner: self.scope.owner(line.user_id, line.full_name.as_str(), department),
                value: FigureValue::Month(first, line.totals),
            })
            .collect();
        figures.sort_by_cached_key(|figure| (figure.owner.full_name.to_lowercase(), figure.owner.user_id));
        Ok(figures)
    }

    async fn lines(self, date: WorkDate, department: Option<DepartmentId>) -> Result<Vec<DayLine>, ReportError> {
        let mut lines = self.store.day_lines(date, department, self.most).await?;
        lines.retain(|line| self.scope.may_show(line.user_id));
        Ok(lines)
    }

    fn day(self, date: WorkDate, department: Option<DepartmentId>, line: DayLine) -> Figure {
        let owner = self.scope.owner(line.user_id, line.full_name.as_str(), department);
        Figure { owner, value: FigureValue::Day(date, line.counted) }
    }

    /// Reads the full days of people who worked, because only days contain the remarks and places of sessions.
    async fn whole_days(self, date: WorkDate, department: Option<DepartmentId>) -> Result<Vec<Figure>, ReportError> {
        let mut lines = self.lines(date, department).await?;
        // The board's `since` is set as soon as a person has a session.
        lines.retain(|line| line.row.since.is_some());
        let mut figures = Vec::with_capacity(lines.len());
        for some in lines.chunks(DAYS_AT_ONCE) {
            let wanted: BTreeSet<(UserId, WorkDate)> = some.iter().map(|line| (line.user_id, date)).collect();
            let days = self.store.days_of(&wanted).await?;
            let mut days: BTreeMap<UserId, Day> = days.into_iter().map(|day| (day.user_id(), day)).collect();
            for line in some {
                // The index is eventually consistent: the day may belong to another department by now.
                let day = days.remove(&line.user_id).filter(|day| day.department_id() == department);
                let owner = self.scope.owner(line.user_id, line.full_name.as_str(), department);
                figures.extend(day.map(|day| Figure { owner, value: FigureValue::WholeDay(Box::new(day)) }));
            }
        }
        Ok(figures)
    }

    async fn person(
        self,
        user: UserId,
        what: OfPerson,
        departments: &DepartmentFilter,
    ) -> Result<Vec<Figure>, ReportError> {
        let owner = |department| self.scope.owner(user, "", department);
        match what {
            OfPerson::Month(month) => {
                let mut months = self.store.person_months(user, month, month).await?;
                months.sort_by_cached_key(|month| {
                    let name = self.scope.department(month.department_id);
                    (name.is_none(), name.map(str::to_lowercase))
                });
                let figure = |month: store::report_lists::PersonMonth| Figure {
                    owner: owner(month.department_id),
                    value: FigureValue::Month(month.first, month.totals),
                };
                Ok(months.into_iter().filter(|month| departments.holds(month.department_id)).map(figure).collect())
            }
            OfPerson::Days(dates) | OfPerson::WholeDays(dates) => {
                let mut days = self.store.all_days(user, dates.from, dates.to).await?;
                days.retain(|day| departments.holds(day.department_id()));
                days.reverse();
                let figure = |day: Day| Figure {
                    owner: owner(day.department_id()),
                    value: match what {
                        OfPerson::WholeDays(_) => FigureValue::WholeDay(Box::new(day)),
                        OfPerson::Month(_) | OfPerson::Days(_) => FigureValue::Day(day.date(), day.counted()),
                    },
                };
                Ok(days.into_iter().map(figure).collect())
            }
        }
    }

    async fn balances(self, of: Option<DepartmentId>, year: i16) -> Result<Vec<Figure>, ReportError> {
        let scope = of.map_or(ListScope::Everyone, |id| ListScope::Departments(BTreeSet::from([id])));
        let mut figures = Vec::new();
        let mut position = None;
        loop {
            let page = self.store.people(&scope, position, BOOKS_AT_ONCE, has_books, false).await?;
            figures.extend(self.books(page.people, year).await?);
            position = page.next;
            if position.is_none() || figures.len() >= self.most {
                return Ok(figures);
            }
        }
    }

    /// Reads people's balances of a leave year, with all entries that are due.
    async fn books(self, people: Vec<User>, year: i16) -> Result<Vec<Figure>, ReportError> {
        let company = self.store.company_snapshot(&[]).await?;
        let settings = &company.settings.settings;
        let types = self.store.leave_types().await?;
        let counted = types.counted();
        let today = |person: &User| person.zone_at(&company.sites, &settings.time_zone).date_of(self.now);
        let query = |person: &User| BookQuery {
            user: person.id,
            years: BookQuery::years_around(today(person), Some(year)),
            types: counted.clone(),
        };
        let queries: Vec<BookQuery> = people.iter().map(query).collect();
        let books = self.store.stored_books(&queries, &types).await?;
        let mut figures = Vec::new();
        for (person, stored) in people.iter().zip(&books) {
            let booking = Booking { at: self.now, today: today(person), by: Actor::System };
            // Nothing here is committed: the result only shows what would be booked.
            let mut book = stored.open(person, settings, booking);
            for leave_type in &counted {
                let leave_year = book.years(leave_type).named(year);
                book.include_year(leave_type, leave_year.year);
                let balance = book.balances().get(leave_type, leave_year.year).cloned();
                let balance = balance.unwrap_or_else(|| Balance::new(leave_year, leave_type.clone()));
                figures.push(Figure {
                    owner: self.scope.owner(person.id, person.full_name.as_str(), person.department_id),
                    value: FigureValue::Balance(Box::new(balance), LeaveDayLength::of(settings)),
                });
            }
        }
        Ok(figures)
    }
}

/// Returns whether a person was ever active.
const fn has_books(person: &User) -> bool {
    match person.status {
        UserStatus::Active | UserStatus::Disabled => true,
        UserStatus::Pending => false,
    }
}
