//! `GET /bootstrap`: the first screen of someone who has signed in, in one call.

use axum::extract::State;
use domain::{
    calendar::{WorkDate, Zone},
    day::{Presence, dates_needed},
    id::{DepartmentId, SiteId},
    leave::LeaveType,
    schedule::{Planner, ShiftId},
    settings::{
        BreakRules, ClockInOnLeave, ClockInWindow, Geofence, LeaveAllowance, MinutesOfDay, MonthDay, PhotoRule,
        Settings, ShiftTimes, WeeklyOffLimits, WeeklyOffs,
    },
    text::Name,
};
use jiff::Timestamp;
use serde::Serialize;
use store::{
    StoreError, bootstrap::BootstrapSnapshot, departments::DepartmentRecord, leave_book::BookQuery, sites::SiteRecord,
};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem,
    allowed::{approval_of, user_actions},
    answers::{
        BalanceAnswer, UserAnswer,
        clock::{ClockStatusAnswer, DAYS_AHEAD},
    },
    authorization::{self, Permission, permissions},
    instant::Instant,
};

use crate::approvals::{
    counts::{ApprovalCounts, MAX_COUNTED},
    query_of,
};

/// The most departments and the most sites that are named.
const MAX_NAMED: usize = 200;
/// The most shifts ahead that are shown.
const MAX_SHIFTS: usize = 10;

/// Everything that a first screen shows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Bootstrap {
    /// The server's time, in the caller's zone.
    now: Instant,
    /// The zone of the caller's days.
    time_zone: Zone,
    /// The caller.
    user: UserAnswer,
    /// What the caller may do. What may be done with one request, day or person is in its `allowed_actions`.
    permissions: Vec<Permission>,
    /// The settings that matter to a client.
    settings: ClientSettings,
    /// The time clock, as in `GET /clock`.
    clock: ClockStatusAnswer,
    /// How much waits for the caller.
    badges: Badges,
    /// The caller's balances of this leave year, of every counted type.
    leave_balances: Vec<BalanceAnswer>,
    /// All types of leave, by code.
    leave_types: Vec<LeaveType>,
    /// The caller's shifts of today and the next two weeks that aren't over, at most ten; those that leave covers too.
    next_shifts: Vec<UpcomingShift>,
    /// The departments in the order in which they were created, at most 200; `GET /departments` lists all of them.
    departments: Vec<NamedDepartment>,
    /// The sites in the order in which they were created.
    sites: Vec<NamedSite>,
}

/// What waits for the caller.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Badges {
    /// How many notifications are unread; 100 means 100 or more.
    unread_notifications: usize,
    /// The decisions that wait for the caller.
    approvals: ApprovalCounts,
}

/// The settings by which a client shows and checks what people enter. `GET /settings` has all of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClientSettings {
    /// The name of the company.
    #[schema(value_type = String, example = "Harbour Works")]
    company_name: Name,
    /// The time zone of people and sites that have none of their own.
    time_zone: Zone,
    /// The shift of people without a pattern.
    default_shift: ShiftTimes,
    /// The weekdays off of people without a pattern.
    default_weekly_offs: WeeklyOffs,
    /// How many days off a week of a pattern must have.
    weekly_offs: WeeklyOffLimits,
    /// A clock-in up to this long after the start isn't late.
    late_grace_minutes: MinutesOfDay,
    /// A clock-out up to this long before the end isn't early.
    early_leave_grace_minutes: MinutesOfDay,
    /// When a shift may be clocked in to.
    clock_in_window: ClockInWindow,
    /// Whether people may work on dates without shifts.
    allow_unscheduled: bool,
    /// What a clock-in on leave does.
    clock_in_on_leave: ClockInOnLeave,
    /// Whether punches come with a photo.
    photo: PhotoRule,
    /// What a punch outside its site does.
    geofence: Geofence,
    /// How breaks count.
    breaks: BreakRules,
    /// The day on which a leave year begins.
    leave_year_start: MonthDay,
    /// Below this many days the balance is low.
    low_balance_days: LeaveAllowance,
    /// Whether a swap that both people accepted waits for a manager.
    swap_needs_manager: bool,
    /// The least rest between two shifts that a swap may leave.
    min_rest_minutes: MinutesOfDay,
    /// Counts the changes of the settings.
    version: u64,
}

/// A shift of the caller.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UpcomingShift {
    /// The id of the shift.
    id: ShiftId,
    /// The work date that it belongs to.
    date: WorkDate,
    /// When it begins.
    start_at: Instant,
    /// When it ends.
    end_at: Instant,
    /// The unpaid break that its length includes.
    break_minutes: i64,
    /// The site where it is worked; `null` for the person's own.
    site_id: Option<SiteId>,
    /// Whether approved leave covers it, so that nobody is expected.
    on_leave: bool,
}

/// A department's name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NamedDepartment {
    /// The id of the department.
    id: DepartmentId,
    /// Its name.
    #[schema(value_type = String, example = "Harbour")]
    name: Name,
}

/// A site's name and zone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NamedSite {
    /// The id of the site.
    id: SiteId,
    /// Its name.
    #[schema(value_type = String, example = "Pier 3")]
    name: Name,
    /// Its time zone.
    time_zone: Zone,
}

