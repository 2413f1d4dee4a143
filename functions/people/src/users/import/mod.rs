//! `POST /users/import`: creates and changes people by a sheet (`docs/people-import.md`).
//!
//! The whole sheet is checked before anything is written. A job then applies the rows one after the other ([`imports::users`]). A row
//! that is applied already changes nothing.

pub(super) mod rows;

use app::{
    Failed, Prepared, Refusal,
    imports::{NewImport, find, start_entries},
    people::{
        imports::{ImportedPerson, PersonChange, Plan, plans},
        must_send_email,
    },
    use_case::check_repeat,
};
use axum::extract::{Path, State};
use domain::{id::JobId, job::ImportKind, username::Username};
use imports::users::first_password;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query, Repeat, RequestId,
    answers::ImportAnswer,
    authorization,
    body::{SheetBody, hash},
    parameter,
    use_case::{execute, import_started},
};

use crate::state::People;

/// The maximum size of a sheet, in bytes.
const LARGEST: usize = 1024 * 1024;

/// The parameters of an import.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportQuery {
    /// Whether the sheet is only checked: the answer says what the rows would do, and nothing is written.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    preview: bool,
    /// Whether new people get a link to set their password by e-mail, instead of a temporary password in the answer. Then each of
    /// them needs an address.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    invite: bool,
}

/// What the rows of a sheet would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PeopleImportPreview {
    /// The number of rows.
    total: usize,
    /// The number of people who would get an account.
    created: usize,
    /// The number of people whose profile would change.
    changed: usize,
    /// The number of people whose profile is already as the sheet says.
    unchanged: usize,
    /// The rows that would change something, in the order of the sheet.
    results: Vec<PreviewedRow>,
}

/// What a row would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PeopleImportRow)]
pub(crate) struct PreviewedRow {
    /// The number of the row, as spreadsheet programs count.
    row: u32,
    /// The name that the person signs in with.
    username: Username,
    /// What the row would do.
    outcome: Outcome,
}

/// What a row of a sheet of people would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PeopleImportOutcome)]
pub(crate) enum Outcome {
    /// The person gets an account.
    Created,
    /// The profile changes.
    Changed,
}

/// The documented answer; [`Answer::secret`] adds the passwords.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only for the documentation: the passwords must not be in a saved answer")]
pub(crate) struct StartedPeopleImport {
    #[serde(flatten)]
    import: ImportAnswer,
    /// The passwords of new people who aren't invited. They are shown only once; a replay leaves them out. A password is of no use if
    /// its row fails.
    temporary_passwords: Option<Vec<FirstSignIn>>,
}

/// The first password of a new person, which the person must replace.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemporaryPassword)]
pub(crate) struct FirstSignIn {
    /// The number of the row, as spreadsheet programs count.
    row: u32,
    /// The name that the person signs in with.
    username: Username,
    /// The password.
    #[schema(example = "k7wd-m2xq-9hbt-ecv4")]
    temporary_password: String,
}

/// An import that was started, and the first passwords of new people.
type Started = (ImportAnswer, Vec<FirstSignIn>);

