//! `GET /audit`: who changed what and when, with the subject before and after; for admins.

use axum::extract::State;
use domain::{
    audit::{Actor, AuditEntry},
    calendar::Zone,
    event::Subject,
    id::EventId,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query, authorization,
    cursor::{ListName, Page, paginate},
    instant::Instant,
    query::Limit,
};

/// The subject and the page of an audit list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// The changed subject: `user:<id>`, `department:<id>`, `site:<id>`, `kiosk:<id>`, `service-token:<id>`, `settings` or
    /// `holidays`.
    #[param(value_type = String, example = "settings")]
    subject: Subject,
    /// The maximum number of items.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A change in the audit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub(crate) struct AuditAnswer {
    /// The id of the entry, which is also the id of the change's event.
    id: EventId,
    /// The instant of the change.
    at: Instant,
    /// The person or service token that made the change, or the system for Rollcall's own changes.
    actor: Actor,
    /// The changed subject.
    subject: String,
    /// The kind of change.
    #[schema(example = "user_changed")]
    action: String,
    /// The subject before the change; `null` if there is none.
    before: Option<serde_json::Value>,
    /// The subject after the change; `null` if there is none.
    after: Option<serde_json::Value>,
}

impl AuditAnswer {
    fn new(entry: AuditEntry, zone: &Zone) -> Self {
        let AuditEntry { id, at, actor, subject, action, before, after } = entry;
        Self { id, at: Instant::new(at, zone), actor, subject, action, before, after }
    }
}

/// List audit entries
///
/// Lists the changes of one subject, newest first. Instants are in the reader's time zone.
#[utoipa::path(
    get, path = "/audit", operation_id = "listAuditEntries", tag = "audit", params(List),
    responses((status = 200, description = "A page of changes", body = Page<AuditAnswer>)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(List { subject, limit, cursor }): Query<List>,
) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    let read = async |before: Option<EventId>| -> Result<(Vec<AuditAnswer>, Option<EventId>), Problem> {
        let page = app.store.audit(subject, before, limit.get()).await?;
        let next = page.items.last().filter(|_| page.more).map(|entry| entry.id);
        Ok((page.items.into_iter().map(|entry| AuditAnswer::new(entry, &caller.zone)).collect(), next))
    };
    let filters = subject.to_string();
    Answer::ok(&paginate(&app, &caller, ListName::Audit, &filters, cursor.as_deref(), read).await?)
}
