//! The error page: for what cannot be told to the client by redirect.

use askama::Template;

use super::html;
use super::parts::{Frame, Link, MAX_SENTENCE_CHARS, MAX_TOKEN_CHARS};
use super::untrusted::Untrusted;

/// Says what went wrong and what to do next.
#[derive(Debug, Clone, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// A few words.
    pub title: Untrusted,
    /// One plain sentence.
    pub sentence: Untrusted,
    /// The OAuth `error`, for the person's developer.
    pub code: Option<Untrusted>,
    /// What to quote to the operator.
    pub reference_id: Option<Untrusted>,
    /// What to do next; a sentence.
    pub next: Option<Untrusted>,
    /// Where to go from here, if anywhere.
    pub link: Option<Link>,
}

impl ErrorPage {
    /// An error with its headline and sentence.
    pub fn new(frame: Frame, title: &str, sentence: &str) -> Self {
        Self {
            frame,
            title: Untrusted::line(title, MAX_TOKEN_CHARS),
            sentence: Untrusted::line(sentence, MAX_SENTENCE_CHARS),
            code: None,
            reference_id: None,
            next: None,
            link: None,
        }
    }

    /// Shows the OAuth `error` code.
    #[must_use]
    pub fn with_code(mut self, code: &str) -> Self {
        self.code = Some(Untrusted::line(code, MAX_TOKEN_CHARS));
        self
    }

    /// Shows the id under which the fault was logged.
    #[must_use]
    pub fn with_reference_id(mut self, reference_id: &str) -> Self {
        self.reference_id = Some(Untrusted::line(reference_id, MAX_TOKEN_CHARS));
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn with_next(mut self, next: &str) -> Self {
        self.next = Some(Untrusted::line(next, MAX_SENTENCE_CHARS));
        self
    }

    /// The page as HTML.
    pub fn render(&self) -> String {
        html(self)
    }
}
