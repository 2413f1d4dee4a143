//! Every environment variable that a function reads is set, and every variable that is set is read.
//!
//! Functions read variables by name through `runtime::Variables`, so the source code shows which ones they read: the function's
//! own, and those of the functions that it calls in `runtime`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::{
    repository,
    template::{Template, text},
};

/// Returns the text of all sources below a folder, without the unit tests, which are at the end of a file.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &sources(&path);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let file = fs::read_to_string(&path).unwrap();
            text += file.split("#[cfg(test)]").next().unwrap_or_default();
        }
    }
    text
}

/// Returns the names in `required("NAME")` and `optional("NAME")`.
fn names(source: &str) -> BTreeSet<String> {
    let calls = ["required(\"", "optional(\""].into_iter().flat_map(|call| source.split(call).skip(1));
    let called = calls.map(|rest| rest.split('"').next().unwrap_or_default().to_owned());
    // Cells of imported sheets are read by functions of the same names.
    called.filter(|name| !name.contains(|letter: char| letter.is_ascii_lowercase())).collect()
}

/// Returns the variables that each public function of `runtime` reads, itself or through another one.
fn read_by_runtime() -> BTreeMap<String, BTreeSet<String>> {
    let source = sources(&repository("shared/runtime/src"));
    let bodies: BTreeMap<&str, &str> = source
        .split("fn ")
        .skip(1)
        .filter_map(|function| Some((function.split(['(', '<']).next()?, function)))
        .collect();
    let mut read: BTreeMap<String, BTreeSet<String>> =
        bodies.iter().map(|(name, body)| ((*name).to_owned(), names(body))).collect();
    // As many times as calls can be nested.
    for _ in 0..bodies.len() {
        for (name, body) in &bodies {
            let called = bodies.keys().filter(|other| *other != name && body.contains(&format!(" {other}(")));
            let through: BTreeSet<String> = called.flat_map(|other| read[*other].clone()).collect();
            read.get_mut(*name).unwrap().extend(through);
        }
    }
    read
}

/// Returns the variables that a function reads.
fn read_by(function: &str) -> BTreeSet<String> {
    let source = sources(&repository(&format!("functions/{function}/src")));
    let mut read = names(&source);
    for (name, through) in read_by_runtime() {
        if source.contains(&format!("http::{name}(")) || source.contains(&format!("runtime::{name}(")) {
            read.extend(through);
        }
    }
    read
}

#[test]
fn each_function_is_given_the_variables_it_reads_and_no_others() {
    for (function, resource) in Template::read().functions() {
        let variables = resource["Properties"].get("Environment").and_then(|all| all["Variables"].as_mapping());
        let set: BTreeSet<String> =
            variables.into_iter().flat_map(|all| all.keys()).map(|name| text(name).to_owned()).collect();
        assert_eq!(set, read_by(&function), "{function}: set in the template, and read");
    }
}

#[test]
fn variables_of_all_functions_are_those_that_the_telemetry_reads() {
    let globals = Template::read().globals()["Function"]["Environment"]["Variables"].clone();
    let set: BTreeSet<String> = globals.as_mapping().unwrap().keys().map(|name| text(name).to_owned()).collect();
    let telemetry = fs::read_to_string(repository("shared/runtime/src/telemetry.rs")).unwrap();
    let mut read = names(&telemetry);
    // For running a function by hand; deployed functions all log alike.
    assert!(read.remove("RUST_LOG"));
    assert_eq!(set, read);
}

#[test]
fn what_a_function_reads_through_the_runtime_is_found() {
    let read = read_by_runtime();
    assert_eq!(read["store"], BTreeSet::from(["TABLE_NAME".to_owned()]));
    assert_eq!(read["app"], BTreeSet::from(["TABLE_NAME".to_owned(), "TOKEN_ISSUER".to_owned()]));
}
