//! `client_registration` scripts: the sample of the catalogue, Jans's checks, and the
//! fragments of the published page, verbatim.

use std::path::PathBuf;

use durward_engine::wire::{Answer, Attribute, Call, ToHost};
use durward_script::types::client_registration::CONTRACT;
use serde_json::{Map, Value, json};

use crate::harness::{Worker, any_dialect};

const SAMPLE: &str = include_str!("../../../../catalog/client_registration/software_statement.py");
const CERTIFICATE: &str = include_str!("certificates/open_banking.pem");
const EIDAS: &str = include_str!("certificates/eidas.pem");

fn worker(source: &str, properties: &[(&str, &str)]) -> Worker {
    let mut program = any_dialect(source, CONTRACT.host_contract());
    program.attributes = properties
        .iter()
        .map(|(name, value)| Attribute {
            value1: (*name).to_owned(),
            value2: (*value).to_owned(),
            description: String::new(),
            hide: false,
        })
        .collect();
    let mut worker = Worker::new();
    worker.load(program);
    worker
}

/// A JWT of these claims that nobody signed: scripts take it apart only.
fn jwt(claims: &Value) -> String {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.x", part(&json!({ "alg": "PS256" })), part(claims))
}

fn context(certificate: Option<&str>) -> Value {
    let statement = jwt(&json!({
        "iss": "https://directory.example", "software_id": "software-1", "org_id": "org-1",
        "software_roles": ["AISP"], "software_redirect_uris": ["https://tpp.example/cb"],
    }));
    json!({
        "httpRequest": { "method": "POST", "remoteAddr": "192.0.2.1", "headers": {}, "parameters": {} },
        "registerRequest": { "redirectUris": ["https://tpp.example/cb"], "scope": ["openid"] },
        "client": {
            "clientId": "id-1", "scopes": [], "trustedClient": false, "softwareId": "software-1",
            "tokenEndpointAuthMethod": "private_key_jwt", "clientIdIssuedAt": 1_000,
            "attributes": { "introspectionScripts": [] },
        },
        "softwareStatement": statement,
        "certificatePem": certificate,
        "trustedIssuers": [],
        "scopesSupported": ["openid", "accounts"],
    })
}

