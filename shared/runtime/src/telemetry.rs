//! Log lines as JSON on standard output, where Lambda collects them.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer, filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{Variables, metrics::WithMetrics};

/// Sends all log lines to CloudWatch, from the level `info` unless `RUST_LOG` sets another.
pub fn init() {
    let variables = Variables::of_process();
    let filter = wanted(&variables, Targets::new().with_default(LevelFilter::INFO));
    // CloudWatch stores the time of each line itself.
    let lines = fmt::layer()
        .json()
        .flatten_event(true)
        .with_target(false)
        // The span of Lambda only once: it contains the trace.
        .with_span_list(false)
        .without_time()
        .map_event_format(|lines| WithMetrics::new(lines, variables.optional("STACK")));
    let _ = tracing_subscriber::registry().with(lines.with_filter(filter)).try_init();
}

/// Returns the log lines to write: those that `RUST_LOG` selects, otherwise `usual`.
pub fn wanted(variables: &Variables, usual: Targets) -> Targets {
    variables.optional("RUST_LOG").and_then(|filter| filter.parse().ok()).unwrap_or(usual)
}
