//! Rosters: swaps between two people.

pub mod swaps;

pub use swaps::SwapUseRefusal;
