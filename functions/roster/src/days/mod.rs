//! One date otherwise than the pattern, and back.

pub(crate) mod plan;
pub(crate) mod preview;
pub(crate) mod unplan;

use domain::roster::PlanRefusal;
use web::{Code, Problem};

/// What a refusal means; `path` is where the shifts stand.
fn problem(refusal: PlanRefusal, path: impl Into<String>) -> Problem {
    match refusal {
        PlanRefusal::DayWorked => {
            Problem::new(Code::DayWorked).detail("Days that are over are changed by corrections.")
        }
        PlanRefusal::InThePast | PlanRefusal::TooFarAhead => Problem::invalid("date", refusal.to_string()),
        PlanRefusal::UnknownSite(_) | PlanRefusal::TooManySites | PlanRefusal::Clash(_) => {
            Problem::invalid(path, refusal.to_string())
        }
    }
}
