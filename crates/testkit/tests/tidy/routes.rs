//! Every route is documented, and walked by a transcript.

use std::collections::BTreeSet;

use durward_server::{
    ROUTES,
    routes::{Place, Route},
};

use crate::repository::{TextFile, assert_none, files, read};

#[test]
fn the_endpoint_page_lists_the_routes() {
    let text = read("docs/reference/endpoints.md");
    let documented: BTreeSet<String> = text
        .lines()
        .take_while(|line| !line.starts_with("## "))
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            format!("{} {} {}", cells[0], cells[1], cells[2])
        })
        .collect();
    let real: BTreeSet<String> = ROUTES
        .iter()
        .map(|route| {
            let feature = route
                .feature
                .map_or("—".to_owned(), |feature| format!("`{feature}`"));
            format!("`{}` {} {feature}", shown(route), route.methods.join(", "))
        })
        .collect();
    let mut broken: Vec<String> = real
        .difference(&documented)
        .map(|row| format!("not on the page: {row}"))
        .collect();
    broken.extend(
        documented
            .difference(&real)
            .map(|row| format!("not a route: {row}")),
    );
    assert_none(
        "docs/reference/endpoints.md: path, methods, feature",
        &broken,
    );
}

#[test]
fn every_route_has_a_transcript() {
    let transcripts: Vec<TextFile> = files()
        .into_iter()
        .filter(|file| {
            file.is_under("crates/server/tests/transcripts") && file.has_extension("snap")
        })
        .collect();
    let mut broken = Vec::new();
    for route in ROUTES {
        for method in route.methods {
            if !transcripts
                .iter()
                .any(|file| walks(&file.text, method, route.path))
            {
                broken.push(format!("{method} {}", shown(route)));
            }
        }
    }
    assert_none("no transcript under crates/server/tests walks", &broken);
}

/// Base paths are configuration; the page names a place instead.
fn shown(route: &Route) -> String {
    match route.place {
        Place::Base => format!("{{base}}{}", route.path),
        place => format!("{}{}", place.prefix(""), route.path),
    }
}

/// Does a line hold that method and a path that ends as the route does?
fn walks(transcript: &str, method: &str, route: &str) -> bool {
    transcript.lines().any(|line| {
        let mut words = line.split_whitespace().skip_while(|word| *word != method);
        words.next().is_some() && words.next().is_some_and(|target| fits(target, route))
    })
}

fn fits(target: &str, route: &str) -> bool {
    let path = target.split('?').next().unwrap_or_default();
    let wanted: Vec<&str> = route.split('/').skip(1).collect();
    let given: Vec<&str> = path.split('/').collect();
    given.len() > wanted.len()
        && given
            .iter()
            .rev()
            .zip(wanted.iter().rev())
            .all(|(given, wanted)| wanted.starts_with('{') || given == wanted)
}

#[test]
fn paths_fit_their_route() {
    assert!(fits(
        "/jans-auth/restv1/interaction/[id]?x=/y",
        "/interaction/{id}"
    ));
    assert!(fits("/health/live", "/health/live"));
    assert!(!fits("/jans-auth/restv1/interaction", "/interaction/{id}"));
    assert!(walks(
        "> POST /jans-auth/restv1/token HTTP/1.1\n",
        "POST",
        "/token"
    ));
    assert!(!walks("POST /jans-auth/restv1/tokens\n", "POST", "/token"));
}
