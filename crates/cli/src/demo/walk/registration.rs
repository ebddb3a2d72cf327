//! `durward demo walk registration`: a third party registers over mutual TLS at a bank that
//! asks an Open Banking directory, gets a token that is bound to its certificate, updates
//! itself, and is refused once the directory has taken its approval back.

mod bank;

use durward_directory::{Counts, Software};
use durward_jose::digest;
use durward_model::{Clock as _, entropy::new_id};
use reqwest::Method;
use serde_json::{Map, Value, json};

use self::bank::Bank;
use super::report::Report;
use crate::{
    demo::caller::{Answer, Caller, text},
    failure::Failure,
    system::{SystemClock, SystemEntropy},
};

/// Longest access token that is looked into.
const TOKEN_BYTES: usize = 16 * 1024;

/// What the steps share.
pub(super) struct Walk {
    report: Report,
    /// The third party, with its certificate.
    caller: Caller,
    /// Somebody without one.
    bare: Caller,
    /// Somebody with that of other software.
    other: Caller,
    bank: Bank,
    /// The bank's metadata.
    metadata: Value,
}

/// Walks; whether everything held.
///
/// # Errors
/// When the demonstration cannot be set up.
pub(super) async fn run(data: &std::path::Path, json: bool) -> Result<bool, Failure> {
    let bank = Bank::open(data).await?;
    let mut walk = Walk {
        report: Report::new(json),
        caller: bank.caller(Some(&bank.tpp.transport))?,
        bare: bank.caller(None)?,
        other: bank.caller(Some(&bank.certificate_of_others()?))?,
        bank,
        metadata: Value::Null,
    };
    if let Err(failure) = walk.steps().await {
        walk.report
            .check("the walk goes on", false, || failure.message.clone());
    }
    walk.show_script_log().await?;
    let held = walk.report.finish()?;
    walk.bank.close().await;
    Ok(held)
}

impl Walk {
    async fn steps(&mut self) -> Result<(), Failure> {
        self.meet().await?;
        self.knock_without().await?;
        let registered = self.register().await?;
        let token = self.use_it(&registered).await?;
        self.steal(&token).await?;
        let updated = self.update(&registered).await?;
        self.lose_approval(&updated).await?;
        self.forge().await
    }

    async fn meet(&mut self) -> Result<(), Failure> {
        self.report.step("A bank, a directory and a third party");
        let bank = &self.bank;
        let lines = [
            format!("bank        {}", bank.issuer()),
            format!(
                "directory   {}, with an authority of its own",
                bank.directory_host()
            ),
            format!(
                "third party {} of {}, an AISP",
                bank.tpp.software_id, bank.tpp.org_id
            ),
            format!(
                "certificate CN={},OU={},O=OpenBanking,C=GB of the directory's authority",
                bank.tpp.software_id, bank.tpp.org_id
            ),
            format!("            its x5t#S256 is {}", self.thumbprint()),
            "script      catalog/client_registration/open_banking.py".to_owned(),
        ];
        for line in lines {
            self.report.say(&line);
        }
        let url = format!("{}/.well-known/openid-configuration", self.bank.issuer());
        self.metadata = self.caller.get(&url, &[]).await?.json();
        let endpoint = self.endpoint("registration_endpoint");
        let usual = text(&self.metadata, "registration_endpoint").to_owned();
        self.report
            .say(&format!("asks for certificates at {endpoint}"));
        self.report.check(
            "the bank says where to register with a certificate",
            !endpoint.is_empty() && endpoint != usual,
            || self.metadata.to_string(),
        );
        Ok(())
    }

    /// Where an endpoint asks for certificates (RFC 8705, section 5).
    fn endpoint(&self, name: &str) -> String {
        let aliases = self.metadata.get("mtls_endpoint_aliases");
        aliases.map_or("", |aliases| text(aliases, name)).to_owned()
    }

    /// `x5t#S256` of the third party's certificate.
    fn thumbprint(&self) -> String {
        digest::sha256_base64url(&self.bank.tpp.transport.certificate_der)
    }

    async fn knock_without(&mut self) -> Result<(), Failure> {
        self.report
            .step("Somebody who has the statement and not its certificate");
        for (what, caller, status, error) in [
            (
                "without a certificate it is refused by the server",
                self.bare.clone(),
                403,
                "access_denied",
            ),
            (
                "with that of other software, by the script",
                self.other.clone(),
                400,
                "invalid_client_metadata",
            ),
        ] {
            let statement = self.bank.statement(&Map::new())?;
            let metadata = self.client_metadata(&statement);
            let url = self.endpoint("registration_endpoint");
            let request = (Method::POST, url.as_str(), None);
            let answer = self.send(&caller, request, &metadata).await?;
            self.report.answered(what, status, error, &answer);
        }
        self.bank.seen(
            &mut self.report,
            "the directory was not asked for its approval",
            &Counts {
                keys: 1,
                ..Counts::default()
            },
        );
        Ok(())
    }

