//! Puts entries on the bus. `PutEvents` returns 200 with failed entries in the body, which the SDK treats as success.

use std::{sync::Arc, time::Duration};

use aws_sdk_eventbridge::{Client, error::DisplayErrorContext};
use domain::ports::{Entropy, random_bytes};
use meter::CountCalls;
use runtime::{Environment, InitError};

use crate::entry::SizedEntry;

/// The maximum number of attempts for an entry. The SDK retries calls that fail as a whole.
const MAX_ATTEMPTS: u32 = 4;

/// The maximum pause after the first attempt. The pause doubles with each attempt.
const PAUSE: Duration = Duration::from_millis(50);

/// A client of the event bus.
#[derive(Debug)]
pub(crate) struct Bus {
    client: Client,
    name: String,
    entropy: Arc<dyn Entropy>,
}

/// The first entry that the bus refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) sequence_number: String,
}

impl Bus {
    pub(crate) fn new(environment: &Environment) -> Result<Self, InitError> {
        let name = environment.variables.required("EVENT_BUS")?.to_owned();
        let entropy = Arc::clone(&environment.entropy);
        let config = aws_sdk_eventbridge::config::Builder::from(&environment.sdk).interceptor(CountCalls).build();
        Ok(Self { client: Client::from_conf(config), name, entropy })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Puts entries on the bus, and retries the refused entries after a pause.
    pub(crate) async fn put(&self, mut entries: Vec<SizedEntry>) -> Result<(), Refused> {
        for tried in 1..=MAX_ATTEMPTS {
            let Some(first) = entries.first() else { return Ok(()) };
            let batch = entries.iter().map(|sized| sized.entry.clone()).collect();
            let answer = match self.client.put_events().set_entries(Some(batch)).send().await {
                Ok(answer) => answer,
                Err(error) => {
                    tracing::warn!(error = %DisplayErrorContext(&error), "the bus doesn't answer");
                    return Err(Refused { sequence_number: first.sequence_number.clone() });
                }
            };
            // The results are in the order of the request's entries. An entry without a result counts as refused.
            let mut told = answer.entries.unwrap_or_default().into_iter();
            entries.retain(|_| told.next().is_none_or(|told| told.event_id.is_none()));
            if !entries.is_empty() && tried < MAX_ATTEMPTS {
                self.pause(tried).await;
            }
        }
        let Some(first) = entries.first() else { return Ok(()) };
        tracing::warn!(entries = entries.len(), "the bus keeps refusing entries");
        Err(Refused { sequence_number: first.sequence_number.clone() })
    }

    /// Waits for a random time between zero and the maximum pause (full jitter).
    async fn pause(&self, tried: u32) {
        let [draw] = random_bytes::<1>(&*self.entropy);
        let longest = PAUSE * 2_u32.pow(tried - 1);
        tokio::time::sleep(longest.mul_f64(f64::from(draw) / 255.0)).await;
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_eventbridge::{
        operation::put_events::{PutEventsError, PutEventsOutput},
        types::{PutEventsRequestEntry, PutEventsResultEntry, error::InternalException},
    };
    use aws_smithy_mocks::{Rule, mock, mock_client};
    use runtime::system::SystemEntropy;

    use super::*;

    fn bus(rule: &Rule) -> Bus {
        let client = mock_client!(aws_sdk_eventbridge, [rule]);
        Bus { client, name: "bus".to_owned(), entropy: Arc::new(SystemEntropy) }
    }

    fn entries(numbers: &[&str]) -> Vec<SizedEntry> {
        let entry = |number: &&str| {
            let entry = PutEventsRequestEntry::builder().detail(*number).build();
            SizedEntry::new((*number).to_owned(), entry)
        };
        numbers.iter().map(entry).collect()
    }

    fn answer(taken: &[bool]) -> PutEventsOutput {
        let entry = |taken: &bool| {
            let entry = PutEventsResultEntry::builder();
            if *taken { entry.event_id("e") } else { entry.error_code("ThrottlingException") }.build()
        };
        PutEventsOutput::builder().set_entries(Some(taken.iter().map(entry).collect())).build()
    }

    #[tokio::test(start_paused = true)]
    async fn entries_that_failed_within_a_200_are_put_again_alone() {
        let rule = mock!(Client::put_events)
            .match_requests(|request| {
                let details: Vec<_> = request.entries().iter().filter_map(|entry| entry.detail()).collect();
                details == ["1", "2", "3"] || details == ["2"]
            })
            .sequence()
            .output(|| answer(&[true, false, true]))
            .output(|| answer(&[true]))
            .build();
        assert_eq!(bus(&rule).put(entries(&["1", "2", "3"])).await, Ok(()));
        assert_eq!(rule.num_calls(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failing_entry_is_reported_by_the_sequence_number_of_its_record() {
        let rule = mock!(Client::put_events)
            .sequence()
            .output(|| answer(&[true, false, false]))
            .output(|| answer(&[false, true]))
            .output(|| answer(&[false]))
            .times(9)
            .build();
        let refused = bus(&rule).put(entries(&["1", "2", "3"])).await;
        assert_eq!(refused, Err(Refused { sequence_number: "2".to_owned() }));
        assert_eq!(rule.num_calls(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_call_is_reported_by_its_first_sequence_number() {
        let failing = || PutEventsError::InternalException(InternalException::builder().build());
        let rule = mock!(Client::put_events).sequence().error(failing).times(9).build();
        let refused = bus(&rule).put(entries(&["1", "2"])).await;
        assert_eq!(refused, Err(Refused { sequence_number: "1".to_owned() }));
    }

    #[tokio::test(start_paused = true)]
    async fn a_response_with_fewer_results_than_entries_is_a_failure() {
        let rule = mock!(Client::put_events).sequence().output(|| answer(&[])).times(9).build();
        let refused = bus(&rule).put(entries(&["1"])).await;
        assert_eq!(refused, Err(Refused { sequence_number: "1".to_owned() }));
    }
}
