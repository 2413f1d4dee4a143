//! `/terminals`: the terminals that may send punches; for admins only.

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    FieldRule,
    calendar::Zone,
    event::{Fact, KioskFact, Subject},
    id::{KioskId, SiteId},
    patch_field::{PatchField, given},
    terminal::{MAX_TERMINALS, Serial, Terminal, Watch},
    text::NewName,
};
use serde::Deserialize;
use store::{Commit, RepeatKey, terminals::TerminalRecord};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Code, Failed, IfMatch, Problem, Query, Repeat, RequestId, authorization,
    command::{command, ensure_not_replayed},
    cursor::{ListName, Page, paginate},
    parameter,
    query::ListQuery,
};

use crate::{
    answer::{CreatedTerminal, TerminalAnswer},
    device::generate,
};

/// A new terminal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"serial": "CJ5Z201460012", "site_id": "01JBN2V7Q4W0M3T9K5ZXH8R6ST", "name": "Gate"}))]
pub(crate) struct NewTerminal {
    /// The serial number of the device, as the device shows it.
    #[schema(value_type = String, min_length = 1, max_length = 40, pattern = "^[A-Za-z0-9_-]+$", example = "CJ5Z201460012")]
    serial: Serial,
    /// The site of the terminal.
    site_id: SiteId,
    /// The name of the terminal.
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "Gate")]
    name: NewName,
    /// The time zone of the device's clock; the zone of the site by default.
    time_zone: Option<Zone>,
    /// Whether people choose the action at the device; true by default. If not, each punch is the person's next action.
    uses_states: Option<bool>,
    /// The hours in which silence is announced; 06:00 to 20:00 from Monday to Friday and 10 minutes by default.
    watch: Option<Watch>,
}

/// The changes of a terminal. Absent fields stay as they are.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Gate, east"}))]
pub(crate) struct ChangeTerminal {
    /// The serial number of the device.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 40, pattern = "^[A-Za-z0-9_-]+$")]
    serial: Option<Serial>,
    /// The site of the terminal.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = SiteId, required = false)]
    site_id: Option<SiteId>,
    /// The name of the terminal.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100)]
    name: Option<NewName>,
    /// The time zone of the device's clock; `null` for the zone of the site.
    #[serde(default)]
    #[schema(value_type = Option<Zone>)]
    time_zone: PatchField<Zone>,
    /// Whether people choose the action at the device.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool, required = false)]
    uses_states: Option<bool>,
    /// The hours in which silence is announced.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Watch, required = false)]
    watch: Option<Watch>,
}

/// Create a terminal
///
/// For admins only. Punches of a device are accepted only if its serial number belongs to a terminal. The answer contains the
/// terminal's secret, which is shown only once. Needs a sign-in within the last 10 minutes.
#[utoipa::path(
    post, path = "/terminals", operation_id = "createTerminal", tag = "terminals",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")),
    request_body = NewTerminal,
    responses(
        (status = 201, description = "The terminal and its secret", body = CreatedTerminal,
            headers(("ETag" = String, description = "The version"), ("Location" = String, description = "Its address"))),
        (status = 403, description = "`forbidden`; `confirmation_required`: confirm your password first"),
        (status = 409, description = "`serial_taken`: another terminal has the serial number; `too_many_terminals`"),
    ),
)]
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    repeat: Repeat,
    request_id: RequestId,
    Body { value, hash }: Body<NewTerminal>,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    authorization::must_have_recent_sign_in(&caller, app.now())?;
    let key = repeat.key(caller.user_id, &hash);
    let key = key.as_ref();
    command(&app.store, key, app.now(), || created(&app, &caller, key, &request_id, &value)).await
}

