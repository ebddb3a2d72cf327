//! A page that only says something.

use askama::Template;

use super::html;
use super::parts::{Frame, Link, MAX_SENTENCE_CHARS, MAX_TOKEN_CHARS};
use super::untrusted::Untrusted;

/// A headline, a few sentences and perhaps one link.
#[derive(Debug, Clone, Template)]
#[template(path = "message.html")]
pub struct MessagePage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The headline.
    pub title: Untrusted,
    /// One paragraph each.
    pub sentences: Vec<Untrusted>,
    /// Where to go from here, if anywhere.
    pub link: Option<Link>,
}

impl MessagePage {
    /// A page with one paragraph for each sentence.
    pub fn new(frame: Frame, title: &str, sentences: &[&str]) -> Self {
        Self {
            frame,
            title: Untrusted::line(title, MAX_TOKEN_CHARS),
            sentences: sentences
                .iter()
                .map(|sentence| Untrusted::line(sentence, MAX_SENTENCE_CHARS))
                .collect(),
            link: None,
        }
    }

    /// The page as HTML.
    pub fn render(&self) -> String {
        html(self)
    }
}
