//! Style sheet and mark.

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse as _, Response},
};

use crate::pages::assets;

/// Serves a file that is compiled in.
pub async fn get(Path(name): Path<String>) -> Response {
    match assets::ALL.iter().find(|asset| asset.name == name) {
        None => super::not_found().await,
        Some(asset) => {
            let headers = [
                (header::CONTENT_TYPE, asset.content_type),
                (header::CACHE_CONTROL, "public, max-age=3600"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (headers, asset.body).into_response()
        }
    }
}