    async fn register(&mut self) -> Result<Answer, Failure> {
        self.report
            .step("The third party registers with a statement and a certificate of the directory");
        let statement = self.bank.statement(&Map::new())?;
        let answer = self.send_registration(&statement).await?;
        self.report.answered("it is registered", 201, "", &answer);
        let body = answer.json();
        let client_id = self.bank.tpp.software_id.clone();
        self.report.same(
            "under the id of its software",
            &client_id,
            text(&body, "client_id"),
        );
        self.report.same(
            "with the scopes of its role: payments is not among them",
            "openid accounts",
            text(&body, "scope"),
        );
        self.bank.seen(
            &mut self.report,
            "the directory was asked once, and its keys not fetched again",
            &Counts {
                token: 1,
                scim: 1,
                keys: 1,
                software_keys: 0,
            },
        );
        Ok(answer)
    }

    async fn send_registration(&mut self, statement: &str) -> Result<Answer, Failure> {
        let url = self.endpoint("registration_endpoint");
        let metadata = self.client_metadata(statement);
        let caller = self.caller.clone();
        self.send(&caller, (Method::POST, &url, None), &metadata)
            .await
    }

    fn client_metadata(&self, statement: &str) -> Value {
        json!({
            "redirect_uris": self.bank.tpp.redirect_uris,
            "grant_types": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "PS256",
            "tls_client_certificate_bound_access_tokens": true,
            "scope": "openid accounts payments",
            "software_statement": statement,
        })
    }

    /// Sends JSON: method, URL and perhaps a token.
    async fn send(
        &mut self,
        caller: &Caller,
        (method, url, token): (Method, &str, Option<&str>),
        body: &Value,
    ) -> Result<Answer, Failure> {
        let authorization = token.map(|token| format!("Bearer {token}"));
        self.report
            .request(&format!("{method} {url}"), authorization.as_deref(), &[]);
        self.report.hide(text(body, "software_statement"));
        self.report.json(body);
        let headers: Vec<(&str, &str)> = authorization
            .iter()
            .map(|value| ("authorization", value.as_str()))
            .collect();
        let answer = caller.send_json(method, url, &headers, body).await?;
        for name in ["registration_access_token", "client_secret"] {
            self.report.hide(text(&answer.json(), name));
        }
        self.report.answer(&answer);
        Ok(answer)
    }

    /// Gets a token.
    async fn use_it(&mut self, registered: &Answer) -> Result<String, Failure> {
        self.report
            .step("It gets a token, for an assertion that its own key signs");
        let client_id = text(&registered.json(), "client_id").to_owned();
        let assertion = self.assertion(&client_id)?;
        let fields = [
            ("grant_type", "client_credentials"),
            ("scope", "accounts"),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", assertion.as_str()),
        ];
        let url = self.endpoint("token_endpoint");
        self.report.hide(&assertion);
        self.report.request(&format!("POST {url}"), None, &fields);
        let answer = self.caller.post(&url, &[], &fields).await?;
        self.report.answer(&answer);
        self.report.answered("the token is there", 200, "", &answer);
        self.report
            .same("its scope", "accounts", text(&answer.json(), "scope"));
        let fetched = self.bank.counts().software_keys;
        self.report.check(
            "the bank fetched the software's keys from the directory",
            fetched == 1,
            || format!("{fetched} times"),
        );
        let token = text(&answer.json(), "access_token").to_owned();
        let claims = durward_jose::unverified_claims(&token, TOKEN_BYTES);
        let claims = Value::Object(claims.unwrap_or_default());
        self.report.say("it says");
        self.report.json(&claims);
        let bound = claims.pointer("/cnf/x5t#S256").and_then(Value::as_str);
        self.report.same(
            "it is bound to the certificate",
            &self.thumbprint(),
            bound.unwrap_or_default(),
        );
        Ok(token)
    }

