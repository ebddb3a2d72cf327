//! Every route, once: path, methods, feature, handler.
//!
//! The table is what the router, the documentation and the completeness tests
//! are made of.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{MethodRouter, get, post},
};

use crate::{App, endpoint, proxies, request_id};

/// Largest request body, bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// Where a route stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Under the configurable base path.
    Base,
    /// At the root of the issuer.
    Root,
}

/// One route.
pub struct Route {
    /// Where.
    pub place: Place,
    /// Path below its place.
    pub path: &'static str,
    /// Methods that it answers.
    pub methods: &'static [&'static str],
    /// Feature flag that turns it on; always on without one.
    pub feature: Option<&'static str>,
    handler: fn() -> MethodRouter<Arc<App>>,
}

macro_rules! route {
    ($place:ident $path:literal [$($method:literal),+] $feature:expr => $handler:expr) => {
        Route {
            place: Place::$place,
            path: $path,
            methods: &[$($method),+],
            feature: $feature,
            handler: || $handler,
        }
    };
}

/// The routes.
pub const ROUTES: &[Route] = &[
    route!(Base "/authorize" ["GET", "POST"] None =>
        get(endpoint::authorize::get).post(endpoint::authorize::post)),
    route!(Base "/interaction/{id}" ["GET", "POST"] None =>
        get(endpoint::interaction::get).post(endpoint::interaction::post)),
    route!(Base "/par" ["POST"] Some("par") => post(endpoint::par::push)),
    route!(Base "/token" ["POST"] None => post(endpoint::tokens::issue)),
    route!(Base "/userinfo" ["GET", "POST"] Some("userinfo") =>
        get(endpoint::userinfo::get).post(endpoint::userinfo::post)),
    route!(Base "/introspection" ["POST"] Some("introspection") =>
        post(endpoint::tokens::introspect)),
    route!(Base "/revoke" ["POST"] Some("revoke_token") => post(endpoint::tokens::revoke)),
    route!(Base "/jwks" ["GET"] None => get(endpoint::metadata::jwks)),
    route!(Base "/bc-authorize" ["POST"] Some("ciba") => post(endpoint::ciba::authorize)),
    route!(Base "/bc-deviceRegistration" ["POST"] Some("ciba") => post(endpoint::ciba::register_device)),
    route!(Base "/register" ["DELETE", "GET", "OPTIONS", "POST", "PUT"] Some("registration") =>
        get(endpoint::register::get)
            .post(endpoint::register::post)
            .put(endpoint::register::put)
            .delete(endpoint::register::delete)
            .options(endpoint::register::preflight)),
    route!(Base "/ssa" ["DELETE", "GET", "POST"] Some("ssa") =>
        get(endpoint::ssa::get).post(endpoint::ssa::post).delete(endpoint::ssa::delete)),
    route!(Base "/ssa/jwt" ["GET"] Some("ssa") => get(endpoint::ssa::jwt)),
    route!(Base "/ssa/validation" ["POST"] Some("ssa") => post(endpoint::ssa::validate)),
    route!(Base "/account" ["GET", "POST"] None =>
        get(endpoint::account::get).post(endpoint::account::post)),
    route!(Base "/check_session" ["GET"] Some("session_management") =>
        get(endpoint::check_session::get)),
    route!(Base "/end_session" ["GET", "POST"] Some("end_session") =>
        get(endpoint::end_session::get).post(endpoint::end_session::post)),
    route!(Base "/end_session/{id}" ["POST"] Some("end_session") =>
        post(endpoint::end_session::confirm)),
    route!(Base "/end_session/report/{secret}" ["POST"] Some("end_session") =>
        post(endpoint::end_session::take_report)),
    route!(Base "/static/{name}" ["GET"] None => get(endpoint::assets::get)),
    route!(Root "/jans-auth/ciba/home.htm" ["GET"] Some("ciba") => get(endpoint::ciba::outcome)),
    route!(Root "/.well-known/openid-configuration" ["GET"] None => get(endpoint::metadata::discovery)),
    route!(Root "/.well-known/oauth-authorization-server" ["GET"] None =>
        get(endpoint::metadata::discovery)),
    route!(Root "/health/live" ["GET"] None => get(endpoint::health::live)),
    route!(Root "/health/ready" ["GET"] None => get(endpoint::health::ready)),
];

/// The whole server as a service.
pub fn router(app: &Arc<App>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        let path = match route.place {
            Place::Base => format!("{}{}", app.base_path, route.path),
            Place::Root => route.path.to_owned(),
        };
        let mut handler = (route.handler)();
        if let Some(feature) = route.feature {
            let gate = middleware::from_fn_with_state((app.clone(), feature), endpoint::gate);
            handler = handler.layer(gate);
        }
        router = router.route(&path, handler);
    }
    router
        .fallback(endpoint::not_found)
        .method_not_allowed_fallback(endpoint::method_not_allowed)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn_with_state(app.clone(), proxies::layer))
        .layer(middleware::from_fn_with_state(
            app.clone(),
            request_id::layer,
        ))
        .with_state(app.clone())
}
