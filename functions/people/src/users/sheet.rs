//! The list of people as a sheet, in the columns that `POST /users/import` takes.

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Response};
use domain::{
    calendar::{WorkDate, Zone},
    email::Email,
    id::{DepartmentId, SiteId},
    language::Language,
    settings::LeaveAllowance,
    text::Name,
    user::{User, UserStatus},
};
use http::{HeaderValue, header};
use store::{departments::DepartmentRecord, people_lists::ListScope, sites::MAX_SITES};
use web::{App, Code, Detail, Problem, sheet::escape_formula};

use super::import::rows::COLUMNS;

/// The maximum number of people in a sheet: as many as an import takes.
const MAX_PEOPLE: usize = 5000;
/// The number of people in one read.
const PAGE: usize = 200;
/// The number of departments in one read.
const DEPARTMENTS: usize = 1000;

/// The names that a sheet shows in place of ids.
struct Names {
    departments: BTreeMap<DepartmentId, Name>,
    sites: BTreeMap<SiteId, Name>,
}

/// Returns the people whom `wanted` accepts as one sheet.
pub(super) async fn sheet(
    app: &App,
    scope: &ListScope,
    wanted: impl Fn(&User) -> bool,
    filtered: bool,
) -> Result<Response, Problem> {
    let names = names(app).await?;
    let mut sheet = csv::Writer::from_writer(Vec::new());
    sheet.write_record(COLUMNS).map_err(Problem::internal)?;
    let (mut position, mut people) = (None, 0);
    loop {
        let page = app.store.people(scope, position, PAGE, &wanted, filtered).await?;
        people += page.people.len();
        if people > MAX_PEOPLE {
            let detail = Detail::SheetPeople { max: MAX_PEOPLE as u64 };
            return Err(Problem::new(Code::ReportTooLarge).detail(detail));
        }
        for person in &page.people {
            sheet.write_record(names.line(person)).map_err(Problem::internal)?;
        }
        match page.next {
            Some(next) => position = Some(next),
            None => break,
        }
    }
    let bytes = sheet.into_inner().map_err(Problem::internal)?;
    let mut response = ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response();
    let file = HeaderValue::from_static("attachment; filename=\"people.csv\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, file);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn names(app: &App) -> Result<Names, Problem> {
    let (mut departments, mut after) = (BTreeMap::new(), None);
    loop {
        let page = app.store.departments(after, DEPARTMENTS).await?;
        after = page.items.last().filter(|_| page.more).map(|department| department.id);
        departments.extend(page.items.into_iter().map(|DepartmentRecord { id, name, .. }| (id, name)));
        if after.is_none() {
            break;
        }
    }
    let sites = app.store.sites(None, MAX_SITES).await?;
    let named = |site: domain::site::Site| (site.id, site.name);
    Ok(Names { departments, sites: sites.items.into_iter().map(|record| named(record.into())).collect() })
}

impl Names {
    /// Returns a person's cells, in the order of the columns.
    fn line(&self, person: &User) -> [String; COLUMNS.len()] {
        let text = |text: Option<&str>| text.map(escape_formula).unwrap_or_default();
        let date = |date: Option<WorkDate>| date.map(|date| date.to_string()).unwrap_or_default();
        let status = match person.status {
            UserStatus::Pending => "pending",
            UserStatus::Active => "active",
            UserStatus::Disabled => "disabled",
        };
        let department = person.department_id.and_then(|id| self.departments.get(&id));
        let site = person.site_id.and_then(|id| self.sites.get(&id));
        [
            person.username.as_str().to_owned(),
            text(Some(person.full_name.as_str())),
            text(person.email.as_ref().map(Email::as_str)),
            status.to_owned(),
            text(department.map(Name::as_str)),
            text(site.map(Name::as_str)),
            person.time_zone.as_ref().map(Zone::to_string).unwrap_or_default(),
            person.language.map(Language::code).unwrap_or_default().to_owned(),
            date(person.employments.hired_on()),
            date(person.employments.left_on()),
            person.tracks_attendance.to_string(),
            person.annual_leave_days.map(days).unwrap_or_default(),
        ]
    }
}

fn days(allowance: LeaveAllowance) -> String {
    f64::from(allowance).to_string()
}
