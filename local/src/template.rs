//! Reads the configuration of the stack from template.yaml, so that it is the same as in the cloud: routes, table,
//! CORS, and the environment variables of each function.
//!
//! The template is compiled in. Only the intrinsic functions that these parts use are supported. Any other one is an
//! error at the start.

mod denials;
mod events;
mod live;
mod schedules;

use std::sync::LazyLock;

use serde_json::Value as Json;
use serde_yaml_ng::Value;

use crate::{
    aws::{ACCOUNT, EVENT_BUS, REGION, mailbox, s3, secrets, table},
    gateway::{Cors, RouteTable},
    live::STAGE,
};

pub(crate) use self::events::{Rule, StartingPosition, StreamSource};
pub(crate) use self::schedules::Schedule;

const TEXT: &str = include_str!("../../template.yaml");

/// The addresses of the stack, as functions know them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Addresses<'a> {
    /// The address of live connections.
    pub(crate) live: &'a str,
    /// The address of the API.
    pub(crate) api: &'a str,
}

/// The parsed template.yaml.
#[derive(Debug)]
pub(crate) struct Template(Value);

impl Template {
    /// Returns the template that this binary was built with. It is parsed once, because a process of tests starts hundreds of
    /// stacks.
    pub(crate) fn embedded() -> Result<&'static Self, String> {
        static EMBEDDED: LazyLock<Result<Template, String>> = LazyLock::new(|| Template::parse(TEXT));
        EMBEDDED.as_ref().map_err(Clone::clone)
    }

    fn parse(text: &str) -> Result<Self, String> {
        serde_yaml_ng::from_str(text).map(Self).map_err(|error| error.to_string())
    }

    /// Returns the routes of the HTTP API, each with the binary of its function.
    pub(crate) fn routes(&self) -> Result<RouteTable, String> {
        let mut routes = Vec::new();
        for (name, binary) in self.functions() {
            let events = self.resource(name).and_then(|function| function.get("Properties")?.get("Events"));
            for event in events.and_then(Value::as_mapping).into_iter().flat_map(|events| events.values()) {
                if text(event, "Type") != Some("HttpApi") {
                    continue;
                }
                let properties = event.get("Properties");
                let of_route = |key| properties.and_then(|properties| text(properties, key));
                let key = match (of_route("Method"), of_route("Path")) {
                    (Some(method), Some(path)) => format!("{} {path}", method.to_uppercase()),
                    (None, None) => "$default".to_owned(),
                    _ => return Err(format!("an event of {name} has a path without a method, or the other way round")),
                };
                routes.push((key, binary.to_owned()));
            }
        }
        RouteTable::new(routes)
    }

    /// Returns the environment variables of a function, in a stack with these addresses.
    pub(crate) fn variables(&self, binary: &str, at: Addresses<'_>) -> Result<Vec<(String, String)>, String> {
        let (name, _) = self
            .functions()
            .find(|(_, of)| *of == binary)
            .ok_or_else(|| format!("no function has the binary {binary:?}"))?;
        let variables = self
            .resource(name)
            .and_then(|function| function.get("Properties")?.get("Environment")?.get("Variables")?.as_mapping());
        let variables = variables.into_iter().flatten();
        variables
            .map(|(name, value)| {
                let name = name.as_str().ok_or("an environment variable has no name")?;
                Ok((name.to_owned(), resolve(value, at).map_err(|problem| format!("{name}: {problem}"))?))
            })
            .collect()
    }

    /// Returns the definition of the table.
    pub(crate) fn table(&self) -> Result<table::Definition, String> {
        let table = self.resource("Table").and_then(|table| table.get("Properties")).ok_or("there is no Table")?;
        let part = |name: &str| {
            let part = table.get(name).ok_or_else(|| format!("the table has no {name}"))?;
            serde_json::to_value(part).map_err(|error| format!("the table's {name}: {error}"))
        };
        let mut stream = part("StreamSpecification")?;
        stream["StreamEnabled"] = Json::Bool(true);
        // Billing and throughput settings of the table don't matter here.
        let mut indexes = part("GlobalSecondaryIndexes")?;
        for index in indexes.as_array_mut().into_iter().flatten().filter_map(Json::as_object_mut) {
            index.retain(|name, _| ["IndexName", "KeySchema", "Projection"].contains(&name.as_str()));
        }
        let ttl = part("TimeToLiveSpecification")?;
        let ttl = ttl["AttributeName"].as_str().ok_or("the table's time to live has no attribute")?.to_owned();
        let create = serde_json::json!({
            "TableName": table::NAME,
            "BillingMode": part("BillingMode")?,
            "AttributeDefinitions": part("AttributeDefinitions")?,
            "KeySchema": part("KeySchema")?,
            "GlobalSecondaryIndexes": indexes,
            "StreamSpecification": stream,
        });
        Ok(table::Definition { create, ttl })
    }

    /// Returns the CORS configuration of the API. The stack itself decides which origins are allowed.
    pub(crate) fn cors_of_api(&self) -> Result<Cors, String> {
        let cors = self.resource("Api").and_then(|api| api.get("Properties")?.get("CorsConfiguration"));
        let cors = cors.ok_or("the HTTP API has no CorsConfiguration")?;
        let list = |key| strings(cors, key);
        let max_age = cors.get("MaxAge").and_then(Value::as_u64).ok_or("CorsConfiguration has no MaxAge")?;
        Cors::new(&list("AllowMethods"), &list("AllowHeaders"), &list("ExposeHeaders"), max_age)
    }

    /// Returns the CORS configuration of the bucket of photos.
    pub(crate) fn cors_of_bucket(&self) -> Result<Cors, String> {
        let cors = self.resource("Photos").and_then(|bucket| bucket.get("Properties")?.get("CorsConfiguration"));
        let rule = cors.and_then(|cors| cors.get("CorsRules")?.get(0)).ok_or("the bucket Photos has no CORS rule")?;
        let list = |key| strings(rule, key);
        let max_age = rule.get("MaxAge").and_then(Value::as_u64).ok_or("the CORS rule of Photos has no MaxAge")?;
        Cors::new(&list("AllowedMethods"), &list("AllowedHeaders"), &list("ExposedHeaders"), max_age)
    }

    /// Returns the names of the queues.
    pub(crate) fn queues(&self) -> Vec<String> {
        let resources = self.0.get("Resources").and_then(Value::as_mapping).into_iter().flatten();
        let queues = resources.filter(|(_, resource)| text(resource, "Type") == Some("AWS::SQS::Queue"));
        queues.filter_map(|(name, _)| name.as_str().map(str::to_owned)).collect()
    }

    /// Returns the functions by their names in the template, each with its binary.
    fn functions(&self) -> impl Iterator<Item = (&str, &str)> {
        let resources = self.0.get("Resources").and_then(Value::as_mapping);
        resources.into_iter().flatten().filter_map(|(name, resource)| {
            let binary = resource.get("Metadata")?.get("BuildProperties")?.get("Binary")?.as_str()?;
            (text(resource, "Type") == Some("AWS::Serverless::Function")).then_some((name.as_str()?, binary))
        })
    }

    fn resource(&self, name: &str) -> Option<&Value> {
        self.0.get("Resources")?.get(name)
    }
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

