//! Every path is routed to the function that serves it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{declared, repository, template::Template};

/// Returns the paths of an OpenAPI document.
fn paths(document: &Value) -> Vec<&str> {
    document["paths"].as_object().expect("a document has paths").keys().map(String::as_str).collect()
}

/// Returns a path as a client would call it.
fn called(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/")
}

#[test]
fn every_path_that_a_function_declares_is_led_to_it() {
    let template = Template::read();
    for (function, document) in declared() {
        for path in paths(&document) {
            let route = template.route(&called(path)).unwrap();
            assert_eq!(route.function, function, "{path} is led to {route:?}");
            assert_ne!(route.key, "$default", "{path} has no route of its own");
        }
    }
}

#[test]
fn every_published_path_is_declared_by_the_function_it_is_routed_to() {
    let template = Template::read();
    let declared = declared();
    let published = std::fs::read_to_string(repository("openapi.json")).unwrap();
    let published: Value = serde_json::from_str(&published).unwrap();
    for path in paths(&published) {
        let route = template.route(&called(path)).unwrap();
        let document = &declared[route.function.as_str()];
        assert!(paths(document).contains(&path), "{} doesn't declare {path}; write openapi.json anew", route.function);
    }
}

#[test]
fn no_two_functions_declare_the_same_path() {
    let mut owners = BTreeMap::new();
    for (function, document) in declared() {
        for path in paths(&document) {
            let other = owners.insert(path.to_owned(), function);
            assert_eq!(other, None, "{path} is {function}'s too");
        }
    }
}

#[test]
fn every_route_takes_every_method_so_that_405_is_our_own_problem() {
    for route in Template::read().routes() {
        assert!(route.key.starts_with("ANY /") || route.key == "$default", "{route:?}");
    }
}

#[test]
fn paths_of_no_other_function_are_routed_to_docs() {
    let route = Template::read().route("/nobody/serves/this").unwrap();
    assert_eq!((route.key.as_str(), route.function.as_str()), ("$default", "docs"));
}

#[test]
fn devices_reach_the_function_of_terminals() {
    let template = Template::read();
    // The protocol of devices isn't in the OpenAPI document.
    for path in ["/iclock/cdata", "/iclock/secret/getrequest", "/iclock/secret/iclock/devicecmd"] {
        assert_eq!(template.route(path).unwrap().function, "terminals", "{path}");
    }
}

#[test]
fn the_console_has_its_folder_and_what_is_below_it() {
    let template = Template::read();
    for path in ["/app", "/app/", "/app/today", "/app/0123456789ab/app.js"] {
        assert_eq!(template.route(path).unwrap().function, "console", "{path}");
    }
    assert_eq!(template.route("/apps").unwrap().key, "$default");
}

#[test]
fn a_prefix_does_not_catch_paths_that_only_begin_alike() {
    let template = Template::read();
    assert_eq!(template.route("/clock/in").unwrap().key, "ANY /clock/{proxy+}");
    assert_eq!(template.route("/clockwork").unwrap().key, "$default");
    assert_eq!(template.route("/kiosks").unwrap().function, "people");
    assert_eq!(template.route("/kiosk/punch").unwrap().function, "clock");
}
