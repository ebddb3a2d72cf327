//! The user's side: the page that a notification links to, and the answer given there.
//!
//! The link is an authorization request with `auth_req_id`, as Jans's scripts
//! build it. Only the user that the request names can see or answer it.

use durward_model::{CibaRequest, CibaStatus, Client, Interaction, SecretHash, User};
use durward_script::origin;
use durward_store::{Change, StoreError, Versioned};

use crate::{
    Parameters, Provider,
    authentication::{self, Browser},
    authorization_details::{
        Asking,
        presentation::{self, Presented},
    },
    authorize::{LoginStep, Step, Turn, carry, decision::Decision, grant::authentication},
    error::{Code, Error},
};

/// What the approval page shows.
#[derive(Debug)]
pub struct Approval {
    /// Id of the interaction.
    pub interaction: String,
    /// The request.
    pub request: CibaRequest,
    /// Who asks.
    pub client: Client,
    /// Who is asked.
    pub user: User,
    /// For what in detail.
    pub details: Vec<Presented>,
    /// May the user leave out some of the details?
    pub may_leave_out: bool,
}

/// What a user is told in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalOutcome {
    /// The application gets its tokens.
    Approved,
    /// The application gets nothing.
    Denied,
    /// Too late.
    Expired,
    /// Somebody, perhaps in another window, answered before.
    AnsweredBefore,
    /// The request is for another account.
    NotForThisAccount,
    /// No such request.
    Unknown,
}

impl ApprovalOutcome {
    /// Name in the outcome page's address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::AnsweredBefore => "answered_before",
            Self::NotForThisAccount => "not_for_this_account",
            Self::Unknown => "unknown",
        }
    }

    /// The outcome of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [
            Self::Approved,
            Self::Denied,
            Self::Expired,
            Self::AnsweredBefore,
            Self::NotForThisAccount,
            Self::Unknown,
        ]
        .into_iter()
        .find(|outcome| outcome.as_str() == name)
    }
}

/// Begins at the link of a notification.
///
/// # Errors
/// By page: `invalid_request` for a link that is not one of ours.
pub async fn begin(
    provider: &Provider,
    parameters: &Parameters,
    browser: &Browser,
) -> Result<Turn, Error> {
    let live = provider.live();
    let configuration = &live.configuration;
    let fits = |name: &str, expected: &str| {
        expected.is_empty() || parameters.find(name).is_none_or(|value| value == expected)
    };
    if !fits("client_id", &configuration.backchannel_client_id)
        || !fits("redirect_uri", &configuration.backchannel_redirect_uri)
    {
        return Err(Code::InvalidRequest.because("this approval link is not one of ours"));
    }
    step(provider, parameters, browser, None).await
}

/// The next page of an approval, new or resumed.
///
/// # Errors
/// A fault of the store.
pub async fn step(
    provider: &Provider,
    parameters: &Parameters,
    browser: &Browser,
    resumed: Option<(&str, &Versioned<Interaction>)>,
) -> Result<Turn, Error> {
    let request = match find_open(provider, parameters).await? {
        Ok(request) => request,
        Err(outcome) => return Ok(outcome_turn(outcome)),
    };
    let found = provider.store.find_client(&request.client_id).await?;
    let Some(client) = found
        .map(|found| found.value)
        .filter(|client| client.is_live(provider.now()))
    else {
        return Ok(outcome_turn(ApprovalOutcome::Unknown));
    };
    origin::client_is(client.client_id.as_str());
    let authenticated = authentication::find_session(provider, browser).await?;
    match authenticated {
        None => {
            let (id, cookie) = carry(provider, browser, resumed, parameters).await?;
            let login = LoginStep {
                interaction: id,
                client: Some(client),
                login_hint: None,
                redirect_uri: None,
            };
            Ok(Turn {
                step: Step::Login(Box::new(login)),
                browser_cookie: cookie,
            })
        }
        Some(who) if who.user.id != request.user_id => {
            Ok(outcome_turn(ApprovalOutcome::NotForThisAccount))
        }
        Some(who) => {
            let (id, cookie) = carry(provider, browser, resumed, parameters).await?;
            let asking = Asking {
                provider,
                client: &client,
                user: Some(&who.user),
                parameters,
                visit: &browser.visit(),
                is_authorization: false,
            };
            let details = presentation::present(&asking, &request.authorization_details).await;
            let configuration = &provider.live().configuration;
            let approval = Approval {
                interaction: id,
                request: request.value,
                details,
                may_leave_out: configuration.consent_may_leave_out_details,
                client,
                user: who.user,
            };
            Ok(Turn {
                step: Step::Approval(Box::new(approval)),
                browser_cookie: cookie,
            })
        }
    }
}

