//! Swaps: asked for by one person, answered by another, and decided by a manager where that is needed.

pub(crate) mod ask;
pub(crate) mod decide;
pub(crate) mod list;
pub(crate) mod read;
mod shown;
pub(crate) mod withdraw;

use domain::{
    roster::SwapRefusal,
    swap::{SwapStatus, Untimely},
};
use web::{Code, Problem};

/// What it means that a swap's state doesn't allow a step.
fn untimely(untimely: Untimely) -> Problem {
    let detail = match untimely {
        Untimely::AlreadyDecided(status) => match status {
            SwapStatus::Accepted | SwapStatus::Approved => "It is made.",
            SwapStatus::Declined => "It was declined.",
            SwapStatus::Rejected => "It was rejected.",
            SwapStatus::Withdrawn => "It was withdrawn.",
            SwapStatus::Expired => "The first of its dates has begun.",
            SwapStatus::Pending => return Problem::internal("a pending swap is undecided"),
        },
        Untimely::AlreadyAccepted => "It was accepted, and waits for a manager.",
        Untimely::NotAcceptedYet => return Problem::new(Code::NotAcceptedYet),
        Untimely::NotExpiredYet => return Problem::internal(untimely),
    };
    Problem::new(Code::AlreadyDecided).detail(detail)
}

/// What it means that a swap can't be made, whoever tried.
fn refused(refusal: &SwapRefusal) -> Problem {
    let code = match refusal {
        SwapRefusal::NoShift { .. } => Code::NoShift,
        SwapRefusal::OnLeave(_) => Code::OnLeave,
        SwapRefusal::DayWorked(_) => Code::DayWorked,
        SwapRefusal::WouldOverlap(_) => Code::WouldOverlap,
        SwapRefusal::TooLittleRest(_) => Code::TooLittleRest,
        SwapRefusal::Begun(_)
        | SwapRefusal::TooFarAhead(_)
        | SwapRefusal::NotEmployed { .. }
        | SwapRefusal::RosterChanged => Code::RosterChanged,
    };
    let text = refusal.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    Problem::new(code).detail(format!("{first}{}.", letters.as_str()))
}
