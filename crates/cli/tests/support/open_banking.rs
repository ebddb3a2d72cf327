//! A bank, a directory that it asks, and a third party that wants to be its client.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use durward_directory::{Directory, Equipment, Identity, Software};
use durward_model::{Clock, Entropy, Timestamp};
use reqwest::{Method, RequestBuilder};
use serde_json::{Map, Value, json};

use super::{
    caller::{Answer, Caller, read},
    home::{Home, REDIRECT_URI, Ran},
    second_listener::SecondListener,
};

/// What clients may have.
const GRANTS: &str = r#"["authorization_code","client_credentials"]"#;

/// Where the third party wants answers, beside where people of tests come back to.
const CALLBACK: &str = "https://tpp.example/callback";

struct Now;

impl Clock for Now {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap())
    }
}

/// Now, in seconds.
pub fn now_seconds() -> i64 {
    Now.now().seconds()
}

struct Random;

impl Entropy for Random {
    fn fill(&self, bytes: &mut [u8]) {
        use std::io::Read as _;
        let mut source = std::fs::File::open("/dev/urandom").unwrap();
        source.read_exact(bytes).unwrap();
    }
}

/// A directory with an authority of its own.
pub async fn directory() -> Directory {
    let started = Directory::start(Arc::new(Now), Arc::new(Random));
    started.await.unwrap()
}

/// A script of the catalogue.
pub fn catalogue(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../catalog/client_registration")
        .join(name)
}

/// `x5t#S256` of a certificate (RFC 8705, section 3.1).
pub fn thumbprint(shown: &Identity) -> String {
    durward_jose::digest::sha256_base64url(&shown.certificate_der)
}

/// The one that a token is bound to.
pub fn thumbprint_in(token: &str) -> String {
    let claims = durward_jose::unverified_claims(token, 16 * 1024).unwrap();
    let found = claims["cnf"]["x5t#S256"].as_str();
    found.unwrap_or_default().to_owned()
}

/// All of them.
pub struct Stage {
    pub home: Home,
    /// Asks for certificates, and knows those of the directory's authority.
    pub listener: SecondListener,
    pub directory: Directory,
    pub equipment: Equipment,
    pub tpp: Software,
}

impl Stage {
    /// The bank's server, not started yet, without a script. Needs a runtime.
    pub async fn set() -> Self {
        let home = Home::with_scheme("https");
        let directory = directory().await;
        let keys = home.data().join("keys");
        std::fs::create_dir(&keys).unwrap();
        std::fs::write(keys.join("authority.pem"), directory.authority_pem()).unwrap();
        let bank = directory
            .enrol("bank-1", "org-of-bank", &["ASPSP"], &[])
            .unwrap();
        let equipment = directory.equip(&bank, &keys).unwrap();
        let tpp = directory
            .enrol("tpp-1", "org-1", &["AISP"], &[CALLBACK, REDIRECT_URI])
            .unwrap();
        let listener = SecondListener::add(&home, directory.authority_pem());
        home.edit_toml(|text| {
            format!(
                "{text}\n[outgoing]\ntrust = [\"keys/authority.pem\"]\n\n\
                 [key_stores]\ndirectories = [\"keys\"]\n"
            )
        });
        let hosts = json!(directory.hosts()).to_string();
        home.set("scriptHttp.allowedPrivateHosts", &hosts);
        home.set("remoteDocumentHttp.allowedPrivateHosts", &hosts);
        home.set("dynamicRegistrationMode", "open");
        home.set("softwareStatementValidationType", "script");
        home.set("grantTypesSupportedByDynamicRegistration", GRANTS);
        home.set(
            "scopesSupported",
            r#"["openid","accounts","payments","fundsconfirmations"]"#,
        );
        Self {
            home,
            listener,
            directory,
            equipment,
            tpp,
        }
    }

    /// Stores a script with the properties of the table, some of them replaced or added;
    /// an empty value leaves one out.
    pub fn put(&self, file: &Path, name: &str, others: &[(&str, &str)]) -> Ran {
        self.put_on("auto", file, name, others)
    }

