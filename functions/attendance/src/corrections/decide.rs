//! `POST /corrections/{id}/decision`

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    correction::{Correction, CorrectionId, Decision, Verdict},
    day::{Day, EditCause, Editor, Misfit, PunchContext, Punched},
    event::{Fact, Subject},
    text::Remark,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Commit, Guard, lateness::LateCosts};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Code, Failed, Problem, Repeat, RequestId,
    answers::{CorrectionAnswer, DayAnswer},
    authorization::{self, Deciding},
    command, parameter,
};

use super::already_decided;
use crate::edited;

/// A decision about a correction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"status": "approved", "note": "Matches the door log"}))]
pub(crate) struct Decide {
    /// The decision.
    status: Decision,
    /// The note.
    #[schema(value_type = Option<String>, max_length = 500)]
    note: Option<Remark>,
}

/// What the audit keeps of a decision: the correction, and the day where it changed.
#[derive(Debug, Serialize)]
struct Audited {
    correction: CorrectionAnswer,
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<DayAnswer>,
}

/// Decide a correction
///
/// Once, by who is in charge of the person. Approved, the day becomes as the person says, unless it has changed since.
/// The sole admin of a company without managers of everyone decides their own, which is marked `self_decided`.
#[utoipa::path(
    post,
    path = "/corrections/{id}/decision",
    operation_id = "decideCorrection",
    tag = "corrections",
    params(
        ("id" = String, Path, description = "The id of the correction"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the decision, so that a repeat gets its answer")
    ),
    request_body = Decide,
    responses(
        (status = 200, description = "The correction", body = CorrectionAnswer),
        (status = 403, description = "`own_request`; `forbidden`"),
        (status = 409, description = "`already_decided`; `day_changed`")
    )
)]
pub(crate) async fn decide(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<Decide>,
) -> Result<Response, Problem> {
    let id: CorrectionId = parameter::id(&id)?;
    let key = repeat.key(caller.user_id, &hash);
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        // Its date tells which days are needed.
        let correction = app.store.correction(id).await?.ok_or_else(Problem::not_found)?;
        let date = correction.date;
        let basis = edited::basis(&app, &caller, correction.user_id, date, key.as_ref(), now).await?;
        let person = edited::person(&basis)?;
        let deciding = authorization::may_decide(&caller, person, basis.deciders)?;
        let verdict = Verdict {
            by: caller.user_id,
            at: now,
            decision: value.status,
            note: value.note.clone().filter(|note| !note.as_str().is_empty()),
            self_decided: deciding == Deciding::OnesOwn,
        };
        let decided = correction.decided(verdict).map_err(already_decided)?;
        let planner = basis.attendance.planner(person);
        let before = Day::current(basis.attendance.days.get(&date), &planner, date, now);
        let edited = match value.status {
            Decision::Approved => {
                authorization::may_still_be_granted(person)?;
                let context = edited::context(&app, &basis, &planner, now);
                match carried_out(&correction, &before, &context, &caller) {
                    Ok(edited) => Some(edited),
                    Err(problem) => return Err(unless_decided_meanwhile(&app, &correction, problem).await),
                }
            }
            Decision::Rejected => None,
        };
        let shown = CorrectionAnswer::new(&decided);
        let answer = Answer::ok(&shown)?.version(decided.version);

        let mut facts = vec![Fact::CorrectionDecided { correction_id: id, date, decision: value.status }];
        facts.extend(edited.iter().flat_map(|edited| edited.facts.iter().cloned()));
        let stamp = app.stamp(&caller, &request_id, now);
        let changes = edited.as_ref().map_or(&[][..], |edited| &edited.changes);
        let costs = LateCosts::of(&basis.attendance, &basis.book, person, changes, stamp.actor, now);
        facts.extend_from_slice(costs.facts());
        let subject = Subject::User(person.id);
        let mut commit = Commit::new(stamp, subject, facts)?;
        commit.put_correction(person, &decided)?;
        if let Some(edited) = &edited {
            commit.change_presence(person.id, &edited.presence)?;
            commit.change_days(person, &edited.changes)?;
        }
        commit.charge_lateness(person.id, &costs)?;
        let (earlier, later) = audited(&correction, &decided, edited.as_ref().map(|edited| (&before, edited)), now);
        commit.audit(subject, action(value.status), Some(&earlier), Some(&later))?;
        commit.save_answer(key.as_ref(), answer.saved())?;
        commit.send(&app.store).await?;
        Ok(answer)
    };
    command(&app.store, key.as_ref(), now, attempt).await
}

/// The day as the person says. What was right when it was asked for and isn't any more is no mistake of the decider's.
fn carried_out(
    correction: &Correction,
    day: &Day,
    context: &PunchContext<'_>,
    decider: &Caller,
) -> Result<Punched, Problem> {
    if day.version() != correction.day_version {
        let detail = format!("The day has version {} now; {} was corrected.", day.version(), correction.day_version);
        return Err(Problem::new(Code::DayChanged).detail(detail));
    }
    let editor = Editor { by: decider.user_id, cause: EditCause::Correction, reason: correction.reason.clone() };
    let changed = |misfits: Vec<Misfit>| {
        let rules: Vec<String> =
            misfits.iter().map(|misfit| format!("{} {}", misfit.path, misfit.rule.message())).collect();
        Problem::new(Code::DayChanged).detail(format!("It can't be carried out any more: {}.", rules.join("; ")))
    };
    context.edit(correction.date, &correction.sessions, editor).map_err(changed)
}

/// The day may have changed by somebody's approving this very correction after it was read here: then that is what is to
/// be told, and deciding again tells it.
async fn unless_decided_meanwhile(app: &App, correction: &Correction, problem: Problem) -> Failed {
    match app.store.correction(correction.id).await {
        Ok(Some(stored)) if stored.version == correction.version => problem.into(),
        Ok(_) => Failed::Lost(Guard::Version),
        Err(error) => error.into(),
    }
}

/// What the audit keeps: before and after.
fn audited(
    correction: &Correction,
    decided: &Correction,
    edited: Option<(&Day, &Punched)>,
    now: Timestamp,
) -> (Audited, Audited) {
    let (before, after) = edited.map(|(before, edited)| (before, edited.day())).unzip();
    let entry = |correction: &Correction, day: Option<&Day>| Audited {
        correction: CorrectionAnswer::new(correction),
        day: day.map(|day| DayAnswer::new(day, now)),
    };
    (entry(correction, before), entry(decided, after.flatten()))
}

/// What the audit calls the decision.
const fn action(decision: Decision) -> &'static str {
    match decision {
        Decision::Approved => "correction_approved",
        Decision::Rejected => "correction_rejected",
    }
}
