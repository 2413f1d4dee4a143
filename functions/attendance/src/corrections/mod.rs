//! Corrections: asked for by whose day it is, decided by who is in charge of them.

pub(crate) mod decide;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod request;
pub(crate) mod withdraw;

use domain::correction::{AlreadyDecided, CorrectionStatus};
use web::{Code, Problem};

/// What it means that a correction isn't pending any more.
fn already_decided(AlreadyDecided(status): AlreadyDecided) -> Problem {
    let detail = match status {
        CorrectionStatus::Pending => return Problem::internal("a pending correction is undecided"),
        CorrectionStatus::Approved => "It was approved.",
        CorrectionStatus::Rejected => "It was rejected.",
        CorrectionStatus::Withdrawn => "It was withdrawn.",
    };
    Problem::new(Code::AlreadyDecided).detail(detail)
}
