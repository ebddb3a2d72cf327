//! A page that an administrator's script wrote, made fit to be served: each frame
//! that must be there is there exactly once, no other frame is, and our own script
//! runs before any of them.
//!
//! What else the page does is bounded by the policy that it is served under. Not
//! here: that policy, asking the script.

use std::{cell::RefCell, collections::HashSet};

use lol_html::{
    HtmlRewriter, MemorySettings, Settings, doc_comments, element, end, html_content::ContentType,
};

use super::logout::{Telling, TellingFrame, TellingTags};

/// Longest page of a script, bytes.
pub const MAX_BYTES: usize = 256 * 1024;

/// Memory that reading it may take, bytes.
const MAX_READING_BYTES: usize = 4 * 1024 * 1024;

/// A page fit to be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitted {
    /// The page.
    pub html: String,
    /// What was wrong with it, for the administrator.
    pub problems: Vec<String>,
}

/// Makes `html` fit: `frames` must be in it.
///
/// # Errors
/// A sentence for the administrator when it cannot be used at all.
pub fn fit(
    html: &str,
    frames: &[TellingFrame],
    telling: &Telling,
    static_path: &str,
    redirect: &str,
) -> Result<Fitted, String> {
    if html.len() > MAX_BYTES {
        return Err(format!("its page is longer than {MAX_BYTES} bytes"));
    }
    let script = TellingTags::script(static_path, telling, redirect).render();
    let state = RefCell::new(State {
        frames,
        present: HashSet::new(),
        has_script: false,
        problems: Vec::new(),
    });
    let mut output = Vec::with_capacity(html.len() + 1024);
    let memory = MemorySettings::new().with_max_allowed_memory_usage(MAX_READING_BYTES);
    let frames_of_the_page = element!("iframe, frame, object, embed", |tag| {
        let mut state = state.borrow_mut();
        if !state.has_script {
            tag.before(&script, ContentType::Html);
            state.has_script = true;
        }
        match state.find(tag.get_attribute("src").as_deref()) {
            Some(frame) => {
                tag.set_attribute("data-notice", &frame.notice)?;
                tag.set_attribute("sandbox", "allow-scripts allow-same-origin")?;
                tag.set_attribute("referrerpolicy", "no-referrer")?;
            }
            None => tag.remove(),
        }
        Ok(())
    });
    let elsewhere = element!("base, meta[http-equiv]", |tag| {
        tag.remove();
        Ok(())
    });
    let comments = doc_comments!(|comment| {
        comment.remove();
        Ok(())
    });
    let at_the_end = end!(|end| {
        let mut state = state.borrow_mut();
        let missing = state.missing();
        if !state.has_script {
            end.append(&script, ContentType::Html);
        }
        let tags = TellingTags::frames(&missing, telling).render();
        end.append(&tags, ContentType::Html);
        Ok(())
    });
    let settings = Settings::new()
        .append_element_content_handler(frames_of_the_page)
        .append_element_content_handler(elsewhere)
        .append_document_content_handler(comments)
        .append_document_content_handler(at_the_end)
        .with_memory_settings(memory);
    let mut rewriter = HtmlRewriter::new(settings, |chunk: &[u8]| output.extend_from_slice(chunk));
    let unreadable = |error: &dyn std::fmt::Display| format!("its page cannot be read: {error}");
    rewriter
        .write(html.as_bytes())
        .map_err(|error| unreadable(&error))?;
    rewriter.end().map_err(|error| unreadable(&error))?;
    let html = String::from_utf8(output).map_err(|error| unreadable(&error))?;
    let problems = state.into_inner().problems;
    Ok(Fitted { html, problems })
}

struct State<'a> {
    frames: &'a [TellingFrame],
    present: HashSet<&'a str>,
    has_script: bool,
    problems: Vec<String>,
}

