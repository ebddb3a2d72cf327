//! Authentication by the certificate of the connection (RFC 8705, section 2), and the
//! certificates that must not do.

use durward_model::client::{AuthMethod, ClientMetadata, grant_type};
use durward_protocol::{
    ClientCertificate, Code, Error, client_auth, client_certificate::CertificateError,
    visit::Caller,
};
use durward_testkit::{
    World,
    certificates::{Authority, Holder, over},
    engine::every_error,
    flow::{parameters, refusal},
};
use proptest::prelude::{any, prop, prop_assert, proptest};
use rcgen::{DnValue, SanType};
use serde_json::{Value, json};

const TYPE: &str = "client_registration";

/// A client of that `client_id`, which certificates name in their CN unless they say otherwise.
const CLIENT: &str = "tls";

async fn authenticate(
    world: &World,
    certificate: Option<&ClientCertificate>,
    pairs: &[(&str, &str)],
) -> Result<String, Error> {
    let visit = over(certificate);
    let caller = Caller {
        authorization: None,
        visit: &visit,
    };
    let client = client_auth::authenticate(&world.provider, caller, &parameters(pairs)).await?;
    Ok(client.client_id.as_str().to_owned())
}

async fn by(world: &World, certificate: &ClientCertificate) -> Result<String, Error> {
    authenticate(world, Some(certificate), &[("client_id", CLIENT)]).await
}

fn metadata(members: &Value) -> ClientMetadata {
    let all = durward_testkit::registration::and(
        &json!({
            "token_endpoint_auth_method": "tls_client_auth", "redirect_uris": [],
            "response_types": [], "grant_types": [grant_type::CLIENT_CREDENTIALS],
        }),
        members,
    );
    serde_json::from_value(all).unwrap()
}

async fn world_of(members: &Value) -> World {
    let world = World::with_certificates(|_| {}).await;
    world.add_client(CLIENT, metadata(members)).await;
    world
}

fn by_dn() -> Value {
    json!({ "tls_client_auth_subject_dn": "CN=tls, O=Acme, C=GB" })
}

fn acme() -> Holder {
    Holder::new(1, &[("C", "GB"), ("O", "Acme"), ("CN", CLIENT)])
}

#[track_caller]
fn is_refused(result: Result<String, Error>) {
    assert_eq!(refusal(result), Code::InvalidClient);
}

