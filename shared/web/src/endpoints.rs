//! The endpoints of a function: as routes for requests, and as descriptions for the OpenAPI document.
//!
//! A function lists its endpoints once, with [`routes!`](crate::routes). A function that starts in Lambda needs the routes only.
//! Building the descriptions too took up to two thirds of its start (docs/performance.md), and their code a part of its size.

use std::marker::PhantomData;

use axum::{
    Router,
    routing::{MethodFilter, MethodRouter},
};
use utoipa_axum::{
    PathItemExt,
    router::{OpenApiRouter, UtoipaMethodRouter},
};

/// What is made of a list of endpoints: routes, or their descriptions. `S` is the state of their handlers.
pub trait Endpoints<S>: Sized {
    /// Returns the start of a list.
    fn none() -> Self;

    /// Adds the endpoints of a path.
    #[must_use]
    fn routes<R, D>(self, endpoints: Routes<S, R, D>) -> Self
    where
        R: FnOnce(Router<S>) -> Router<S>,
        D: FnOnce() -> UtoipaMethodRouter<S>;
}

impl<S: Clone + Send + Sync + 'static> Endpoints<S> for Router<S> {
    fn none() -> Self {
        Self::new()
    }

    fn routes<R, D>(self, endpoints: Routes<S, R, D>) -> Self
    where
        R: FnOnce(Self) -> Self,
        D: FnOnce() -> UtoipaMethodRouter<S>,
    {
        (endpoints.route)(self)
    }
}

impl<S: Clone + Send + Sync + 'static> Endpoints<S> for OpenApiRouter<S> {
    fn none() -> Self {
        Self::with_openapi(crate::openapi::base())
    }

    fn routes<R, D>(self, endpoints: Routes<S, R, D>) -> Self
    where
        R: FnOnce(Router<S>) -> Router<S>,
        D: FnOnce() -> UtoipaMethodRouter<S>,
    {
        self.routes((endpoints.describe)())
    }
}

/// The endpoints of a path, of which nothing is computed before it is needed. See [`routes!`](crate::routes).
#[derive(Debug)]
pub struct Routes<S, R, D> {
    route: R,
    describe: D,
    state: PhantomData<fn() -> S>,
}

impl<S, R, D> Routes<S, R, D>
where
    R: FnOnce(Router<S>) -> Router<S>,
    D: FnOnce() -> UtoipaMethodRouter<S>,
{
    /// Returns endpoints with their two forms.
    pub const fn new(route: R, describe: D) -> Self {
        Self { route, describe, state: PhantomData }
    }
}

/// Adds the route of an endpoint, whose path and methods `utoipa::path` declares.
pub fn route<S, P>(router: Router<S>, on: impl Fn(MethodRouter<S>, MethodFilter) -> MethodRouter<S>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    P: utoipa::Path,
{
    let methods =
        P::methods().iter().fold(MethodRouter::new(), |methods, method| on(methods, method.to_method_filter()));
    router.route(&P::path(), methods)
}

/// Lists handlers of one path, which are declared with `utoipa::path`: `routes!(patterns::read, patterns::put)`.
#[macro_export]
macro_rules! routes {
    // Takes the modules off the path of a handler: what `utoipa::path` declares of it is next to it.
    (@route $router:ident [$($module:ident)*] $next:ident :: $($rest:ident)::+) => {
        $crate::routes!(@route $router [$($module)* $next] $($rest)::+)
    };
    (@route $router:ident [$($module:ident)*] $handler:ident) => {
        $crate::utoipa_axum::paste! {
            $crate::endpoints::route::<_, $($module ::)* [<__path_ $handler>]>(
                $router,
                |methods, filter| methods.on(filter, $($module ::)* $handler),
            )
        }
    };
    ($($($segment:ident)::+),+ $(,)?) => {
        $crate::endpoints::Routes::new(
            |router| {
                $(let router = $crate::routes!(@route router [] $($segment)::+);)+
                router
            },
            || $crate::utoipa_axum::routes!($($($segment)::+),+),
        )
    };
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::{Method, Request, StatusCode};
    use tower::ServiceExt;

    use super::*;

    mod people {
        pub(super) mod list {
            #[utoipa::path(get, path = "/people")]
            pub(crate) async fn list() {}
        }

        #[utoipa::path(post, path = "/people")]
        pub(super) async fn create() {}

        #[utoipa::path(get, path = "/people/{id}")]
        pub(super) async fn read() {}

        #[utoipa::path(delete, path = "/people/{id}")]
        pub(super) async fn delete() {}
    }

    fn endpoints<E: Endpoints<()>>() -> E {
        E::none()
            .routes(routes!(people::list::list, people::create))
            .routes(routes!(people::read))
            .routes(routes!(people::delete))
    }

    #[tokio::test]
    async fn each_described_operation_has_a_route_and_no_other_exists() {
        let described = OpenApiRouter::<()>::into_openapi(endpoints()).paths.paths;
        let router: Router = endpoints();
        for path in ["/people", "/people/{id}"] {
            for method in [Method::GET, Method::POST, Method::DELETE] {
                let request =
                    Request::builder().method(&method).uri(path.replace("{id}", "7")).body(Body::empty()).unwrap();
                let status = router.clone().oneshot(request).await.unwrap().status();
                let operation = match method {
                    Method::GET => &described[path].get,
                    Method::POST => &described[path].post,
                    _ => &described[path].delete,
                };
                let expected = if operation.is_some() { StatusCode::OK } else { StatusCode::METHOD_NOT_ALLOWED };
                assert_eq!(status, expected, "{method} {path}");
            }
        }
    }
}
