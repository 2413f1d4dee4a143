//! Executes use cases that change something, and answers with their results.
//!
//! The future of each attempt is boxed: it holds what the use case reads, up to tens of kilobytes, and would otherwise be part of the
//! future of each handler.

use std::future::Future;

use ::answers::{ExportAnswer, ImportAnswer};
use ::app::{Outcome, Ports, Prepared, Request};
use axum::response::Response;
use domain::job::ImportKind;
use http::StatusCode;
use serde::Serialize;

use crate::{
    Answer, Failed, Problem,
    command::{answered, command_briefly},
};

/// Executes a use case: it prepares the change, `respond` makes the response from its answer and version, and one transaction
/// commits the change and saves the response for repeats. After a lost race, the use case is called again
/// ([`command`](crate::command())).
///
/// # Errors
///
/// Returns the problem of the response.
pub async fn execute<T, E, F, R>(
    request: &Request<'_>,
    respond: impl Fn(&T, u64) -> Result<Answer, Problem>,
    use_case: F,
) -> Result<Answer, Problem>
where
    F: Fn() -> R,
    R: Future<Output = Result<Prepared<T>, E>>,
    Failed: From<E>,
{
    let attempt = || Box::pin(committed(request, &respond, use_case()));
    answered(request.ports.store, request.repeat, request.ports.now, attempt).await
}

/// Executes a use case like [`execute`] that may find nothing to change. Then nothing is committed, and no response is saved.
///
/// # Errors
///
/// Returns the problem of the response.
pub async fn execute_if_changed<T, E, F, R>(
    request: &Request<'_>,
    respond: impl Fn(&T, u64) -> Result<Answer, Problem>,
    use_case: F,
) -> Result<Answer, Problem>
where
    F: Fn() -> R,
    R: Future<Output = Result<Outcome<T>, E>>,
    Failed: From<E>,
{
    execute_then(request, respond, use_case, |_| std::future::ready(())).await
}

/// Executes a use case like [`execute_if_changed`]. `follow_up` does what follows the commit of a change.
///
/// # Errors
///
/// Returns the problem of the response.
pub async fn execute_then<T, E, F, R, G, S>(
    request: &Request<'_>,
    respond: impl Fn(&T, u64) -> Result<Answer, Problem>,
    use_case: F,
    follow_up: G,
) -> Result<Answer, Problem>
where
    F: Fn() -> R,
    R: Future<Output = Result<Outcome<T>, E>>,
    Failed: From<E>,
    G: Fn(T) -> S,
    S: Future<Output = ()>,
{
    let attempt = || Box::pin(committed_then(request, &respond, use_case(), &follow_up));
    answered(request.ports.store, request.repeat, request.ports.now, attempt).await
}

/// Executes a use case like [`execute`], but with at most three decisions ([`command_briefly`]).
///
/// # Errors
///
/// Returns the problem of the response.
pub async fn execute_briefly<T, E, F, R>(
    request: &Request<'_>,
    respond: impl Fn(&T, u64) -> Result<Answer, Problem>,
    use_case: F,
) -> Result<Response, Problem>
where
    F: Fn() -> R,
    R: Future<Output = Result<Prepared<T>, E>>,
    Failed: From<E>,
{
    let attempt = || Box::pin(committed(request, &respond, use_case()));
    command_briefly(request.ports.store, request.repeat, request.ports.now, attempt).await
}

/// Executes a use case like [`execute_briefly`], for a person who isn't signed in. The response isn't saved.
///
/// # Errors
///
/// Returns the problem of the response.
pub async fn execute_unsigned<T, O, E, F, R>(
    ports: &Ports<'_>,
    respond: impl Fn(&T, u64) -> Result<Answer, Problem>,
    use_case: F,
) -> Result<Response, Problem>
where
    O: Into<Outcome<T>>,
    F: Fn() -> R,
    R: Future<Output = Result<O, E>>,
    Failed: From<E>,
{
    let attempt = || Box::pin(sent(ports, &respond, use_case()));
    command_briefly(ports.store, None, ports.now, attempt).await
}

/// Commits a change, if there is one, without its response.
async fn sent<T, O, E>(
    ports: &Ports<'_>,
    respond: impl Fn(&T, u64) -> Result<Answer, Problem>,
    outcome: impl Future<Output = Result<O, E>>,
) -> Result<Answer, Failed>
where
    O: Into<Outcome<T>>,
    Failed: From<E>,
{
    let outcome: Outcome<T> = outcome.await?.into();
    match outcome {
        Outcome::Changed(Prepared { commit, answer, version }) => {
            let response = respond(&answer, version)?;
            commit.send(ports.store).await?;
            Ok(response)
        }
        Outcome::Unchanged { answer, version } => Ok(respond(&answer, version)?),
    }
}

