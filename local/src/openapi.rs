//! The documents of the whole API: OpenAPI, merged from the routers of all functions, and AsyncAPI.

mod examples;

use utoipa::openapi::{OpenApi, PathItem, path::Operation};

/// Returns the operations of all functions in one document, with examples of their answers.
pub fn merged() -> OpenApi {
    let mut document = docs::openapi();
    for part in [
        auth::openapi(),
        people::openapi(),
        clock::openapi(),
        breaks::openapi(),
        attendance::openapi(),
        roster::openapi(),
        leave::openapi(),
        pay::openapi(),
        reports::openapi(),
        notifications::openapi(),
        terminals::openapi(),
    ] {
        document.merge(part);
    }
    examples::add(&mut document);
    document
}

/// Returns the AsyncAPI document of live connections, as text.
///
/// # Errors
///
/// The document can't be serialized as JSON, which is a bug.
pub fn asyncapi() -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&live::asyncapi::document()?)
}

/// Returns the method and path template of every operation.
pub(crate) fn operations(document: &OpenApi) -> Vec<(String, String)> {
    let mut operations = Vec::new();
    for (path, item) in &document.paths.paths {
        let of_item = methods(item).into_iter().filter(|(_, operation)| operation.is_some());
        operations.extend(of_item.map(|(method, _)| (method.to_owned(), path.clone())));
    }
    operations
}

fn methods(item: &PathItem) -> [(&'static str, Option<&Operation>); 6] {
    [
        ("GET", item.get.as_ref()),
        ("HEAD", item.head.as_ref()),
        ("POST", item.post.as_ref()),
        ("PUT", item.put.as_ref()),
        ("PATCH", item.patch.as_ref()),
        ("DELETE", item.delete.as_ref()),
    ]
}
