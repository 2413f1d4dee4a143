//! Sends messages that wait in the table: e-mails, push messages to browsers, and messages to chats of departments.
//!
//! A schedule invokes the function each minute. It claims the messages that are due, sends them, and deletes them. If sending
//! fails, the message is due again later. So nothing is lost, and only an invocation that ends between sending and deleting sends
//! a message twice.
//!
//! SES reports bounces and complaints through EventBridge. They stop the e-mails of their person ([`feedback`]).

mod chat;
mod email;
mod feedback;
mod mail;
mod push;
mod run;
mod web_push;

use std::sync::Arc;

use runtime::{
    Environment, InitError,
    events::{EventFunction, Failure, Invocation},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{feedback::Feedback, run::Sender};

/// Creates the handler of the schedule and of reports about e-mails.
#[expect(clippy::unused_async, reason = "all functions have the same signature, and others await a read")]
pub async fn function(environment: &Environment) -> Result<EventFunction, InitError> {
    let sender = Arc::new(Sender::new(environment)?);
    Ok(EventFunction::new(move |trigger: Trigger, invocation: Invocation| {
        let sender = Arc::clone(&sender);
        async move {
            match trigger {
                Trigger::Schedule { schedule: Schedule::Messages } => {
                    let sent = sender.send_due(invocation.deadline).await.map_err(Failure::new)?;
                    Ok::<Value, Failure>(json!(sent))
                }
                Trigger::Feedback { detail } => {
                    let stopped = sender.stop_emails(&detail).await.map_err(Failure::new)?;
                    Ok(json!({"stopped": stopped}))
                }
            }
        }
    }))
}

/// The input of an invocation.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Trigger {
    /// The input of the schedule, as the template defines it.
    Schedule {
        /// The name of the schedule.
        schedule: Schedule,
    },
    /// An event of SES.
    Feedback {
        /// The report.
        detail: Box<Feedback>,
    },
}

/// The schedules of the function.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Schedule {
    /// Sends the messages that are due.
    Messages,
}