async fn created(
    app: &App,
    caller: &Caller,
    key: Option<&RepeatKey>,
    request_id: &RequestId,
    new: &NewTerminal,
) -> Result<Answer, Failed> {
    let now = app.now();
    let snapshot = app.store.terminal_snapshot(caller.user_id, None, key, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    ensure_not_replayed(snapshot.earlier)?;
    if !snapshot.sites.contains(new.site_id) {
        return Err(Problem::invalid("site_id", FieldRule::NotASite).into());
    }
    // Two requests at once may exceed the limit by one, which does no harm.
    if MAX_TERMINALS <= app.store.terminals(None, MAX_TERMINALS).await?.items.len() {
        return Err(Problem::new(Code::TooManyTerminals).into());
    }
    let id = KioskId::generate(now, &*app.entropy);
    let (secret, secret_hash) = generate(id, &*app.entropy);
    let terminal = Terminal {
        id,
        serial: new.serial.clone(),
        site_id: new.site_id,
        name: new.name.clone().into(),
        time_zone: new.time_zone.clone(),
        uses_states: new.uses_states.unwrap_or(true),
        watch: new.watch.clone().unwrap_or_default(),
        created_at: now,
        version: 1,
    };
    let record = TerminalRecord { terminal, secret_hash, previous_secret: None };
    let shown = TerminalAnswer::new(&record, None, &caller.zone);
    let answer = Answer::created(format!("/terminals/{id}"), &shown)?.version(record.terminal.version);
    let subject = Subject::Kiosk(id);
    let facts = vec![Fact::Kiosk(KioskFact::TerminalCreated { site_id: new.site_id })];
    let mut commit = Commit::new(app.stamp(caller, request_id, now), subject, facts)?;
    commit.audit(subject, "terminal_created", None, Some(&shown))?;
    commit.create_terminal(&record)?;
    commit.save_answer(key, answer.saved())?;
    commit.send(&app.store).await?;
    Ok(answer.secret("secret", secret))
}

/// List terminals
///
/// For admins only. Lists the terminals in the order in which they were created, with what their requests have shown.
#[utoipa::path(
    get, path = "/terminals", operation_id = "listTerminals", tag = "terminals", params(ListQuery),
    responses((status = 200, description = "A page of terminals", body = Page<TerminalAnswer>)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(ListQuery { limit, cursor }): Query<ListQuery>,
) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    let read = async |after: Option<KioskId>| -> Result<(Vec<TerminalAnswer>, Option<KioskId>), Problem> {
        let page = app.store.terminals(after, limit.get()).await?;
        let ids: Vec<KioskId> = page.items.iter().map(|record| record.terminal.id).collect();
        let states = app.store.terminal_states(&ids).await?;
        let next = ids.last().copied().filter(|_| page.more);
        let shown = |record: &TerminalRecord| {
            let state = states.get(&record.terminal.id).cloned().unwrap_or_default();
            TerminalAnswer::new(record, Some(&state), &caller.zone)
        };
        Ok((page.items.iter().map(shown).collect(), next))
    };
    Answer::ok(&paginate(&app, &caller, ListName::Terminals, &(), cursor.as_deref(), read).await?)
}

/// Get a terminal
///
/// For admins only.
#[utoipa::path(
    get, path = "/terminals/{id}", operation_id = "getTerminal", tag = "terminals",
    params(("id" = String, Path, description = "The id of the terminal")),
    responses((status = 200, description = "The terminal", body = TerminalAnswer,
        headers(("ETag" = String, description = "The version")))),
)]
pub(crate) async fn read(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    let calling = app.store.calling_terminal(parameter::id(&id)?).await?.ok_or_else(Problem::not_found)?;
    let shown = TerminalAnswer::new(&calling.record, Some(&calling.state), &caller.zone);
    Ok(Answer::ok(&shown)?.version(calling.record.terminal.version))
}

/// Update a terminal
///
/// For admins only. Fields that the body leaves out stay as they are. A device that replaces another one takes its terminal with
/// the new serial number; the secret stays.
#[utoipa::path(
    patch, path = "/terminals/{id}", operation_id = "updateTerminal", tag = "terminals",
    params(
        ("id" = String, Path, description = "The id of the terminal"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on"),
    ),
    request_body = ChangeTerminal,
    responses(
        (status = 200, description = "The terminal", body = TerminalAnswer,
            headers(("ETag" = String, description = "The version"))),
        (status = 409, description = "`serial_taken`: another terminal has the serial number"),
    ),
)]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<ChangeTerminal>,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let id = parameter::id(&id)?;
    command(&app.store, None, app.now(), || changed(&app, &caller, id, &if_match, &request_id, &value)).await
}

