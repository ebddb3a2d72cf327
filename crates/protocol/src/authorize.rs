//! The authorization endpoint: from a request to a page or an answer
//! (RFC 6749 section 4.1, OpenID Connect Core 1.0 section 3.1.2, RFC 9207).
//!
//! `carriage` takes it out of what it came in, `request` parses and checks, `target` says where answers go, `decide` which
//! step is next, `interaction` carries a request across pages, `grant` ends it.
//! CIBA approvals use the same pages and the same interactions.

pub(crate) mod carriage;
pub mod decide;
pub mod decision;
pub mod grant;
pub mod interaction;
pub mod request;
pub mod session_state;
pub mod target;

use durward_model::{
    Client, Consent, Details, Interaction, Scope, SecretHash, Timestamp, User, UserId,
};
use durward_store::{Change, Versioned};

use crate::{
    Parameters, Provider,
    authentication::{self, Authenticated, Browser},
    authorization_details::{
        Asking,
        presentation::{self, Presented},
        vetting,
    },
    ciba::approval::{self, Approval, ApprovalOutcome},
    error::{Code, Error},
};
use decide::Next;
use request::AuthorizeRequest;
use target::Target;

/// What a browser sees next.
#[derive(Debug)]
pub enum Step {
    /// An answer to the client.
    Answer(Answer),
    /// The login page.
    Login(Box<LoginStep>),
    /// The consent page.
    Consent(Box<ConsentStep>),
    /// The CIBA approval page.
    Approval(Box<Approval>),
    /// What became of a CIBA approval.
    Outcome(ApprovalOutcome),
    /// The account page, after its login.
    Account,
}

/// A step, and the cookies that go with it.
#[derive(Debug)]
pub struct Turn {
    /// What to show or where to go.
    pub step: Step,
    /// A new value of the browser cookie.
    pub browser_cookie: Option<String>,
}

/// An authorization response for the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Where it goes, exactly as registered and requested.
    pub redirect_uri: String,
    /// How.
    pub mode: ResponseMode,
    /// Parameters in order, `iss` always among them (RFC 9207).
    pub parameters: Vec<(&'static str, String)>,
}

/// `response_mode` (OAuth 2.0 Multiple Response Types, Form Post).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseMode {
    /// In the query.
    Query,
    /// In the fragment.
    Fragment,
    /// By a form that posts itself.
    FormPost,
}

/// What the login page needs.
#[derive(Debug)]
pub struct LoginStep {
    /// Id of the interaction.
    pub interaction: String,
    /// Who asks, when a client does.
    pub client: Option<Client>,
    /// `login_hint`.
    pub login_hint: Option<String>,
    /// Where the answer will go; none for approvals, which end with us.
    pub redirect_uri: Option<String>,
}

/// What the consent page needs.
#[derive(Debug)]
pub struct ConsentStep {
    /// Id of the interaction.
    pub interaction: String,
    /// Who asks.
    pub client: Client,
    /// Who is asked.
    pub user: User,
    /// For what.
    pub scope: Scope,
    /// For what in detail.
    pub details: Vec<Presented>,
    /// May the user leave out some of the details?
    pub may_leave_out: bool,
    /// Where the answer will go.
    pub redirect_uri: String,
}

/// An error of the authorization endpoint: by redirect when the target is
/// trustworthy, else by page.
#[derive(Debug)]
pub struct AuthorizeError {
    /// What went wrong.
    pub error: Error,
    /// Where to tell, if the client and its `redirect_uri` were found good.
    pub target: Option<Box<Target>>,
}

impl From<Error> for AuthorizeError {
    fn from(error: Error) -> Self {
        Self {
            error,
            target: None,
        }
    }
}

impl From<durward_store::StoreError> for AuthorizeError {
    fn from(error: durward_store::StoreError) -> Self {
        Error::from(error).into()
    }
}