fn sample() -> Worker {
    worker(
        SAMPLE,
        &[
            ("jwks_endpoint", "https://directory.example/jwks"),
            ("role_scopes", r#"{"AISP": "openid accounts made_up"}"#),
            ("trust_certificates", "true"),
        ],
    )
}

#[test]
fn the_sample_gives_scopes_by_role_and_trusts_a_certificate_of_the_software() {
    let mut worker = sample();
    let done = worker.call("createClient", context(None)).done();
    assert_eq!(done.result, json!(true), "{:?}", worker.log);
    assert_eq!(
        done.changes["client.scopes"],
        json!([
            "inum=openid,ou=scopes,o=jans",
            "inum=accounts,ou=scopes,o=jans"
        ])
    );
    assert_eq!(done.changes["client.trustedClient"], json!(false));
    let done = worker
        .call("updateClient", context(Some(CERTIFICATE)))
        .done();
    assert_eq!(done.changes["client.trustedClient"], json!(true));
}

#[test]
fn the_sample_refuses_in_its_own_words_and_in_jans() {
    let mut worker = sample();
    let mut other = context(Some(CERTIFICATE));
    other["softwareStatement"] = json!(jwt(&json!({
        "software_id": "software-2", "software_roles": ["AISP"],
        "software_redirect_uris": ["https://tpp.example/cb"],
    })));
    let done = worker.call("createClient", other).done();
    assert_eq!(done.changes["webApplicationException"]["status"], 403);
    let mut unlisted = context(None);
    unlisted["registerRequest"]["redirectUris"] = json!(["https://evil.example/cb"]);
    let done = worker.call("createClient", unlisted).done();
    let entity = done.changes["webApplicationException"]["entity"]
        .as_str()
        .unwrap();
    assert!(entity.contains("\"invalid_redirect_uri\""), "{entity}");
    let mut without = context(None);
    without["softwareStatement"] = Value::Null;
    let done = worker.call("createClient", without).done();
    let entity = done.changes["webApplicationException"]["entity"]
        .as_str()
        .unwrap();
    assert!(
        entity.contains("\"invalid_software_statement\""),
        "{entity}"
    );
}

#[test]
fn the_sample_fetches_keys_judges_certificates_and_changes_answers() {
    let mut worker = sample();
    worker.answer = Box::new(|call| {
        assert_eq!(call.arguments["url"], "https://directory.example/jwks");
        Answer::Value(json!({ "status": 200, "headers": {}, "body": "{\"keys\": []}" }))
    });
    let done = worker
        .call("getSoftwareStatementJwks", context(None))
        .done();
    assert_eq!(done.result, json!("{\"keys\":[]}"));
    worker.answer = Box::new(|_| Answer::Refused("no connection".to_owned()));
    let done = worker
        .call("getSoftwareStatementJwks", context(None))
        .done();
    assert_eq!(done.result, json!(""));

    let with = |method: &str, name: &str, value: Value| {
        ToHost::Call(Box::new(Call {
            method: method.to_owned(),
            context: context(None),
            arguments: Map::from_iter([(name.to_owned(), value)]),
        }))
    };
    let done = worker
        .turn(&with("isCertValidForClient", "cert", json!(CERTIFICATE)))
        .done();
    assert_eq!(done.result, json!(true));
    let answer = json!({ "client_id": "id-1" });
    let done = worker
        .turn(&with("modifyPostResponse", "responseAsJsonObject", answer))
        .done();
    assert_eq!(done.result, json!(true));
    assert_eq!(
        done.changes["responseAsJsonObject"],
        json!({ "client_id": "id-1", "registered_by": "software_statement" })
    );
}

/// A script whose createClient is this body.
fn creating(body: &str) -> String {
    format!(
        "from io.jans.model.custom.script.type.client import ClientRegistrationType\n\
         from io.jans.as.model.util import CertUtils\n\
         from io.jans.as.model.register import RegisterErrorResponseType\n\
         from java.util import Date\n\
         class ClientRegistration(ClientRegistrationType):\n\
         \x20   def init(self, customScript, configurationAttributes):\n        return True\n\
         \x20   def destroy(self, configurationAttributes):\n        return True\n\
         \x20   def getApiVersion(self):\n        return 11\n\
         \x20   def updateClient(self, context):\n        return True\n\
         \x20   def createClient(self, context):\n        client = context.getClient()\n        {body}\n"
    )
}

#[test]
fn jans_checks_hold_statement_request_and_certificate_together() {
    let source = creating("context.validateSSA(); return True");
    let mut worker = worker(&source, &[]);
    for certificate in [CERTIFICATE, EIDAS] {
        let done = worker
            .call("createClient", context(Some(certificate)))
            .done();
        assert_eq!(
            done.result,
            json!(true),
            "{:?} {:?}",
            done.changes,
            worker.log
        );
    }
    let change = |path: &str, value: Value| {
        let mut changed = context(Some(CERTIFICATE));
        changed[path] = value;
        changed
    };
    let refused = [
        ("no certificate", change("certificatePem", Value::Null)),
        ("not a certificate", change("certificatePem", json!("AAAA"))),
        (
            "an issuer that is not trusted",
            change("trustedIssuers", json!(["https://x.example"])),
        ),
        (
            "another software",
            change(
                "softwareStatement",
                json!(jwt(&json!({ "software_id": "x", "org_id": "org-1" }))),
            ),
        ),
        (
            "another organisation",
            change(
                "softwareStatement",
                json!(jwt(&json!({ "software_id": "software-1", "org_id": "x" }))),
            ),
        ),
        (
            "another software asked for",
            change(
                "registerRequest",
                json!({ "softwareId": "x", "redirectUris": [] }),
            ),
        ),
    ];
    for (name, context) in refused {
        let done = worker.call("createClient", context).done();
        assert_eq!(
            done.changes["webApplicationException"]["status"], 400,
            "{name}"
        );
    }
}

#[test]
fn setters_lists_and_dates_of_the_client_travel_back() {
    let body = "client.setClientName('N'); client.setTrustedClient(True); client.setPersistClientAuthorizations(False)\n        \
        client.setAccessTokenAsJwt(True); client.setClientId('cn'); client.setJwksUri('https://x.example/jwks')\n        \
        client.getAttributes().setRunIntrospectionScriptBeforeJwtCreation(True)\n        \
        client.getAttributes().getIntrospectionScripts().add('inum=CABA-2222,ou=scripts,o=jans')\n        \
        client.setClientSecretExpiresAt(Date(client.getClientIdIssuedAt().getTime() + 5))\n        \
        client.setDn('inum=cn,ou=clients,o=jans')\n        \
        return client.getAuthenticationMethod().toString() == 'private_key_jwt'";
    let mut worker = worker(&creating(body), &[]);
    let done = worker.call("createClient", context(None)).done();
    assert_eq!(done.result, json!(true));
    assert_eq!(
        Value::Object(done.changes),
        json!({
            "client.clientName": "N", "client.trustedClient": true, "client.clientId": "cn",
            "client.persistClientAuthorizations": false, "client.accessTokenAsJwt": true,
            "client.jwksUri": "https://x.example/jwks", "client.dn": "inum=cn,ou=clients,o=jans",
            "client.attributes.runIntrospectionScriptBeforeJwtCreation": true,
            "client.attributes.introspectionScripts": ["inum=CABA-2222,ou=scripts,o=jans"],
            "client.clientSecretExpiresAt": 1_005,
        })
    );
}

/// C=GB, OU=first, OU=second, CN=one, CN=two.
const TWO_OF_EACH: &str = "-----BEGIN CERTIFICATE-----\n\
    MIIB6zCCAZGgAwIBAgIUGIW0jkM/R0fKPjKF+AbBlqvdTTwwCgYIKoZIzj0EAwIw\n\
    SjELMAkGA1UEBhMCR0IxDjAMBgNVBAsMBWZpcnN0MQ8wDQYDVQQLDAZzZWNvbmQx\n\
    DDAKBgNVBAMMA29uZTEMMAoGA1UEAwwDdHdvMCAXDTI2MTEyMTIxMTExNloYDzIx\n\
    MjYxMDI4MjExMTE2WjBKMQswCQYDVQQGEwJHQjEOMAwGA1UECwwFZmlyc3QxDzAN\n\
    BgNVBAsMBnNlY29uZDEMMAoGA1UEAwwDb25lMQwwCgYDVQQDDAN0d28wWTATBgcq\n\
    hkjOPQIBBggqhkjOPQMBBwNCAAT1lNuF4tWV8DVVEV+dfdGBj0g5/frFh0KXV7LF\n\
    116h2EPBhwSX0uCP7PgSaCmSV7FVxsjRxiSe9Yv/bxqLnylBo1MwUTAdBgNVHQ4E\n\
    FgQUxI7ngAnytTHJneOkVAAMSqWG0B0wHwYDVR0jBBgwFoAUxI7ngAnytTHJneOk\n\
    VAAMSqWG0B0wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBh+umk\n\
    gvJVNqdwCEeXpI1Z0z2NPXqLaqrZQf7bvQXiuwIhAOOS2sPCWyjIy4G6OGf+fBiR\n\
    IeigADXlFxO1WhkLhTwv\n\
    -----END CERTIFICATE-----";

#[test]
fn names_of_certificates_are_read_and_compared_as_on_the_jvm() {
    let body = "pem = context.getConfigurationAttibutes().get('certProperty').getValue1()\n        \
        found = CertUtils.x509CertificateFromPem(pem)\n        \
        same = CertUtils.equalsRdn\n        \
        long = 'organizationIdentifier=PSDGB-FCA-1,O=Bank'\n        \
        client.setClientName(' '.join(str(one) for one in [\n            \
            CertUtils.getAttr(found, '2.5.4.11'), CertUtils.getCN(found),\n            \
            same('CN=a,OU=b', 'ou=b, cn=a'), same(long, '2.5.4.97=#0c0b50534447422d4643412d31,O=Bank'),\n            \
            same('OU=a+CN=b\\\\2C c', 'cn=B\\\\, C+ou=A'), same(long.replace('1', '2'), long),\n            \
            same('no name', 'no name'), same('', ''), same('OU=a,OU=b', 'OU=a,OU=a')]))\n        \
        return True";
    let mut worker = worker(&creating(body), &[]);
    let done = worker
        .call("createClient", context(Some(TWO_OF_EACH)))
        .done();
    assert_eq!(
        done.changes["client.clientName"],
        "first one True True True False False False False"
    );
}

#[test]
fn one_calls_certificate_is_not_the_next_ones() {
    let body = "found = context.getConfigurationAttibutes().get('certProperty')\n        \
        client.setClientName('none' if found is None else CertUtils.getCN(CertUtils.x509CertificateFromPem(found.getValue1())))\n        \
        return True";
    let mut worker = worker(&creating(body), &[]);
    for (certificate, name) in [
        (None, "none"),
        (Some(CERTIFICATE), "software-1"),
        (None, "none"),
    ] {
        let done = worker.call("createClient", context(certificate)).done();
        assert_eq!(done.changes["client.clientName"], name);
    }
}

#[test]
fn errors_of_jans_kinds_are_made_and_thrown() {
    let body = "if client.getClientId() == 'id-1': raise context.createStaleEvidenceWebApplicationException('n-1')\n        \
        context.throwWebApplicationException('why', RegisterErrorResponseType.ACCESS_DENIED)";
    let mut worker = worker(&creating(body), &[]);
    let done = worker.call("createClient", context(None)).done();
    let entity = done.changes["webApplicationException"]["entity"]
        .as_str()
        .unwrap();
    let entity: Value = serde_json::from_str(entity).unwrap();
    assert_eq!(
        (&entity["error"], &entity["nonce"]),
        (&json!("stale_evidence"), &json!("n-1"))
    );
    let mut other = context(None);
    other["client"]["clientId"] = json!("id-2");
    let done = worker.call("createClient", other).done();
    let entity = done.changes["webApplicationException"]["entity"]
        .as_str()
        .unwrap();
    assert!(
        entity.contains("access_denied") && !entity.contains("why"),
        "{entity}"
    );
}

/// The lines of a function of the published page, byte for byte; what the page's layout
/// put behind them is not indented like a body.
fn fragment<'a>(page: &'a str, begins: &str) -> Vec<&'a str> {
    let start = page.find(begins).unwrap();
    let mut lines = page[start..].lines();
    let head = lines.next().unwrap();
    let body = lines.take_while(|line| line.starts_with("    "));
    std::iter::once(head).chain(body).collect()
}

