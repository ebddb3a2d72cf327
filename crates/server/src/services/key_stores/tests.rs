//! Which stores there are, what is read of them, and what a script can make of it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::{os::unix::fs::symlink, process::Command};

use durward_jose::{Jwk, JwkSet, VerifyPolicy, verify};
use p12_keystore::{
    EncryptionAlgorithm, KeyStore, KeyStoreEntry, LocalKeyId, MacAlgorithm, PrivateKey,
    PrivateKeyChain,
};
use tempfile::TempDir;

use super::*;

const PASSWORD: &str = "a password of a store";

struct Stage {
    folder: TempDir,
    stores: Arc<KeyStores>,
    key: SigningKey,
    certificate: rcgen::Certificate,
}

impl Stage {
    /// A listed directory `listed`, beside it `apart`, and a store called `named`.
    fn new(algorithm: Algorithm) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["listed", "apart"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let listing = KeyStoreListing {
            named: BTreeMap::from([(
                "named".to_owned(),
                NamedStore {
                    file: folder.path().join("apart/named"),
                    password_file: Some(folder.path().join("apart/named.password")),
                },
            )]),
            directories: vec![folder.path().join("listed")],
        };
        let key = SigningKey::generate(algorithm).unwrap();
        let pair = rcgen::KeyPair::try_from(key.pkcs8()).unwrap();
        let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, "software-1");
        let certificate = params.self_signed(&pair).unwrap();
        Self {
            folder,
            stores: Arc::new(KeyStores::new(listing)),
            key,
            certificate,
        }
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn pem(&self) -> String {
        let key = material::pem("PRIVATE KEY", self.key.pkcs8());
        format!("{}{}", key.as_str(), self.certificate.pem())
    }

    fn pkcs12(&self, cipher: EncryptionAlgorithm, mac: MacAlgorithm) -> Vec<u8> {
        let certificate = p12_keystore::Certificate::from_der(self.certificate.der()).unwrap();
        let key = PrivateKey::from_der(self.key.pkcs8()).unwrap();
        let chain = PrivateKeyChain::new(LocalKeyId(vec![1, 2, 3]), key, [certificate]);
        let mut store = KeyStore::new();
        store.add_entry("bank", KeyStoreEntry::PrivateKeyChain(chain));
        let writer = store.writer(PASSWORD).encryption_algorithm(cipher);
        writer.mac_algorithm(mac).write().unwrap()
    }

