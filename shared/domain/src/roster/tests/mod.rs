//! The rules of rosters, each as a test.

mod dates;
mod overlaps;
mod patterns;
mod properties;
mod swaps;
mod team;
