//! What a resource server may see of what was granted (RFC 9396, sections 7 and 9): its
//! part, and not what was granted for others.

use durward_model::{Client, Detail, Details, VettedDetail};
use durward_script::types::authz_detail as script;

use super::{
    Asking,
    exact::{self, Exact},
    request::parse_element,
};

/// A resource server by what it is called: in `aud` of a token, in `locations` of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceServer {
    identities: Vec<String>,
}

impl ResourceServer {
    /// Whoever a token is for: its audience, or the `resource` of a request (RFC 8707).
    pub fn audience<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            identities: names.into_iter().map(str::to_owned).collect(),
        }
    }

    /// A client that asks by introspection.
    pub fn client(client: &Client) -> Self {
        let own = client.metadata.resource_identifiers.iter();
        let id = client.client_id.as_str();
        Self::audience(std::iter::once(id).chain(own.map(String::as_str)))
    }

    fn is_called(&self, name: &str) -> bool {
        self.identities.iter().any(|known| known == name)
    }
}

/// The elements as that resource server may see them.
pub async fn project(
    asking: &Asking<'_>,
    granted: &Details,
    resource_server: &ResourceServer,
) -> Vec<Detail> {
    let mut shown = Vec::new();
    for element in granted.iter() {
        shown.extend(project_one(asking, element, resource_server).await);
    }
    shown
}

async fn project_one(
    asking: &Asking<'_>,
    element: &VettedDetail,
    resource_server: &ResourceServer,
) -> Option<Detail> {
    let scripts = &asking.provider.scripts;
    let found = asking.script(&element.detail_type);
    let Some(script) = found.filter(|script| script::projects(script)) else {
        return is_for(element.detail.as_str(), resource_server).then(|| element.detail.clone());
    };
    let mut context = asking.context(&element.detail_type, &element.detail);
    context
        .resource_server
        .clone_from(&resource_server.identities);
    let hash = element.detail.hash();
    let text = script::project(scripts, &script, &context, hash.as_str()).await?;
    // Not an element of this type: nothing is shown rather than something wrong.
    let projected = parse_element(&text).ok()?;
    (projected.detail_type == element.detail_type).then_some(projected.detail)
}

/// Do its `locations` name the resource server, or has it none?
fn is_for(element: &str, resource_server: &ResourceServer) -> bool {
    let Some(locations) = exact::member(element, "locations") else {
        return true;
    };
    match exact::read(locations) {
        Some(Exact::Array(locations)) => {
            locations.is_empty()
                || locations.iter().any(|location| {
                    matches!(exact::read(location), Some(Exact::Text(name)) if resource_server.is_called(&name))
                })
        }
        // Not what RFC 9396, section 2.2 calls locations: nobody can say whose it is.
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_is_for_whom_its_locations_name() {
        let bank = ResourceServer::audience(["rs", "https://bank.example/"]);
        for (element, is) in [
            (r#"{"type":"a"}"#, true),
            (r#"{"type":"a","locations":[]}"#, true),
            (
                r#"{"type":"a","locations":["https://x.example/","https://bank.example/"]}"#,
                true,
            ),
            (
                r#"{"type":"a","locations":["https://bank.example"]}"#,
                false,
            ),
            (
                r#"{"type":"a","locations":["https://bank.example/accounts"]}"#,
                false,
            ),
            (
                r#"{"type":"a","locations":["https://bank.example/.evil"]}"#,
                false,
            ),
            (r#"{"type":"a","locations":"https://bank.example/"}"#, false),
            (r#"{"type":"a","locations":null}"#, false),
        ] {
            assert_eq!(is_for(element, &bank), is, "{element}");
        }
    }
}
