//! The names of operations, as in the OpenAPI document: `GET /attendance/{user_id}`. Calls are counted under these
//! names.

use http::Method;

/// The methods and path templates of all operations.
#[derive(Debug, Default)]
pub(crate) struct PathTemplates(Vec<(String, String)>);

impl PathTemplates {
    /// Creates the templates from the operations of an OpenAPI document, by method and path template.
    pub(crate) fn new(operations: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(operations.into_iter().collect())
    }

    /// Returns the operation of a request.
    pub(super) fn name(&self, method: &Method, path: &str) -> Option<String> {
        let matching = self.0.iter().filter(|(of, template)| of == method.as_str() && fits(template, path));
        let (method, template) = matching.min_by_key(|(_, template)| template.matches('{').count())?;
        Some(format!("{method} {template}"))
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (mut expected, mut found) = (template.split('/'), path.split('/'));
    loop {
        match (expected.next(), found.next()) {
            (None, None) => return true,
            (Some(part), Some(value)) if part == value || (part.starts_with('{') && !value.is_empty()) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_the_name_of_the_template_that_says_most_of_it() {
        let operations = ["/attendance/{user_id}", "/attendance/board", "/attendance/{user_id}/{date}"];
        let templates = PathTemplates::new(operations.map(|path| ("GET".to_owned(), path.to_owned())));
        let name = |path| templates.name(&Method::GET, path);
        assert_eq!(name("/attendance/me").as_deref(), Some("GET /attendance/{user_id}"));
        assert_eq!(name("/attendance/board").as_deref(), Some("GET /attendance/board"));
        assert_eq!(name("/attendance/me/2026-11-02").as_deref(), Some("GET /attendance/{user_id}/{date}"));
        assert_eq!(name("/attendance/"), None);
        assert_eq!(templates.name(&Method::PUT, "/attendance/board"), None);
    }
}
