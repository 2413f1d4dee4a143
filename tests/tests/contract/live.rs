//! The WebSocket API: its routes, their functions, and the sample events of its function.

use crate::{
    events::events_for,
    template::{Template, intrinsic, referenced, text},
};

#[test]
fn its_three_routes_lead_to_live() {
    let template = Template::read();
    let routes = template.of_type("AWS::ApiGatewayV2::Route");
    let mut keys: Vec<&str> = routes.iter().map(|route| text(&route["Properties"]["RouteKey"])).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["$connect", "$default", "$disconnect"]);
    for route in routes {
        assert_eq!(referenced(&route["Properties"]["ApiId"]), Some("LiveApi"));
        assert_eq!(intrinsic("Sub", &route["Properties"]["Target"]), Some("integrations/${LiveIntegration}"));
    }
    let uri = intrinsic("Sub", &template.resource("LiveIntegration")["Properties"]["IntegrationUri"]);
    assert!(uri.unwrap().ends_with("functions/${Live.Arn}:live/invocations"));
    assert_eq!(referenced(&template.resource("LivePermission")["Properties"]["FunctionName"]), Some("Live.Alias"));
}

#[test]
fn what_the_function_answers_to_a_message_is_sent_back() {
    let template = Template::read();
    let response = &template.resource("LiveMessageResponse")["Properties"];
    assert_eq!(referenced(&response["RouteId"]), Some("LiveMessage"));
    let route = &template.resource("LiveMessage")["Properties"];
    assert_eq!(text(&route["RouteKey"]), "$default");
    assert_eq!(text(&route["RouteResponseSelectionExpression"]), "$default");
}

#[test]
fn the_live_url_of_functions_is_the_one_in_the_outputs() {
    let template = Template::read();
    let address = intrinsic("Sub", &template.output("LiveUrl")["Value"]).unwrap();
    for function in ["live", "notifications", "notify"] {
        let variables = &template.functions()[function]["Properties"]["Environment"]["Variables"];
        assert_eq!(intrinsic("Sub", &variables["LIVE_URL"]), Some(address), "{function}");
    }
}

/// An access log line would contain the ticket in its query. Such a log also needs a role of the account, which no stack may
/// set.
#[test]
fn it_has_no_access_log() {
    let template = Template::read();
    assert!(template.resource("LiveStage")["Properties"].get("AccessLogSettings").is_none());
}

#[test]
fn each_of_its_events_is_one_of_a_route() {
    let events = events_for("live");
    for (path, event) in &events {
        let context = &event["requestContext"];
        let kind = match context["routeKey"].as_str().unwrap() {
            "$connect" => "CONNECT",
            "$default" => "MESSAGE",
            "$disconnect" => "DISCONNECT",
            other => panic!("{path}: {other}"),
        };
        assert_eq!(context["eventType"], kind, "{path}");
        assert!(context["connectionId"].is_string(), "{path}");
    }
    for route in ["$connect", "$default", "$disconnect"] {
        assert!(events.iter().any(|(_, event)| event["requestContext"]["routeKey"] == route), "{route}");
    }
}
