//! Punches that were received later than they were made (docs/rules.md#offline-punches).

mod merging;
mod properties;
mod waiting;

use PunchAction::{BreakEnd, BreakStart, In, Out};
use jiff::Timestamp;

use crate::{
    day::{
        ClockCheck, OfflineBatch, OfflineRow, PunchAction, PunchDetails, PunchRefusal, Punched, RowOutcome,
        SessionTimes, Source, WaitReason,
    },
    event::Fact,
    schedule::tests::company::{Company, MONDAY_TO_SATURDAY, date, shift, week},
};

const NINE_HOURS: [(PunchAction, &str); 4] = [
    (In, "2026-11-02 09:20"),
    (BreakStart, "2026-11-02 12:00"),
    (BreakEnd, "2026-11-02 12:30"),
    (Out, "2026-11-02 18:10"),
];

fn company() -> Company {
    Company::in_zone("Europe/Berlin").pattern("2020-01-01", week(&MONDAY_TO_SATURDAY, &[shift("09:00", "18:00", 60)]))
}

fn row(action: PunchAction, occurred_at: Timestamp) -> OfflineRow {
    OfflineRow {
        device_id: "phone".parse().unwrap(),
        client_id: format!("{}-{}", action.as_str(), occurred_at.as_second()).parse().unwrap(),
        action: action.into(),
        occurred_at,
        details: PunchDetails::bare(Source::Offline),
        clock: ClockCheck::Unconfirmed,
        hold: None,
    }
}

impl Company {
    fn press_at(&mut self, now: Timestamp, action: PunchAction) -> Result<Punched, PunchRefusal> {
        let punched = self.punch(now, |context| context.punch(action, PunchDetails::bare(Source::Kiosk)))?;
        Ok(self.commit(punched))
    }

    fn run_scheduled_jobs(&mut self, now: Timestamp) {
        if let Some(punched) = self.punch(now, |context| context.close_forgotten()).unwrap() {
            self.commit(punched);
        }
    }

    /// Sends rows from a device.
    fn send_at(&mut self, now: Timestamp, rows: &[OfflineRow]) -> (Vec<RowOutcome>, Vec<Fact>) {
        let batch = OfflineBatch { rows, sends_at_once: false };
        let merged = self.with_all_days(now, |context| context.merge_offline(&batch)).unwrap();
        assert_eq!(merged.outcomes.len(), rows.len(), "every punch has an outcome");
        assert_eq!(merged.presence.is_some(), !merged.changes.is_empty());
        if let Some(presence) = merged.presence {
            let date = merged.changes[0].after().date();
            let (changes, facts) = (merged.changes, merged.facts.clone());
            self.commit(Punched { changes, presence, facts, date });
        }
        (merged.outcomes, merged.facts)
    }

    fn send(&mut self, now: &str, rows: &[(PunchAction, &str)]) -> Vec<RowOutcome> {
        let rows: Vec<OfflineRow> = rows.iter().map(|(action, wall)| row(*action, self.at(wall))).collect();
        self.send_at(self.at(now), &rows).0
    }

    fn times(&self, on: &str) -> Vec<SessionTimes> {
        let times = self.days.get(&date(on)).map(|day| day.sessions().iter().map(SessionTimes::of).collect::<Vec<_>>());
        times.unwrap_or_default().into_iter().map(|times| SessionTimes { id: None, ..times }).collect()
    }
}

fn is_taken(outcome: &RowOutcome) -> bool {
    matches!(outcome, RowOutcome::Taken { .. })
}

fn reason(outcome: &RowOutcome) -> Option<WaitReason> {
    match outcome {
        RowOutcome::Waits { reason, .. } => Some(*reason),
        RowOutcome::Taken { .. } | RowOutcome::Recorded { .. } => None,
    }
}
