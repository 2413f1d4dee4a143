//! The processor time that this process or a thread of it has used. Unlike real time, it doesn't depend on the other work of the
//! machine.

use std::time::Duration;

/// Returns the processor time of this process: stack, functions and clients together; zero if the system doesn't report it.
pub(crate) fn of_process() -> Duration {
    read("/proc/self/stat")
}

/// Returns the processor time of this thread; zero if the system doesn't report it. The runtime of a test has one thread by
/// default, for the stack, its functions and the client.
pub(crate) fn of_thread() -> Duration {
    read("/proc/thread-self/stat")
}

fn read(path: &str) -> Duration {
    let stat = std::fs::read_to_string(path).unwrap_or_default();
    // The second field is a name in parentheses. The 14th and the 15th are the ticks in user mode and in the kernel.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}
