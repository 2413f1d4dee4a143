//! Reads the WebSocket API from the template.

use serde_yaml_ng::Value;

use super::{Template, text};
use crate::live::Definition;

/// The required routes. All of them must invoke the same function.
const ROUTES: [&str; 3] = ["$connect", "$default", "$disconnect"];

impl Template {
    /// Returns the definition of the WebSocket API.
    pub(crate) fn live(&self) -> Result<Definition, String> {
        let stages = self.of_type("AWS::ApiGatewayV2::Stage");
        let stage = stages.iter().find_map(|(_, stage)| text(stage, "StageName"));
        let stage = stage.ok_or("the WebSocket API has no stage")?.to_owned();

        let routes = self.of_type("AWS::ApiGatewayV2::Route");
        let mut keys: Vec<&str> = routes.iter().filter_map(|(_, route)| text(route, "RouteKey")).collect();
        keys.sort_unstable();
        if keys != ROUTES {
            return Err(format!("the WebSocket API has the routes {keys:?}"));
        }
        let mut functions = Vec::new();
        for (name, route) in &routes {
            let target = route.get("Target").and_then(|target| between(target, "integrations/${", "}"));
            let integration = target.and_then(|target| self.resource(target)).and_then(|found| found.get("Properties"));
            let uri = integration.and_then(|integration| integration.get("IntegrationUri"));
            let function = uri.and_then(|uri| between(uri, "functions/${", ".Arn}"));
            let binary = self.functions().find(|(of, _)| Some(*of) == function).map(|(_, binary)| binary);
            functions.push(binary.ok_or_else(|| format!("the route {name} leads to no function"))?);
        }
        functions.dedup();
        let [function] = functions.as_slice() else {
            return Err(format!("the WebSocket API has the functions {functions:?}"));
        };

        let answers = self.of_type("AWS::ApiGatewayV2::RouteResponse");
        let answered = answers.iter().filter_map(|(_, answer)| answer.get("RouteId"));
        let of_messages = routes.iter().find(|(_, route)| text(route, "RouteKey") == Some("$default"));
        let answers_messages = answered.into_iter().any(|route| reference(route) == of_messages.map(|(name, _)| *name));
        Ok(Definition { stage, function: (*function).to_owned(), answers_messages })
    }

    /// Returns the properties of all resources of a type, by name.
    fn of_type(&self, kind: &str) -> Vec<(&str, &Value)> {
        let resources = self.0.get("Resources").and_then(Value::as_mapping);
        let of_type = resources.into_iter().flatten().filter(|(_, resource)| text(resource, "Type") == Some(kind));
        of_type.filter_map(|(name, resource)| Some((name.as_str()?, resource.get("Properties")?))).collect()
    }
}

/// Returns the part of a `!Sub` between two other parts.
fn between<'a>(value: &'a Value, before: &str, after: &str) -> Option<&'a str> {
    let Value::Tagged(tagged) = value else { return None };
    let (_, rest) = tagged.value.as_str()?.split_once(before)?;
    Some(rest.split_once(after)?.0)
}

fn reference(value: &Value) -> Option<&str> {
    let Value::Tagged(tagged) = value else { return None };
    if tagged.tag == "Ref" { tagged.value.as_str() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_websocket_api_of_the_template_is_parsed() {
        let definition = Template::embedded().unwrap().live().unwrap();
        let stage = crate::live::STAGE.to_owned();
        assert_eq!(definition, Definition { stage, function: "live".to_owned(), answers_messages: true });
    }

    #[test]
    fn a_template_without_a_websocket_api_is_an_error() {
        assert!(Template::parse("{Resources: {}}").unwrap().live().is_err());
    }
}
