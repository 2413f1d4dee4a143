//! `/terminals/unknown`: numbers that devices have sent and nobody has, with their punches; for admins only.

use app::terminals::numbers;
use axum::extract::{Path, State};
use domain::{
    calendar::Zone,
    id::{KioskId, UserId},
    terminal::TerminalNumber,
    text::Name,
};
use runtime::Deadline;
use serde::{Deserialize, Serialize};
use store::terminals::numbers::UnknownNumber;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, Query, RequestId, authorization,
    cursor::{ListName, Page, paginate},
    instant::Instant,
    parameter,
    query::ListQuery,
    use_case::{execute, execute_if_changed, no_content},
};

use crate::{iclock::PROCESSING_TIMEOUT, state::Terminals};

/// The maximum number of punches that an answer shows of a number.
const MAX_SHOWN: usize = 20;

/// A number that nobody has.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnknownNumber)]
pub(crate) struct UnknownAnswer {
    /// The number of the person in the device.
    #[schema(example = "17")]
    number: String,
    /// The number of kept punches.
    count: usize,
    /// The instant of the first kept punch.
    first_at: Instant,
    /// The instant of the last kept punch.
    last_at: Instant,
    /// The last kept punches, at most 20, by their times.
    punches: Vec<KeptPunchAnswer>,
}

/// A kept punch.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeptPunch)]
pub(crate) struct KeptPunchAnswer {
    /// The id of the terminal.
    terminal_id: KioskId,
    /// The name of the terminal.
    #[schema(value_type = String, example = "Gate")]
    #[schema(required = false)]
    terminal_name: Name,
    /// The instant of the punch by the device's clock.
    at: Instant,
    /// The state that the device sent: 0 to 5, or 255 if nobody chose one.
    state: u16,
}

impl UnknownAnswer {
    /// Creates the answer, with instants in the reader's time zone. Returns none if no punch is left.
    fn new(unknown: &UnknownNumber, zone: &Zone) -> Option<Self> {
        let instant = |at| Instant::new(at, zone);
        let (first, last) = (unknown.punches.first()?, unknown.punches.last()?);
        let hidden = unknown.punches.len().saturating_sub(MAX_SHOWN);
        let punches = unknown.punches.iter().skip(hidden).map(|punch| KeptPunchAnswer {
            terminal_id: punch.terminal_id,
            terminal_name: punch.terminal_name.clone(),
            at: instant(punch.at),
            state: punch.status,
        });
        Some(Self {
            number: unknown.number.to_string(),
            count: unknown.punches.len(),
            first_at: instant(first.at),
            last_at: instant(last.at),
            punches: punches.collect(),
        })
    }
}

/// List unknown numbers of terminals
///
/// For admins only. Lists the numbers that devices have sent and nobody has, with their punches of the last 90 days.
#[utoipa::path(
    get, path = "/terminals/unknown", operation_id = "listUnknownTerminalNumbers", tag = "terminals", params(ListQuery),
    responses((status = 200, description = "A page of numbers", body = Page<UnknownAnswer>)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(ListQuery { limit, cursor }): Query<ListQuery>,
) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    let read = async |after: Option<TerminalNumber>| -> Result<(Vec<UnknownAnswer>, Option<TerminalNumber>), Problem> {
        let page = app.store.unknown_numbers(after.as_ref(), limit.get()).await?;
        let next = page.items.last().filter(|_| page.more).map(|unknown| unknown.number.clone());
        Ok((page.items.iter().filter_map(|unknown| UnknownAnswer::new(unknown, &caller.zone)).collect(), next))
    };
    Answer::ok(&paginate(&app, &caller, ListName::TerminalNumbers, &(), cursor.as_deref(), read).await?)
}

/// The person to whom a number is assigned.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_id": "01JBN2V7Q4W0M3T9K5ZXH8R6CD"}))]
pub(crate) struct AssignNumber {
    /// The person.
    user_id: UserId,
}

/// A number that was assigned, and the results of its kept punches.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssignedTerminalNumber {
    /// The number.
    #[schema(example = "17")]
    number: String,
    /// The person who has the number now.
    user_id: UserId,
    /// The number of kept punches that count now.
    punches_taken: u64,
    /// The number of kept punches that wait for a manager.
    punches_waiting: u64,
    /// The number of kept punches that were already recorded otherwise.
    punches_recorded: u64,
    /// Whether all kept punches are settled. If not, send the request again.
    done: bool,
}

/// Assign an unknown number
///
/// For admins only. The number means that person at all terminals from now on, and the kept punches are applied as offline
/// punches of a kiosk. The same request again continues where an earlier one ended.
#[utoipa::path(
    post, path = "/terminals/unknown/{number}/assign", operation_id = "assignTerminalNumber", tag = "terminals",
    params(("number" = String, Path, description = "The number in the device", example = "17")),
    request_body = AssignNumber,
    responses(
        (status = 200, description = "The number and its punches", body = AssignedTerminalNumber),
        (status = 404, description = "`not_found`: no punches of the number are kept, and the person doesn't have it"),
        (status = 409, description = "`terminal_number_taken`: another person has the number"),
    ),
)]
pub(crate) async fn assign(
    State(terminals): State<Terminals>,
    caller: Caller,
    Path(number): Path<String>,
    request_id: RequestId,
    Body { value: AssignNumber { user_id }, .. }: Body<AssignNumber>,
) -> Result<Answer, Problem> {
    let number: TerminalNumber = parameter::id_for_admin(&number, &caller)?;
    let request = terminals.app.request(&caller, &request_id, None);
    execute_if_changed(&request, no_content, || numbers::assign(&request, &terminals.keys, user_id, &number)).await?;
    let deadline = Deadline::after(PROCESSING_TIMEOUT);
    let counts = numbers::apply(&request, user_id, &number, &|| deadline.left().is_zero()).await?;
    Answer::ok(&AssignedTerminalNumber {
        number: number.to_string(),
        user_id,
        punches_taken: counts.taken,
        punches_waiting: counts.waiting,
        punches_recorded: counts.recorded + counts.repeated,
        done: counts.retry == 0,
    })
}

/// Discard the punches of an unknown number
///
/// For admins only. The kept punches of the number are deleted. Punches that the device sends later are kept again.
#[utoipa::path(
    delete, path = "/terminals/unknown/{number}", operation_id = "discardUnknownTerminalNumber", tag = "terminals",
    params(("number" = String, Path, description = "The number in the device", example = "17")),
    responses((status = 204, description = "Deleted")),
)]
pub(crate) async fn forget(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let number: TerminalNumber = parameter::id_for_admin(&number, &caller)?;
    let request = app.request(&caller, &request_id, None);
    execute(&request, no_content, || numbers::discard(&request, &number)).await
}