fn strings<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
    let items = value.get(key).and_then(Value::as_sequence);
    items.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Returns a value of the template as it is in this stack.
fn resolve(value: &Value, at: Addresses<'_>) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(truth) => Ok(truth.to_string()),
        Value::Tagged(tagged) if tagged.tag == "Ref" => reference(tagged.value.as_str().unwrap_or_default(), at),
        Value::Tagged(tagged) if tagged.tag == "Sub" => substitute(tagged.value.as_str().unwrap_or_default(), at),
        // Conditions depend on parameters, and all of them are false by default, so the second value applies.
        Value::Tagged(tagged) if tagged.tag == "If" => match tagged.value.as_sequence().map(Vec::as_slice) {
            Some([_, _, otherwise]) => resolve(otherwise, at),
            Some(_) | None => Err("!If has a condition and two values".to_owned()),
        },
        Value::Tagged(tagged) => Err(format!("the local stack doesn't know {}", tagged.tag)),
        Value::Null | Value::Sequence(_) | Value::Mapping(_) => Err("is no text".to_owned()),
    }
}

fn substitute(text: &str, at: Addresses<'_>) -> Result<String, String> {
    let mut resolved = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}').ok_or_else(|| format!("{text:?} has no end"))?;
        resolved += before;
        resolved += &reference(name, at)?;
        rest = after;
    }
    Ok(resolved + rest)
}

