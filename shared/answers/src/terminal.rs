//! Terminals as the API and the audit show them.

use domain::{
    calendar::Zone,
    id::{KioskId, SiteId},
    terminal::{Terminal, Watch},
    text::Name,
};
use serde::Serialize;
use store::terminals::{TerminalRecord, TerminalState};
use utoipa::ToSchema;

use crate::instant::Instant;

/// A terminal as the API and the audit show it. Its secret is never shown again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Terminal)]
pub struct TerminalAnswer {
    /// The id of the terminal. Punches name it as their kiosk.
    id: KioskId,
    /// The serial number of the device.
    #[schema(example = "CJ5Z201460012")]
    serial: String,
    /// The site of the terminal.
    site_id: SiteId,
    /// The name of the terminal.
    #[schema(value_type = String)]
    name: Name,
    /// The time zone of the device's clock; null for the zone of the site.
    #[schema(required = true)]
    time_zone: Option<Zone>,
    /// Whether people choose the action at the device. If not, each punch is the person's next action.
    uses_states: bool,
    /// The hours in which silence is announced.
    watch: Watch,
    /// What the device's requests have shown; null in answers to changes and in the audit.
    #[schema(required = true)]
    state: Option<TerminalStateAnswer>,
    /// The instant until which the secret before the last rotation is accepted; null if there is none.
    #[schema(required = true)]
    earlier_secret_until: Option<Instant>,
    /// The instant at which the terminal was created.
    created_at: Instant,
    /// The number of changes.
    version: u64,
}

/// What the requests of a device have shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TerminalState)]
pub struct TerminalStateAnswer {
    /// The instant of the last request, to within two minutes; null before the first one.
    #[schema(required = true)]
    last_seen_at: Option<Instant>,
    /// The instant at which admins were notified of the terminal's silence; null if it was heard since.
    #[schema(required = true)]
    silent_since: Option<Instant>,
    /// The seconds by which the device's clock is ahead, negative if it is behind; null until a punch has shown it.
    #[schema(required = true)]
    drift_seconds: Option<i64>,
    /// The instant since which the clock is wrong by more than a minute; null if it is right.
    #[schema(required = true)]
    clock_wrong_since: Option<Instant>,
    /// The instant of the latest punch by the device's clock; null before the first one.
    #[schema(required = true)]
    last_punch_at: Option<Instant>,
    /// The firmware of the device, as the device names it; null until then.
    #[schema(required = true)]
    firmware: Option<String>,
    /// The number of people in the device; null if the device didn't say it.
    #[schema(required = true)]
    people_in_device: Option<u32>,
    /// The number of fingers in the device; null if the device didn't say it.
    #[schema(required = true)]
    fingers_in_device: Option<u32>,
    /// The number of punches in the device; null if the device didn't say it.
    #[schema(required = true)]
    punches_in_device: Option<u32>,
    /// The number of punches that count.
    punches_taken: u64,
    /// The number of punches that waited for a manager when they came.
    punches_waiting: u64,
    /// The number of punches of numbers that nobody had when they came.
    punches_unknown: u64,
    /// The number of commands that the device refused.
    commands_refused: u64,
}

impl TerminalAnswer {
    /// Creates the answer, with instants in the reader's time zone. `state` is what the device's requests have shown.
    pub fn new(record: &TerminalRecord, state: Option<&TerminalState>, zone: &Zone) -> Self {
        let Terminal { id, serial, site_id, name, time_zone, uses_states, watch, created_at, version } =
            record.terminal.clone();
        let instant = |at| Instant::new(at, zone);
        Self {
            id,
            serial: serial.into(),
            site_id,
            name,
            time_zone,
            uses_states,
            watch,
            state: state.map(|state| TerminalStateAnswer::new(state, zone)),
            earlier_secret_until: record.previous_secret.as_ref().map(|previous| instant(previous.taken_until)),
            created_at: instant(created_at),
            version,
        }
    }
}

impl TerminalStateAnswer {
    fn new(state: &TerminalState, zone: &Zone) -> Self {
        let instant = |at: Option<jiff::Timestamp>| at.map(|at| Instant::new(at, zone));
        Self {
            last_seen_at: instant(state.last_seen_at),
            silent_since: instant(state.silent_since),
            drift_seconds: state.drift.seconds,
            clock_wrong_since: instant(state.drift.wrong_since),
            last_punch_at: instant(state.last_punch_at),
            firmware: state.info.firmware.clone(),
            people_in_device: state.info.people,
            fingers_in_device: state.info.fingers,
            punches_in_device: state.info.punches,
            punches_taken: state.taken,
            punches_waiting: state.waiting,
            punches_unknown: state.unknown,
            commands_refused: state.refused_commands,
        }
    }
}
