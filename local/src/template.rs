//! What the stack takes from template.yaml.

use crate::gateway::RouteTable;

/// The routes of the HTTP API, each to the function that answers it.
pub(crate) fn routes() -> Result<RouteTable, String> {
    let prefixes: [(&str, &[&str]); 5] = [
        ("auth", &["/auth", "/.well-known/jwks.json"]),
        ("people", &["/users", "/settings", "/departments", "/sites", "/holidays", "/audit", "/kiosks"]),
        ("clock", &["/clock", "/kiosk"]),
        ("attendance", &["/attendance", "/corrections"]),
        ("docs", &["/openapi.json", "/docs"]),
    ];
    let mut routes = vec![("$default".to_owned(), "docs".to_owned())];
    for (function, prefixes) in prefixes {
        for prefix in prefixes {
            routes.push((format!("ANY {prefix}"), function.to_owned()));
            routes.push((format!("ANY {prefix}/{{proxy+}}"), function.to_owned()));
        }
    }
    RouteTable::new(routes)
}
