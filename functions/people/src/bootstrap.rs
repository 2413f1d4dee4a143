//! `GET /bootstrap`: everything that the first screen after sign-in needs, in one call.

use axum::extract::State;
use domain::{
    calendar::{WorkDate, Zone},
    day::{Presence, assignment_on, dates_needed},
    id::{DepartmentId, SiteId},
    leave::LeaveType,
    pay::PayPeriods,
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
    StoreError, attendance::AttendanceSnapshot, bootstrap::BootstrapSnapshot, departments::DepartmentRecord,
    leave_book::BookQuery, sites::SiteRecord,
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

/// The maximum number of departments, and of sites, that are listed.
const MAX_NAMED: usize = 200;
/// The maximum number of upcoming shifts.
const MAX_SHIFTS: usize = 10;

/// Everything that the first screen shows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Bootstrap {
    /// The server's time, in the caller's time zone.
    now: Instant,
    /// The time zone of the caller's work dates.
    time_zone: Zone,
    /// The caller's profile.
    user: UserAnswer,
    /// The caller's permissions. The actions on a single request, day or person are in its `allowed_actions`.
    permissions: Vec<Permission>,
    /// The settings that clients need.
    settings: ClientSettings,
    /// The time clock's state, as in `GET /clock`.
    clock: ClockStatusAnswer,
    /// The numbers of entries that wait for the caller.
    badges: Badges,
    /// The caller's balances of the current leave year, of all counted leave types.
    leave_balances: Vec<BalanceAnswer>,
    /// All leave types, by code.
    leave_types: Vec<LeaveType>,
    /// The caller's shifts of today and the next two weeks that aren't over, at most ten. Shifts that leave covers are
    /// included.
    next_shifts: Vec<UpcomingShift>,
    /// The departments in the order in which they were created, at most 200; `GET /departments` lists all of them.
    departments: Vec<NamedDepartment>,
    /// The sites in the order in which they were created.
    sites: Vec<NamedSite>,
}

/// The numbers of entries that wait for the caller.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Badges {
    /// The number of unread notifications; 100 means 100 or more.
    unread_notifications: usize,
    /// The decisions that wait for the caller.
    approvals: ApprovalCounts,
}

/// The settings that clients need to show and check what people enter. `GET /settings` returns all settings.
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
    /// The minimum and maximum number of days off in each week of a pattern.
    weekly_offs: WeeklyOffLimits,
    /// The late grace period: a clock-in up to this many minutes after the shift's start isn't late.
    late_grace_minutes: MinutesOfDay,
    /// The early-leave grace period: a clock-out up to this many minutes before the shift's end isn't early.
    early_leave_grace_minutes: MinutesOfDay,
    /// The window around a shift in which people may clock in to it.
    clock_in_window: ClockInWindow,
    /// Whether people may work on dates without shifts.
    allow_unscheduled: bool,
    /// The effect of a clock-in during leave.
    clock_in_on_leave: ClockInOnLeave,
    /// Whether punches need a photo.
    photo: PhotoRule,
    /// The effect of a punch outside the person's site.
    geofence: Geofence,
    /// The rules for breaks.
    breaks: BreakRules,
    /// The day on which leave years begin.
    leave_year_start: MonthDay,
    /// The number of days below which a balance is low.
    low_balance_days: LeaveAllowance,
    /// Whether a swap that both people accepted waits for a manager.
    swap_needs_manager: bool,
    /// The minimum rest between two shifts that a swap must leave.
    min_rest_minutes: MinutesOfDay,
    /// The pay periods; `null` if the company has none, and so no timesheets.
    #[schema(required = true)]
    pay_period: Option<PayPeriods>,
    /// The version of the settings; grows with each change.
    version: u64,
}

/// A shift of the caller.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UpcomingShift {
    /// The id of the shift.
    id: ShiftId,
    /// The work date of the shift.
    date: WorkDate,
    /// The start of the shift.
    start_at: Instant,
    /// The end of the shift.
    end_at: Instant,
    /// The unpaid break, in minutes, that is part of the shift.
    break_minutes: i64,
    /// The site of the shift; `null` for the person's own site.
    site_id: Option<SiteId>,
    /// Whether approved leave covers the shift, so that the person isn't expected.
    on_leave: bool,
}

/// A department's id and name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NamedDepartment {
    /// The id of the department.
    id: DepartmentId,
    /// The name of the department.
    #[schema(value_type = String, example = "Harbour")]
    name: Name,
}

/// A site's id, name and time zone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NamedSite {
    /// The id of the site.
    id: SiteId,
    /// The name of the site.
    #[schema(value_type = String, example = "Pier 3")]
    name: Name,
    /// The time zone of the site.
    time_zone: Zone,
}

/// Get the first screen
///
/// Returns everything that an application shows after sign-in: the caller's profile and permissions, the settings that clients
/// need, the time clock's state, the entries that wait for the caller, their leave balances and upcoming shifts, and the names
/// of departments and sites.
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
        let book_query = BookQuery { user: caller.user_id, years: BookQuery::years_around(today, None), types };
        let books = app.store.stored_books(&[book_query], &snapshot.types).await?;
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
        next_shifts: shifts_ahead(attendance, &planner, now),
        departments: departments.items.iter().map(NamedDepartment::from).collect(),
        sites: sites.items.iter().map(NamedSite::from).collect(),
    })
}

/// Returns the shifts that aren't over, in order; yesterday's may end today.
fn shifts_ahead(attendance: &AttendanceSnapshot, planner: &Planner<'_>, now: Timestamp) -> Vec<UpcomingShift> {
    let today = planner.today(now);
    let assignments =
        (-1..=DAYS_AHEAD).map(|ahead| assignment_on(&attendance.days, planner, today.plus_days(ahead), now));
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
            pay_period: settings.pay_period,
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
