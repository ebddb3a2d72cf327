//! The Open Banking scripts of the catalogue with certificates, and the key stores, tokens
//! and caches that they and scripts written for Jans use. A directory that speaks TLS is
//! asked in the tests of the whole binary.

use std::{
    sync::{Arc, Mutex},
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use durward_engine::wire::{Answer, Attribute, Call, ToHost};
use durward_script::types::client_registration::CONTRACT;
use serde_json::{Map, Value, json};

use crate::harness::{Worker, any_dialect, run};

const SCRIPTS: [&str; 2] = [
    include_str!("../../../../catalog/client_registration/open_banking.py"),
    include_str!("../../../../catalog/client_registration/open_banking_jython.py"),
];
const CERTIFICATE: &str = include_str!("certificates/open_banking.pem");
const EIDAS: &str = include_str!("certificates/eidas.pem");

const PROPERTIES: &[(&str, &str)] = &[
    ("clientScopes", "TPPReadAccess"),
    ("keyId", "kid-1"),
    ("signingKey", "/keys/signing.key"),
    ("signingCert", "/keys/signing.key"),
    ("transportKeyStore", "/keys/transport.p12"),
    ("transportKeyStorePassword", "one"),
    ("trustKeyStore", "/keys/trust.p12"),
    ("trustKeyStorePassword", "two"),
    ("tokenUrl", "https://directory.example/token"),
    ("tppUrl", "https://directory.example/scim/"),
    ("jwks_endpoint", "https://directory.example/jwks"),
];

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the scripts look at the real clock"
)]
fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

fn context(certificate: Option<&str>, claims: &Value) -> Value {
    let mut all = json!({
        "iat": now(), "software_id": "software-1", "org_id": "org-1",
        "software_roles": ["AISP"], "software_jwks_endpoint": "https://directory.example/s.jwks",
    });
    all.as_object_mut()
        .unwrap()
        .extend(claims.as_object().unwrap().clone());
    json!({
        "registerRequest": { "redirectUris": [], "scope": [] },
        "client": {
            "clientId": "id-1", "scopes": [], "tokenEndpointAuthMethod": "tls_client_auth",
            "attributes": { "introspectionScripts": [], "tlsClientAuthSubjectDn": "CN=software-1" },
        },
        "softwareStatement": format!("{}.{}.x", part(&json!({ "alg": "PS256" })), part(&all)),
        "certificatePem": certificate,
        "scopesSupported": ["openid", "accounts"],
    })
}

/// A worker whose host is a directory that approves; what it was asked.
fn worker(source: &str, more: &[(&str, &str)]) -> (Worker, Arc<Mutex<Vec<Value>>>) {
    let mut program = any_dialect(source, CONTRACT.host_contract());
    let all = PROPERTIES.iter().chain(more);
    program.attributes = all
        .map(|(name, value)| Attribute {
            value1: (*name).to_owned(),
            value2: (*value).to_owned(),
            description: String::new(),
            hide: false,
        })
        .collect();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = asked.clone();
    let mut worker = Worker::new();
    worker.answer = Box::new(move |call| {
        let arguments = call.arguments.clone();
        let answer = match call.service.as_str() {
            "certificates" if arguments["keyStore"]["name"] == "/keys/transport.p12" => {
                json!({ "entries": [{ "alias": "a", "hasKey": true, "chain": [CERTIFICATE] }] })
            }
            "certificates" => json!({ "entries": [{ "alias": "1", "hasKey": true, "chain": [] }] }),
            "sign" => json!({ "signature": "c2lnbmVk" }),
            "http" if arguments["method"] == "POST" => {
                json!({ "status": 200, "headers": {}, "body": "{\"access_token\":\"t-1\",\"expires_in\":300}" })
            }
            "http" => json!({ "status": 200, "headers": {}, "body": "{\"totalResults\":1}" }),
            "cacheGet" => json!({ "value": null }),
            _ => json!({}),
        };
        kept.lock()
            .unwrap()
            .push(json!({ "service": call.service, "arguments": arguments }));
        Answer::Value(answer)
    });
    worker.load(program);
    (worker, asked)
}

fn error_of(done: &durward_engine::wire::Done) -> String {
    let entity = done.changes["webApplicationException"]["entity"].as_str();
    let entity: Value = serde_json::from_str(entity.unwrap()).unwrap();
    entity["error_description"].as_str().unwrap().to_owned()
}

