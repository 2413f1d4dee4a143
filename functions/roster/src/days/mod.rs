//! One date otherwise than the pattern, and back.

pub(crate) mod plan;
pub(crate) mod preview;
pub(crate) mod unplan;

use domain::roster::PlanRefusal;
use web::{Code, Detail, Problem};

/// What a refusal means; `path` is where the shifts stand.
fn problem(refusal: PlanRefusal, path: impl Into<String>) -> Problem {
    match refusal {
        PlanRefusal::DayWorked => Problem::new(Code::DayWorked).detail(Detail::UseCorrection),
        PlanRefusal::InThePast | PlanRefusal::TooFarAhead => Problem::invalid("date", refusal.rule()),
        PlanRefusal::UnknownSite(_) | PlanRefusal::TooManySites | PlanRefusal::Clash(_) => {
            Problem::invalid(path, refusal.rule())
        }
    }
}
