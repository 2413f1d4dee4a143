//! `POST /users/import`: creates and changes people by a sheet (`docs/people-import.md`).
//!
//! The whole sheet is checked before anything is written. The rows are then applied one after the other, each in its own
//! transaction, until the time is over. A row that is applied already changes nothing, so a client sends the same sheet again until
//! no row remains.

mod plan;
pub(super) mod rows;

use std::time::Duration;

use app::{
    Versions,
    people::{
        accounts::{self, CreatedAccount, Creation, FirstPassword},
        must_send_email,
        profiles::{self, ProfileChange},
        temporary_password,
    },
};
use axum::extract::State;
use domain::{user::NewAccount, username::Username};
use runtime::Deadline;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    Answer, Caller, Code, Problem, Query, RequestId, authorization, body::SheetBody, password_hash::Argon2Hasher,
    use_case::execute,
};

use self::plan::{Action, Plan};
use super::{change, execute_change, shown};
use crate::state::People;

/// The maximum size of a sheet, in bytes.
const LARGEST: usize = 1024 * 1024;

/// The maximum time for applying rows. A function behind HTTP has 20 seconds, and the checks before take some of them.
const TIME: Duration = Duration::from_secs(13);

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

/// What the rows of a sheet did, or would do.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct PeopleImport {
    /// The number of rows.
    total: u32,
    /// The number of people who got an account.
    created: u32,
    /// The number of people whose profile changed.
    updated: u32,
    /// The number of people whose profile was already as the sheet says.
    unchanged: u32,
    /// The number of rows that failed. Such a row changed nothing, and the others don't depend on it.
    failed: u32,
    /// The number of rows that weren't reached in time: send the same sheet again while this isn't 0.
    remaining: u32,
    /// The rows that changed something, would change something, or failed, in the order of the sheet.
    results: Vec<ImportedRow>,
}

/// What a row did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportedRow {
    /// The number of the row, as spreadsheet programs count.
    row: u32,
    /// The name that the person signs in with.
    username: Username,
    /// What the row did, or would do.
    outcome: Outcome,
    /// The password of a new account whose person isn't invited. The person must replace it. It is shown only once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, example = "k7wd-m2xq-9hbt-ecv4")]
    temporary_password: Option<String>,
    /// The problem code of a row that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = String, example = "precondition_failed")]
    code: Option<Code>,
}

/// What a row of a sheet of people did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PeopleImportOutcome)]
pub(crate) enum Outcome {
    /// The person got an account.
    Created,
    /// The profile changed.
    Updated,
    /// The row failed.
    Failed,
}

/// Import users
///
/// The body is a sheet (CSV or XLSX) of people, as `GET /users?format=csv` returns it. People are found by `username`; others get an
/// account as employees, with a temporary password in the answer. A column that the sheet doesn't have stays as it is, and an empty
/// cell removes a value. The whole sheet is checked first: if anything is wrong, nothing is written, and every error is reported
/// with its row and column. Send the same sheet again while `remaining` isn't 0.
#[utoipa::path(
    post, path = "/users/import", operation_id = "importUsers", tag = "users",
    params(ImportQuery),
    request_body(
        content = String,
        content_type = "text/csv",
        example = "username,full_name,email,hired_on\nlena.vogt,Lena Vogt,lena.vogt@harbour.example,2026-11-16\n"
    ),
    responses(
        (status = 200, description = "What the rows did", body = PeopleImport),
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
    Query(ImportQuery { preview, invite }): Query<ImportQuery>,
    SheetBody { bytes, hash: _ }: SheetBody<LARGEST>,
) -> Result<Answer, Problem> {
    authorization::must_be_manager(&caller)?;
    if invite {
        must_send_email(people.sends_email)?;
    }
    let deadline = Deadline::after(TIME);
    let rows = rows::parse(&bytes).map_err(Problem::invalid_values)?;
    let plans = plan::plans(&people.app, &caller, rows, invite).await?;
    let mut import = PeopleImport { total: count(plans.len()), ..PeopleImport::default() };
    for Plan { row, username, action } in plans {
        let is_change = match &action {
            Action::Nothing => false,
            Action::Create(_) | Action::Change { .. } => true,
        };
        if is_change && !preview && deadline.left().is_zero() {
            import.remaining += 1;
            continue;
        }
        let applied = if preview { Ok(previewed(&action)) } else { apply(&people, &caller, &request_id, action).await };
        import.add(row, username, applied);
    }
    Answer::ok(&import)
}

/// What a row did: nothing, or an outcome with a temporary password.
type Applied = Option<(Outcome, Option<String>)>;

fn previewed(action: &Action) -> Applied {
    match action {
        Action::Create(_) => Some((Outcome::Created, None)),
        Action::Change { .. } => Some((Outcome::Updated, None)),
        Action::Nothing => None,
    }
}

async fn apply(people: &People, caller: &Caller, request_id: &RequestId, action: Action) -> Result<Applied, Problem> {
    let app = &people.app;
    let request = app.request(caller, request_id, None);
    match action {
        Action::Create(new) => {
            let (account, invite) = (NewAccount::from(&*new), new.invite);
            let password = temporary_password(&*app.entropy, &account.username)?;
            let first = FirstPassword::Temporary(&password);
            let creation = Creation { account: &account, password: first, invite, sends_email: people.sends_email };
            let created = |_: &CreatedAccount, _: u64| -> Result<Answer, Problem> { Ok(Answer::no_content()) };
            execute(&request, created, || accounts::create(&request, &Argon2Hasher, &creation)).await?;
            Ok(Some((Outcome::Created, (!invite).then(|| password.expose().to_owned()))))
        }
        Action::Change { before, change } => {
            let versions = Versions::OneOf(vec![before.version]);
            let (person, named) = (before.id, change.named());
            let of_row = ProfileChange { person, versions: &versions, named, of_language_alone: false };
            let update = || profiles::change(&request, &of_row, |before| change::update(&change, before));
            execute_change(&request, shown, update).await?;
            Ok(Some((Outcome::Updated, None)))
        }
        Action::Nothing => Ok(None),
    }
}

impl PeopleImport {
    fn add(&mut self, row: u32, username: Username, applied: Result<Applied, Problem>) {
        let (outcome, temporary_password, code) = match applied {
            Ok(None) => {
                self.unchanged += 1;
                return;
            }
            Ok(Some((outcome, temporary_password))) => (outcome, temporary_password, None),
            Err(problem) => (Outcome::Failed, None, Some(problem.code())),
        };
        match outcome {
            Outcome::Created => self.created += 1,
            Outcome::Updated => self.updated += 1,
            Outcome::Failed => self.failed += 1,
        }
        self.results.push(ImportedRow { row, username, outcome, temporary_password, code });
    }
}

fn count(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