#[test]
fn the_functions_of_the_published_page_run_verbatim() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/seeds/004_2558deca9132007a.txt");
    let Ok(page) = std::fs::read_to_string(&path) else {
        println!(
            "skipped: 004_2558deca9132007a.txt is not in {}",
            path.display()
        );
        return;
    };
    let mut source = "from io.jans.model.custom.script.type.client import ClientRegistrationType\n\
        from io.jans.as.model.util import JwtUtil\n\
        class ClientRegistration(ClientRegistrationType):\n\
        \x20   jwks_endpoint = 'https://keystore.example/keys'\n\
        \x20   def init(self, customScript, configurationAttributes):\n        return True\n\
        \x20   def destroy(self, configurationAttributes):\n        return True\n\
        \x20   def getApiVersion(self):\n        return 11\n\
        \x20   def createClient(self, context):\n        return True\n"
        .to_owned();
    for begins in [
        "def getSoftwareStatementJwks",
        "def getDcrHmacSecret",
        "def getDcrJwks",
        "def   updateClient",
    ] {
        for line in fragment(&page, begins) {
            source.push_str("    ");
            source.push_str(line);
            source.push('\n');
        }
    }
    let mut worker = worker(&source, &[]);
    worker.answer = Box::new(|_| {
        Answer::Value(json!({ "status": 200, "headers": {}, "body": "{\"keys\": []}" }))
    });
    for method in ["getSoftwareStatementJwks", "getDcrJwks"] {
        let done = worker.call(method, context(None)).done();
        assert_eq!(done.result, json!("{\"keys\":[]}"), "{method}");
    }
    assert_eq!(
        worker.call("getDcrHmacSecret", context(None)).done().result,
        json!("")
    );
    assert_eq!(
        worker.call("updateClient", context(None)).done().result,
        json!(true)
    );
    assert!(
        worker
            .texts("info")
            .contains(&"Client registration. UpdateClient method")
    );
}
