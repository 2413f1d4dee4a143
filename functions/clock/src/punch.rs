//! The way of every punch: read, decide, commit.

use std::sync::Arc;

use axum::response::Response;
use domain::{
    day::{PunchContext, PunchDetails, Punched},
    event::Subject,
};
use http::StatusCode;
use store::Commit;
use web::{
    Answer, App, Body, Caller, Failed, Problem, Repeat, RequestId, answers::DayAnswer, authorization, command,
    command::unless_answered,
};

use crate::punch_body::PunchBody;

/// Who punches, when, and what came with it.
pub(crate) struct Press {
    pub(crate) app: App,
    pub(crate) caller: Caller,
    pub(crate) request_id: RequestId,
    pub(crate) repeat: Repeat,
    pub(crate) body: Body<PunchBody>,
}

impl Press {
    /// Carries the punch out, and answers with the day it belongs to. `decide` says what it means, or refuses it.
    pub(crate) async fn carry_out(
        self,
        status: StatusCode,
        decide: impl Fn(&PunchContext<'_>, PunchDetails) -> Result<Punched, Problem>,
    ) -> Result<Response, Problem> {
        let Self { app, caller, request_id, repeat, body } = self;
        let key = repeat.key(caller.user_id, &body.hash);
        let details = body.value.into_details()?;
        let now = app.now();
        let entropy = Arc::clone(&app.entropy);
        let attempt = async || -> Result<Answer, Failed> {
            let basis = app.store.punch_basis(caller.user_id, &caller.zone, now, key.as_ref()).await?;
            unless_answered(basis.earlier.clone())?;
            let person = authorization::still(&caller, basis.person.as_ref())?;
            let planner = basis.planner(person);
            let context = PunchContext {
                planner: &planner,
                presence: &basis.presence,
                days: &basis.days,
                now,
                entropy: &*entropy,
            };
            let punched = decide(&context, details.clone())?;
            let day = punched.day().ok_or_else(|| Problem::internal("a punch changed no day"))?;
            let answer = Answer::json(status, &DayAnswer::new(day, now))?.version(day.version());

            let stamp = app.stamp(&caller, &request_id, now);
            let mut commit = Commit::new(stamp, Subject::User(person.id), punched.facts.clone())?;
            commit.change_presence(person.id, &punched.presence)?;
            commit.change_days(person, &punched.changes)?;
            commit.save_answer(key.as_ref(), answer.saved())?;
            commit.send(&app.store).await?;
            Ok(answer)
        };
        command(&app.store, key.as_ref(), now, attempt).await
    }
}
