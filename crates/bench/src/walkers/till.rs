//! CIBA in poll mode: the till asks, a push reaches the customer's phone, the
//! customer allows it there, the till fetches the tokens.
//!
//! At Durward the push is the script's, the phone's browser is signed in (the
//! first flow does that) and approves by page and form. At oidc-provider the
//! push is its `triggerAuthenticationDevice`, and the approval one request,
//! because the page for it is left to whoever embeds it.

use tokio::sync::mpsc::UnboundedReceiver;

use super::{Kind, SCOPE, Site, basic, check_tokens, encode, interaction_of, member};
use crate::{
    browser::Browser,
    failure::{Failure, Result},
    http::Connection,
    load::Walker,
    push::Pushes,
    walkers::shop::{durward_form, durward_login},
};

const GRANT: &str = "urn:openid:params:grant-type:ciba";

/// A till and the phone of one customer.
#[derive(Debug)]
pub struct Till {
    site: Site,
    back: Connection,
    phone: Browser,
    pushes: UnboundedReceiver<String>,
    credentials: String,
    user: String,
    flows: u64,
}

impl Till {
    /// The till where user `number` pays.
    pub fn at(site: Site, number: usize, pushes: &Pushes) -> Self {
        let user = format!("user-{number}");
        // What each server addresses a push to.
        let device = match site.kind {
            Kind::Durward => format!("phone-{number}"),
            Kind::Peer => user.clone(),
        };
        Self {
            site,
            back: Connection::to(site.address),
            phone: Browser::at(site.address),
            pushes: pushes.device(&device),
            credentials: basic("till"),
            user,
            flows: 0,
        }
    }

    async fn approve_at_durward(&mut self, link: &str) -> Result<()> {
        let page = self.phone.open(link).await?.expect(200, "approval link")?;
        let mut id = interaction_of(&page)?;
        let base = "/jans-auth/restv1/interaction";
        if self.flows == 1 {
            let form = durward_login(&id, &self.user);
            let answer = self.phone.press(&format!("{base}/{id}"), &form).await?;
            let page = self
                .phone
                .follow(answer, "login")
                .await?
                .expect(200, "approval page")?;
            id = interaction_of(&page)?;
        }
        let form = durward_form(&id, "allow");
        let answer = self.phone.press(&format!("{base}/{id}"), &form).await?;
        let last = self
            .phone
            .follow(answer, "approval")
            .await?
            .expect(200, "outcome page")?;
        if last.text().contains("pproved") {
            Ok(())
        } else {
            Err(Failure::new("the approval was not taken"))
        }
    }
}

impl Walker for Till {
    async fn walk(&mut self) -> Result<()> {
        self.flows += 1;
        let path = match self.site.kind {
            Kind::Durward => "/jans-auth/restv1/bc-authorize",
            Kind::Peer => "/backchannel",
        };
        let words = format!("till {}", self.flows);
        let form = encode(&[
            ("scope", SCOPE),
            ("login_hint", &self.user),
            ("binding_message", &words),
        ]);
        let answer = self.back.post(path, &self.credentials, &form).await?;
        let auth_req_id = member(&answer.expect(200, "bc-authorize")?, "auth_req_id")?;
        let link = self
            .pushes
            .recv()
            .await
            .ok_or_else(|| Failure::new("no push came"))?;
        match self.site.kind {
            Kind::Durward => self.approve_at_durward(&link).await?,
            Kind::Peer => {
                self.phone.open(&link).await?.expect(200, "approval")?;
            }
        }
        let form = encode(&[("grant_type", GRANT), ("auth_req_id", &auth_req_id)]);
        let answer = self
            .back
            .post(self.site.token_path(), &self.credentials, &form)
            .await?;
        check_tokens(&answer.expect(200, "poll")?)
    }
}