/// Get the first screen
///
/// Returns what an application shows after sign-in: who the caller is and what they may do, the settings that matter to a
/// client, what the time clock takes now, what waits for them, their leave and their next shifts, and the names of
/// departments and sites.
#[utoipa::path(
    get,
    path = "/bootstrap",
    operation_id = "getBootstrap",
    tag = "bootstrap",
    responses((status = 200, description = "The first screen", body = Bootstrap))
)]
pub(crate) async fn bootstrap(State(app): State<App>, caller: Caller) -> Result<Answer, Problem> {
    let now = app.now();
    let query = query_of(&caller, now);
    let own = async {
        let mut dates = dates_needed(&caller.zone, &Presence::default(), now);
        dates.extend(dates.last().map(|last| last.plus_days(DAYS_AHEAD)));
        let snapshot = app.store.bootstrap_snapshot(caller.user_id, dates, now).await?;
        let (today, types) = (caller.zone.date_of(now), snapshot.types.counted());
        let question = BookQuery { user: caller.user_id, years: BookQuery::years_around(today, None), types };
        let books = app.store.stored_books(&[question], &snapshot.types).await?;
        Ok::<_, StoreError>((snapshot, books))
    };
    let (own, departments, sites, waiting) = tokio::try_join!(
        own,
        app.store.first_departments(MAX_NAMED),
        app.store.first_sites(MAX_NAMED),
        app.store.waiting(&query, None, MAX_COUNTED),
    )?;
    let (snapshot, books) = own;
    let BootstrapSnapshot { attendance, types, deciders, inbox } = &snapshot;
    let person = authorization::current_profile(&caller, attendance.person.as_ref())?;
    let planner = attendance.planner(person);
    let zone = planner.zone();
    let context = app::attendance::context(&app.ports(now), attendance, &planner);
    let settings = &attendance.settings.settings;
    let kinds = waiting.entries.iter().filter_map(|entry| approval_of(&caller, &entry.what, *deciders, now));
    let counted = types.counted();
    let balances = books
        .first()
        .map(|book| BalanceAnswer::of_person(book, person, settings, &counted, (None, planner.today(now), now)));
    Answer::ok(&Bootstrap {
        now: Instant::new(now, zone),
        time_zone: zone.clone(),
        user: UserAnswer::new(person, zone).allowing(user_actions(&caller, person, *deciders)),
        permissions: permissions(&caller),
        settings: ClientSettings::new(settings, attendance.settings.version),
        clock: ClockStatusAnswer::new(&context, &caller)?,
        badges: Badges {
            unread_notifications: inbox.unread_count(now),
            approvals: ApprovalCounts::new(kinds, waiting.next.is_some()),
        },
        leave_balances: balances.unwrap_or_default(),
        leave_types: types.all(),
        next_shifts: shifts_ahead(&planner, now),
        departments: departments.items.iter().map(NamedDepartment::from).collect(),
        sites: sites.items.iter().map(NamedSite::from).collect(),
    })
}

/// The shifts that aren't over, in order; yesterday's may reach into today.
fn shifts_ahead(planner: &Planner<'_>, now: Timestamp) -> Vec<UpcomingShift> {
    let today = planner.today(now);
    let assignments = (-1..=DAYS_AHEAD).map(|ahead| planner.assignment(today.plus_days(ahead)));
    let shifts = assignments.flat_map(|assignment| {
        let (date, zone) = (assignment.date, assignment.zone);
        assignment.shifts.into_iter().map(move |shift| (date, zone.clone(), shift))
    });
    let ahead = shifts.filter(|(_, _, shift)| now < shift.end_at).take(MAX_SHIFTS);
    ahead
        .map(|(date, zone, shift)| UpcomingShift {
            id: shift.id,
            date,
            start_at: Instant::new(shift.start_at, &zone),
            end_at: Instant::new(shift.end_at, &zone),
            break_minutes: shift.break_minutes(),
            site_id: shift.site_id,
            on_leave: shift.on_leave,
        })
        .collect()
}

impl ClientSettings {
    fn new(settings: &Settings, version: u64) -> Self {
        Self {
            company_name: settings.company_name.clone(),
            time_zone: settings.time_zone.clone(),
            default_shift: settings.default_shift,
            default_weekly_offs: settings.default_weekly_offs.clone(),
            weekly_offs: settings.weekly_offs,
            late_grace_minutes: settings.late_grace_minutes,
            early_leave_grace_minutes: settings.early_leave_grace_minutes,
            clock_in_window: settings.clock_in_window,
            allow_unscheduled: settings.allow_unscheduled,
            clock_in_on_leave: settings.clock_in_on_leave,
            photo: settings.photo,
            geofence: settings.geofence,
            breaks: settings.breaks.clone(),
            leave_year_start: settings.leave_year_start,
            low_balance_days: settings.low_balance_days,
            swap_needs_manager: settings.swap_needs_manager,
            min_rest_minutes: settings.min_rest_minutes,
            version,
        }
    }
}

impl From<&DepartmentRecord> for NamedDepartment {
    fn from(record: &DepartmentRecord) -> Self {
        Self { id: record.id, name: record.name.clone() }
    }
}

impl From<&SiteRecord> for NamedSite {
    fn from(record: &SiteRecord) -> Self {
        Self { id: record.id, name: record.name.clone(), time_zone: record.time_zone.clone() }
    }
}
