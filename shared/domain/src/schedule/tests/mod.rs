//! The rules under "Schedule", each as a test.

pub(crate) mod company;

mod fold;
mod half_days;
mod patterns;
mod zones;