    async fn steal(&mut self, token: &str) -> Result<(), Failure> {
        self.report
            .step("The token counts with its certificate only");
        let url = self.endpoint("userinfo_endpoint");
        let authorization = format!("Bearer {token}");
        for (what, caller, status, error) in [
            (
                "with it, all that UserInfo lacks is a scope: the token is nobody's",
                &self.caller,
                403,
                "insufficient_scope",
            ),
            (
                "with that of other software it is no token",
                &self.other,
                401,
                "invalid_token",
            ),
            (
                "nor is it without a certificate",
                &self.bare,
                401,
                "invalid_token",
            ),
        ] {
            self.report
                .request(&format!("GET {url}"), Some(&authorization), &[]);
            let headers = [("authorization", authorization.as_str())];
            let answer = caller.get(&url, &headers).await?;
            self.report.answer(&answer);
            self.report.answered(what, status, error, &answer);
        }
        Ok(())
    }

    fn assertion(&self, client_id: &str) -> Result<String, Failure> {
        let now = SystemClock.now().seconds();
        let claims = json!({
            "iss": client_id,
            "sub": client_id,
            "aud": self.bank.issuer(),
            "jti": new_id(&SystemEntropy),
            "iat": now,
            "exp": now + 60,
        });
        let Software { signing, .. } = &self.bank.tpp;
        signing
            .sign("JWT", &claims)
            .map_err(|error| Failure::new(error.to_string()))
    }

    async fn update(&mut self, registered: &Answer) -> Result<Answer, Failure> {
        self.report
            .step("It updates itself, with a statement that is new");
        let answer = self.send_update(registered).await?;
        self.report.answered("it is updated", 200, "", &answer);
        self.bank.seen(
            &mut self.report,
            "the directory was asked again, with the same token",
            &Counts {
                token: 1,
                scim: 2,
                keys: 1,
                software_keys: 1,
            },
        );
        Ok(answer)
    }

    async fn send_update(&mut self, registered: &Answer) -> Result<Answer, Failure> {
        let body = registered.json();
        let statement = self.bank.statement(&Map::new())?;
        let mut metadata = self.client_metadata(&statement);
        if let Some(members) = metadata.as_object_mut() {
            members.insert("client_id".to_owned(), json!(text(&body, "client_id")));
        }
        let usual = text(&self.metadata, "registration_endpoint");
        let url = text(&body, "registration_client_uri");
        // The same resource, where a certificate can be shown.
        let url = url.replacen(usual, &self.endpoint("registration_endpoint"), 1);
        let token = text(&body, "registration_access_token").to_owned();
        let caller = self.caller.clone();
        self.send(&caller, (Method::PUT, &url, Some(&token)), &metadata)
            .await
    }

    async fn lose_approval(&mut self, registered: &Answer) -> Result<(), Failure> {
        self.report.step("The directory takes its approval back");
        self.bank.deactivate();
        let answer = self.send_update(registered).await?;
        self.report.answered(
            "an update is refused",
            400,
            "unapproved_software_statement",
            &answer,
        );
        let statement = self.bank.statement(&Map::new())?;
        let answer = self.send_registration(&statement).await?;
        self.report.answered(
            "so is another registration",
            400,
            "unapproved_software_statement",
            &answer,
        );
        Ok(())
    }

    async fn forge(&mut self) -> Result<(), Failure> {
        self.report.step("Somebody signs a statement himself");
        let claims = json!({ "iss": self.bank.directory_host(), "iat": SystemClock.now().seconds(),
            "software_id": self.bank.tpp.software_id });
        let signed = self.bank.tpp.signing.sign("JWT", &claims);
        let forged = signed.map_err(|error| Failure::new(error.to_string()))?;
        let answer = self.send_registration(&forged).await?;
        self.report.answered(
            "it is refused before the directory is asked",
            400,
            "invalid_software_statement",
            &answer,
        );
        self.bank.seen(
            &mut self.report,
            "an unknown key was looked for no sooner than a minute after the last look",
            &Counts {
                token: 1,
                scim: 4,
                keys: 1,
                software_keys: 1,
            },
        );
        Ok(())
    }

    async fn show_script_log(&mut self) -> Result<(), Failure> {
        self.report.step("What the script logged");
        let entries = self.bank.script_log().await?;
        let mut failed = Vec::new();
        for entry in &entries {
            self.report
                .say(&format!("{} took {} µs", entry.method, entry.duration_us));
            for line in &entry.lines {
                self.report.say(&format!("    {line}"));
            }
            failed.extend(entry.error.clone());
        }
        self.report.check(
            "none of its calls failed",
            failed.is_empty() && !entries.is_empty(),
            || failed.join("\n"),
        );
        let all: String = entries
            .iter()
            .flat_map(|entry| entry.lines.clone())
            .collect();
        let quiet = !["eyJ", "Bearer", "not-a-secret"]
            .iter()
            .any(|secret| all.contains(secret));
        self.report.check(
            "no token, no password and no statement is in it",
            quiet,
            || all.clone(),
        );
        Ok(())
    }
}
