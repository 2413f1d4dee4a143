//! The examples of answers in the OpenAPI document.
//!
//! They are real answers of the demo company, which `scripts/openapi/record_examples.py` records. They are files, because JSON of
//! this length would hide the declarations of the operations, and the functions don't need it.

use serde_json::Value;
use utoipa::openapi::{Content, OpenApi, RefOr, Response};

/// Includes the files with the given names, without the ending `.json`.
macro_rules! files {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("examples/", $name, ".json")))),*] };
}

/// The names of the files, and their texts. The file `login.200` is an example of the answer 200 of the operation `login`. The
/// file `NotFound` is an example of the answer `NotFound`, which operations share.
static FILES: &[(&str, &str)] = files![
    "clockIn.201",
    "clockIn.409",
    "clockOut.200",
    "createServiceToken.201",
    "createUser.201",
    "createUser.409",
    "createWebhook.201",
    "decideApprovals.200",
    "decideLeaveRequest.200",
    "decideLeaveRequest.409",
    "decideSwap.200",
    "endBreak.200",
    "getBoard.200",
    "getBootstrap.200",
    "getClockStatus.200",
    "getCurrentUser.200",
    "getDay.200",
    "getDepartment.200",
    "getLeaveBalances.200",
    "getPayRun.200",
    "getRoster.200",
    "getRosterGrid.200",
    "getSettings.200",
    "getSite.200",
    "getSummary.200",
    "getTimesheet.200",
    "getUser.200",
    "listApprovals.200",
    "listAuditEntries.200",
    "listDays.200",
    "listDepartments.200",
    "listEvents.200",
    "listLeaveRequests.200",
    "listNotifications.200",
    "listPaySegments.200",
    "listShifts.200",
    "listUsers.200",
    "login.200",
    "login.401",
    "login.429",
    "previewLeaveRequest.200",
    "refreshTokens.200",
    "reportLateness.200",
    "reportMonthlyWork.200",
    "reportWorkedHours.200",
    "requestCorrection.201",
    "requestLeave.201",
    "requestLeave.409",
    "requestSwap.201",
    "startBreak.201",
    "startPayRun.202",
    "ForbiddenOrMfaEnrolmentRequiredOrPasswordChangeRequiredOrAccountDisabled",
    "ForbiddenOrScopeRequiredOrMfaEnrolmentRequiredOrPasswordChangeRequiredOrAccountDisabled",
    "InvalidCursor",
    "InvalidValues",
    "InvalidValuesOrIdempotencyKeyReused",
    "MalformedRequest",
    "NotFound",
    "PreconditionFailed",
    "RateLimited",
    "UnauthenticatedOrTokenExpired",
    "UnsupportedMediaType",
];

/// Adds the examples to the answers of a document. Leaves a file out that belongs to no answer, which a contract test reports.
pub(super) fn add(document: &mut OpenApi) {
    for (name, text) in FILES {
        let response = match name.split_once('.') {
            Some((operation_id, status)) => response_of(document, operation_id, status),
            None => document.components.as_mut().and_then(|components| components.responses.get_mut(*name)),
        };
        let content = response.and_then(json_content);
        if let (Some(content), Ok(example)) = (content, serde_json::from_str::<Value>(text)) {
            content.example = Some(example);
        }
    }
}

/// Returns the response of an operation with a status.
fn response_of<'a>(document: &'a mut OpenApi, operation_id: &str, status: &str) -> Option<&'a mut RefOr<Response>> {
    let items = document.paths.paths.values_mut();
    let methods =
        items.flat_map(|item| [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch]);
    let operation = methods.flatten().find(|operation| operation.operation_id.as_deref() == Some(operation_id))?;
    operation.responses.responses.get_mut(status)
}

/// Returns the content of a response that is a problem, or else JSON.
fn json_content(response: &mut RefOr<Response>) -> Option<&mut Content> {
    let RefOr::T(response) = response else { return None };
    let media_type =
        ["application/problem+json", "application/json"].into_iter().find(|it| response.content.contains_key(*it))?;
    match response.content.get_mut(media_type)? {
        RefOr::T(content) => Some(content),
        RefOr::Ref(_) => None,
    }
}