/// Takes the user's answer, once.
///
/// # Errors
/// `invalid_request` for a yes to a part where that is not offered; a fault of the store.
pub async fn decide(
    provider: &Provider,
    parameters: &Parameters,
    browser: &Browser,
    interaction: &Versioned<Interaction>,
    decision: &Decision,
) -> Result<Turn, Error> {
    let request = match find_open(provider, parameters).await? {
        Ok(request) => request,
        Err(outcome) => return Ok(outcome_turn(outcome)),
    };
    let who = authentication::find_session(provider, browser).await?;
    let Some(who) = who.filter(|who| who.user.id == request.user_id) else {
        return Ok(outcome_turn(ApprovalOutcome::NotForThisAccount));
    };
    let mut answered = request.value.clone();
    let configuration = &provider.live().configuration;
    let left = decision.left_of(&request.authorization_details, configuration)?;
    let (status, outcome) = if decision.is_yes() {
        let status = CibaStatus::Approved {
            authentication: authentication(&who),
        };
        (status, ApprovalOutcome::Approved)
    } else {
        (CibaStatus::Denied, ApprovalOutcome::Denied)
    };
    answered.status = status;
    answered.authorization_details = left;
    // A poll may move the request between our read and our write: then once more.
    let changes = vec![
        Change::replace(&request, &answered),
        Change::remove(interaction),
    ];
    match provider.store.apply(changes).await {
        Ok(()) => Ok(outcome_turn(outcome)),
        Err(StoreError::Conflict { .. }) => {
            answer_again(provider, parameters, interaction, &answered, outcome).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn answer_again(
    provider: &Provider,
    parameters: &Parameters,
    interaction: &Versioned<Interaction>,
    answer: &CibaRequest,
    outcome: ApprovalOutcome,
) -> Result<Turn, Error> {
    for _ in 0..16 {
        let request = match find_open(provider, parameters).await? {
            Ok(request) => request,
            Err(outcome) => return Ok(outcome_turn(outcome)),
        };
        if provider
            .store
            .find_interaction(&interaction.id)
            .await?
            .is_none()
        {
            return Ok(outcome_turn(ApprovalOutcome::AnsweredBefore));
        }
        let mut answered = request.value.clone();
        answered.status = answer.status.clone();
        answered
            .authorization_details
            .clone_from(&answer.authorization_details);
        let changes = vec![
            Change::replace(&request, &answered),
            Change::remove(interaction),
        ];
        match provider.store.apply(changes).await {
            Ok(()) => return Ok(outcome_turn(outcome)),
            Err(StoreError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Fault(
        "a CIBA request kept changing while it was answered".to_owned(),
    ))
}

/// The request, if it can still be answered.
async fn find_open(
    provider: &Provider,
    parameters: &Parameters,
) -> Result<Result<Versioned<CibaRequest>, ApprovalOutcome>, Error> {
    let hash = SecretHash::of(parameters.require("auth_req_id")?);
    let Some(request) = provider.store.find_ciba_request(&hash).await? else {
        return Ok(Err(ApprovalOutcome::Unknown));
    };
    Ok(if request.status != CibaStatus::Pending {
        Err(ApprovalOutcome::AnsweredBefore)
    } else if provider.now() >= request.expires_at {
        Err(ApprovalOutcome::Expired)
    } else {
        Ok(request)
    })
}

fn outcome_turn(outcome: ApprovalOutcome) -> Turn {
    Turn {
        step: Step::Outcome(outcome),
        browser_cookie: None,
    }
}
