//! The login page: user name and password.

use askama::Template;

use super::html;
use super::parts::{ClientCard, FormTarget, Frame, MAX_ACCOUNT_CHARS, spoken_duration};
use super::untrusted::Untrusted;

/// Why the form is shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginProblem {
    /// Unknown user or wrong password: never said which.
    WrongCredentials,
    /// A field was left empty.
    Incomplete,
    /// Too many attempts; the form works again after this many seconds.
    TooManyAttempts {
        /// Seconds until the next attempt is looked at.
        retry_after_seconds: u64,
    },
    /// The form was too old, or was not ours.
    StaleForm,
}

impl LoginProblem {
    /// The sentence for the person.
    pub fn sentence(self) -> String {
        match self {
            Self::WrongCredentials => {
                "The username or password is not right. Check both and try again.".to_owned()
            }
            Self::Incomplete => "Enter both your username and your password.".to_owned(),
            Self::TooManyAttempts {
                retry_after_seconds,
            } => format!(
                "Too many attempts. Try again in {}.",
                spoken_duration(retry_after_seconds.max(1))
            ),
            Self::StaleForm => "This page was open for too long. Please sign in again.".to_owned(),
        }
    }
}

/// Asks for a user name and a password. Posts `decision=login` with
/// `username` and `password`, or `decision=deny`.
#[derive(Debug, Clone, Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Where the form goes.
    pub form: FormTarget,
    /// Who asks; absent when nobody but ourselves does.
    pub client: Option<ClientCard>,
    /// Prefilled user name.
    pub login_hint: Option<Untrusted>,
    /// Why the form is shown again.
    pub problem: Option<LoginProblem>,
    /// Whether there is something to go back to: shows the cancel button.
    pub can_cancel: bool,
}

impl LoginPage {
    /// A first login for a client's request.
    pub fn new(frame: Frame, form: FormTarget, client: Option<ClientCard>) -> Self {
        let can_cancel = client.is_some();
        Self {
            frame,
            form,
            client,
            login_hint: None,
            problem: None,
            can_cancel,
        }
    }

    /// Prefills the user name. A hint that could not be shown as it is, is
    /// not prefilled at all.
    #[must_use]
    pub fn with_login_hint(mut self, hint: &str) -> Self {
        self.login_hint = Untrusted::unaltered(hint, MAX_ACCOUNT_CHARS);
        self
    }

    /// Shows the form again with the reason.
    #[must_use]
    pub fn with_problem(mut self, problem: LoginProblem) -> Self {
        self.problem = Some(problem);
        self
    }

    /// The page as HTML.
    pub fn render(&self) -> String {
        html(self)
    }
}