/// Import users
///
/// The body is a sheet (CSV or XLSX) of people, as `GET /users?format=csv` returns it. People are found by `username`; others get an
/// account as employees, with a temporary password in the answer. A column that the sheet doesn't have stays as it is, and an empty
/// cell removes a value. The whole sheet is checked first: if anything is wrong, nothing is written, and every error is reported
/// with its row and column. Otherwise a job makes the changes. `GET /users/import/{id}` returns the progress. The same sheet again
/// changes nothing.
#[utoipa::path(
    post, path = "/users/import", operation_id = "importUsers", tag = "users",
    params(
        ImportQuery,
        ("Idempotency-Key" = Option<String>, Header, description = "Names the import, so that a repeat begins no other"),
    ),
    request_body(
        content = String,
        content_type = "text/csv",
        example = "username,full_name,email,hired_on\nlena.vogt,Lena Vogt,lena.vogt@harbour.example,2026-11-16\n"
    ),
    responses(
        (status = 200, description = "What the rows would do (`?preview=true`)", body = PeopleImportPreview),
        (status = 202, description = "The import", body = StartedPeopleImport, headers(("Location" = String, description = "Where to follow it"))),
        (status = 403, description = "`forbidden`: people are managed by managers"),
        (status = 409, description = "`email_off`: this deployment sends no e-mail, so it can't invite people"),
        (status = 413, description = "`body_too_large`: more than 1 MiB"),
        (status = 415, description = "The body is neither a CSV file nor an Excel workbook"),
        (status = 422, description = "What is wrong, each with its row and column: `row 3, column email`"),
    ),
)]
pub(crate) async fn import(
    State(people): State<People>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    Query(ImportQuery { preview, invite }): Query<ImportQuery>,
    SheetBody { bytes, hash: sha256 }: SheetBody<LARGEST>,
) -> Result<Answer, Problem> {
    authorization::must_be_manager(&caller)?;
    if invite {
        must_send_email(people.sends_email)?;
    }
    let app = &people.app;
    let rows = rows::parse(&bytes).map_err(Refusal::Invalid)?;
    if preview {
        let plans = plans(&app.store, &caller, rows, invite).await?;
        return Answer::ok(&previewed(plans));
    }
    // The same sheet with invitations is another request.
    let key = repeat.key(caller.user_id, &hash(format!("{sha256} {invite}").as_bytes()));
    let request = &app.request(&caller, &request_id, key.as_ref());
    let rows = &rows;
    let now = request.ports.now;
    let start = async || -> Result<Prepared<Started>, Failed> {
        check_repeat(request).await?;
        let plans = plans(&app.store, &caller, rows.clone(), invite).await?;
        let id = JobId::generate(now, &*app.entropy);
        let (mut entries, mut passwords, mut unchanged) = (Vec::new(), Vec::new(), 0);
        for Plan { row, username, change } in plans {
            let Some(change) = change else {
                unchanged += 1;
                continue;
            };
            if let PersonChange::Create { invite: false, .. } = &change {
                let password = first_password(&people.keys, id, &username, now).await?;
                let temporary_password = password.expose().to_owned();
                passwords.push(FirstSignIn { row, username, temporary_password });
            }
            entries.push(ImportedPerson { row, change });
        }
        let new = NewImport { id, import: ImportKind::Users, sha256: &sha256 };
        let Prepared { commit, answer, version } = start_entries(request, new, &entries, unchanged).await?;
        Ok(Prepared { commit, answer: (answer, passwords), version })
    };
    let started = |(import, passwords): &Started, version: u64| -> Result<Answer, Problem> {
        let answer = import_started(ImportKind::Users)(import, version)?;
        if passwords.is_empty() {
            return Ok(answer);
        }
        Ok(answer.secret("temporary_passwords", serde_json::to_value(passwords).map_err(Problem::internal)?))
    };
    execute(request, started, start).await
}

/// Get the progress of an import of people
///
/// Available to the person or system that started the import, and to admins. Imports are kept for a week.
#[utoipa::path(
    get, path = "/users/import/{id}", operation_id = "getUserImport", tag = "users",
    params(("id" = String, Path, description = "The id of the import")),
    responses((status = 200, description = "The import", body = ImportAnswer)),
)]
pub(crate) async fn progress(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Answer, Problem> {
    let id = parameter::id(&id)?;
    Answer::ok(&find(&app.ports(app.now()), &caller, id, ImportKind::Users).await?)
}

/// Returns what the rows would do.
fn previewed(plans: Vec<Plan>) -> PeopleImportPreview {
    let (total, mut created) = (plans.len(), 0);
    let mut results = Vec::new();
    for Plan { row, username, change } in plans {
        let outcome = match change {
            None => continue,
            Some(PersonChange::Create { .. }) => Outcome::Created,
            Some(PersonChange::Change { .. }) => Outcome::Changed,
        };
        created += usize::from(outcome == Outcome::Created);
        results.push(PreviewedRow { row, username, outcome });
    }
    let changed = results.len() - created;
    PeopleImportPreview { total, created, changed, unchanged: total - results.len(), results }
}