    async fn sign(&self, name: &str, password: Option<&str>) -> Result<String, String> {
        let algorithm = self.key.algorithm();
        let header = format!(r#"{{"alg":"{algorithm}"}}"#);
        let input = format!(
            "{}.{}",
            base64url::encode(header),
            base64url::encode(r#"{"iss":"software-1"}"#)
        );
        let arguments = json!({
            "keyStore": { "name": name, "password": password },
            "keyId": "kid-of-the-directory",
            "algorithm": algorithm.name(),
            "input": input,
        });
        let answer = self.stores.sign(&arguments).await?;
        Ok(format!("{input}.{}", answer["signature"].as_str().unwrap()))
    }

    #[track_caller]
    fn verifies(&self, token: &str) {
        let mut public: Jwk = self.key.public_jwk().clone();
        public.kid = None;
        let set = JwkSet::from(public);
        verify(token, &set, &VerifyPolicy::new(&[self.key.algorithm()])).unwrap();
    }
}

#[tokio::test]
async fn keys_of_pem_and_pkcs12_sign_in_every_algorithm_of_open_banking() {
    for algorithm in [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256] {
        let stage = Stage::new(algorithm);
        let pem = stage.write("listed/signing.key", stage.pem());
        stage.verifies(&stage.sign(&pem, None).await.unwrap());
        for (name, cipher, mac) in [
            (
                "listed/today.p12",
                EncryptionAlgorithm::PbeWithHmacSha256AndAes256,
                MacAlgorithm::HmacSha256,
            ),
            (
                "listed/legacy.p12",
                EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc,
                MacAlgorithm::HmacSha1,
            ),
        ] {
            let store = stage.write(name, stage.pkcs12(cipher, mac));
            stage.verifies(&stage.sign(&store, Some(PASSWORD)).await.unwrap());
            let wrong = stage.sign(&store, Some("another")).await.unwrap_err();
            assert!(wrong.contains("another password"), "{wrong}");
            assert!(!wrong.contains(PASSWORD), "{wrong}");
        }
    }
}

#[tokio::test]
async fn a_named_store_has_its_password_from_a_file_and_is_read_again_when_it_changes() {
    let stage = Stage::new(Algorithm::ES256);
    let cipher = EncryptionAlgorithm::PbeWithHmacSha256AndAes256;
    stage.write(
        "apart/named",
        stage.pkcs12(cipher, MacAlgorithm::HmacSha256),
    );
    stage.write("apart/named.password", format!("{PASSWORD}\n"));
    stage.verifies(&stage.sign("named", None).await.unwrap());
    assert_eq!(stage.stores.problems(), Vec::<String>::new());

    stage.write("apart/named", "no key store any more");
    assert!(stage.sign("named", None).await.is_err());
    assert_eq!(stage.stores.problems().len(), 1);
}

#[tokio::test]
async fn what_is_not_listed_is_unknown_whether_it_is_there_or_not() {
    let stage = Stage::new(Algorithm::ES256);
    let there = stage.write("apart/secret.pem", stage.pem());
    let not_there = there.replace("secret", "nothing");
    let listed = stage.folder.path().join("listed");
    let dotted = format!("{}/../apart/secret.pem", listed.display());
    let linked = listed.join("link.pem");
    symlink(&there, &linked).unwrap();
    let sibling = format!("{}-apart", listed.display());
    fs::create_dir(&sibling).unwrap();
    let sibling = format!("{sibling}/secret.pem");
    fs::copy(&there, &sibling).unwrap();
    for name in [
        there.as_str(),
        &not_there,
        &dotted,
        linked.to_str().unwrap(),
        &sibling,
        "apart/secret.pem",
        "/etc/passwd",
        "no-such-name",
    ] {
        let refused = stage.sign(name, None).await.unwrap_err();
        let wanted = format!("there is no key store '{name}'");
        assert!(refused.starts_with(&wanted), "{refused}");
    }
}

#[tokio::test]
async fn a_listing_shows_certificates_and_no_key() {
    let stage = Stage::new(Algorithm::ES256);
    let cipher = EncryptionAlgorithm::PbeWithHmacSha256AndAes256;
    let store = stage.write(
        "listed/a.p12",
        stage.pkcs12(cipher, MacAlgorithm::HmacSha256),
    );
    let arguments = json!({ "keyStore": { "name": store, "password": PASSWORD } });
    let shown = stage.stores.certificates(&arguments).await.unwrap();
    let entries = shown["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["alias"], "bank");
    assert_eq!(entries[0]["hasKey"], true);
    let chain = entries[0]["chain"].as_array().unwrap();
    assert!(
        chain[0]
            .as_str()
            .unwrap()
            .starts_with("-----BEGIN CERTIFICATE-----")
    );
    assert!(!shown.to_string().contains("PRIVATE"), "{shown}");
}

#[tokio::test]
async fn what_is_no_key_store_is_told_so() {
    let stage = Stage::new(Algorithm::ES256);
    let two = format!("{}{}", stage.pem(), stage.pem());
    for (name, bytes, why) in [
        ("two.pem", two.into_bytes(), "one private key only"),
        (
            "empty.pem",
            b"-----BEGIN NOTHING-----\n-----END NOTHING-----\n".to_vec(),
            "neither keys",
        ),
        ("junk.p12", vec![0x30; 64], "another password"),
        ("huge.p12", vec![0x30; 600 * 1024], "too long"),
    ] {
        let path = stage.write(&format!("listed/{name}"), bytes);
        let refused = stage.sign(&path, None).await.unwrap_err();
        assert!(refused.contains(why), "{name}: {refused}");
    }
    let trust = stage.write("listed/trust.pem", stage.certificate.pem());
    let refused = stage.sign(&trust, None).await.unwrap_err();
    assert!(refused.contains("holds no private key"), "{refused}");
}

/// What OpenSSL and Java write, which is what banks have.
#[tokio::test]
async fn stores_of_other_programs_open() {
    let stage = Stage::new(Algorithm::RS256);
    let pem = stage.write("listed/all.pem", stage.pem());
    let here = |name: &str| {
        stage
            .folder
            .path()
            .join("listed")
            .join(name)
            .to_str()
            .unwrap()
            .to_owned()
    };
    let password = format!("pass:{PASSWORD}");
    let run = |program: &str, arguments: &[&str]| {
        let ran = Command::new(program).args(arguments).output();
        ran.is_ok_and(|ran| ran.status.success())
    };
    let (today, legacy, encrypted, java) = (
        here("openssl.p12"),
        here("legacy.p12"),
        here("encrypted.pem"),
        here("java.p12"),
    );
    let export = [
        "pkcs12",
        "-export",
        "-in",
        pem.as_str(),
        "-passout",
        password.as_str(),
        "-out",
    ];
    let mut made = Vec::new();
    if run("openssl", &[&export[..], &[today.as_str()]].concat()) {
        made.push(&today);
    }
    if run(
        "openssl",
        &[&export[..], &[legacy.as_str(), "-legacy"]].concat(),
    ) {
        made.push(&legacy);
    }
    let pkcs8 = [
        "pkcs8",
        "-topk8",
        "-in",
        pem.as_str(),
        "-passout",
        password.as_str(),
        "-out",
    ];
    if run("openssl", &[&pkcs8[..], &[encrypted.as_str()]].concat()) {
        made.push(&encrypted);
    }
    let import = [
        "-importkeystore",
        "-noprompt",
        "-srckeystore",
        today.as_str(),
        "-srcstorepass",
        PASSWORD,
        "-destkeystore",
        java.as_str(),
        "-deststoretype",
        "PKCS12",
        "-deststorepass",
        PASSWORD,
    ];
    if run("keytool", &import) {
        made.push(&java);
    }
    if made.is_empty() {
        println!("skipped stores_of_other_programs_open: there is neither openssl nor keytool");
    }
    for store in made {
        stage.verifies(&stage.sign(store, Some(PASSWORD)).await.unwrap());
    }
}

#[tokio::test]
async fn a_key_is_read_once_for_an_algorithm() {
    let stage = Stage::new(Algorithm::RS256);
    let name = stage.write("listed/signing.key", stage.pem());
    let arguments = json!({ "keyStore": { "name": name } });
    let store = async || stage.stores.named(&arguments, "keyStore").await.unwrap();
    let (first, again) = (store().await.unwrap(), store().await.unwrap());
    let signer = |store: &OpenStore, algorithm| store.signer(Some("any"), algorithm).unwrap();
    let kept = signer(&first, Algorithm::RS256);
    assert!(Arc::ptr_eq(&kept, &signer(&again, Algorithm::RS256)));
    // A key is of one algorithm: the same under another is another.
    let other = signer(&again, Algorithm::PS256);
    assert_eq!(other.algorithm(), Algorithm::PS256);
    assert!(first.signer(None, Algorithm::ES256).is_err());
}
