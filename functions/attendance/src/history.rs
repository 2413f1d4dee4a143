//! `GET /attendance/{user_id}/{date}/history`

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::{
    audit::Actor,
    calendar::{WorkDate, Zone},
    day::{BreakCounting, EditCause, HistoryEntry, HistoryKind, Session, Verdict},
    id::SessionId,
    text::Reason,
};
use serde::Serialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query,
    answers::day::PunchAnswer,
    cursor::{CursorSeal, ListName, Page},
    instant::Instant,
    parameter,
    person::visible_person,
    query::PageQuery,
};

/// A change of a day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryItem {
    /// The instant of the change.
    at: Instant,
    /// The user or job that made the change.
    by: Actor,
    #[serde(flatten)]
    what: HistoryWhat,
    /// The reason, where one is required.
    #[schema(value_type = Option<String>)]
    reason: Option<Reason>,
}

/// The kind of change.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum HistoryWhat {
    /// A clock-in as it was recorded.
    ClockIn {
        /// The id of the session that the clock-in began.
        session_id: SessionId,
        /// The punch.
        punch: PunchAnswer,
        /// The time of the punch by the device's clock; `null` where the device sent none.
        device_time: Option<Instant>,
    },
    /// A clock-out as it was recorded.
    ClockOut {
        /// The id of the session that the clock-out ended.
        session_id: SessionId,
        /// The punch.
        punch: PunchAnswer,
        /// The time of the punch by the device's clock; `null` where the device sent none.
        device_time: Option<Instant>,
    },
    /// A break began.
    BreakStart {
        /// The id of the session that the break belongs to.
        session_id: SessionId,
    },
    /// A break ended.
    BreakEnd {
        /// The id of the session that the break belongs to.
        session_id: SessionId,
    },
    /// The sessions were changed, by a manager's edit or an approved correction.
    Edited {
        /// The origin of the edit.
        cause: EditCauseAnswer,
        /// The sessions that the edit replaced.
        before: Vec<SessionTimes>,
        /// The sessions after the edit.
        after: Vec<SessionTimes>,
        /// The change of the rules by which the day's breaks are counted; present where older rules applied before.
        #[serde(skip_serializing_if = "Option::is_none")]
        break_counting: Option<BreakCountingChange>,
    },
    /// Lateness or absence was excused.
    Excused,
    /// A flagged clock-in was acknowledged or rejected.
    ClockInReviewed {
        /// The id of the session that the clock-in began.
        session_id: SessionId,
        /// The decision of the manager.
        status: Verdict,
    },
}

/// A change of the break-counting rules of a day, made by an edit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BreakCountingChange {
    /// The rules before the edit.
    before: BreakCounting,
    /// The rules after the edit.
    after: BreakCounting,
}

/// The origin of an edit.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EditCauseAnswer {
    /// An edit by a manager.
    Manager,
    /// A correction that the person requested.
    Correction,
    /// An import of history from another system.
    Import,
}

/// The times of a session, before or after an edit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HistorySession)]
pub(crate) struct SessionTimes {
    /// The id of the session.
    id: SessionId,
    /// The clock-in.
    clock_in: Instant,
    /// The clock-out; `null` while the session is open.
    clock_out: Option<Instant>,
    /// The breaks of the session, in order.
    breaks: Vec<BreakTimes>,
}

/// The times of a break.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BreakTimes {
    /// The start of the break.
    started_at: Instant,
    /// The end of the break; `null` while it is open.
    ended_at: Option<Instant>,
}

/// Get a day's history
///
/// Lists every raw punch and edit, with the actor, the time and the reason. Punches are never overwritten, so the history also
/// holds what an edit replaced.
#[utoipa::path(
    get,
    path = "/attendance/{user_id}/{date}/history",
    operation_id = "getDayHistory",
    tag = "attendance",
    params(
        ("user_id" = String, Path, description = "The id of the person; `me` is the caller"),
        ("date" = String, Path, description = "The work date", example = "2026-11-02"),
        PageQuery
    ),
    responses((status = 200, description = "The history, oldest first", body = Page<HistoryItem>))
)]
pub(crate) async fn history(
    State(app): State<App>,
    caller: Caller,
    Path((user, date)): Path<(String, String)>,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    let date: WorkDate = parameter::value("date", &date)?;
    let person = visible_person(&app, &caller, &user).await?;
    let items = match app.store.day(person, date).await? {
        Some(day) => day.history().into_iter().map(|entry| HistoryItem::new(entry, day.zone())).collect(),
        None => Vec::new(),
    };
    let seal = CursorSeal::of_caller(&app, &caller, ListName::DayHistory, &(person, date)).await?;
    Ok(Answer::ok(&Page::of_whole(items, page.limit, page.cursor.as_deref(), &seal)?)?.into_response())
}

impl HistoryItem {
    fn new(entry: HistoryEntry, zone: &Zone) -> Self {
        let what = match entry.what {
            HistoryKind::ClockIn { session_id, punch } => {
                let device_time = punch.device_time.map(|at| Instant::new(at, zone));
                HistoryWhat::ClockIn { session_id, punch: PunchAnswer::new(&punch, zone), device_time }
            }
            HistoryKind::ClockOut { session_id, punch } => {
                let device_time = punch.device_time.map(|at| Instant::new(at, zone));
                HistoryWhat::ClockOut { session_id, punch: PunchAnswer::new(&punch, zone), device_time }
            }
            HistoryKind::BreakStart { session_id, .. } => HistoryWhat::BreakStart { session_id },
            HistoryKind::BreakEnd { session_id, .. } => HistoryWhat::BreakEnd { session_id },
            HistoryKind::Edited { cause, before, after, break_counting } => HistoryWhat::Edited {
                cause: match cause {
                    EditCause::Manager => EditCauseAnswer::Manager,
                    EditCause::Correction => EditCauseAnswer::Correction,
                    EditCause::Import => EditCauseAnswer::Import,
                },
                before: before.iter().map(|session| SessionTimes::new(session, zone)).collect(),
                after: after.iter().map(|session| SessionTimes::new(session, zone)).collect(),
                break_counting: break_counting.map(|(before, after)| BreakCountingChange { before, after }),
            },
            HistoryKind::Excused => HistoryWhat::Excused,
            HistoryKind::ClockInReviewed { session_id, verdict } => {
                HistoryWhat::ClockInReviewed { session_id, status: verdict }
            }
        };
        Self { at: Instant::new(entry.at, zone), by: entry.by, what, reason: entry.reason }
    }
}

impl SessionTimes {
    fn new(session: &Session, zone: &Zone) -> Self {
        Self {
            id: session.id,
            clock_in: Instant::new(session.clock_in.at, zone),
            clock_out: session.clock_out.as_ref().map(|out| Instant::new(out.at, zone)),
            breaks: session
                .breaks
                .iter()
                .map(|pause| BreakTimes {
                    started_at: Instant::new(pause.started_at, zone),
                    ended_at: pause.ended_at.map(|at| Instant::new(at, zone)),
                })
                .collect(),
        }
    }
}
