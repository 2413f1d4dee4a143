//! `rollcall`: the whole of Rollcall on this machine.

fn main() {}
