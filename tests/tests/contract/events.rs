//! The sample events in `events/` are the events that API Gateway sends for the calls that they are named after.

use std::{fs, path::PathBuf};

use lambda_http::{
    RequestExt,
    request::{LambdaRequest, RequestContext},
};
use serde_json::Value;

use crate::{WITHOUT_OPERATIONS, WITHOUT_REQUESTS, declared, repository, template::Template};

struct Event {
    /// The folder, named after the function.
    function: String,
    path: PathBuf,
    text: String,
}

impl Event {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{}: {error}", self.path.display()))
    }

    fn request(&self) -> lambda_http::Request {
        let event: LambdaRequest =
            serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{}: {error}", self.path.display()));
        event.into()
    }
}

/// Returns the events of functions that the HTTP API calls.
fn requests() -> Vec<Event> {
    events().into_iter().filter(|event| !WITHOUT_REQUESTS.contains(&event.function.as_str())).collect()
}

fn events() -> Vec<Event> {
    let mut events = Vec::new();
    for folder in fs::read_dir(repository("events")).unwrap() {
        let folder = folder.unwrap();
        for file in fs::read_dir(folder.path()).unwrap() {
            let path = file.unwrap().path();
            let function = folder.file_name().into_string().unwrap();
            events.push(Event { function, text: fs::read_to_string(&path).unwrap(), path });
        }
    }
    events
}

/// Returns the events for a function, by file.
pub(crate) fn events_for(function: &str) -> Vec<(String, Value)> {
    let events = events().into_iter().filter(|event| event.function == function);
    events.map(|event| (event.path.display().to_string(), event.json())).collect()
}

#[test]
fn every_function_has_a_sample_event() {
    for (function, _) in Template::read().functions() {
        assert!(events().iter().any(|event| event.function == function), "events/{function}/ is empty");
    }
}

#[test]
fn each_is_an_event_of_the_http_api_to_the_runtimes_parser() {
    for event in requests() {
        let request = event.request();
        let Some(RequestContext::ApiGatewayV2(context)) = request.request_context_ref() else {
            panic!("{} is taken for something else", event.path.display())
        };
        let (method, path) = (context.http.method.as_str(), context.http.path.as_deref());
        assert_eq!(request.method().as_str(), method);
        assert_eq!(Some(request.raw_http_path()), path);
        assert!(context.request_id.is_some() && context.http.source_ip.is_some() && context.time_epoch > 0);
        if let Some(length) = request.headers().get("content-length") {
            assert_eq!(length.to_str().unwrap(), request.body().len().to_string(), "{}", event.path.display());
        }
    }
}

#[test]
fn each_is_routed_to_the_function_of_its_folder() {
    let template = Template::read();
    for event in requests() {
        let json = event.json();
        let path = json["rawPath"].as_str().unwrap();
        let route = template.route(path).unwrap();
        assert_eq!(route.function, event.function, "{}", event.path.display());
        assert_eq!(json["routeKey"], route.key.as_str(), "{}", event.path.display());
        assert_eq!(json["requestContext"]["routeKey"], route.key.as_str(), "{}", event.path.display());
        let below = route.key.strip_prefix("ANY ").and_then(|pattern| pattern.strip_suffix("{proxy+}"));
        let proxy = below.and_then(|prefix| path.strip_prefix(prefix));
        assert_eq!(json["pathParameters"]["proxy"].as_str(), proxy, "{}", event.path.display());
    }
}

#[test]
fn each_calls_something_that_its_function_declares() {
    let declared = declared();
    for event in requests() {
        // `docs` responds to requests that no other function serves, and its page's assets aren't part of the API.
        if event.function == "docs" || WITHOUT_OPERATIONS.contains(&event.function.as_str()) {
            continue;
        }
        let request = event.request();
        let method = request.method().as_str().to_lowercase();
        let called: Vec<&str> = request.uri().path().split('/').collect();
        let paths = declared[event.function.as_str()]["paths"].as_object().unwrap();
        let known = paths.iter().any(|(path, item)| {
            let parts: Vec<&str> = path.split('/').collect();
            let same = |(part, called): (&&str, &&str)| part.starts_with('{') || part == called;
            parts.len() == called.len() && parts.iter().zip(&called).all(same) && item.get(&method).is_some()
        });
        assert!(known, "{}: {method} {}", event.path.display(), request.uri().path());
    }
}
