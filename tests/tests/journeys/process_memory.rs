//! The memory of this process: tests, stack, functions and clients together.

/// Returns the resident memory in kB; 0 if the system doesn't report it.
pub(crate) fn kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// Returns the resident memory in MB.
pub(crate) fn megabytes() -> u64 {
    kilobytes() / 1024
}
