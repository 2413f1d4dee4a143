//! Long work that the bus asks for: what touches the whole company is committed as one item and its event, and applied
//! here person by person; so is an import, step by step, and leave that one transaction didn't hold.
//!
//! The bus brings an event at least once, and an invocation may die anywhere. So each piece of work is idempotent, keeps
//! its position (under the id of the event that asked for it, or in its own item), and begins by looking whether it is
//! done. When the time of an invocation is nearly over, the rest is handed on through the outbox as `work_continues`.

mod company_wide;
mod days;
mod export;
mod leave;
mod person;
mod steps;
mod work;

use std::sync::Arc;

use bucket::Bucket;
use domain::{
    event::Received,
    ports::{Clock, Entropy},
};
use runtime::{
    Environment, InitError,
    events::{EventFunction, Failure, Invocation, note_unknown},
};
use serde::Deserialize;
use store::Store;

use self::work::Work;
pub use self::{export::MAX_RUNS, work::KINDS};

/// An event of the bus.
#[derive(Debug, Deserialize)]
struct BusEvent {
    detail: Received,
}

/// What all work is done with.
#[derive(Debug)]
struct Jobs {
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// Where reports go.
    exports: Bucket,
}

/// The function, ready for events of the bus.
#[expect(clippy::unused_async, reason = "every function starts so; others read something first")]
pub async fn function(environment: &Environment) -> Result<EventFunction, InitError> {
    let jobs = Arc::new(Jobs {
        store: runtime::store(environment)?,
        clock: Arc::clone(&environment.clock),
        entropy: Arc::clone(&environment.entropy),
        exports: Bucket::new(&environment.sdk, environment.variables.required("EXPORT_BUCKET")?),
    });
    Ok(EventFunction::new(move |event: BusEvent, invocation: Invocation| {
        let jobs = Arc::clone(&jobs);
        async move {
            note_unknown(&event.detail);
            if let Some(work) = event.detail.event.as_ref().and_then(Work::asked_by) {
                work.execute(&jobs, invocation.deadline).await?;
            }
            Ok::<_, Failure>(())
        }
    }))
}
