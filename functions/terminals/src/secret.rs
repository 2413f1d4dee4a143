//! `POST /terminals/{id}/secret`

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    event::{Fact, KioskFact, Subject},
    id::KioskId,
};
use store::{Commit, RepeatKey, terminals::TerminalRecord};
use web::{
    Answer, App, Body, Caller, Failed, Problem, Repeat, RequestId, authorization,
    body::NoFields,
    command::{command, ensure_not_replayed},
    parameter,
};

use crate::{
    answer::{CreatedTerminal, TerminalAnswer},
    device::generate,
};

/// Rotate the secret of a terminal
///
/// For admins only. The answer contains the new secret, which is shown only once. The secret before is accepted for another day;
/// a second rotation ends that. Needs a sign-in within the last 10 minutes.
#[utoipa::path(
    post, path = "/terminals/{id}/secret", operation_id = "rotateTerminalSecret", tag = "terminals",
    params(
        ("id" = String, Path, description = "The id of the terminal"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer"),
    ),
    request_body = NoFields,
    responses(
        (status = 200, description = "The terminal, with the new secret", body = CreatedTerminal,
            headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`; `confirmation_required`: confirm your password first"),
    ),
)]
pub(crate) async fn rotate(
    State(app): State<App>,
    caller: Caller,
    repeat: Repeat,
    Path(id): Path<String>,
    request_id: RequestId,
    Body { value: NoFields {}, hash }: Body<NoFields>,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    authorization::must_have_recent_sign_in(&caller, app.now())?;
    let id = parameter::id(&id)?;
    let key = repeat.key(caller.user_id, &hash);
    let key = key.as_ref();
    command(&app.store, key, app.now(), || rotated(&app, &caller, id, key, &request_id)).await
}

async fn rotated(
    app: &App,
    caller: &Caller,
    id: KioskId,
    key: Option<&RepeatKey>,
    request_id: &RequestId,
) -> Result<Answer, Failed> {
    let now = app.now();
    let snapshot = app.store.terminal_snapshot(caller.user_id, Some(id), key, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    ensure_not_replayed(snapshot.earlier)?;
    let before = snapshot.terminal.ok_or_else(Problem::not_found)?;
    let (secret, hash) = generate(id, &*app.entropy);
    let after = before.rotated(hash, now);
    let shown = |record: &TerminalRecord| TerminalAnswer::new(record, None, &caller.zone);
    let answer = Answer::ok(&shown(&after))?.version(after.terminal.version);
    let subject = Subject::Kiosk(id);
    let facts = vec![Fact::Kiosk(KioskFact::TerminalSecretRotated { site_id: after.terminal.site_id })];
    let mut commit = Commit::new(app.stamp(caller, request_id, now), subject, facts)?;
    commit.audit(subject, "terminal_secret_rotated", Some(&shown(&before)), Some(&shown(&after)))?;
    commit.change_terminal(&before.terminal, &after)?;
    commit.save_answer(key, answer.saved())?;
    commit.send(&app.store).await?;
    Ok(answer.secret("secret", secret))
}
