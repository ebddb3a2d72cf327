//! The config API's document: complete, and the one that is kept in the documentation.

use std::{collections::BTreeSet, fs};

use durward_server::{
    ROUTES,
    openapi::{OPERATIONS, document},
    routes::Place,
};

use crate::repository::{assert_none, exists, read, root};

const PATH: &str = "docs/reference/openapi.json";

#[test]
fn every_route_of_the_config_api_is_an_operation() {
    let routes: BTreeSet<String> = ROUTES
        .iter()
        .filter(|route| route.place == Place::ConfigApi && route.path != "/openapi.json")
        .flat_map(|route| {
            route
                .methods
                .iter()
                .map(|method| format!("{method} {}", route.path))
        })
        .collect();
    let operations: BTreeSet<String> = OPERATIONS
        .iter()
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect();
    let broken: Vec<String> = routes.symmetric_difference(&operations).cloned().collect();
    assert_none(
        "a route without an operation, or the other way round",
        &broken,
    );
    let ids: BTreeSet<&str> = OPERATIONS.iter().map(|operation| operation.id).collect();
    assert_eq!(ids.len(), OPERATIONS.len(), "operation ids are unique");
}

#[test]
fn the_document_is_current() {
    let text = format!("{}\n", serde_json::to_string_pretty(&document()).unwrap());
    if std::env::var_os("DURWARD_UPDATE").is_some() {
        fs::write(root().join(PATH), &text).unwrap();
    }
    let broken = if exists(PATH) && read(PATH) == text {
        Vec::new()
    } else {
        vec![PATH.to_owned()]
    };
    assert_none("make it anew: DURWARD_UPDATE=1 bin/test tidy", &broken);
}
