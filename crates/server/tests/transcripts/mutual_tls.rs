//! Certificates over HTTP (RFC 8705): from the listener, from a trusted proxy, and from
//! everybody who only says so.

use axum::http::{Method, StatusCode};
use durward_model::{
    Scope,
    client::{AuthMethod, ClientMetadata, grant_type},
    configuration::RegistrationMode,
};
use durward_server::{
    app::Certificates,
    client_certificates::Authorities,
    proxies::{ProxyHeader, TrustedProxies},
};
use durward_testkit::{
    World,
    app::{Answer, Arrival, Site},
    certificates::{Authority, Holder, Shown},
    clients::{WEB, basic},
    registration::web_metadata,
};
use serde_json::json;

use crate::HERE;

const CLIENT: &str = "tls";

fn ca() -> Authority {
    Authority::new(9, "Clients of Acme")
}

fn own() -> Shown {
    Holder::new(1, &[("O", "Acme"), ("CN", CLIENT)]).signed_by(&ca())
}

async fn site(header: ProxyHeader) -> Site {
    let world = World::with_certificates(|c| {
        c.dynamic_registration_mode = RegistrationMode::Mtls;
    })
    .await;
    let metadata = ClientMetadata {
        token_endpoint_auth_method: AuthMethod::TlsClientAuth,
        tls_client_auth_subject_dn: Some("CN=tls,O=Acme".to_owned()),
        grant_types: vec![grant_type::CLIENT_CREDENTIALS.to_owned()],
        scope: Scope::parse("accounts"),
        ..ClientMetadata::default()
    };
    world.add_client(CLIENT, metadata).await;
    let anchors = vec![ca().shown.der.into()];
    let certificates = Certificates {
        authorities: Authorities::new(anchors).unwrap(),
        proxies: TrustedProxies {
            networks: vec!["10.0.0.0/8".parse().unwrap()],
            header,
        },
    };
    Site::of(world, certificates)
}

fn from_proxy() -> Arrival {
    Arrival {
        peer: "10.1.2.3:4711".parse().unwrap(),
        ..Arrival::default()
    }
}

fn pem(shown: &Shown) -> String {
    shown.pem.replace('\n', " ")
}

async fn token(site: &mut Site, headers: &[(&str, String)]) -> Answer {
    let path = site.path("/token");
    let body = format!("grant_type=client_credentials&client_id={CLIENT}");
    site.exchange(Method::POST, &path, headers, Some(&body))
        .await
}