#[tokio::test]
async fn the_subject_that_was_registered_authenticates() {
    let world = world_of(&by_dn()).await;
    let shown = acme().signed_by(&Authority::new(9, "CA"));
    assert_eq!(by(&world, &shown.read(true)).await.unwrap(), CLIENT);
    is_refused(authenticate(&world, None, &[("client_id", CLIENT)]).await);
    // Beside a secret it is not the registered method.
    let both = [("client_id", CLIENT), ("client_secret", "s")];
    is_refused(authenticate(&world, Some(&shown.read(true)), &both).await);
    // Nobody is known by a certificate alone.
    is_refused(authenticate(&world, Some(&shown.read(true)), &[]).await);
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_worth_nothing_whatever_it_says() {
    let world = world_of(&by_dn()).await;
    is_refused(by(&world, &acme().self_signed().read(false)).await);
    let other = acme().signed_by(&Authority::new(8, "CA"));
    is_refused(by(&world, &other.read(false)).await);
}

#[tokio::test]
async fn certificates_count_from_their_first_second_to_their_last() {
    let world = world_of(&by_dn()).await;
    for (from, to, good) in [(2024, 2025, false), (2027, 2030, false), (2026, 2027, true)] {
        let shown = acme().valid(from, to).self_signed();
        // The listener said yes when the connection began.
        let outcome = by(&world, &shown.read(true)).await;
        assert_eq!(outcome.is_ok(), good, "{from} to {to}");
    }
}

#[tokio::test]
async fn a_connection_that_outlives_its_certificate_does_not_authenticate() {
    let world = world_of(&by_dn()).await;
    let certificate = acme().valid(2026, 2027).self_signed().read(true);
    by(&world, &certificate).await.unwrap();
    world.clock.advance_seconds(365 * 24 * 3_600);
    is_refused(by(&world, &certificate).await);
}

#[tokio::test]
async fn other_names_are_other_clients() {
    let world = world_of(&by_dn()).await;
    let tricks = [
        Holder::new(1, &[("CN", CLIENT), ("O", "Acme"), ("C", "GB")]),
        Holder::new(1, &[("C", "GB"), ("O", "Acme,CN=tls")]),
        Holder::new(
            1,
            &[("C", "GB"), ("O", "Acme"), ("OU", "x"), ("CN", CLIENT)],
        ),
        Holder::new(1, &[("C", "GB"), ("O", "Acme"), ("CN", "tls2")]),
        Holder::new(1, &[("O", "Acme"), ("CN", CLIENT)]),
        Holder::new(1, &[("C", "GB"), ("O", "CN=tls\\, O=Acme"), ("CN", CLIENT)]),
    ];
    for (number, trick) in tricks.iter().enumerate() {
        let outcome = by(&world, &trick.self_signed().read(true)).await;
        assert!(outcome.is_err(), "trick {number}");
    }
}

#[tokio::test]
async fn another_string_type_is_the_same_name() {
    let world = world_of(&by_dn()).await;
    let holder = Holder::new(1, &[("C", "gb")])
        .with("O", DnValue::PrintableString("ACME".try_into().unwrap()))
        .with("CN", DnValue::BmpString(CLIENT.try_into().unwrap()));
    // A script would be asked for this CN's type; nobody runs one here.
    by(&world, &holder.self_signed().read(true)).await.unwrap();
}

#[test]
fn certificates_whose_names_hide_something_are_none() {
    let parse = |holder: &Holder| ClientCertificate::parse(&holder.self_signed().der, true);
    let nul = Holder::new(1, &[("CN", "tls\0.evil")]);
    assert!(matches!(parse(&nul), Err(CertificateError::Name(_))));
    let line = Holder::new(1, &[("CN", "tls\nO=Acme")]);
    assert!(matches!(parse(&line), Err(CertificateError::Name(_))));
    let hidden = SanType::DnsName("a.example\0.evil".try_into().unwrap());
    let nul = Holder::new(1, &[("CN", "x")]).named(hidden);
    assert!(parse(&nul).is_err());
}

#[test]
fn a_certificate_is_exactly_one_and_of_bounded_size() {
    let der = acme().self_signed().der;
    ClientCertificate::parse(&der, false).unwrap();
    let behind = [der.clone(), vec![0]].concat();
    let cut = &der[..der.len() - 1];
    for bad in [behind.as_slice(), cut, &[], b"-----BEGIN CERTIFICATE-----"] {
        assert_eq!(
            ClientCertificate::parse(bad, false).unwrap_err(),
            CertificateError::Malformed
        );
    }
    let long = "x".repeat(20_000);
    let large = Holder::new(1, &[("O", &long)]).self_signed().der;
    assert_eq!(
        ClientCertificate::parse(&large, true).unwrap_err(),
        CertificateError::TooLarge
    );
}

#[tokio::test]
async fn each_alternative_name_authenticates_and_nothing_like_it() {
    let dns = |name: &str| SanType::DnsName(name.try_into().unwrap());
    let uri = |name: &str| SanType::URI(name.try_into().unwrap());
    let email = |name: &str| SanType::Rfc822Name(name.try_into().unwrap());
    let ip = |name: &str| SanType::IpAddress(name.parse().unwrap());
    let cases = [
        ("san_dns", "a.example", dns("A.Example"), dns("*.example")),
        (
            "san_dns",
            "a.example",
            dns("a.example"),
            dns("a.example.evil"),
        ),
        ("san_dns", "a.example", dns("a.example"), uri("a.example")),
        ("san_uri", "urn:a:b", uri("urn:a:b"), uri("urn:a:B")),
        (
            "san_ip",
            "192.0.2.1",
            ip("192.0.2.1"),
            ip("::ffff:192.0.2.1"),
        ),
        (
            "san_ip",
            "2001:DB8::1",
            ip("2001:db8:0::1"),
            dns("2001.db8"),
        ),
        (
            "san_email",
            "a@b.example",
            email("a@B.example"),
            email("A@b.example"),
        ),
    ];
    for (member, registered, right, wrong) in cases {
        let world = world_of(&json!({ format!("tls_client_auth_{member}"): registered })).await;
        let with = |name: SanType| acme().named(name).self_signed().read(true);
        by(&world, &with(right)).await.unwrap();
        is_refused(by(&world, &with(wrong)).await);
        // The subject is not looked at, and does not help.
        is_refused(by(&world, &acme().self_signed().read(true)).await);
    }
}

#[tokio::test]
async fn a_client_of_two_names_or_none_is_no_client() {
    let two =
        json!({ "tls_client_auth_subject_dn": "CN=tls", "tls_client_auth_san_dns": "a.example" });
    for members in [json!({}), two] {
        let world = world_of(&members).await;
        let dns = SanType::DnsName("a.example".try_into().unwrap());
        let holder = Holder::new(1, &[("CN", CLIENT)]).named(dns);
        is_refused(by(&world, &holder.self_signed().read(true)).await);
    }
}

fn self_signed(jwks: &Value) -> Value {
    json!({ "token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks": jwks })
}

#[tokio::test]
async fn a_registered_key_authenticates_whoever_signed_its_certificate() {
    let shown = acme().self_signed();
    let world = world_of(&self_signed(&shown.jwks())).await;
    by(&world, &shown.read(false)).await.unwrap();
    let renewed = acme().valid(2026, 2031).self_signed();
    by(&world, &renewed.read(false)).await.unwrap();
    let stranger = Holder::new(2, &[("C", "GB"), ("O", "Acme"), ("CN", CLIENT)]);
    is_refused(by(&world, &stranger.self_signed().read(false)).await);
    // Not even if an authority vouches for it.
    is_refused(by(&world, &stranger.self_signed().read(true)).await);
    is_refused(by(&world, &acme().valid(2024, 2025).self_signed().read(false)).await);
}

#[tokio::test]
async fn a_key_registered_with_its_certificate_counts_with_that_one_only() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let shown = acme().self_signed();
    let renewed = acme().valid(2026, 2031).self_signed();
    let mut jwk = shown.jwk.clone();
    jwk["x5c"] = json!([STANDARD.encode(&shown.der)]);
    let mut marked = shown.jwk.clone();
    marked["x5t#S256"] = json!(shown.read(false).thumbprint());
    for jwk in [jwk, marked] {
        let world = world_of(&self_signed(&json!({ "keys": [jwk] }))).await;
        by(&world, &shown.read(false)).await.unwrap();
        is_refused(by(&world, &renewed.read(false)).await);
    }
    // A certificate beside a key that is not its own says nothing.
    let other = Holder::new(2, &[("CN", CLIENT)]).self_signed();
    let mut lying = other.jwk.clone();
    lying["x5c"] = json!([STANDARD.encode(&shown.der)]);
    let world = world_of(&self_signed(&json!({ "keys": [lying] }))).await;
    is_refused(by(&world, &shown.read(false)).await);
}

