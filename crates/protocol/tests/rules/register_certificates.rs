//! Registration by certificate, and of certificates (RFC 8705, sections 2.1.2, 2.2.2 and 3.4).

use durward_model::configuration::RegistrationMode;
use durward_protocol::{ClientCertificate, Code, discovery};
use durward_testkit::{
    World,
    certificates::Holder,
    registration::{From, and, member, refused_with, web_metadata},
};
use rcgen::SanType;
use serde_json::{Value, json};

async fn world(mode: RegistrationMode) -> World {
    World::with_certificates(|c| c.dynamic_registration_mode = mode).await
}

fn acme() -> Holder {
    Holder::new(1, &[("O", "Acme"), ("CN", "software-1")])
}

fn from(certificate: ClientCertificate) -> From {
    From {
        certificate: Some(certificate),
        ..From::default()
    }
}

fn tls(members: &Value) -> Value {
    let base = json!({ "token_endpoint_auth_method": "tls_client_auth" });
    and(&and(&web_metadata(), &base), members)
}

#[tokio::test]
async fn where_certificates_admit_only_those_do_that_somebody_vouches_for() {
    let world = world(RegistrationMode::Mtls).await;
    for (certificate, admitted) in [
        (None, false),
        (Some(acme().self_signed().read(false)), false),
        (
            Some(acme().valid(2024, 2025).self_signed().read(true)),
            false,
        ),
        (Some(acme().self_signed().read(true)), true),
    ] {
        let from = From {
            certificate,
            ..From::default()
        };
        let outcome = world.register_from(&from, &web_metadata()).await;
        if admitted {
            let client = world.stored_client(&outcome.unwrap()).await;
            let source = client.registration.unwrap().source;
            assert!(source.starts_with("certificate:"), "{source}");
        } else {
            assert_eq!(refused_with(outcome), Code::AccessDenied);
        }
    }
}

#[tokio::test]
async fn one_registers_for_the_subject_of_ones_own_certificate() {
    let world = world(RegistrationMode::Mtls).await;
    let dns = SanType::DnsName("a.example".try_into().unwrap());
    let own = from(acme().named(dns).self_signed().read(true));
    for (members, good) in [
        (
            json!({ "tls_client_auth_subject_dn": "cn=SOFTWARE-1, o=acme" }),
            true,
        ),
        (
            json!({ "tls_client_auth_subject_dn": "CN=software-2,O=Acme" }),
            false,
        ),
        (
            json!({ "tls_client_auth_subject_dn": "O=Acme,CN=software-1" }),
            false,
        ),
        (json!({ "tls_client_auth_san_dns": "A.example" }), true),
        (json!({ "tls_client_auth_san_dns": "b.example" }), false),
        (json!({ "tls_client_auth_san_uri": "urn:a" }), false),
    ] {
        let outcome = world.register_from(&own, &tls(&members)).await;
        if good {
            outcome.unwrap();
        } else {
            assert_eq!(refused_with(outcome), Code::AccessDenied, "{members}");
        }
    }
}

#[tokio::test]
async fn an_update_cannot_take_the_name_of_another() {
    let world = world(RegistrationMode::Mtls).await;
    let own = from(acme().self_signed().read(true));
    let dn = |name: &str| json!({ "tls_client_auth_subject_dn": name });
    let registered = world
        .register_from(&own, &tls(&dn("CN=software-1,O=Acme")))
        .await
        .unwrap();
    let id = json!({ "client_id": member(&registered, "client_id") });
    let owner = |certificate: Option<ClientCertificate>| From {
        certificate,
        ..From::owner(&registered)
    };
    let other = and(&tls(&dn("CN=other")), &id);
    let with = owner(own.certificate.clone());
    let refused = world.update_client(&with, &other).await;
    assert_eq!(refused_with(refused), Code::AccessDenied);
    let same = and(&tls(&dn("CN=software-1,O=Acme")), &id);
    let refused = world.update_client(&owner(None), &same).await;
    assert_eq!(refused_with(refused), Code::AccessDenied);
    world.update_client(&with, &same).await.unwrap();
}

#[tokio::test]
async fn certificates_that_anybody_makes_are_no_way_around_the_quota() {
    let world = World::with_certificates(|c| {
        c.dynamic_registration_mode = RegistrationMode::Open;
        c.dynamic_registration_quota = 2;
    })
    .await;
    let mut outcomes = Vec::new();
    for seed in 1..=3 {
        let fresh = from(Holder::new(seed, &[("CN", "x")]).self_signed().read(false));
        outcomes.push(world.register_from(&fresh, &web_metadata()).await.is_ok());
    }
    assert_eq!(outcomes, [true, true, false]);
}

