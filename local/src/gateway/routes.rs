//! The routes of the HTTP API, in the notation of API Gateway, and their functions.

use http::Method;

/// The routes of the HTTP API.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RouteTable(Vec<Route>);

#[derive(Debug, Clone, PartialEq)]
struct Route {
    key: String,
    method: String,
    path: Path,
    function: String,
}

/// The path of a route. The variants are sorted from the least specific.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Path {
    Anything,
    Below(String),
    Exactly(String),
}

/// The route of a request.
#[derive(Debug, PartialEq)]
pub(super) struct Match<'a> {
    /// The key of the route, as in the event: `ANY /clock/{proxy+}`.
    pub(super) key: &'a str,
    /// The function that answers.
    pub(super) function: &'a str,
    /// The value of `{proxy+}`.
    pub(super) proxy: Option<String>,
}

impl RouteTable {
    /// Creates the table from route keys, each with its function.
    pub(crate) fn new(routes: impl IntoIterator<Item = (String, String)>) -> Result<Self, String> {
        let routes = routes.into_iter().map(|(key, function)| Route::parse(key, function)).collect::<Result<_, _>>()?;
        let routes = Self(routes);
        if routes.0.iter().any(|route| route.path == Path::Anything) {
            Ok(routes)
        } else {
            Err("the HTTP API has no route $default".to_owned())
        }
    }

    /// Returns the most specific route of a request.
    pub(super) fn find(&self, method: &Method, path: &str) -> Option<Match<'_>> {
        let matching = self.0.iter().filter(|route| route.matches(method, path));
        let route = matching.max_by_key(|route| (&route.path, route.method != "ANY"))?;
        let proxy = match &route.path {
            Path::Below(prefix) => path.strip_prefix(prefix.as_str()).map(str::to_owned),
            Path::Exactly(_) | Path::Anything => None,
        };
        Some(Match { key: &route.key, function: &route.function, proxy })
    }

    /// Returns the functions of the routes.
    pub(crate) fn functions(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|route| route.function.as_str())
    }
}

impl Route {
    fn parse(key: String, function: String) -> Result<Self, String> {
        if key == "$default" {
            return Ok(Self { key, method: "ANY".to_owned(), path: Path::Anything, function });
        }
        let Some((method, path)) = key.split_once(' ') else {
            return Err(format!("{key:?} is no route key"));
        };
        let path = match path.strip_suffix("{proxy+}") {
            Some(prefix) if prefix.starts_with('/') && prefix.ends_with('/') => Path::Below(prefix.to_owned()),
            None if path.starts_with('/') && !path.contains('{') => Path::Exactly(path.to_owned()),
            _ => return Err(format!("the local stack can't route {key:?}")),
        };
        Ok(Self { method: method.to_owned(), path, function, key })
    }

    fn matches(&self, method: &Method, path: &str) -> bool {
        let of_path = match &self.path {
            Path::Anything => true,
            Path::Below(prefix) => path.len() > prefix.len() && path.starts_with(prefix.as_str()),
            Path::Exactly(exact) => path == exact,
        };
        of_path && (self.method == "ANY" || self.method == method.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(routes: &[(&str, &str)]) -> Result<RouteTable, String> {
        RouteTable::new(routes.iter().map(|(key, function)| ((*key).to_owned(), (*function).to_owned())))
    }

    #[test]
    fn the_most_specific_route_wins() {
        let table = table(&[
            ("$default", "docs"),
            ("ANY /clock", "clock"),
            ("ANY /clock/{proxy+}", "clock"),
            ("ANY /clock/kiosk/{proxy+}", "kiosk"),
            ("GET /clock/{proxy+}", "reader"),
        ])
        .unwrap();
        let find = |method: Method, path| {
            let found = table.find(&method, path).unwrap();
            (found.function, found.proxy)
        };
        assert_eq!(find(Method::POST, "/clock/in"), ("clock", Some("in".to_owned())));
        assert_eq!(find(Method::GET, "/clock/in"), ("reader", Some("in".to_owned())));
        assert_eq!(find(Method::GET, "/clock/kiosk/a/b"), ("kiosk", Some("a/b".to_owned())));
        assert_eq!(find(Method::GET, "/clock"), ("clock", None));
        for path in ["/", "/clock/", "/clocks", "/clockin", "//clock"] {
            assert_eq!(find(Method::GET, path), ("docs", None), "{path}");
        }
    }

    #[test]
    fn an_unsupported_route_is_an_error_at_the_start() {
        for key in ["clock", "ANY clock", "ANY /users/{id}", "ANY /users{proxy+}"] {
            assert!(table(&[("$default", "docs"), (key, "clock")]).is_err(), "{key}");
        }
        assert_eq!(table(&[("ANY /clock", "clock")]), Err("the HTTP API has no route $default".to_owned()));
    }
}
