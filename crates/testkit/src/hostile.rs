//! What strangers send, as bytes, and what must hold whatever the bytes are.
//!
//! The same promises are kept under random edits of good input (`rules/hostile.rs` of
//! durward-protocol) and under a fuzzer (`fuzz/`). Not here: where the bytes come from.

use durward_jose::{SigningKey, jwe::is_encrypted};
use durward_model::{
    Client,
    configuration::{RegistrationMode, StatementIssuer},
};
use durward_protocol::{
    Error, Parameters,
    authorization_details::{exact::similar, request::parse},
    client_registration::{BodyKind, RegisterError, Registered},
};
use serde_json::{Value, json, value::RawValue};
use tokio::runtime::{Builder, Runtime};
use url::{Host, Url, form_urlencoded};

use crate::{World, clients, clock::START, keys, request_objects};

/// Issuer of statements that the world trusts.
const DIRECTORY: &str = "https://directory.example";

/// So many clients, and the world is made anew.
const FULL: usize = 500;

/// A way in for strangers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entrance {
    /// `authorization_details` (RFC 9396).
    AuthorizationDetails,
    /// A request object as it is, and as claims that the client has signed (RFC 9101).
    RequestObject,
    /// The body of a registration (RFC 7591).
    ClientMetadata,
    /// Claims of a software statement that a trusted issuer has signed.
    SoftwareStatement,
}

/// A key that is always the same, so that the seed is.
fn public_key() -> Value {
    json!({
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "d3xmhkTbY4liKsdD77heDaG0Z3wgK_WQ69SdaxEXKDI",
        "x": "rEY32MUxh3rzuIcrPVIlkiWwzPg2VtvoIGLqA5GhNtQ", "y": "m5G9gmVBkrADxkIfW3ag5HpRv9woC_nrlOWQm4Yow80",
    })
}

impl Entrance {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::AuthorizationDetails,
        Self::RequestObject,
        Self::ClientMetadata,
        Self::SoftwareStatement,
    ];

    /// Something good, of which bad things can be made.
    pub fn seed(self) -> Vec<u8> {
        let members = match self {
            Self::AuthorizationDetails => json!([
                { "type": "payment", "amount": { "value": "1.50" }, "locations": ["https://a.example"] },
                { "type": "account", "actions": ["read"] },
            ]),
            Self::RequestObject => {
                request_objects::claims(clients::WEB, &crate::flow::web_request(), START.seconds())
            }
            Self::ClientMetadata => json!({
                "client_name": "New", "client_name#fr": "Nouveau", "redirect_uris": ["https://new.example/cb"],
                "grant_types": ["authorization_code", "refresh_token"], "scope": "openid profile",
                "jwks": { "keys": [public_key()] }, "contacts": ["a@new.example"],
                "default_max_age": 60, "token_endpoint_auth_method": "private_key_jwt",
            }),
            Self::SoftwareStatement => json!({
                "iss": DIRECTORY, "iat": START.seconds(), "exp": START.seconds() + 600, "jti": "1",
                "client_name": "Stated", "software_id": "software-1", "redirect_uris": ["https://new.example/cb"],
                "software_roles": ["AISP"], "org_status": "Active", "grant_types": ["authorization_code"],
            }),
        };
        members.to_string().into_bytes()
    }
}

/// A server at whose entrances strangers stand.
pub struct Ground {
    runtime: Runtime,
    world: World,
    clients: usize,
    asked: usize,
}

impl Default for Ground {
    fn default() -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .build()
            .unwrap();
        let world = runtime.block_on(open());
        Self {
            runtime,
            world,
            clients: 0,
            asked: 0,
        }
    }
}

async fn open() -> World {
    let world = World::with_details().await;
    world
        .reconfigure(|c| {
            c.dynamic_registration_mode = RegistrationMode::Open;
            c.dynamic_registration_quota = u32::MAX;
            c.dcr_ssa_validation_configs = vec![StatementIssuer {
                issuers: vec![DIRECTORY.to_owned()],
                jwks: json!({ "keys": [keys::client_key().public_jwk()] }),
                ..StatementIssuer::default()
            }];
        })
        .await;
    world.give_web_a_key().await;
    world
}

impl Ground {
    /// Lets `bytes` come in; whether they were taken. Panics when a promise is broken.
    pub fn meet(&mut self, entrance: Entrance, bytes: &[u8]) -> bool {
        match entrance {
            Entrance::AuthorizationDetails => authorization_details(bytes),
            Entrance::RequestObject => self.request_object(bytes),
            Entrance::ClientMetadata => self.register(bytes),
            Entrance::SoftwareStatement => self.software_statement(bytes),
        }
    }