async fn changed(
    app: &App,
    caller: &Caller,
    id: KioskId,
    if_match: &IfMatch,
    request_id: &RequestId,
    change: &ChangeTerminal,
) -> Result<Answer, Failed> {
    let now = app.now();
    let snapshot = app.store.terminal_snapshot(caller.user_id, Some(id), None, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let before = snapshot.terminal.ok_or_else(Problem::not_found)?;
    if_match.check(before.terminal.version)?;
    if change.site_id.is_some_and(|site| !snapshot.sites.contains(site)) {
        return Err(Problem::invalid("site_id", FieldRule::NotASite).into());
    }
    let (terminal, fields) = with(&before.terminal, change);
    let mut after = TerminalRecord { terminal, ..before.clone() };
    if !fields.is_empty() {
        after.terminal.version += 1;
        let subject = Subject::Kiosk(id);
        let facts = vec![Fact::Kiosk(KioskFact::TerminalChanged { site_id: after.terminal.site_id, fields })];
        let mut commit = Commit::new(app.stamp(caller, request_id, now), subject, facts)?;
        let shown = |record: &TerminalRecord| TerminalAnswer::new(record, None, &caller.zone);
        commit.audit(subject, "terminal_changed", Some(&shown(&before)), Some(&shown(&after)))?;
        commit.change_terminal(&before.terminal, &after)?;
        commit.send(&app.store).await?;
    }
    Ok(Answer::ok(&TerminalAnswer::new(&after, None, &caller.zone))?.version(after.terminal.version))
}

/// Returns the changed terminal, with its version unchanged, and the names of the changed fields.
fn with(before: &Terminal, change: &ChangeTerminal) -> (Terminal, Vec<String>) {
    let mut after = before.clone();
    if let Some(serial) = &change.serial {
        after.serial.clone_from(serial);
    }
    if let Some(site_id) = change.site_id {
        after.site_id = site_id;
    }
    if let Some(name) = &change.name {
        after.name = name.clone().into();
    }
    after.time_zone = change.time_zone.clone().or(after.time_zone);
    if let Some(uses_states) = change.uses_states {
        after.uses_states = uses_states;
    }
    if let Some(watch) = &change.watch {
        after.watch.clone_from(watch);
    }
    let fields = [
        ("serial", after.serial != before.serial),
        ("site_id", after.site_id != before.site_id),
        ("name", after.name != before.name),
        ("time_zone", after.time_zone != before.time_zone),
        ("uses_states", after.uses_states != before.uses_states),
        ("watch", after.watch != before.watch),
    ];
    let fields = fields.into_iter().filter(|(_, is_changed)| *is_changed).map(|(field, _)| field.to_owned()).collect();
    (after, fields)
}

/// Delete a terminal
///
/// For admins only. The device's requests are refused from now on. Its punches are kept.
#[utoipa::path(
    delete, path = "/terminals/{id}", operation_id = "deleteTerminal", tag = "terminals",
    params(("id" = String, Path, description = "The id of the terminal")),
    responses((status = 204, description = "Deleted")),
)]
pub(crate) async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let id = parameter::id(&id)?;
    command(&app.store, None, app.now(), || deleted(&app, &caller, id, &request_id)).await
}

async fn deleted(app: &App, caller: &Caller, id: KioskId, request_id: &RequestId) -> Result<Answer, Failed> {
    let now = app.now();
    let snapshot = app.store.terminal_snapshot(caller.user_id, Some(id), None, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let record = snapshot.terminal.ok_or_else(Problem::not_found)?;
    let subject = Subject::Kiosk(id);
    let facts = vec![Fact::Kiosk(KioskFact::TerminalDeleted { site_id: record.terminal.site_id })];
    let mut commit = Commit::new(app.stamp(caller, request_id, now), subject, facts)?;
    commit.audit(subject, "terminal_deleted", Some(&TerminalAnswer::new(&record, None, &caller.zone)), None)?;
    commit.delete_terminal(&record.terminal)?;
    commit.send(&app.store).await?;
    Ok(Answer::no_content())
}
