//! template.yaml, read the way API Gateway and CloudFormation would.

use std::collections::BTreeMap;

use serde_yaml_ng::{Value, value::TaggedValue};

/// The template.
pub(crate) struct Template(Value);

/// Where a request is led.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// As in an event: `ANY /users/{proxy+}` or `$default`.
    pub(crate) key: String,
    /// The binary of the function.
    pub(crate) function: String,
}

impl Template {
    pub(crate) fn read() -> Self {
        Self(serde_yaml_ng::from_str(include_str!("../../../template.yaml")).expect("template.yaml is YAML"))
    }

    /// What all functions have.
    pub(crate) fn globals(&self) -> &Value {
        &self.0["Globals"]
    }

    /// A resource by its name in the template.
    pub(crate) fn resource(&self, name: &str) -> &Value {
        self.0.get("Resources").and_then(|all| all.get(name)).unwrap_or_else(|| panic!("there is no resource {name}"))
    }

    /// All resources of a type.
    pub(crate) fn of_type(&self, kind: &str) -> Vec<&Value> {
        let resources = self.0["Resources"].as_mapping().expect("resources have names");
        resources.values().filter(|resource| resource["Type"] == kind).collect()
    }

    /// An output by its name.
    pub(crate) fn output(&self, name: &str) -> &Value {
        self.0.get("Outputs").and_then(|all| all.get(name)).unwrap_or_else(|| panic!("there is no output {name}"))
    }

    /// The functions by the names of their binaries.
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

    /// All routes of the HTTP API.
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

    /// The route that API Gateway takes for a path: the one that is just this path, else the longest that ends in
    /// `{proxy+}` and has it below, else `$default`.
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

/// The properties of a function's events of one type.
pub(crate) fn events<'a>(function: &'a Value, kind: &str) -> Vec<&'a Value> {
    let events = function["Properties"].get("Events").and_then(Value::as_mapping);
    let events = events.into_iter().flat_map(|events| events.values());
    let known = ["HttpApi", "DynamoDB", "EventBridgeRule", "ScheduleV2"];
    let events = events.inspect(|event| assert!(known.contains(&text(&event["Type"])), "teach this test {event:?}"));
    events.filter(|event| event["Type"] == kind).map(|event| &event["Properties"]).collect()
}

/// The text of a value.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value:?} is no text"))
}

/// The texts of a list.
pub(crate) fn texts(value: &Value) -> Vec<&str> {
    value.as_sequence().unwrap_or_else(|| panic!("{value:?} is no list")).iter().map(text).collect()
}

/// What a `!Ref` names.
pub(crate) fn referenced(value: &Value) -> Option<&str> {
    intrinsic("Ref", value)
}

/// The text that an intrinsic function such as `!GetAtt` is given.
pub(crate) fn intrinsic<'a>(name: &str, value: &'a Value) -> Option<&'a str> {
    let Value::Tagged(tagged) = value else { return None };
    let TaggedValue { tag, value } = &**tagged;
    (*tag == name).then(|| value.as_str()).flatten()
}