fn x_client_cert(shown: &Shown) -> [(&'static str, String); 1] {
    [("x-clientcert", pem(shown))]
}

#[tokio::test]
async fn a_certificate_of_the_connection_authenticates_and_binds() {
    let mut site = site(ProxyHeader::XClientCert).await;
    site.arrival = Arrival::with(own().read(true));
    let answer = token(&mut site, &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    let bound = answer.text("access_token");
    let web = basic(WEB);
    let told = site
        .post("/introspection", Some(&web), &[("token", &bound)])
        .await;
    assert_eq!(
        told.json()["cnf"]["x5t#S256"],
        own().read(true).thumbprint()
    );
    // Client credentials have no user, but a bound token is refused before that is looked at.
    site.arrival = Arrival::default();
    let path = site.path("/userinfo");
    let bearer = format!("Bearer {bound}");
    let refused = site.get(&path, Some(&bearer)).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    site.matches(HERE, "base/token", "certificate");
}

#[tokio::test]
async fn metadata_tell_of_certificates() {
    let mut site = site(ProxyHeader::XClientCert).await;
    site.get("/.well-known/openid-configuration", None).await;
    site.matches(HERE, "well-known", "certificates");
}

#[tokio::test]
async fn a_trusted_proxy_hands_certificates_over() {
    let mut site = site(ProxyHeader::XClientCert).await;
    site.arrival = from_proxy();
    let answer = token(&mut site, &x_client_cert(&own())).await;
    assert_eq!(answer.status, StatusCode::OK);
    let item = |der: &[u8]| {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        format!(":{}:", STANDARD.encode(der))
    };
    let mut site = self::site(ProxyHeader::ClientCert).await;
    site.arrival = from_proxy();
    let answer = token(&mut site, &[("client-cert", item(&own().der))]).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn attack_24_a_header_of_anybody_else_is_nothing() {
    let mut site = site(ProxyHeader::XClientCert).await;
    for arrival in [
        Arrival::default(),
        // The listener asked this very caller, and it showed none.
        Arrival {
            asks_for_certificates: true,
            ..from_proxy()
        },
        // It showed another one.
        Arrival {
            peer: from_proxy().peer,
            ..Arrival::with(Holder::new(2, &[("CN", "x")]).self_signed().read(false))
        },
    ] {
        site.arrival = arrival;
        let answer = token(&mut site, &x_client_cert(&own())).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.body);
        assert_eq!(answer.text("error"), "invalid_client");
    }
}

#[tokio::test]
async fn a_header_that_the_proxy_does_not_set_is_the_callers_own() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let mut site = site(ProxyHeader::XClientCert).await;
    site.arrival = from_proxy();
    let item = format!(":{}:", STANDARD.encode(&own().der));
    let answer = token(&mut site, &[("client-cert", item)]).await;
    assert_eq!(answer.text("error"), "invalid_client");
    let mut site = self::site(ProxyHeader::ClientCert).await;
    site.arrival = from_proxy();
    let answer = token(&mut site, &x_client_cert(&own())).await;
    assert_eq!(answer.text("error"), "invalid_client");
}

#[tokio::test]
async fn attack_24_a_header_smuggled_twice_ends_the_request() {
    let mut site = site(ProxyHeader::XClientCert).await;
    site.arrival = from_proxy();
    let forged = Holder::new(2, &[("CN", "x")]).self_signed();
    let twice = [x_client_cert(&own()), x_client_cert(&forged)].concat();
    let answer = token(&mut site, &twice).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let joined = format!("{}, {}", pem(&own()), pem(&forged));
    let answer = token(&mut site, &[("x-clientcert", joined)]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let oversize = [("x-clientcert", "A".repeat(100_000))];
    let answer = token(&mut site, &oversize).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_proxys_word_on_who_issued_it_is_not_taken() {
    let mut site = site(ProxyHeader::XClientCert).await;
    site.arrival = from_proxy();
    let named = Holder::new(1, &[("O", "Acme"), ("CN", CLIENT)]);
    let pretender = Authority::new(8, "Clients of Acme");
    for shown in [
        named.self_signed(),
        named.signed_by(&pretender),
        named.clone().valid(2024, 2025).signed_by(&ca()),
        named.clone().valid(2027, 2028).signed_by(&ca()),
    ] {
        let answer = token(&mut site, &x_client_cert(&shown)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_client_registers_with_its_certificate_and_scripts_see_it() {
    let mut site = site(ProxyHeader::XClientCert).await;
    site.world.engine.always("sees", true);
    site.world
        .save_script_of("client_registration", "sees", 1, "sees")
        .await
        .unwrap();
    let path = site.path("/register");
    let mut body = web_metadata();
    body["token_endpoint_auth_method"] = json!("tls_client_auth");
    body["tls_client_auth_subject_dn"] = json!("CN=tls, O=Acme");
    let json = [("content-type", "application/json".to_owned())];
    let refused = site
        .exchange(Method::POST, &path, &json, Some(&body.to_string()))
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    site.arrival = Arrival::with(own().read(true));
    let registered = site
        .exchange(Method::POST, &path, &json, Some(&body.to_string()))
        .await;
    assert_eq!(registered.status, StatusCode::CREATED);
    let (_, context) = site.world.engine.contexts().remove(0);
    let pem = own().read(true).pem();
    assert_eq!(context["certificatePem"], json!(pem));
    assert_eq!(
        context["httpRequest"]["headers"]["x-clientcert"],
        json!(pem)
    );
    site.matches(HERE, "base/register", "certificate");
}