fn reference(name: &str, at: Addresses<'_>) -> Result<String, String> {
    Ok(match name {
        "Table" => table::NAME.to_owned(),
        "EventBus" => EVENT_BUS.to_owned(),
        "LiveApi.ApiEndpoint" => at.live.to_owned(),
        "Api.ApiEndpoint" => at.api.to_owned(),
        "LiveStage" => STAGE.to_owned(),
        "Photos" => s3::PHOTO_BUCKET.to_owned(),
        // All buckets are at the address of the stack's AWS. The bucket is in the path, not in the host.
        "Photos.RegionalDomainName" => at.live.trim_start_matches("ws://").to_owned(),
        "Exports" => s3::EXPORT_BUCKET.to_owned(),
        "SigningKeys" => secrets::arn(secrets::SIGNING_KEYS),
        "CompanyKeys" => secrets::arn(secrets::COMPANY_KEYS),
        "MailFrom" => mailbox::SENDER.to_owned(),
        "ProxySecretHash" => String::new(),
        "SetupToken" => secrets::arn(secrets::SETUP_TOKEN),
        "Stage" | "AWS::StackName" => "local".to_owned(),
        "AWS::Region" => REGION.to_owned(),
        "AWS::AccountId" => ACCOUNT.to_owned(),
        _ => return Err(format!("the local stack has no {name}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Addresses<'_> = Addresses { live: "ws://localhost:3001", api: "http://localhost:3000" };

    fn template() -> &'static Template {
        Template::embedded().unwrap()
    }

    #[test]
    fn the_template_can_be_followed() {
        let template = template();
        let routes = template.routes().unwrap();
        for binary in ["auth", "people", "clock", "breaks", "attendance", "leave", "docs", "console"] {
            assert!(routes.functions().any(|function| function == binary), "{binary}");
            template.variables(binary, AT).unwrap();
        }
        template.table().unwrap();
        template.cors_of_api().unwrap();
        template.cors_of_bucket().unwrap();
    }

    #[test]
    fn variables_resolve_to_resources_of_the_stack() {
        let variables = template().variables("auth", AT).unwrap();
        let value = |name: &str| variables.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str());
        assert_eq!(value("TABLE_NAME"), Some("rollcall"));
        assert_eq!(value("SIGNING_KEYS_SECRET"), Some(secrets::arn(secrets::SIGNING_KEYS).as_str()));
    }

    #[test]
    fn what_the_stack_does_not_know_is_an_error() {
        let resolve = |yaml: &str| resolve(&serde_yaml_ng::from_str(yaml).unwrap(), AT);
        assert_eq!(resolve("!Sub rollcall:${AWS::StackName}/${Stage}"), Ok("rollcall:local/local".to_owned()));
        assert_eq!(
            resolve("!If [HasArchive, !Ref Archive, \"\"]"),
            Ok(String::new()),
            "parameters have their defaults"
        );
        assert!(resolve("!If [HasArchive]").is_err());
        assert_eq!(resolve("!Ref Unknown"), Err("the local stack has no Unknown".to_owned()));
        assert!(resolve("!Sub ${Table").is_err());
        assert!(resolve("!GetAtt Table.Arn").is_err());
        assert!(Template::parse("{}").unwrap().table().is_err());
        assert!(Template::parse("{}").unwrap().routes().is_err());
        assert!(Template::parse("{").is_err());
    }
}
