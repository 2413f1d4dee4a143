//! Runs the scheduled jobs at the times of the template's schedules, by the stack's clock.
//!
//! If the clock is moved ahead, each schedule runs once, even if several of its times have passed. As after an
//! outage, the next run does all the remaining work.

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

/// The interval between checks for due schedules.
const PAUSE: Duration = Duration::from_secs(1);

/// The schedules of the template.
#[derive(Debug)]
pub(crate) struct Schedules {
    declared: Vec<Schedule>,
    functions: Arc<Functions>,
    clock: Arc<StackClock>,
    /// A lock, so that one schedule runs at a time. The table is a single file.
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

    /// Runs the schedule with that name now. Returns `None` if there is no such schedule.
    pub(crate) async fn run(&self, name: &str) -> Option<Result<Value, String>> {
        let schedule = self.declared.iter().find(|schedule| schedule.name == name)?;
        let _one_at_a_time = self.running.lock().await;
        Some(self.call(schedule).await)
    }

    /// Returns the names of all schedules.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.declared.iter().map(|schedule| schedule.name.as_str())
    }

    /// Runs every schedule at its times, until `ended` is set. First runs each schedule once, because the stack may
    /// have been off for any time.
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

    /// Invokes the function, with the retries of the schedule if it fails.
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
