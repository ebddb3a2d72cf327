//! Reading our own pages as a browser would: forms, hidden fields, headlines.
//! Not an HTML parser: enough for pages whose templates are ours.

/// A form of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// Its hidden fields.
    pub hidden: Vec<(String, String)>,
}

/// The form that has a button of this name and value.
pub fn find_form(html: &str, button: (&str, &str)) -> Option<Form> {
    html.split("<form").skip(1).find_map(|rest| {
        let form = rest.split("</form>").next()?;
        let has_button = tags(form, "button").any(|tag| {
            attribute(tag, "name").as_deref() == Some(button.0)
                && attribute(tag, "value").as_deref() == Some(button.1)
        });
        let action = attribute(form.split('>').next()?, "action")?;
        let hidden = tags(form, "input")
            .filter(|tag| attribute(tag, "type").as_deref() == Some("hidden"))
            .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)))
            .collect();
        has_button.then_some(Form { action, hidden })
    })
}

/// Does the page have a field of this name to be filled in?
pub fn has_field(html: &str, name: &str) -> bool {
    tags(html, "input").any(|tag| attribute(tag, "name").as_deref() == Some(name))
}

/// The text of the first element of this class.
pub fn text_of_class(html: &str, class: &str) -> Option<String> {
    let start = html.find(&format!("class=\"{class}\""))?;
    inner_text(html.get(start..)?)
}

/// The text of the page's headline.
pub fn headline(html: &str) -> Option<String> {
    inner_text(html.get(html.find("<h1")?..)?)
}

fn tags<'a>(html: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let opening = html
        .split('<')
        .filter_map(move |part| part.strip_prefix(name));
    opening
        .filter_map(|rest| rest.split('>').next())
        .filter(|tag| tag.starts_with([' ', '\n']))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = tag.get(start..)?.split('"').next()?;
    Some(unescaped(value))
}

/// Text between the end of this tag and the next one.
fn inner_text(from_tag: &str) -> Option<String> {
    let (_, rest) = from_tag.split_once('>')?;
    Some(unescaped(rest.split('<').next()?.trim()))
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let entity = after
            .split_once(';')
            .and_then(|(name, rest)| Some((named(name)?, rest)));
        if let Some((character, after)) = entity {
            plain.push(character);
            rest = after;
        } else {
            plain.push('&');
            rest = after;
        }
    }
    plain.push_str(rest);
    plain
}

fn named(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const PAGE: &str = r#"<h1>Is this you? <span>x</span></h1>
        <p class="binding-message" dir="auto">red &#38; blue &lt;7&gt;</p>
        <form method="post" action="/first"><input name="q"><button name="decision" value="deny">No</button></form>
        <form class="a" method="post" action="/in/1?a=1&amp;b=2">
        <input type="hidden" name="csrf_token" value="a&quot;b">
        <input id="username" name="username" type="text">
        <button class="b" type="submit" name="decision" value="login">Sign in</button></form>"#;

    #[test]
    fn the_form_with_the_button_is_found() {
        let form = find_form(PAGE, ("decision", "login")).unwrap();
        assert_eq!(form.action, "/in/1?a=1&b=2");
        assert_eq!(form.hidden, [("csrf_token".to_owned(), "a\"b".to_owned())]);
        assert_eq!(
            find_form(PAGE, ("decision", "deny")).unwrap().action,
            "/first"
        );
        assert_eq!(find_form(PAGE, ("decision", "allow")), None);
    }

    #[test]
    fn texts_are_read_as_people_see_them() {
        assert_eq!(headline(PAGE).unwrap(), "Is this you?");
        assert_eq!(
            text_of_class(PAGE, "binding-message").unwrap(),
            "red & blue <7>"
        );
        assert!(has_field(PAGE, "username") && !has_field(PAGE, "password"));
    }
}
