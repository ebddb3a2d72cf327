//! A page that an administrator's script wrote, made fit to be served: each frame
//! that must be there is there exactly once, and no other is.
//!
//! The script's own frames are taken out wherever they stand, and ours are put in
//! front of everything: no open tag, template or comment of the page can swallow
//! them, and our script runs before them. What else the page does is bounded by
//! the policy that it is served under. Not here: that policy, asking the script.

use std::{cell::RefCell, collections::HashSet};

use lol_html::{HtmlRewriter, MemorySettings, Settings, doctype, element};

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
    let state = RefCell::new(State {
        frames,
        present: HashSet::new(),
        problems: Vec::new(),
    });
    let mut output = Vec::with_capacity(html.len() + 1024);
    let memory = MemorySettings::new().with_max_allowed_memory_usage(MAX_READING_BYTES);
    let frames_of_the_page = element!("iframe, frame, object, embed", |tag| {
        state
            .borrow_mut()
            .note(tag.get_attribute("src").as_deref().unwrap_or_default());
        tag.remove();
        Ok(())
    });
    let elsewhere = element!("base, meta[http-equiv]", |tag| {
        tag.remove();
        Ok(())
    });
    let doctype = doctype!(|doctype| {
        doctype.remove();
        Ok(())
    });
    let settings = Settings::new()
        .append_element_content_handler(frames_of_the_page)
        .append_element_content_handler(elsewhere)
        .append_document_content_handler(doctype)
        .with_memory_settings(memory);
    let mut rewriter = HtmlRewriter::new(settings, |chunk: &[u8]| output.extend_from_slice(chunk));
    let unreadable = |error: &dyn std::fmt::Display| format!("its page cannot be read: {error}");
    rewriter
        .write(html.as_bytes())
        .map_err(|error| unreadable(&error))?;
    rewriter.end().map_err(|error| unreadable(&error))?;
    let rest = String::from_utf8(output).map_err(|error| unreadable(&error))?;
    let tags = TellingTags {
        static_path,
        frames,
        telling,
        redirect,
    };
    Ok(Fitted {
        html: format!("<!doctype html>\n{}\n{rest}", tags.render()),
        problems: state.into_inner().problems(),
    })
}

/// Which frames the page had of its own: told to its author, no more.
struct State<'a> {
    frames: &'a [TellingFrame],
    present: HashSet<&'a str>,
    problems: Vec<String>,
}

impl State<'_> {
    fn note(&mut self, src: &str) {
        let address = unescaped(src);
        match self.frames.iter().find(|frame| frame.uri == address) {
            Some(frame) => {
                self.present.insert(&frame.uri);
            }
            None => self.problems.push(format!(
                "the frame '{address}' was taken out: it is neither required nor in extraLogoutUris"
            )),
        }
    }

    fn problems(mut self) -> Vec<String> {
        let missing = self
            .frames
            .iter()
            .filter(|frame| frame.required && !self.present.contains(frame.uri.as_str()))
            .map(|frame| format!("the frame '{}' was missing and was added", frame.uri));
        self.problems.extend(missing);
        self.problems
    }
}

/// The spellings that scripts write in attributes. A frame in any other spelling is
/// told as missing, and is there all the same.
fn unescaped(attribute: &str) -> String {
    attribute
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
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
            "<iframe src='{escaped}' srcdoc=x loading=lazy></iframe><iframe src={B}></iframe>\
             <template><iframe src=\"{A}\"></iframe></template>"
        );
        let fitted = fitted(&page);
        holds(&fitted.html);
        assert!(!fitted.html.contains("srcdoc"), "{}", fitted.html);
        assert_eq!(fitted.problems, Vec::<String>::new());
    }

    #[test]
    fn foreign_frames_bases_and_refreshes_are_taken_out() {
        let page = "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=//evil.example'>\
                    <IFRAME SRC='https://evil.example/beacon'></IFRAME><object data='x'></object><embed src='y'>\
                    <svg><iframe src='https://evil.example/2'></iframe></svg>";
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
