//! `/terminals`: the terminals that may send punches; for admins only (`app::terminals`).

use app::terminals::{self, NewTerminal, devices::new_secret};
use axum::extract::{Path, State};
use domain::{
    calendar::Zone,
    id::{KioskId, SiteId},
    patch_field::{PatchField, given},
    terminal::{Serial, TerminalUpdate, Watch},
    text::{Name, NewName},
};
use serde::Deserialize;
use store::terminals::TerminalRecord;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, Query, Repeat, RequestId,
    answers::TerminalAnswer,
    authorization,
    body::NoFields,
    cursor::{ListName, Page, paginate},
    parameter,
    query::ListQuery,
    use_case::{changed, changed_with_secret, created_with_secret, execute, execute_if_changed, no_content},
};

/// A new terminal or a new secret, with the secret.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only for the documentation: the secret must not be in a saved answer")]
pub(crate) struct CreatedTerminal {
    #[serde(flatten)]
    terminal: TerminalAnswer,
    /// The secret of the terminal, for the bridge or for the path of a device that speaks HTTPS. It is shown only once; a replay
    /// leaves it out.
    #[schema(required = false)]
    secret: String,
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
) -> Result<Answer, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let id = KioskId::generate(request.ports.now, &*app.entropy);
    let (secret, secret_hash) = new_secret(id, &*app.entropy);
    let created = |terminal: &TerminalAnswer, version: u64| {
        created_with_secret(format!("/terminals/{id}"), terminal, version, &secret)
    };
    execute(&request, created, || terminals::create(&request, id, &value, &secret_hash)).await
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
    let id = parameter::id_for_admin(&id, &caller)?;
    let calling = app.store.calling_terminal(id).await?.ok_or_else(Problem::not_found)?;
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
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    let ChangeTerminal { serial, site_id, name, time_zone, uses_states, watch } = value;
    let update = TerminalUpdate { serial, site_id, name: name.map(Name::from), time_zone, uses_states, watch };
    execute_if_changed(&request, changed, || terminals::change(&request, id, &versions, &update)).await
}

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
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let (secret, secret_hash) = new_secret(id, &*app.entropy);
    let rotated = |terminal: &TerminalAnswer, version: u64| changed_with_secret(terminal, version, &secret);
    execute(&request, rotated, || terminals::rotate_secret(&request, id, &secret_hash)).await
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
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let request = app.request(&caller, &request_id, None);
    execute(&request, no_content, || terminals::delete(&request, id)).await
}
