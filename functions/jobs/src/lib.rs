//! Long work that events on EventBridge start. A change that concerns the whole company is committed as one item with its
//! event, and applied here person by person. Imports run here step by step, and so does leave that doesn't fit into one
//! transaction.
//!
//! EventBridge delivers an event at least once, and an invocation may stop at any point. So each piece of work is idempotent,
//! stores its position (under the id of the event that started it, or in its own item), and first checks whether it is
//! finished. When an invocation's time is nearly over, the rest is handed over through the outbox as `work_continues`.

mod company_wide;
mod context;
mod days;
mod decisions;
mod export;
mod export_run;
mod file_export;
mod holiday_subscription;
mod leave;
mod pay_approvals;
mod pay_period;
mod pay_run;
mod person;
mod preview_export;
mod signatures;
mod steps;
mod terminal_people;
mod time_accounts;
mod timesheet_export;
mod work;
mod written_file;

use std::sync::Arc;

use bucket::Bucket;
use domain::event::Received;
use outbound::{Client, Limits, Reach};
use runtime::{
    Environment, InitError,
    events::{EventFunction, Failure, Invocation, note_unknown},
};
use secret_store::CompanyKeys;
use serde::Deserialize;

use self::{context::Jobs, work::Work};
pub use self::{export::MAX_RUNS, work::KINDS};

/// The maximum size of a calendar of holidays, in bytes.
const MAX_CALENDAR_SIZE: usize = 512 * 1024;

/// An event from EventBridge.
#[derive(Debug, Deserialize)]
struct BusEvent {
    detail: Received,
}

/// Creates the handler of events from EventBridge.
#[expect(clippy::unused_async, reason = "all functions have the same signature, and others await a read")]
pub async fn function(environment: &Environment) -> Result<EventFunction, InitError> {
    let jobs = Arc::new(Jobs {
        store: runtime::store(environment)?,
        clock: Arc::clone(&environment.clock),
        entropy: Arc::clone(&environment.entropy),
        exports: Bucket::new(&environment.sdk, environment.variables.required("EXPORT_BUCKET")?),
        calendars: Client::new(Reach::of_variable(environment.variables.optional("OUTBOUND_LOOPBACK")))
            .with_limits(Limits { max_response_size: MAX_CALENDAR_SIZE, ..Limits::default() }),
        keys: CompanyKeys::new(&environment.sdk, environment.variables.required("COMPANY_KEYS_SECRET")?),
    });
    Ok(EventFunction::new(move |event: BusEvent, invocation: Invocation| {
        let jobs = Arc::clone(&jobs);
        async move {
            note_unknown(&event.detail);
            if let Some(event) = &event.detail.event {
                Box::pin(terminal_people::follow(&jobs, event, invocation.deadline)).await?;
            }
            if let Some(work) = event.detail.event.as_ref().and_then(Work::started_by) {
                work.execute(&jobs, invocation.deadline).await?;
            }
            Ok::<_, Failure>(())
        }
    }))
}