#[test]
fn the_scripts_ask_the_directory_with_the_banks_keys_and_never_see_them() {
    for script in SCRIPTS {
        let (mut worker, asked) = worker(script, &[]);
        let done = worker
            .call("createClient", context(Some(CERTIFICATE), &json!({})))
            .done();
        assert_eq!(done.result, json!(true), "{:?}", worker.log);
        assert_eq!(done.changes["client.clientId"], "software-1");
        assert_eq!(done.changes["client.accessTokenAsJwt"], true);
        let asked = asked.lock().unwrap();
        let of = |service: &str| -> Vec<&Value> {
            let found = asked.iter().filter(|call| call["service"] == service);
            found.map(|call| &call["arguments"]).collect()
        };
        let (token, query) = (of("http")[0], of("http")[1]);
        for call in [token, query] {
            assert_eq!(
                call["keyStore"],
                json!({ "name": "/keys/transport.p12", "password": "one" })
            );
            assert_eq!(
                call["trustStore"],
                json!({ "name": "/keys/trust.p12", "password": "two" })
            );
        }
        let body = token["body"].as_str().unwrap();
        let assertion = body.split("client_assertion=").nth(1).unwrap();
        let parts: Vec<&str> = assertion.split('&').next().unwrap().split('.').collect();
        let read = |text: &str| -> Value {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
        };
        assert_eq!(
            read(parts[0]),
            json!({ "typ": "JWT", "alg": "RS256", "kid": "kid-1" })
        );
        let claims = read(parts[1]);
        assert_eq!(
            (&claims["iss"], &claims["sub"]),
            (&json!("software-1"), &json!("software-1"))
        );
        assert_eq!(claims["aud"], "https://directory.example/token");
        assert_eq!(
            claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(),
            300
        );
        assert_eq!(parts[2], "c2lnbmVk");
        assert_eq!(
            of("sign").last().unwrap()["input"],
            format!("{}.{}", parts[0], parts[1])
        );
        let url = query["url"].as_str().unwrap();
        assert!(
            url.contains("Id%20eq%20%22software-1%22%20and%20Active%20eq%20true"),
            "{url}"
        );
        assert_eq!(query["headers"]["Authorization"], "Bearer t-1");
    }
}

#[test]
fn certificates_name_the_software_or_by_eidas_the_organisation() {
    let authority = |id: &str| json!({ "registration_id": id, "status": "Active" });
    for script in SCRIPTS {
        let (mut worker, _) = worker(script, &[]);
        for (certificate, claims, refused) in [
            (None, json!({}), Some("a client certificate is needed")),
            (Some(CERTIFICATE), json!({}), None),
            (
                Some(CERTIFICATE),
                json!({ "software_id": "software-2" }),
                Some("another software's"),
            ),
            (
                Some(CERTIFICATE),
                json!({ "org_id": "org-2" }),
                Some("another organisation's"),
            ),
            (Some(EIDAS), json!({}), None),
            // The software is not named in it, only who has it.
            (Some(EIDAS), json!({ "software_id": "software-2" }), None),
            (
                Some(EIDAS),
                json!({ "org_id": "org-2" }),
                Some("another organisation's"),
            ),
            (
                Some(EIDAS),
                json!({ "org_id": "org-2", "organisation_competent_authority_claims": authority("org-1") }),
                None,
            ),
        ] {
            let done = worker
                .call("createClient", context(certificate, &claims))
                .done();
            assert_eq!(
                done.result,
                json!(refused.is_none()),
                "{claims} {:?}",
                worker.log
            );
            if let Some(refused) = refused {
                let error = error_of(&done);
                assert!(error.contains(refused), "{claims}: {error}");
            }
        }
    }
}

#[test]
fn a_certificate_speaks_for_a_client_by_the_subject_that_it_registered() {
    for script in SCRIPTS {
        let (mut worker, _) = worker(script, &[]);
        for (subject, software, answer) in [
            (
                Some("CN=software-1,OU=org-1,O=OpenBanking,C=GB"),
                "other",
                true,
            ),
            (
                Some("CN=software-1,OU=org-2,O=OpenBanking,C=GB"),
                "software-1",
                false,
            ),
            (None, "software-1", true),
            (None, "other", false),
        ] {
            let mut asked = context(None, &json!({}));
            asked["client"]["softwareId"] = json!(software);
            asked["client"]["attributes"]["tlsClientAuthSubjectDn"] = json!(subject);
            let done = worker.turn(&ToHost::Call(Box::new(Call {
                method: "isCertValidForClient".to_owned(),
                context: asked,
                arguments: Map::from_iter([("cert".to_owned(), json!(CERTIFICATE))]),
            })));
            assert_eq!(done.done().result, json!(answer), "{subject:?} {software}");
        }
    }
}