    /// Whatever is in it, a request is the client's own and goes where it registered.
    fn request_object(&mut self, bytes: &[u8]) -> bool {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return false;
        };
        let mut any = false;
        assert!(!is_encrypted(text) || text.matches('.').count() == 4);
        self.asked += 1;
        // An object counts once.
        let fresh = text.replacen("object-1", &format!("object-1-{}", self.asked), 1);
        let mut objects = vec![text.to_owned()];
        objects.extend(signed(keys::client_key(), "oauth-authz-req+jwt", &fresh));
        for object in objects {
            let pairs = [("client_id", clients::WEB), ("request", object.as_str())];
            let form = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(pairs)
                .finish();
            if taken(Parameters::parse(&form)).is_none() {
                continue;
            }
            let answer = self.runtime.block_on(self.world.push(&pairs));
            let Some(pushed) = taken(answer) else {
                continue;
            };
            any = true;
            let pairs = [
                ("client_id", clients::WEB),
                ("request_uri", pushed.request_uri.as_str()),
            ];
            let page = self
                .runtime
                .block_on(self.world.authorize(&mut crate::flow::browser(), &pairs));
            match page {
                Ok(turn) => {
                    let told = format!("{turn:?}");
                    assert!(told.contains(clients::WEB_URI), "{told}");
                }
                Err(refused) => {
                    taken::<()>(Err(refused.error));
                }
            }
        }
        any
    }

    /// Nobody gets what policy does not give.
    fn register(&mut self, body: &[u8]) -> bool {
        let answer = self
            .runtime
            .block_on(self.world.register_bytes(body, BodyKind::Json));
        let Some(registered) = registered(answer) else {
            return false;
        };
        let client = self.runtime.block_on(self.world.stored_client(&registered));
        self.is_within_policy(&client);
        self.clients += 1;
        if self.clients == FULL {
            self.clients = 0;
            self.world = self.runtime.block_on(open());
        }
        true
    }

    fn is_within_policy(&self, client: &Client) {
        let live = self.world.provider.live();
        let configuration = &live.configuration;
        for scope in client.metadata.scope.iter() {
            let allowed = configuration.dynamic_registration_scopes.iter();
            assert!(allowed.clone().any(|one| one == scope), "{scope}");
        }
        for grant in &client.metadata.grant_types {
            let allowed = &configuration.grant_types_supported_by_dynamic_registration;
            assert!(allowed.contains(grant), "{grant}");
        }
        for uri in &client.metadata.redirect_uris {
            assert!(is_safe(uri), "{uri}");
        }
        assert!(!client.is_trusted(), "nobody trusts strangers");
    }

    fn software_statement(&mut self, bytes: &[u8]) -> bool {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return false;
        };
        let statement = signed(keys::client_key(), "JWT", text).unwrap_or_else(|| text.to_owned());
        let body =
            json!({ "redirect_uris": ["https://new.example/cb"], "software_statement": statement });
        self.register(body.to_string().as_bytes())
    }
}

/// May a stranger have a browser sent there? By https, to this very machine, or to an
/// application of the machine whose scheme is a domain name turned round (RFC 8252).
fn is_safe(redirect_uri: &str) -> bool {
    let Ok(url) = Url::parse(redirect_uri) else {
        return false;
    };
    let is_here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    let is_reached_well = match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_here,
        scheme => scheme.contains('.'),
    };
    is_reached_well && url.fragment().is_none()
}

/// JSON as it was written, signed; nothing where it is none.
fn signed(key: &SigningKey, typ: &str, text: &str) -> Option<String> {
    let claims: &RawValue = serde_json::from_str(text).ok()?;
    // Claims are an object; anything else cannot be signed.
    key.sign(typ, claims).ok()
}

/// What was answered, if it was taken; a fault of ours is one.
fn taken<T>(answer: Result<T, Error>) -> Option<T> {
    match answer {
        Ok(value) => Some(value),
        Err(Error::Refused(_)) => None,
        Err(Error::Fault(cause)) => panic!("a stranger's bytes became our fault: {cause}"),
    }
}

fn registered(answer: Result<Registered, RegisterError>) -> Option<Registered> {
    match answer {
        Ok(registered) => Some(registered),
        Err(RegisterError::Error(error)) => taken(Err(error)),
        Err(RegisterError::Shaped(shaped)) => panic!("nobody shaped {shaped:?}"),
    }
}

/// What is taken is taken untouched, and reads the same again.
fn authorization_details(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let Some(elements) = taken(parse(text)) else {
        return false;
    };
    let mut rest = text;
    for element in &elements {
        let written = element.detail.as_str();
        let at = rest.find(written).expect("as it was written, in its order");
        rest = &rest[at + written.len()..];
        assert!(similar(written, written));
    }
    let again: Vec<&str> = elements.iter().map(|one| one.detail.as_str()).collect();
    let again = taken(parse(&format!("[{}]", again.join(",")))).expect("taken once");
    assert_eq!(again, elements);
    true
}

#[cfg(test)]
mod tests {
    use super::is_safe;

    #[test]
    fn what_only_looks_like_this_machine_is_not_safe() {
        for uri in [
            "https://shop.example/cb",
            "http://127.0.0.1:8000/cb",
            "http://[::1]/cb",
            "http://localhost/cb",
            "com.example.app:/cb",
        ] {
            assert!(is_safe(uri), "{uri}");
        }
        for uri in [
            "http://127.0.0.1.evil.example/cb",
            "http://localhost@evil.example/cb",
            "http://localhost.evil.example/cb",
            "http://[::1]@evil.example/cb",
            "http://shop.example/cb",
            "https://shop.example/cb#part",
            "https://shop.example/cb#",
            "javascript:alert(1)",
            "cb",
        ] {
            assert!(!is_safe(uri), "{uri}");
        }
    }
}
