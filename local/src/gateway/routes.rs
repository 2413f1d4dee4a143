//! Which function answers which path: the routes of the HTTP API.

use http::Method;

/// Routes by the functions that they lead to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RouteTable {
    routes: Vec<Route>,
}

#[derive(Debug, Clone, PartialEq)]
struct Route {
    key: String,
    path: Path,
    function: &'static str,
}

#[derive(Debug, Clone, PartialEq)]
enum Path {
    Exactly(String),
    Below(String),
    Default,
}

/// A route that was found for a request.
#[derive(Debug, PartialEq)]
pub(super) struct Match<'a> {
    /// As the event says it: `ANY /clock/{proxy+}`.
    pub(super) key: String,
    /// The function that answers.
    pub(super) function: &'a str,
    /// What `{proxy+}` stands for.
    pub(super) proxy: Option<String>,
}

impl RouteTable {
    /// The routes that lead each function's prefixes to it, and all else to `docs`, whose 404 is a problem of ours.
    pub(crate) fn of_prefixes(prefixes: &[(&'static str, &[&str])]) -> Self {
        let mut routes = Vec::new();
        for (function, prefixes) in prefixes {
            for prefix in *prefixes {
                let path = Path::Exactly((*prefix).to_owned());
                routes.push(Route { key: format!("ANY {prefix}"), path, function });
                let path = Path::Below(format!("{prefix}/"));
                routes.push(Route { key: format!("ANY {prefix}/{{proxy+}}"), path, function });
            }
        }
        routes.push(Route { key: "$default".to_owned(), path: Path::Default, function: "docs" });
        Self { routes }
    }

    /// The most specific route for a request.
    pub(super) fn find(&self, method: &Method, path: &str) -> Match<'_> {
        todo!("{method} {path}")
    }
}