#[tokio::test]
async fn published_keys_are_looked_at_again_for_one_they_lacked() {
    const ADDRESS: &str = "https://client.example/jwks";
    let (old, new) = (acme(), Holder::new(2, &[("CN", CLIENT)]));
    let members = json!({
        "token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks_uri": ADDRESS,
    });
    let world = world_of(&members).await;
    is_refused(by(&world, &old.self_signed().read(false)).await);
    world.clock.advance_seconds(3_600);
    world
        .remote
        .publish(ADDRESS, old.self_signed().jwks().to_string());
    by(&world, &old.self_signed().read(false)).await.unwrap();
    world.clock.advance_seconds(3_600);
    world
        .remote
        .publish(ADDRESS, new.self_signed().jwks().to_string());
    by(&world, &new.self_signed().read(false)).await.unwrap();
    is_refused(by(&world, &old.self_signed().read(false)).await);
}

#[tokio::test]
async fn who_is_not_named_by_its_client_id_needs_the_scripts_yes() {
    let dn = json!({ "tls_client_auth_subject_dn": "CN=Somebody" });
    let world = world_of(&dn).await;
    let certificate = Holder::new(1, &[("CN", "Somebody")])
        .self_signed()
        .read(true);
    by(&world, &certificate).await.expect("without a script");
    for (text, answer) in [("yes", true), ("no", false)] {
        world.engine.always(text, answer);
        world.save_script_of(TYPE, "asked", 1, text).await.unwrap();
        assert_eq!(by(&world, &certificate).await.is_ok(), answer);
    }
    for (number, error) in every_error().into_iter().enumerate() {
        let text = format!("fails {number}");
        world.engine.always_fails(&text, error);
        world.save_script_of(TYPE, "asked", 1, &text).await.unwrap();
        is_refused(by(&world, &certificate).await);
    }
    // A script that leaves the method out says nothing.
    world.engine.always("silent", Value::Null);
    world
        .save_script_of(TYPE, "asked", 1, "silent")
        .await
        .unwrap();
    is_refused(by(&world, &certificate).await);
    // Its yes does not stand in for the name that was registered.
    world.engine.always("yes", true);
    world.save_script_of(TYPE, "asked", 1, "yes").await.unwrap();
    let other = Holder::new(1, &[("CN", "Other")]).self_signed().read(true);
    is_refused(by(&world, &other).await);
}

