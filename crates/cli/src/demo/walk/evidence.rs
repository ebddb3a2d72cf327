//! The tokens: fetched, looked into, used, and worthless after misuse.

use durward_jose::Verified;
use durward_model::Clock as _;
use serde_json::Value;

use super::{Walk, login::Request};
use crate::{
    demo::{
        caller::{Answer, text},
        setup::{ALICE, SCOPE},
        tokens::{self, Expected},
    },
    failure::Failure,
    system::SystemClock,
};

/// Longest time between alice's login and this check, seconds.
const LOGIN_SECONDS: i64 = 120;

/// What the client received.
#[allow(clippy::struct_field_names)] // the specification's words
pub struct Tokens {
    access_token: String,
    refresh_token: String,
    id_token: String,
}

impl Tokens {
    fn of(body: &Value) -> Self {
        let token = |name| text(body, name).to_owned();
        Self {
            access_token: token("access_token"),
            refresh_token: token("refresh_token"),
            id_token: token("id_token"),
        }
    }
}

impl Walk {
    /// The poll that brings the tokens.
    pub(super) async fn redeem(&mut self, request: &Request) -> Result<Tokens, Failure> {
        self.report.step("The client polls and gets its tokens");
        let answer = self.poll_in_time(request).await?;
        self.report
            .answered("the tokens are there", 200, "", &answer);
        self.no_store(&answer);
        let body = answer.json();
        self.report
            .same("token_type", "Bearer", text(&body, "token_type"));
        self.report.same("scope", SCOPE, text(&body, "scope"));
        let tokens = Tokens::of(&body);
        let all = [
            &tokens.access_token,
            &tokens.refresh_token,
            &tokens.id_token,
        ];
        if all.iter().any(|token| token.is_empty()) {
            return Err(Failure::new("a token is missing"));
        }
        Ok(tokens)
    }

    /// Signatures and claims.
    pub(super) async fn look_into(&mut self, tokens: &Tokens) -> Result<(), Failure> {
        self.report.step("The ID token, decoded and checked");
        let subject = self.subject().await?;
        let checked = tokens::check_signature(&tokens.id_token, &self.jwks, "JWT");
        self.report
            .sound("it is signed with one of the server's keys", &checked);
        if let Ok(id_token) = checked {
            self.look_into_id_token(&id_token, tokens, &subject);
        }
        self.report
            .step("The access token, decoded and checked (RFC 9068)");
        let checked = tokens::check_signature(&tokens.access_token, &self.jwks, "at+jwt");
        self.report
            .sound("it is signed with one of the server's keys", &checked);
        if let Ok(access_token) = checked {
            let claims = Value::Object(access_token.claims);
            self.report.json(&claims);
            self.report
                .same("it is about alice", &subject, text(&claims, "sub"));
            let client_id = self.prepared.kept.client_id.clone();
            self.report.same(
                "it was issued to the shop",
                &client_id,
                text(&claims, "client_id"),
            );
            self.report.same("scope", SCOPE, text(&claims, "scope"));
        }
        Ok(())
    }

    fn look_into_id_token(&mut self, id_token: &Verified, tokens: &Tokens, subject: &str) {
        let now = SystemClock.now().seconds();
        let (issuer, client_id) = (self.issuer.clone(), self.prepared.kept.client_id.clone());
        let expected = Expected {
            issuer: &issuer,
            client_id: &client_id,
            now_seconds: u64::try_from(now).unwrap_or_default(),
        };
        let algorithm = id_token.header.alg.name();
        let typ = id_token.header.typ.clone().unwrap_or_default();
        let claims = Value::Object(id_token.claims.clone());
        self.report
            .say(&format!("header: alg {algorithm}, typ {typ}; claims:"));
        self.report.json(&claims);
        let checked = tokens::check_claims(&id_token.claims, &expected);
        self.report
            .sound("issuer, audience and times are right", &checked);
        self.report
            .same("it is about alice", subject, text(&claims, "sub"));
        let auth_time = claims
            .get("auth_time")
            .and_then(Value::as_i64)
            .unwrap_or_default();
        let recent = (now - LOGIN_SECONDS..=now).contains(&auth_time);
        self.report
            .check("auth_time is when she signed in", recent, || {
                format!("{auth_time}, now {now}")
            });
        let belongs = tokens::matches_access_token(id_token, &tokens.access_token);
        self.report
            .check("at_hash belongs to the access token", belongs, || {
                claims.to_string()
            });
    }

