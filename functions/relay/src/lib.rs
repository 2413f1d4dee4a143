//! The table's stream, handed on to the bus: every committed event, in the order of the stream, at least once.
//!
//! The bus is for whatever isn't waited for (long work, an operator's own rules); it keeps no order. Those who need one
//! subject's events in order read the stream themselves, as `notify` does.

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

/// The function, ready for batches of the stream.
#[expect(clippy::unused_async, reason = "every function starts so; others read something first")]
pub async fn function(environment: &Environment) -> Result<EventFunction, InitError> {
    let bus = Arc::new(Bus::new(environment)?);
    Ok(EventFunction::new(move |batch: StreamBatch, _| {
        let bus = Arc::clone(&bus);
        async move { Ok::<_, Failure>(relay(&bus, batch).await) }
    }))
}

/// Puts the batch's events on the bus in their order, and stops at the first that it doesn't take.
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
