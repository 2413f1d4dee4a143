//! template.yaml, read the way API Gateway and CloudFormation read it.

use std::collections::BTreeMap;

use serde_yaml_ng::{Value, value::TaggedValue};

/// The template.
pub(crate) struct Template(Value);

/// The function that a request is routed to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// The route key as in an event: `ANY /users/{proxy+}` or `$default`.
    pub(crate) key: String,
    /// The name of the function's binary.
    pub(crate) function: String,
}

impl Template {
    pub(crate) fn read() -> Self {
        Self(serde_yaml_ng::from_str(include_str!("../../../template.yaml")).expect("template.yaml is YAML"))
    }

    /// Returns the properties that all functions have.
    pub(crate) fn globals(&self) -> &Value {
        &self.0["Globals"]
    }

    /// Returns a resource by its name in the template.
    pub(crate) fn resource(&self, name: &str) -> &Value {
        self.0.get("Resources").and_then(|all| all.get(name)).unwrap_or_else(|| panic!("there is no resource {name}"))
    }

    /// Returns all resources of a type.
    pub(crate) fn of_type(&self, kind: &str) -> Vec<&Value> {
        let resources = self.0["Resources"].as_mapping().expect("resources have names");
        resources.values().filter(|resource| resource["Type"] == kind).collect()
    }

    /// Returns an output by its name.
    pub(crate) fn output(&self, name: &str) -> &Value {
        self.0.get("Outputs").and_then(|all| all.get(name)).unwrap_or_else(|| panic!("there is no output {name}"))
    }

    /// Returns the functions by the names of their binaries.
    pub(crate) fn functions(&self) -> BTreeMap<String, &Value> {
        let resources = self.0["Resources"].as_mapping().expect("resources have names");
        let functions = resources.values().filter(|resource| resource["Type"] == "AWS::Serverless::Function");
        functions
            .map(|function| {
                let binary = function["Metadata"]["BuildProperties"]["Binary"].as_str();
                (binary.expect("cargo-lambda is told which binary to build").to_owned(), function)
            })
            .collect()
    }

    /// Returns all routes of the HTTP API.
    pub(crate) fn routes(&self) -> Vec<Route> {
        let mut routes = Vec::new();
        for (function, resource) in self.functions() {
            for properties in events(resource, "HttpApi") {
                assert_eq!(referenced(&properties["ApiId"]), Some("Api"));
                let key = match (properties.get("Method"), properties.get("Path")) {
                    (Some(method), Some(path)) => format!("{} {}", text(method), text(path)),
                    _ => "$default".to_owned(),
                };
                routes.push(Route { key, function: function.clone() });
            }
        }
        routes
    }

    /// Returns the route that API Gateway selects for a path: the exact route, otherwise the longest matching one that ends in
    /// `{proxy+}`, otherwise `$default`.
    pub(crate) fn route(&self, path: &str) -> Option<Route> {
        let rank = |route: &Route| {
            let Some(pattern) = route.key.strip_prefix("ANY ") else { return (route.key == "$default").then_some(0) };
            match pattern.strip_suffix("{proxy+}") {
                Some(prefix) => (path.len() > prefix.len() && path.starts_with(prefix)).then_some(prefix.len()),
                None => (pattern == path).then_some(usize::MAX),
            }
        };
        self.routes()
            .into_iter()
            .filter_map(|route| Some((rank(&route)?, route)))
            .max_by_key(|(rank, _)| *rank)
            .map(|(_, route)| route)
    }
}

/// Returns the properties of a function's events of one type.
pub(crate) fn events<'a>(function: &'a Value, kind: &str) -> Vec<&'a Value> {
    let events = function["Properties"].get("Events").and_then(Value::as_mapping);
    let events = events.into_iter().flat_map(|events| events.values());
    let known = ["HttpApi", "DynamoDB", "EventBridgeRule", "ScheduleV2"];
    let events = events.inspect(|event| assert!(known.contains(&text(&event["Type"])), "teach this test {event:?}"));
    events.filter(|event| event["Type"] == kind).map(|event| &event["Properties"]).collect()
}

/// Returns the text of a value.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value:?} is no text"))
}

/// Returns the texts of a list.
pub(crate) fn texts(value: &Value) -> Vec<&str> {
    value.as_sequence().unwrap_or_else(|| panic!("{value:?} is no list")).iter().map(text).collect()
}

/// Returns the name in a `!Ref`.
pub(crate) fn referenced(value: &Value) -> Option<&str> {
    intrinsic("Ref", value)
}

/// Returns the argument of an intrinsic function such as `!GetAtt`.
pub(crate) fn intrinsic<'a>(name: &str, value: &'a Value) -> Option<&'a str> {
    let Value::Tagged(tagged) = value else { return None };
    let TaggedValue { tag, value } = &**tagged;
    (*tag == name).then(|| value.as_str()).flatten()
}