/// Begins an authorization request.
///
/// # Errors
/// By page while client or `redirect_uri` are in doubt, by redirect afterwards.
pub async fn begin(
    provider: &Provider,
    parameters: &Parameters,
    browser: &Browser,
) -> Result<Turn, AuthorizeError> {
    if parameters.find("auth_req_id").is_some() {
        return approval::begin(provider, parameters, browser)
            .await
            .map_err(Into::into);
    }
    let opened = carriage::open(provider, parameters).await?;
    let parameters = &opened.parameters;
    let target = Target::load(provider, parameters).await?;
    let by_redirect = |error: Error| AuthorizeError {
        error,
        target: Some(Box::new(target.clone())),
    };
    opened
        .check(&target.client, &provider.live().configuration)
        .map_err(by_redirect)?;
    let mut request =
        AuthorizeRequest::parse(provider, &target, parameters).map_err(by_redirect)?;
    request.authorization_details = vetted(provider, &request, browser, parameters)
        .await
        .map_err(by_redirect)?;
    step(provider, &request, browser, None, parameters)
        .await
        .map_err(by_redirect)
}

/// Asks the scripts about `authorization_details`: once, when the request comes. Later
/// pages go on with what was found then.
async fn vetted(
    provider: &Provider,
    request: &AuthorizeRequest,
    browser: &Browser,
    parameters: &Parameters,
) -> Result<Details, Error> {
    if request.requested_details.is_empty() {
        return Ok(Details::default());
    }
    let who = authentication::find_session(provider, browser).await?;
    let asking = Asking {
        provider,
        client: &request.target.client,
        user: who.as_ref().map(|who| &who.user),
        parameters,
        visit: &browser.visit(),
        is_authorization: true,
    };
    vetting::vet(&asking, &request.requested_details).await
}

/// What the user allowed this client before; not what an earlier client of the same id was allowed.
pub(crate) async fn consent_of(
    provider: &Provider,
    user_id: &UserId,
    client: &Client,
) -> Result<Option<Versioned<Consent>>, Error> {
    let found = provider
        .store
        .find_consent(user_id, &client.client_id)
        .await?;
    Ok(found.filter(|consent| is_consent_to(consent, client)))
}

/// Was it given to this very client, and does it last?
fn is_consent_to(consent: &Consent, client: &Client) -> bool {
    client.remembers_consents() && client.issued_at <= consent.granted_at
}

/// What nobody need be asked about: what was allowed before, and every scope of a trusted
/// client. Trust is in who asks; an element of `authorization_details` is about what, and
/// is asked about all the same.
fn consented(
    request: &AuthorizeRequest,
    who: Option<&Authenticated>,
    remembered: Option<Versioned<Consent>>,
    now: Timestamp,
) -> Option<Consent> {
    let client = &request.target.client;
    let remembered = remembered.map(|consent| consent.value);
    if !client.is_trusted() {
        return remembered;
    }
    let details = remembered.map(|consent| consent.authorization_details);
    Some(Consent {
        user_id: who?.user.id.clone(),
        client_id: client.client_id.clone(),
        scope: request.scope.clone(),
        authorization_details: details.unwrap_or_default(),
        granted_at: now,
    })
}