/// Commits a prepared change together with its saved response.
async fn committed<T, E>(
    request: &Request<'_>,
    respond: impl Fn(&T, u64) -> Result<Answer, Problem>,
    prepared: impl Future<Output = Result<Prepared<T>, E>>,
) -> Result<Answer, Failed>
where
    Failed: From<E>,
{
    Ok(saved_and_sent(request, respond, prepared.await?).await?.0)
}

/// Commits a change, if there is one, together with its saved response, and does what follows the commit.
async fn committed_then<T, E, S>(
    request: &Request<'_>,
    respond: impl Fn(&T, u64) -> Result<Answer, Problem>,
    outcome: impl Future<Output = Result<Outcome<T>, E>>,
    follow_up: impl Fn(T) -> S,
) -> Result<Answer, Failed>
where
    Failed: From<E>,
    S: Future<Output = ()>,
{
    match outcome.await? {
        Outcome::Changed(prepared) => {
            let (response, answer) = saved_and_sent(request, respond, prepared).await?;
            follow_up(answer).await;
            Ok(response)
        }
        Outcome::Unchanged { answer, version } => Ok(respond(&answer, version)?),
    }
}

/// Sends a prepared change in one transaction with its saved response.
async fn saved_and_sent<T>(
    request: &Request<'_>,
    respond: impl Fn(&T, u64) -> Result<Answer, Problem>,
    prepared: Prepared<T>,
) -> Result<(Answer, T), Failed> {
    let Prepared { mut commit, answer, version } = prepared;
    let response = respond(&answer, version)?;
    commit.save_answer(request.repeat, response.saved())?;
    commit.send(request.ports.store).await?;
    Ok((response, answer))
}

/// Returns a 200 response with the changed item and its version.
///
/// # Errors
///
/// The item can't be written as JSON.
pub fn changed<T: Serialize>(item: &T, version: u64) -> Result<Answer, Problem> {
    Ok(Answer::ok(item)?.version(version))
}

/// Returns a 200 response with the changed item, its version, and its new secret. A replay leaves the secret out.
///
/// # Errors
///
/// The item can't be written as JSON.
pub fn changed_with_secret<T: Serialize>(item: &T, version: u64, secret: &str) -> Result<Answer, Problem> {
    Ok(changed(item, version)?.secret("secret", secret))
}

/// Returns a 201 response with the created item, its location and version, and its secret. A replay leaves the secret out.
///
/// # Errors
///
/// The item can't be written as JSON.
pub fn created_with_secret<T: Serialize>(
    location: String,
    item: &T,
    version: u64,
    secret: &str,
) -> Result<Answer, Problem> {
    Ok(Answer::created(location, item)?.version(version).secret("secret", secret))
}

/// Returns a 202 response with an export that was ordered, and the location where it can be followed.
///
/// # Errors
///
/// The export can't be written as JSON.
pub fn export_ordered(export: &ExportAnswer, _: u64) -> Result<Answer, Problem> {
    Ok(Answer::created(format!("/reports/exports/{}", export.id), export)?.status(StatusCode::ACCEPTED))
}

/// Returns a function that makes a 202 response with an import that was started, and the location where it can be followed.
pub fn import_started(import: ImportKind) -> impl Fn(&ImportAnswer, u64) -> Result<Answer, Problem> {
    let path = match import {
        ImportKind::Roster => "/roster/import",
        ImportKind::Attendance => "/attendance/import",
        ImportKind::LeaveBalances => "/leave/balances/import",
        ImportKind::Users => "/users/import",
    };
    move |started: &ImportAnswer, _: u64| {
        Ok(Answer::created(format!("{path}/{}", started.id), started)?.status(StatusCode::ACCEPTED))
    }
}

/// Returns a 202 response without a body, for work that isn't finished.
///
/// # Errors
///
/// Never: the result has the form that [`execute`] needs.
pub fn accepted(_: &(), _: u64) -> Result<Answer, Problem> {
    Ok(Answer::no_content().status(StatusCode::ACCEPTED))
}

/// Returns a 204 response.
///
/// # Errors
///
/// Never: the result has the form that [`execute`] needs.
pub fn no_content(_: &(), _: u64) -> Result<Answer, Problem> {
    Ok(Answer::no_content())
}
