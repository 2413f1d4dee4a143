//! Pay: codes, rules, profiles and cost centers of the company, and the inputs from which the pay of a person's dates is
//! computed ([`inputs::PayInputs`]).
//!
//! `domain::pay` has the rules. `docs/rules.md#from-days-to-pay` explains them.

pub mod accounts;
pub mod approvals;
pub mod closing;
pub mod codes;
pub mod cost_centers;
pub mod inputs;
mod period_people;
pub mod periods;
pub mod profiles;
pub mod reopening;
pub mod rules;
pub mod runs;
pub(crate) mod signed_figures;
pub mod templates;
pub mod timesheets;
