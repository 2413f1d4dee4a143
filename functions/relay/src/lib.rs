//! Relays the table's stream to the bus: every committed event, in stream order, at least once.
//!
//! The bus is for work that no request waits for, such as long tasks and an operator's own rules. It doesn't keep the
//! order. Consumers that need the events of one subject in order, such as `notify`, read the stream directly.

mod chunks;
mod entry;
mod put;

use std::sync::Arc;

use runtime::{
    Environment, InitError,
    events::{EventFunction, Failure, note_unknown},
};
use store::stream::{StreamAnswer, StreamBatch};

use self::{
    chunks::chunks,
    entry::{SizedEntry, entry},
    put::Bus,
};

/// Returns the function, which handles batches of the stream.
#[expect(clippy::unused_async, reason = "all functions have this signature; others await at start")]
pub async fn function(environment: &Environment) -> Result<EventFunction, InitError> {
    let bus = Arc::new(Bus::new(environment)?);
    Ok(EventFunction::new(move |batch: StreamBatch, _| {
        let bus = Arc::clone(&bus);
        async move { Ok::<_, Failure>(relay(&bus, batch).await) }
    }))
}

/// Puts the batch's events on the bus in order, and stops at the first event that the bus refuses.
async fn relay(bus: &Bus, batch: StreamBatch) -> StreamAnswer {
    let mut sized = Vec::new();
    let mut unreadable = None;
    for streamed in batch.into_events() {
        let read = streamed.event.map_err(Failure::new).inspect(note_unknown);
        match read.and_then(|received| entry(bus.name(), &received)) {
            Ok(entry) => sized.push(SizedEntry::new(streamed.sequence_number, entry)),
            Err(error) => {
                tracing::error!(sequence_number = streamed.sequence_number, %error, "a record of the stream is no event");
                unreadable = Some(streamed.sequence_number);
                break;
            }
        }
    }
    for chunk in chunks(sized) {
        if let Err(refused) = bus.put(chunk).await {
            return StreamAnswer::again_from(refused.sequence_number);
        }
    }
    unreadable.map_or(StreamAnswer::DONE, StreamAnswer::again_from)
}
