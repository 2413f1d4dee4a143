//! Metrics in log lines (CloudWatch embedded metric format). A line with the usage of an invocation also tells CloudWatch to
//! create metrics from its numbers. This needs no call, and a crash loses at most its own line.
//!
//! The stack is the only dimension. Each combination of metric and dimensions is billed separately, so metrics by function
//! would cost more than the functions themselves. Lambda's own metrics distinguish functions, and Logs Insights answers other
//! questions about the lines.

use std::fmt;

use domain::ports::Clock;
use serde_json::Value;
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    registry::LookupSpan,
};

use crate::system::SystemClock;

/// The namespace of the metrics; dashboards and alarms in template.yaml refer to it.
const NAMESPACE: &str = "Rollcall";

/// A field that is a metric, and its unit.
type Metric = (&'static str, &'static str);

/// The fields of log lines that are metrics. A line with all fields of a set creates metrics of them.
const METRICS: [&[Metric]; 2] = [
    // The usage of an invocation.
    &[
        ("duration_ms", "Milliseconds"),
        ("calls", "Count"),
        ("read_units", "Count"),
        ("write_units", "Count"),
        ("failed", "Count"),
    ],
    // The reason of a refused request; many of these refusals indicate an attack.
    &[("invalid_credentials", "Count"), ("refresh_token_reused", "Count")],
];

/// Formats log lines like `lines`, and adds the data that CloudWatch needs for metrics.
#[derive(Debug)]
pub(crate) struct WithMetrics<L> {
    lines: L,
    /// The name of the stack, as JSON.
    stack: Option<String>,
}

impl<L> WithMetrics<L> {
    /// Creates a formatter of JSON lines. Without a stack, the lines stay unchanged, because CloudWatch doesn't read them.
    pub(crate) fn new(lines: L, stack: Option<&str>) -> Self {
        Self { lines, stack: stack.map(|stack| Value::from(stack).to_string()) }
    }
}

impl<L, S, N> FormatEvent<S, N> for WithMetrics<L>
where
    L: FormatEvent<S, N>,
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let fields = event.metadata().fields();
        let has_all = |set: &&&[Metric]| set.iter().all(|(name, _)| fields.field(*name).is_some());
        let metrics: Vec<&Metric> = METRICS.iter().filter(has_all).copied().flatten().collect();
        let Some(stack) = self.stack.as_deref().filter(|_| !metrics.is_empty()) else {
            return self.lines.format_event(context, writer, event);
        };
        let mut line = String::new();
        self.lines.format_event(context, Writer::new(&mut line), event)?;
        // The closing brace is replaced, so that the line isn't parsed and written again.
        match line.trim_end().strip_suffix('}') {
            Some(open) => {
                writer.write_str(open)?;
                write_members(&mut writer, stack, &metrics)
            }
            None => writer.write_str(&line),
        }
    }
}

/// Writes the members to add to a line, with the closing brace. `stack` is the name of the stack as JSON.
fn write_members(writer: &mut Writer<'_>, stack: &str, metrics: &[&Metric]) -> fmt::Result {
    // Without a time, CloudWatch would use the time at which it collects the line.
    let at = SystemClock.now().as_millisecond();
    write!(writer, r#","stack":{stack},"_aws":{{"Timestamp":{at},"CloudWatchMetrics":[{{"Namespace":"{NAMESPACE}","#)?;
    writer.write_str(r#""Dimensions":[["stack"]],"Metrics":["#)?;
    for (place, (name, unit)) in metrics.iter().enumerate() {
        let comma = if place == 0 { "" } else { "," };
        write!(writer, r#"{comma}{{"Name":"{name}","Unit":"{unit}"}}"#)?;
    }
    writer.write_str("]}]}}\n")
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Returns the lines that are written when `telemetry` is configured for the given stack.
    fn written(stack: Option<&str>, work: impl FnOnce()) -> Vec<Value> {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_target(false)
            .without_time()
            .with_writer(move || writer.clone())
            .map_event_format(|lines| WithMetrics::new(lines, stack))
            .finish();
        tracing::subscriber::with_default(subscriber, work);
        let bytes = lines.0.lock().unwrap();
        bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(read).collect()
    }

    fn read(line: &[u8]) -> Value {
        serde_json::from_slice(line).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(line)))
    }

    fn request() {
        tracing::info!(
            route = "POST /clock/in",
            duration_ms = 12.5,
            calls = 2_u32,
            read_units = 7.5,
            write_units = 14.0,
            failed = 0_u8,
            invalid_credentials = 1_u32,
            refresh_token_reused = 0_u32,
            "request"
        );
    }

    #[test]
    fn a_usage_line_declares_its_numbers_as_metrics_of_the_stack() {
        let lines = written(Some("rollcall"), request);
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!(line["route"], "POST /clock/in");
        assert_eq!(line["stack"], "rollcall");
        let [directive] = line["_aws"]["CloudWatchMetrics"].as_array().unwrap().as_slice() else { panic!("{line}") };
        assert_eq!(directive["Namespace"], "Rollcall");
        for dimension in directive["Dimensions"][0].as_array().unwrap() {
            assert!(line[dimension.as_str().unwrap()].is_string(), "{dimension}");
        }
        for metric in directive["Metrics"].as_array().unwrap() {
            assert!(line[metric["Name"].as_str().unwrap()].is_number(), "{metric}");
        }
        // Milliseconds, and in this century.
        assert!(line["_aws"]["Timestamp"].as_i64().unwrap() > 1_700_000_000_000);
    }

    #[test]
    fn other_lines_and_those_without_a_stack_stay_as_they_are() {
        let lines = written(Some("rollcall"), || tracing::info!(calls = 2_u32, "a line that spent nothing"));
        assert!(lines[0]["_aws"].is_null());
        assert!(written(None, request)[0]["_aws"].is_null());
    }
}
