//! Log lines as JSON on standard output, where Lambda collects them.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer, filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{Variables, metrics::WithMetrics};

/// Sends everything from here on to CloudWatch, from `info` up unless `RUST_LOG` says otherwise.
pub fn init() {
    let variables = Variables::of_process();
    let filter = wanted(&variables, Targets::new().with_default(LevelFilter::INFO));
    // CloudWatch keeps the time of each line by itself.
    let lines = fmt::layer()
        .json()
        .flatten_event(true)
        .with_target(false)
        // Lambda's own span, once: it holds the trace.
        .with_span_list(false)
        .without_time()
        .map_event_format(|lines| WithMetrics::new(lines, variables.optional("STACK")));
    let _ = tracing_subscriber::registry().with(lines.with_filter(filter)).try_init();
}

/// Which lines are written: those that `RUST_LOG` asks for, else the usual ones.
pub fn wanted(variables: &Variables, usual: Targets) -> Targets {
    variables.optional("RUST_LOG").and_then(|filter| filter.parse().ok()).unwrap_or(usual)
}