    async fn subject(&self) -> Result<String, Failure> {
        let store = &self.prepared.node.provider.store;
        let found = store.find_user_by_username(ALICE.username).await?;
        let alice = found.ok_or_else(|| Failure::new("alice is not there"))?;
        Ok(alice.id.as_str().to_owned())
    }

    /// UserInfo, introspection, refresh.
    pub(super) async fn use_tokens(&mut self, tokens: &Tokens) -> Result<(), Failure> {
        self.report.step("UserInfo tells who signed in");
        let answer = self.userinfo(&tokens.access_token).await?;
        self.report
            .answered("the access token opens it", 200, "", &answer);
        let claims = answer.json();
        let subject = self.subject().await?;
        self.report.same(
            "sub is that of the ID token",
            &subject,
            text(&claims, "sub"),
        );
        self.report.same("name", ALICE.name, text(&claims, "name"));
        self.report
            .same("email", ALICE.email, text(&claims, "email"));

        self.report
            .step("Introspection says what the token is worth");
        let body = self.introspect(&tokens.access_token).await?;
        self.report.same("it is active", "true", &is_active(&body));
        self.report.same("sub", &subject, text(&body, "sub"));
        self.report.same("scope", SCOPE, text(&body, "scope"));

        self.report
            .step("The refresh token brings new tokens and is itself replaced");
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", tokens.refresh_token.as_str()),
        ];
        let answer = self.client_post("token_endpoint", &fields).await?;
        self.report
            .answered("new tokens are there", 200, "", &answer);
        let next = Tokens::of(&answer.json());
        let renewed = !next.access_token.is_empty() && next.access_token != tokens.access_token;
        self.report
            .check("the access token is another one", renewed, || {
                answer.body.clone()
            });
        let rotated = !next.refresh_token.is_empty() && next.refresh_token != tokens.refresh_token;
        self.report
            .check("so is the refresh token", rotated, || answer.body.clone());
        Ok(())
    }

    async fn userinfo(&mut self, access_token: &str) -> Result<Answer, Failure> {
        let url = self.endpoint("userinfo_endpoint")?;
        let authorization = format!("Bearer {access_token}");
        self.report
            .request(&format!("GET {url}"), Some(&authorization), &[]);
        let answer = self.get(&url, &[("authorization", &authorization)]).await?;
        self.report.answer(&answer);
        Ok(answer)
    }

    async fn introspect(&mut self, token: &str) -> Result<Value, Failure> {
        let answer = self
            .client_post("introspection_endpoint", &[("token", token)])
            .await?;
        Ok(answer.json())
    }

    /// An `auth_req_id` is good once; trying again means that it leaked.
    pub(super) async fn redeem_again(
        &mut self,
        request: &Request,
        tokens: &Tokens,
    ) -> Result<(), Failure> {
        self.report.step("Somebody redeems the auth_req_id again");
        let answer = self.poll(request).await?;
        self.report
            .answered("it is refused", 400, "invalid_grant", &answer);
        let body = self.introspect(&tokens.access_token).await?;
        let active = is_active(&body);
        self.report.same(
            "and what was issued for it is worth nothing now",
            "false",
            &active,
        );
        let answer = self.userinfo(&tokens.access_token).await?;
        self.report
            .answered("UserInfo is closed", 401, "invalid_token", &answer);
        Ok(())
    }
}

/// `active` of an introspection's answer, as text.
fn is_active(body: &Value) -> String {
    body.get("active").map(Value::to_string).unwrap_or_default()
}