/// What the script that Jans ships does with Java's and Apache's classes.
#[test]
fn key_stores_in_javas_words_are_names_of_what_the_server_holds() {
    let body = "store = KeyStore.getInstance('PKCS12')\n\
        store.load(FileInputStream('/keys/transport.p12'), ['o', 'n', 'e'])\n\
        alias = store.aliases().nextElement()\n\
        name = CertUtils.getCN(store.getCertificate(alias))\n\
        tls = SSLContexts.custom().loadKeyMaterial(store, 'one').loadTrustMaterial(File('/keys/trust.p12'), ['t', 'w', 'o']).build()\n\
        client = HttpClients.custom().setSSLContext(tls).build()\n\
        answer = CdiUtil.bean(HttpService).executeGet(client, 'https://directory.example/', {})\n\
        return [name, answer.getHttpResponse().getStatusLine().getStatusCode()]";
    let head = "from java.io import File, FileInputStream\nfrom java.security import KeyStore\n\
        from org.apache.http.ssl import SSLContexts\nfrom org.apache.http.impl.client import HttpClients\n\
        from io.jans.as.model.util import CertUtils\nfrom io.jans.as.server.service.net import HttpService\n\
        from io.jans.service.cdi.util import CdiUtil\nfrom javax.net.ssl import SSLContext\n";
    let mut worker = crate::harness::probe(head, body);
    worker.answer = Box::new(|call| {
        let one = json!({ "name": "/keys/transport.p12", "password": "one" });
        assert_eq!(call.arguments["keyStore"], one);
        Answer::Value(if call.service == "certificates" {
            json!({ "entries": [{ "alias": "a", "hasKey": true, "chain": [CERTIFICATE] }] })
        } else {
            let two = json!({ "name": "/keys/trust.p12", "password": "two" });
            assert_eq!(call.arguments["trustStore"], two);
            json!({ "status": 204, "headers": {}, "body": "" })
        })
    });
    let done = worker.call("run", json!({})).done();
    assert_eq!(done.result, json!(["software-1", 204]));
}

#[test]
fn files_and_private_keys_are_not_to_be_had() {
    let head = "from java.io import FileInputStream\nfrom io.jans.as.model.crypto import AuthCryptoProvider\n";
    let body = "found = []\n\
        for attempt in (lambda: FileInputStream('/etc/passwd').read(),\n            \
                lambda: AuthCryptoProvider(),\n            \
                lambda: AuthCryptoProvider('/keys/a', None, None).getPrivateKey('x'),\n            \
                lambda: AuthCryptoProvider('/keys/a', None, None).sign('x', None, 'shared', 'HS256')):\n    \
            try:\n        \
                attempt()\n        \
                found.append('done')\n    \
            except Exception as error:\n        \
                found.append(type(error).__name__)\n\
        return found";
    assert_eq!(
        run(head, body),
        json!([
            "IOException",
            "IllegalArgumentException",
            "IllegalStateException",
            "IllegalArgumentException"
        ])
    );
}

#[test]
fn the_cache_keeps_json_for_as_long_as_it_is_told() {
    let head =
        "from io.jans.service import CacheService\nfrom io.jans.service.cdi.util import CdiUtil\n";
    let body = "cache = CdiUtil.bean(CacheService)\n\
        cache.put(30, 'token', 'abc')\n\
        cache.put('map', {'a': [1, 2]})\n\
        made = cache.getWithPut('none', lambda: 'made', 5)\n\
        cache.remove('token')\n\
        return [cache.get('map').optJSONArray('a').length(), cache.get('none'), made]";
    let mut worker = crate::harness::probe(head, body);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = seen.clone();
    worker.answer = Box::new(move |call| {
        let value = match call.arguments["key"].as_str() {
            Some("map") => json!("{\"a\": [1, 2]}"),
            _ => Value::Null,
        };
        kept.lock()
            .unwrap()
            .push(json!([call.service, call.arguments]));
        Answer::Value(json!({ "value": value }))
    });
    let done = worker.call("run", json!({})).done();
    assert_eq!(done.result, json!([2, null, "made"]));
    let seen = seen.lock().unwrap();
    assert_eq!(
        seen[0],
        json!(["cachePut", { "key": "token", "value": "\"abc\"", "seconds": 30 }])
    );
    assert_eq!(
        seen[1],
        json!(["cachePut", { "key": "map", "value": "{\"a\": [1, 2]}" }])
    );
}