/// The next step of a request, new or resumed.
pub(crate) async fn step(
    provider: &Provider,
    request: &AuthorizeRequest,
    browser: &Browser,
    resumed: Option<(&str, &Versioned<Interaction>)>,
    parameters: &Parameters,
) -> Result<Turn, Error> {
    let now = provider.now();
    let authenticated = authentication::find_session(provider, browser).await?;
    let client = &request.target.client;
    let consent = match &authenticated {
        Some(who) => consent_of(provider, &who.user.id, client).await?,
        None => None,
    };
    let consented = consented(request, authenticated.as_ref(), consent, now);
    let proof = resumed.and_then(|(_, interaction)| interaction.authenticated_at);
    let next = decide::next(
        request,
        authenticated.as_ref().map(|who| &who.session),
        consented.as_ref(),
        proof,
        now,
    );
    let next = match (next, request.prompt.none) {
        (Next::Login, true) => return Err(Code::LoginRequired.because("no login without a page")),
        (Next::Consent, true) => {
            return Err(Code::ConsentRequired.because("no consent without a page"));
        }
        (next, _) => next,
    };
    match (next, authenticated) {
        (Next::Grant, Some(who)) => {
            let finished = resumed.map(|(_, interaction)| Change::remove(interaction));
            let before = grant::Consenting::Before;
            let answer = grant::answer_code(provider, request, &who, finished, before).await?;
            Ok(Turn {
                step: Step::Answer(answer),
                browser_cookie: None,
            })
        }
        (Next::Consent, Some(who)) => {
            let carried = (parameters, &request.authorization_details);
            let (id, cookie) = carry_vetted(provider, browser, resumed, carried).await?;
            let consent = consent_step(provider, request, browser, who.user, parameters).await;
            Ok(Turn {
                step: Step::Consent(Box::new(ConsentStep {
                    interaction: id,
                    ..consent
                })),
                browser_cookie: cookie,
            })
        }
        _ => {
            let carried = (parameters, &request.authorization_details);
            let (id, cookie) = carry_vetted(provider, browser, resumed, carried).await?;
            let login = LoginStep {
                interaction: id,
                client: Some(client.clone()),
                login_hint: request.login_hint.clone(),
                redirect_uri: Some(request.target.redirect_uri.clone()),
            };
            Ok(Turn {
                step: Step::Login(Box::new(login)),
                browser_cookie: cookie,
            })
        }
    }
}

/// The consent page, but for its interaction.
async fn consent_step(
    provider: &Provider,
    request: &AuthorizeRequest,
    browser: &Browser,
    user: User,
    parameters: &Parameters,
) -> ConsentStep {
    let client = &request.target.client;
    let asking = Asking {
        provider,
        client,
        user: Some(&user),
        parameters,
        visit: &browser.visit(),
        is_authorization: true,
    };
    let details = presentation::present(&asking, &request.authorization_details).await;
    let configuration = &provider.live().configuration;
    ConsentStep {
        interaction: String::new(),
        client: client.clone(),
        scope: request.scope.clone(),
        details,
        may_leave_out: configuration.consent_may_leave_out_details,
        redirect_uri: request.target.redirect_uri.clone(),
        user,
    }
}

/// The interaction that carries a request to its next page: the one it has, or a new one.
pub(crate) async fn carry(
    provider: &Provider,
    browser: &Browser,
    resumed: Option<(&str, &Versioned<Interaction>)>,
    parameters: &Parameters,
) -> Result<(String, Option<String>), Error> {
    let carried = (parameters, &Details::default());
    carry_vetted(provider, browser, resumed, carried).await
}

/// The same with what scripts found of its `authorization_details`.
async fn carry_vetted(
    provider: &Provider,
    browser: &Browser,
    resumed: Option<(&str, &Versioned<Interaction>)>,
    (parameters, details): (&Parameters, &Details),
) -> Result<(String, Option<String>), Error> {
    if let Some((id, _)) = resumed {
        return Ok((id.to_owned(), None));
    }
    let live = provider.live();
    let now = provider.now();
    let id = provider.new_secret();
    // An empty cookie is none: every browser without one would fit it.
    let known = browser
        .browser_cookie
        .clone()
        .filter(|cookie| !cookie.is_empty());
    let fresh = known.is_none().then(|| provider.new_secret());
    let cookie = fresh.as_ref().or(known.as_ref()).map_or("", String::as_str);
    let lifetime = live
        .configuration
        .session_id_unauthenticated_unused_lifetime;
    let interaction = Interaction {
        id: SecretHash::of(&id),
        browser: SecretHash::of(cookie),
        parameters: parameters.encode(),
        authorization_details: details.clone(),
        authenticated_at: None,
        created_at: now,
        expires_at: now.plus_seconds(lifetime),
    };
    provider
        .store
        .apply(vec![Change::insert(&interaction)])
        .await?;
    Ok((id, fresh))
}
