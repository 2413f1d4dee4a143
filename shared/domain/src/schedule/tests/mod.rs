//! Tests of the rules under "Schedule" in docs/rules.md, one for each rule.

pub(crate) mod company;

mod fold;
mod half_days;
mod patterns;
mod zones;
