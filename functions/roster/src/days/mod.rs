//! Overrides of the pattern on single dates.

pub(crate) mod plan;
pub(crate) mod preview;
pub(crate) mod unplan;

use domain::roster::PlanRefusal;
use web::{Code, Detail, Problem};

/// Returns the problem for a refused plan. `path` is the path of the shifts in the body.
fn problem(refusal: PlanRefusal, path: impl Into<String>) -> Problem {
    match refusal {
        PlanRefusal::DayWorked => Problem::new(Code::DayWorked).detail(Detail::UseCorrection),
        PlanRefusal::InThePast | PlanRefusal::TooFarAhead => Problem::invalid("date", refusal.rule()),
        PlanRefusal::UnknownSite(_) | PlanRefusal::TooManySites | PlanRefusal::Clash(_) => {
            Problem::invalid(path, refusal.rule())
        }
    }
}
