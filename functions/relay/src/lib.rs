//! Relays the table's stream: every committed event, in stream order, at least once, to the bus, to the feed of `GET /events` and
//! to the deliveries of webhooks.
//!
//! AWS advises against more than two readers of one stream. `notify` is the other one, so this function serves all others.
//!
//! The bus is for work that no request waits for, such as long tasks and an operator's own rules. It doesn't keep the
//! order. Consumers that need the events of one subject in order, such as `notify`, read the stream directly.

mod chunks;
mod entry;
mod outlets;
mod put;

use std::sync::Arc;

use domain::event::Received;
use runtime::{
    Environment, InitError,
    events::{EventFunction, Failure, note_unknown},
};
use store::stream::{StreamAnswer, StreamBatch};

use self::{
    chunks::chunks,
    entry::{SizedEntry, deliveries_due, entry},
    outlets::{Due, Outlets},
    put::Bus,
};

/// Returns the function, which handles batches of the stream.
#[expect(clippy::unused_async, reason = "all functions have this signature; others await at start")]
pub async fn function(environment: &Environment) -> Result<EventFunction, InitError> {
    let bus = Arc::new(Bus::new(environment)?);
    let outlets = Arc::new(Outlets::new(runtime::store(environment)?, Arc::clone(&environment.clock)));
    Ok(EventFunction::new(move |batch: StreamBatch, _| {
        let (bus, outlets) = (Arc::clone(&bus), Arc::clone(&outlets));
        async move { Ok::<_, Failure>(relay(&bus, &outlets, batch).await) }
    }))
}

/// Puts the batch's events on the bus in order, and stops at the first event that the bus refuses. Then writes the events before
/// it for the company's own systems. The bus comes first, so that long work doesn't wait for them.
async fn relay(bus: &Bus, outlets: &Outlets, batch: StreamBatch) -> StreamAnswer {
    let (mut sized, mut events) = (Vec::new(), Vec::<(String, Received)>::new());
    let mut again_from = None;
    for streamed in batch.into_events() {
        let read = streamed.event.map_err(Failure::new).inspect(note_unknown);
        match read.and_then(|received| Ok((entry(bus.name(), &received)?, received))) {
            Ok((entry, received)) => {
                sized.push(SizedEntry::new(streamed.sequence_number.clone(), entry));
                events.push((streamed.sequence_number, received));
            }
            Err(error) => {
                tracing::error!(sequence_number = streamed.sequence_number, %error, "a record of the stream is no event");
                again_from = Some(streamed.sequence_number);
                break;
            }
        }
    }
    for chunk in chunks(sized) {
        if let Err(refused) = bus.put(chunk).await {
            again_from = Some(refused.sequence_number);
            break;
        }
    }
    let relayed = events.iter().take_while(|(number, _)| again_from.as_ref() != Some(number));
    let relayed: Vec<&Received> = relayed.map(|(_, received)| received).collect();
    match outlets.write(&relayed).await {
        Ok(Due::Now) => {
            // The schedule of `webhooks` makes up for a call that fails.
            let due = SizedEntry::new(String::new(), deliveries_due(bus.name()));
            if bus.put(vec![due]).await.is_err() {
                tracing::warn!("deliveries to webhooks wait for the schedule");
            }
        }
        Ok(Due::Nothing) => {}
        Err(error) => {
            tracing::warn!(%error, "events can't be written for the feed and webhooks");
            again_from = events.into_iter().next().map(|(number, _)| number);
        }
    }
    again_from.map_or(StreamAnswer::DONE, StreamAnswer::again_from)
}
