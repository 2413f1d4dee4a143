//! The clockwork: the template's schedules, on time by the stack's own clock.
//!
//! A clock that was moved ahead runs each schedule once, however often its time came meanwhile: as after an outage, what
//! is left to do is found by whichever run comes first.

use std::{sync::Arc, time::Duration};

use domain::ports::Clock;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use tokio::{
    sync::{Mutex, watch},
    time::sleep,
};

use super::Functions;
use crate::{clock::StackClock, template::Schedule};

/// How often it is looked whether a schedule's time has come.
const PAUSE: Duration = Duration::from_secs(1);

/// The schedules.
#[derive(Debug)]
pub(crate) struct Schedules {
    declared: Vec<Schedule>,
    functions: Arc<Functions>,
    clock: Arc<StackClock>,
    /// One at a time: the table is one file.
    running: Mutex<()>,
}

impl Schedules {
    pub(crate) fn new(
        schedules: Vec<Schedule>,
        functions: Arc<Functions>,
        clock: Arc<StackClock>,
    ) -> Result<Self, String> {
        if let Some(unknown) = schedules.iter().find(|schedule| !functions.has(&schedule.function)) {
            return Err(format!("{} calls {:?}, which the stack doesn't have", unknown.name, unknown.function));
        }
        Ok(Self { declared: schedules, functions, clock, running: Mutex::new(()) })
    }

    /// Runs the schedule of that name now; none where there is no such.
    pub(crate) async fn run(&self, name: &str) -> Option<Result<Value, String>> {
        let schedule = self.declared.iter().find(|schedule| schedule.name == name)?;
        let _one_at_a_time = self.running.lock().await;
        Some(self.call(schedule).await)
    }

    /// The names of all.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.declared.iter().map(|schedule| schedule.name.as_str())
    }

    /// Runs every schedule when its time comes, until `ended` says so; at first each once, because nobody knows for how
    /// long the stack was off.
    pub(crate) async fn keep_time(self: Arc<Self>, mut ended: watch::Receiver<bool>) {
        let mut last = self.clock.now().saturating_sub(48.hours()).unwrap_or(Timestamp::MIN);
        loop {
            let now = self.clock.now();
            let due = self.declared.iter().filter(|schedule| schedule.expression.came_between(last, now));
            for schedule in due {
                let _one_at_a_time = self.running.lock().await;
                if let Err(problem) = self.call(schedule).await {
                    tracing::error!(schedule = schedule.name, problem, "a schedule failed");
                }
            }
            last = now;
            tokio::select! {
                () = sleep(PAUSE) => {}
                _ = ended.changed() => return,
            }
        }
    }

    /// Calls the function, again as often as the schedule says where it fails.
    async fn call(&self, schedule: &Schedule) -> Result<Value, String> {
        let mut tries = 0;
        loop {
            let answer = self.functions.invoke_as(&schedule.name, &schedule.function, schedule.input.clone()).await;
            if answer.is_ok() || tries == schedule.retries {
                return answer;
            }
            tries += 1;
        }
    }
}
