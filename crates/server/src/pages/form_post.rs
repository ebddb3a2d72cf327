//! The page that carries an authorization response in a form: OAuth 2.0 Form
//! Post Response Mode.

use askama::Template;

use super::html;
use super::parts::Frame;
use super::untrusted::Untrusted;

/// Posts the parameters to the client by itself; without script, by a button.
///
/// Its policy must name the `redirect_uri` as a form target and the nonce.
/// Parameters are escaped but otherwise untouched: they are for the client's
/// server, not for the eye.
#[derive(Debug, Clone, Template)]
#[template(path = "form_post.html")]
pub struct FormPostPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Where the form goes; checked against the registration beforehand.
    pub redirect_uri: String,
    /// Response parameters in order: name, value.
    pub parameters: Vec<(String, String)>,
    /// Fresh for this answer, as in the policy's `script-src`.
    pub nonce: String,
    /// Who receives the response.
    pub client_name: Untrusted,
}

impl FormPostPage {
    /// The page as HTML.
    pub fn render(&self) -> String {
        html(self)
    }
}