impl<'a> State<'a> {
    /// The frame that a tag is, if it is one and the first of its address.
    fn find(&mut self, src: Option<&str>) -> Option<&'a TellingFrame> {
        let address = unescaped(src.unwrap_or_default());
        let frame = self.frames.iter().find(|frame| frame.uri == address);
        match frame {
            Some(frame) if self.present.insert(&frame.uri) => Some(frame),
            Some(_) => {
                self.problems
                    .push(format!("the frame {address} was there twice"));
                None
            }
            None => {
                self.problems.push(format!(
                    "the frame {address} was taken out: it is neither required nor in extraLogoutUris"
                ));
                None
            }
        }
    }

    fn missing(&mut self) -> Vec<TellingFrame> {
        let missing: Vec<TellingFrame> = self
            .frames
            .iter()
            .filter(|frame| !self.present.contains(frame.uri.as_str()))
            .cloned()
            .collect();
        for frame in missing.iter().filter(|frame| frame.required) {
            self.problems
                .push(format!("the frame {} was missing and was added", frame.uri));
        }
        missing
    }
}

/// The spellings of `&` that scripts write. A frame in any other spelling is not
/// recognised, is taken out, and is put in again by us.
fn unescaped(attribute: &str) -> String {
    attribute
        .replace("&#38;", "&")
        .replace("&#x26;", "&")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const A: &str = "https://a.example/out?iss=https%3A%2F%2Fop&sid=1";
    const B: &str = "https://b.example/out";

    fn fitted(html: &str) -> Fitted {
        let frames = [("n-a", A), ("n-b", B)].map(|(notice, uri)| TellingFrame {
            uri: uri.to_owned(),
            notice: notice.to_owned(),
            required: true,
        });
        let telling = Telling {
            report: "/report".to_owned(),
            seconds: 5,
            nonce: "abc".to_owned(),
        };
        fit(html, &frames, &telling, "/static", "https://rp.example/").unwrap()
    }

    /// Each required frame once, after our script.
    fn holds(html: &str) {
        for (notice, uri) in [("n-a", "a.example/out"), ("n-b", "b.example/out")] {
            assert_eq!(
                html.matches(&format!("data-notice=\"{notice}\"")).count(),
                1,
                "{html}"
            );
            assert_eq!(html.matches(uri).count(), 1, "{html}");
        }
        assert_eq!(html.matches("<iframe").count(), 2, "{html}");
        assert_eq!(
            html.matches("<script src=\"/static/logout.js\"").count(),
            1,
            "{html}"
        );
        assert!(html.find("logout.js") < html.find("<iframe"), "{html}");
    }

    #[test]
    fn a_page_without_frames_gets_them() {
        for page in [
            "<p>Bye</p>",
            "<html><body>Bye</body></html>",
            "",
            "<p",
            "<!--",
        ] {
            let fitted = fitted(page);
            holds(&fitted.html);
            assert_eq!(fitted.problems.len(), 2, "{:?}", fitted.problems);
        }
    }

    #[test]
    fn frames_of_the_page_are_kept_once() {
        let escaped = A.replace('&', "&amp;");
        let page = format!(
            "<iframe src='{escaped}'></iframe><iframe src={B}></iframe><iframe src=\"{A}\"></iframe>"
        );
        let fitted = fitted(&page);
        holds(&fitted.html);
        assert_eq!(fitted.problems.len(), 1, "{:?}", fitted.problems);
    }

    #[test]
    fn foreign_frames_bases_and_refreshes_are_taken_out() {
        let page = "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=//evil.example'>\
                    <IFRAME SRC='https://evil.example/beacon'></IFRAME><object data='x'></object><embed src='y'>\
                    <svg><iframe src='https://evil.example/2'></iframe></svg><!-- <iframe> -->";
        let fitted = fitted(page);
        holds(&fitted.html);
        assert!(!fitted.html.contains("evil.example"), "{}", fitted.html);
    }

    #[test]
    fn a_giant_page_is_not_used() {
        let page = "x".repeat(MAX_BYTES + 1);
        let refused = fit(&page, &[], &Telling::default(), "", "").unwrap_err();
        assert!(refused.contains("longer"), "{refused}");
    }
}