#[tokio::test]
async fn who_is_named_by_its_client_id_is_not_asked_about() {
    let world = world_of(&by_dn()).await;
    world.engine.always("no", false);
    world.save_script_of(TYPE, "asked", 1, "no").await.unwrap();
    by(&world, &acme().self_signed().read(true)).await.unwrap();
    // Two common names are none.
    let twice = json!({ "tls_client_auth_subject_dn": "CN=tls,CN=other" });
    let world = world_of(&twice).await;
    world.engine.always("no", false);
    world.save_script_of(TYPE, "asked", 1, "no").await.unwrap();
    let holder = Holder::new(1, &[("2.5.4.3", "other"), ("CN", CLIENT)]);
    is_refused(by(&world, &holder.self_signed().read(true)).await);
}

#[tokio::test]
async fn a_certificate_does_not_stand_in_for_other_credentials() {
    let world = World::with_certificates(|_| {}).await;
    let certificate = Holder::new(1, &[("CN", "web")]).self_signed().read(true);
    for method in [
        AuthMethod::ClientSecretBasic,
        AuthMethod::ClientSecretPost,
        AuthMethod::PrivateKeyJwt,
    ] {
        world
            .change_client("web", |client| {
                client.metadata.token_endpoint_auth_method = method;
                client.metadata.tls_client_auth_subject_dn = Some("CN=web".to_owned());
            })
            .await;
        is_refused(authenticate(&world, Some(&certificate), &[("client_id", "web")]).await);
    }
}

proptest! {
    #[test]
    fn a_certificate_with_other_octets_is_another_one_or_none(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let dns = SanType::DnsName("a.example".try_into().unwrap());
        let shown = acme().named(dns).self_signed();
        let mut der = shown.der.clone();
        for (place, octet) in changes {
            let place = place.index(der.len());
            der[place] = octet;
        }
        if let Ok(read) = ClientCertificate::parse(&der, false) {
            prop_assert!(der == shown.der || read.thumbprint() != shown.read(false).thumbprint());
        }
    }

    #[test]
    fn octets_of_any_kind_are_hardly_a_certificate(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(ClientCertificate::parse(&octets, true).is_err());
    }
}