#[tokio::test]
async fn exactly_one_name_of_the_right_form_is_registered() {
    let world = world(RegistrationMode::Open).await;
    let name = |member: &str, value: &str| json!({ format!("tls_client_auth_{member}"): value });
    for good in [
        name("subject_dn", "CN=a"),
        name("san_dns", "a.example"),
        name("san_uri", "https://a.example/b"),
        name("san_ip", "2001:db8::1"),
        name("san_email", "a@b.example"),
    ] {
        let registered = world.register(&tls(&good)).await.unwrap();
        for (name, value) in good.as_object().unwrap() {
            assert_eq!(&registered.members[name], value);
        }
        assert!(!registered.members.contains_key("client_secret"));
    }
    for bad in [
        json!({}),
        and(&name("subject_dn", "CN=a"), &name("san_dns", "a.example")),
        name("subject_dn", "a"),
        name("subject_dn", "/CN=a"),
        name("subject_dn", ""),
        name("san_dns", "*.example"),
        name("san_dns", "a example"),
        name("san_uri", "a"),
        name("san_ip", "256.0.0.1"),
        name("san_ip", "192.0.2.0/24"),
        name("san_email", "a"),
    ] {
        let outcome = world.register(&tls(&bad)).await;
        assert_eq!(refused_with(outcome), Code::InvalidClientMetadata, "{bad}");
    }
    // Of the right form also where another method does not need it.
    let other = and(&web_metadata(), &name("san_ip", "nowhere"));
    assert_eq!(
        refused_with(world.register(&other).await),
        Code::InvalidClientMetadata
    );
}

#[tokio::test]
async fn self_signed_certificates_need_a_registered_key() {
    let world = world(RegistrationMode::Open).await;
    let method = json!({ "token_endpoint_auth_method": "self_signed_tls_client_auth" });
    let without = and(&web_metadata(), &method);
    assert_eq!(
        refused_with(world.register(&without).await),
        Code::InvalidClientMetadata
    );
    let with = and(&without, &json!({ "jwks": acme().self_signed().jwks() }));
    world.register(&with).await.unwrap();
}

#[tokio::test]
async fn bound_tokens_are_registered_and_told() {
    let world = world(RegistrationMode::Open).await;
    let name = "tls_client_certificate_bound_access_tokens";
    let asked = and(&web_metadata(), &json!({ name: true }));
    let registered = world.register(&asked).await.unwrap();
    assert_eq!(registered.members[name], true);
    let client = world.stored_client(&registered).await;
    assert!(client.metadata.tls_client_certificate_bound_access_tokens);
}

#[tokio::test]
async fn what_is_not_offered_is_not_registered_and_not_told() {
    let world = World::configured(|c| c.dynamic_registration_mode = RegistrationMode::Open).await;
    let keys = json!({ "jwks": acme().self_signed().jwks() });
    for members in [
        json!({ "token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_dns": "a.b" }),
        and(
            &json!({ "token_endpoint_auth_method": "self_signed_tls_client_auth" }),
            &keys,
        ),
        json!({ "tls_client_certificate_bound_access_tokens": true }),
    ] {
        let outcome = world.register(&and(&web_metadata(), &members)).await;
        assert_eq!(
            refused_with(outcome),
            Code::InvalidClientMetadata,
            "{members}"
        );
    }
    let told = discovery::answer(&world.provider).to_string();
    assert!(!told.contains("tls"), "{told}");
}

#[tokio::test]
async fn what_is_offered_is_told() {
    let world = world(RegistrationMode::Open).await;
    let told = discovery::answer(&world.provider);
    for endpoint in ["token", "introspection", "revocation"] {
        let methods = told[format!("{endpoint}_endpoint_auth_methods_supported")].to_string();
        for method in ["\"tls_client_auth\"", "\"self_signed_tls_client_auth\""] {
            assert!(methods.contains(method), "{endpoint}: {methods}");
        }
    }
    assert_eq!(told["tls_client_certificate_bound_access_tokens"], true);
    let aliases = told["mtls_endpoint_aliases"].as_object().unwrap();
    for (name, address) in aliases {
        let usual = told[name].as_str().unwrap();
        let expected = usual.replace("https://op.example/", "https://op.example:8443/");
        assert_eq!(address, &expected);
    }
    assert_eq!(aliases.len(), 7, "{aliases:?}");
}

#[tokio::test]
async fn scripts_see_a_certificate_that_somebody_vouches_for_and_no_other() {
    let world = world(RegistrationMode::Open).await;
    world.engine.always("sees", true);
    world
        .save_script_of("client_registration", "sees", 1, "sees")
        .await
        .unwrap();
    let vouched = acme().self_signed().read(true);
    for (certificate, seen) in [
        (vouched.clone(), json!(vouched.pem())),
        (acme().self_signed().read(false), Value::Null),
    ] {
        world
            .register_from(&from(certificate), &web_metadata())
            .await
            .unwrap();
        let contexts = world.engine.contexts();
        let created = contexts
            .iter()
            .rev()
            .find(|(_, context)| !context["client"].is_null());
        assert_eq!(created.unwrap().1["certificatePem"], seen);
    }
}
