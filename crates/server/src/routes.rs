//! Every route, once: path, methods, feature, handler.
//!
//! The table is what the router, the documentation and the completeness tests
//! are made of.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{MethodRouter, delete, get, patch, post},
};
use durward_protocol::management::document;

use crate::{
    App,
    endpoint::{
        self,
        config_api::{
            candidates, clients, keys, openapi, properties, scopes, scripts, sessions, trials,
            users,
        },
    },
    proxies, request_id,
};

/// Feature of the config API.
const CONFIG_API: &str = "config_api";

/// Largest request body, bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// Where a route stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Under the configurable base path.
    Base,
    /// At the root of the issuer.
    Root,
    /// Under the config API's path, which is Jans's.
    ConfigApi,
}

impl Place {
    /// What stands before the paths of routes.
    pub fn prefix(self, base_path: &str) -> &str {
        match self {
            Self::Base => base_path,
            Self::Root => "",
            Self::ConfigApi => "/jans-config-api/api/v1",
        }
    }
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
    route!(ConfigApi "/config/scripts" ["GET", "POST", "PUT"] Some(CONFIG_API) =>
        get(scripts::list).post(scripts::create).put(scripts::replace)),
    route!(ConfigApi "/config/scripts/types" ["GET"] Some(CONFIG_API) => get(scripts::list_types)),
    route!(ConfigApi "/config/scripts/name/{name}" ["GET"] Some(CONFIG_API) =>
        get(scripts::find_by_name)),
    route!(ConfigApi "/config/scripts/type/{type}" ["GET"] Some(CONFIG_API) =>
        get(scripts::list_of_type)),
    route!(ConfigApi "/config/scripts/inum/{inum}" ["GET"] Some(CONFIG_API) =>
        get(scripts::find_by_inum)),
    route!(ConfigApi "/config/scripts/{inum}" ["DELETE", "PATCH"] Some(CONFIG_API) =>
        patch(scripts::patch).delete(scripts::delete)),
    route!(ConfigApi "/config/scripts/{inum}/versions" ["GET"] Some(CONFIG_API) =>
        get(scripts::list_versions)),
    route!(ConfigApi "/config/scripts/{inum}/versions/{revision}" ["GET"] Some(CONFIG_API) =>
        get(scripts::find_version)),
    route!(ConfigApi "/config/scripts/{inum}/versions/{revision}/diff" ["GET"] Some(CONFIG_API) =>
        get(scripts::diff)),
    route!(ConfigApi "/config/scripts/{inum}/versions/{revision}/rollback" ["POST"]
        Some(CONFIG_API) => post(scripts::roll_back)),
    route!(ConfigApi "/config/scripts/{inum}/candidate" ["DELETE", "GET", "PUT"] Some(CONFIG_API) =>
        get(candidates::find).put(candidates::stage).delete(candidates::unstage)),
    route!(ConfigApi "/config/scripts/{inum}/candidate/promote" ["POST"] Some(CONFIG_API) =>
        post(candidates::promote)),
    route!(ConfigApi "/config/scripts/{inum}/call" ["POST"] Some(CONFIG_API) =>
        post(trials::call)),
    route!(ConfigApi "/config/scripts/{inum}/recordings" ["GET"] Some(CONFIG_API) =>
        get(trials::list_recordings)),
    route!(ConfigApi "/config/scripts/{inum}/recordings/{id}" ["GET"] Some(CONFIG_API) =>
        get(trials::find_recording)),
    route!(ConfigApi "/config/scripts/{inum}/replay" ["POST"] Some(CONFIG_API) =>
        post(trials::replay)),
    route!(ConfigApi "/jans-auth-server/config" ["GET", "PATCH"] Some(CONFIG_API) =>
        get(properties::find).patch(properties::patch)),
    route!(ConfigApi "/jans-auth-server/session" ["GET"] Some(CONFIG_API) => get(sessions::list)),
    route!(ConfigApi "/jans-auth-server/session/sid/{sid}" ["DELETE"] Some(CONFIG_API) =>
        delete(sessions::end)),
    route!(ConfigApi "/openid/clients" ["GET", "POST", "PUT"] Some(CONFIG_API) =>
        get(clients::list).post(clients::create).put(clients::replace)),
    route!(ConfigApi "/openid/clients/{inum}" ["DELETE", "GET", "PATCH"] Some(CONFIG_API) =>
        get(clients::find).patch(clients::patch).delete(clients::delete)),
    route!(ConfigApi "/scopes" ["GET"] Some(CONFIG_API) => get(scopes::list)),
    route!(ConfigApi "/scopes/{inum}" ["GET"] Some(CONFIG_API) => get(scopes::find)),
    route!(ConfigApi "/users" ["GET"] Some(CONFIG_API) => get(users::list)),
    route!(ConfigApi "/users/{inum}" ["GET"] Some(CONFIG_API) => get(users::find)),
    route!(ConfigApi "/users/{inum}/lock" ["POST"] Some(CONFIG_API) => post(users::lock)),
    route!(ConfigApi "/users/{inum}/unlock" ["POST"] Some(CONFIG_API) => post(users::unlock)),
    route!(ConfigApi "/config/jwks" ["GET"] Some(CONFIG_API) => get(keys::list)),
    route!(ConfigApi "/config/jwks/rotate" ["POST"] Some(CONFIG_API) => post(keys::rotate)),
    route!(ConfigApi "/openapi.json" ["GET"] Some(CONFIG_API) => get(openapi::get)),
    route!(Root "/health/live" ["GET"] None => get(endpoint::health::live)),
    route!(Root "/health/ready" ["GET"] None => get(endpoint::health::ready)),
];

/// The whole server as a service.
pub fn router(app: &Arc<App>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        let path = format!("{}{}", route.place.prefix(&app.base_path), route.path);
        let mut handler = (route.handler)();
        if route.place == Place::ConfigApi {
            // Scripts are longer than forms.
            handler = handler.layer(DefaultBodyLimit::max(document::MAX_BYTES));
        }
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