    /// The same on that engine.
    pub fn put_on(&self, engine: &str, file: &Path, name: &str, others: &[(&str, &str)]) -> Ran {
        let mut properties: Vec<(String, String)> = Vec::new();
        let known = self.equipment.properties.iter();
        let known = known.map(|(name, value)| (*name, value.as_str()));
        for (name, value) in known.chain(others.iter().copied()) {
            properties.retain(|(known, _)| known != name);
            if !value.is_empty() {
                properties.push((name.to_owned(), value.to_owned()));
            }
        }
        let mut arguments: Vec<String> = [
            "script",
            "put",
            file.to_str().unwrap(),
            "--name",
            name,
            "--type",
            "client_registration",
            "--enable",
            "--engine",
            engine,
        ]
        .map(str::to_owned)
        .to_vec();
        for (name, value) in properties {
            arguments.extend(["--property".to_owned(), format!("{name}={value}")]);
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        self.home.run(&arguments)
    }

    /// What the third party asks to be, with a statement that was issued now.
    pub fn metadata(&self) -> Map<String, Value> {
        self.metadata_with(&self.directory.statement(&self.tpp).unwrap())
    }

    /// The same with another statement.
    pub fn metadata_with(&self, statement: &str) -> Map<String, Value> {
        let metadata = json!({
            "redirect_uris": self.tpp.redirect_uris,
            "grant_types": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "PS256",
            "tls_client_certificate_bound_access_tokens": true,
            "id_token_signed_response_alg": "PS256",
            "scope": "openid accounts payments",
            "software_statement": statement,
        });
        metadata.as_object().unwrap().clone()
    }

    /// A statement with other claims.
    pub fn statement(&self, claims: &Value) -> String {
        let claims = claims.as_object().unwrap();
        self.directory.statement_with(&self.tpp, claims).unwrap()
    }

    /// What the third party asks to be where its certificate is all that it authenticates
    /// with.
    pub fn metadata_by_certificate(&self, subject: &str) -> Map<String, Value> {
        let mut metadata = self.metadata();
        metadata.remove("token_endpoint_auth_signing_alg");
        metadata.insert(
            "token_endpoint_auth_method".to_owned(),
            json!("tls_client_auth"),
        );
        metadata.insert("tls_client_auth_subject_dn".to_owned(), json!(subject));
        metadata
    }

    /// A caller: the third party, with its certificate.
    pub fn caller(&self) -> Caller {
        self.showing(&self.tpp.transport)
    }

    /// A caller with another certificate.
    pub fn showing(&self, shown: &Identity) -> Caller {
        let http = self
            .listener
            .showing(&shown.certificate_pem, &shown.key_pem);
        Caller::at(&self.home, &self.listener.base, http)
    }

    /// A caller without a certificate.
    pub fn bare(&self) -> Caller {
        Caller::at(&self.home, &self.listener.base, self.listener.bare())
    }

    /// `POST /register`.
    pub async fn register(&self, metadata: &Map<String, Value>) -> Answer {
        self.register_as(&self.caller(), metadata).await
    }

    /// The same by somebody else.
    pub async fn register_as(&self, caller: &Caller, metadata: &Map<String, Value>) -> Answer {
        let request = caller.request(Method::POST, &caller.url("/register"));
        send(request, "application/json", &json!(metadata).to_string()).await
    }

    /// `POST /register` of a JWT that the software signs.
    pub async fn register_signed(&self, metadata: &Map<String, Value>, jti: &str) -> Answer {
        let caller = self.caller();
        let mut claims = metadata.clone();
        let now = now_seconds();
        let envelope = json!({
            "iss": self.tpp.software_id, "aud": self.home.issuer(), "jti": jti,
            "iat": now, "exp": now + 300,
        });
        claims.extend(envelope.as_object().unwrap().clone());
        let jwt = self.tpp.signing.sign("JWT", &claims).unwrap();
        let request = caller.request(Method::POST, &caller.url("/register"));
        send(request, "application/jwt", &jwt).await
    }

    /// `PUT` of whom `registered` is, with a management token.
    pub async fn update(&self, registered: &Answer, metadata: &Map<String, Value>) -> Answer {
        self.update_as(&self.caller(), registered, metadata).await
    }

    /// The same by somebody else.
    pub async fn update_as(
        &self,
        caller: &Caller,
        registered: &Answer,
        metadata: &Map<String, Value>,
    ) -> Answer {
        let mut all = metadata.clone();
        all.insert("client_id".to_owned(), json!(registered.text("client_id")));
        let request = self.managing(Method::PUT, caller, registered);
        send(request, "application/json", &json!(all).to_string()).await
    }

    /// `DELETE`, likewise.
    pub async fn unregister(&self, registered: &Answer) -> Answer {
        let request = self.managing(Method::DELETE, &self.caller(), registered);
        read(request).await.unwrap()
    }

    fn managing(&self, method: Method, caller: &Caller, registered: &Answer) -> RequestBuilder {
        let address = registered.text("registration_client_uri");
        // The same resource, where a certificate can be shown.
        let path = address.strip_prefix(&self.home.url("")).unwrap();
        let token = registered.text("registration_access_token");
        caller
            .request(method, &caller.url(path))
            .header("authorization", format!("Bearer {token}"))
    }

    /// A token for the third party itself.
    pub async fn token(&self, client_id: &str, jti: &str) -> Answer {
        self.token_as(&self.caller(), client_id, jti).await
    }

    /// The same by somebody else who has the third party's signing key.
    pub async fn token_as(&self, caller: &Caller, client_id: &str, jti: &str) -> Answer {
        let fields = [("grant_type", "client_credentials"), ("scope", "accounts")];
        self.post_signed(caller, "/token", client_id, jti, &fields)
            .await
    }

    /// A form of the third party, which its signing key vouches for.
    pub async fn post_signed(
        &self,
        caller: &Caller,
        path: &str,
        client_id: &str,
        jti: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let now = now_seconds();
        let assertion = json!({
            "iss": client_id, "sub": client_id, "aud": self.home.issuer(), "jti": jti,
            "iat": now, "exp": now + 60,
        });
        let assertion = self.tpp.signing.sign("JWT", &assertion).unwrap();
        let mut all = fields.to_vec();
        all.extend([
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", assertion.as_str()),
        ]);
        caller.post(path, None, &all).await.unwrap()
    }
}

async fn send(request: RequestBuilder, kind: &str, body: &str) -> Answer {
    let request = request.header("content-type", kind).body(body.to_owned());
    read(request).await.unwrap()
}
