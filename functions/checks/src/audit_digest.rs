//! `audit-digest`: closes each hour of the audit with a digest that contains the previous digest (ADR 0028). With an archive,
//! each digest is also written to a bucket whose objects can't be deleted until their retention is over.

use bucket::Bucket;
use jiff::SignedDuration;
use runtime::events::Failure;
use serde::Serialize;
use store::audit_digests::{AuditDigest, AuditHash, AuditHour};

use crate::run::{Outcome, Run};

/// How long after its end an hour is closed. `notify` stores hashes under the hour in which it reads the stream, so only
/// differences between the clocks of two invocations matter.
const CLOSES_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// A file of the archive.
#[derive(Serialize)]
struct File<'a> {
    #[serde(flatten)]
    digest: &'a AuditDigest,
    hashes: &'a [AuditHash],
}

/// Closes the hours that have ended.
pub(crate) async fn close_hours(run: &Run, archive: Option<&Bucket>) -> Result<Outcome, Failure> {
    let last_over = AuditHour::of(run.now.saturating_sub(CLOSES_AFTER).unwrap_or(run.now)).before();
    let mut last = run.store.last_audit_digest().await.map_err(Failure::new)?;
    let mut outcome = Outcome::NOTHING_TO_DO;
    for hour in run.store.open_audit_hours().await.map_err(Failure::new)? {
        if hour > last_over {
            break;
        }
        if run.is_over() {
            return Ok(outcome.unfinished());
        }
        let mut commit = run.commit_without_event();
        if last.as_ref().is_some_and(|last| hour <= last.hour) {
            tracing::warn!(%hour, "hashes of the audit were kept in an hour that has a digest: a clock was set back");
            commit.forget_audit_hour(hour).map_err(Failure::new)?;
            commit.send(&run.store).await.map_err(Failure::new)?;
            continue;
        }
        let hashes = run.store.audit_hashes(hour).await.map_err(Failure::new)?;
        let digest = AuditDigest::new(hour, last.as_ref(), &hashes);
        // The archive is written first: writing a file twice gives the same content, but a digest that is already in the table
        // would never get its file.
        if let Some(archive) = archive {
            let file = serde_json::to_vec(&File { digest: &digest, hashes: &hashes }).map_err(Failure::new)?;
            archive.put(&format!("audit/{hour}.json"), "application/json", file).await.map_err(Failure::new)?;
        }
        commit.close_audit_hour(&digest).map_err(Failure::new)?;
        commit.send(&run.store).await.map_err(Failure::new)?;
        outcome = Outcome { looked_at: outcome.looked_at + hashes.len(), changed: outcome.changed + 1, ..outcome };
        last = Some(digest);
    }
    Ok(outcome)
}
