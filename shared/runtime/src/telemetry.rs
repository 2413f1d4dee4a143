//! Log lines as JSON on standard output, where Lambda collects them.

use tracing_subscriber::EnvFilter;

use crate::{Variables, metrics::WithMetrics};

/// Sends everything from here on to CloudWatch, from `info` up unless `RUST_LOG` says otherwise.
pub fn init() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let variables = Variables::of_process();
    // CloudWatch keeps the time of each line by itself.
    let _ = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_target(false)
        // Lambda's own span, once: it holds the trace.
        .with_span_list(false)
        .without_time()
        .with_env_filter(filter)
        .map_event_format(|lines| WithMetrics::new(lines, variables.optional("STACK")))
        .try_init();
}
