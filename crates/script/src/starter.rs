//! A script to begin with, written from the contract of its type.
//!
//! It passes every check and decides nothing: verdicts are no, texts are empty. Not here: files.

use std::fmt::Write as _;

use crate::contract::{Method, Property, Returns, ScriptType};

/// Package of the contexts in Java.
const CONTEXTS: &str = "io.jans.as.server.service.external.context";

/// A script in Python 3.
pub fn python(script_type: &ScriptType) -> String {
    let (package, interface) = split(script_type.interface);
    let mut text = format!(
        "# durward: python=3\n\"\"\"{}\n\nSettings, configuration properties of the script:\n  \
         example   what it is for\n\"\"\"\n\nfrom {package} import {interface}\n\n\n\
         class {}({interface}):\n",
        wrapped(script_type.about, ""),
        script_type.class_name,
    );
    text.push_str(PYTHON_LIFE);
    for method in script_type.methods {
        let mark = if method.optional { "# " } else { "" };
        let parameters = [&["self"], method.parameters].concat().join(", ");
        let _ = writeln!(text, "\n    # {}", method.about);
        if method.optional {
            text.push_str("    # May be left out.\n");
        }
        if method.parameters == ["context"] && !method.optional {
            write_context(
                &mut text,
                "    # ",
                script_type.context.properties,
                python_name,
            );
        }
        let _ = writeln!(text, "    {mark}def {}({parameters}):", method.name);
        let _ = writeln!(text, "    {mark}    return {}", python_answer(method));
    }
    text
}

const PYTHON_LIFE: &str = r#"    def __init__(self, current_time_millis):
        # Made once per worker: keep here what can be made again.
        self.example = ""

    def init(self, custom_script, configuration_attributes):
        # Anything but True, or an exception: the script does not serve.
        if configuration_attributes.containsKey("example"):
            self.example = configuration_attributes.get("example").getValue2()
        return True

    def destroy(self, configuration_attributes):
        return True

    def getApiVersion(self):
        return 11
"#;

/// A script in Java.
pub fn java(script_type: &ScriptType) -> String {
    let (_, interface) = split(script_type.interface);
    let context = script_type.context.name;
    let mut text = format!(
        "/*\n * {}\n *\n * Settings, configuration properties of the script:\n *   \
         example   what it is for\n */\n\nimport {CONTEXTS}.{context};\n\
         import io.jans.model.SimpleCustomProperty;\n\
         import io.jans.model.custom.script.model.CustomScript;\n\
         import {};\nimport io.jans.service.custom.script.CustomScriptManager;\n\
         import java.util.Map;\nimport org.slf4j.Logger;\nimport org.slf4j.LoggerFactory;\n\n\
         public class {} implements {interface} {{\n",
        wrapped(script_type.about, " * "),
        script_type.interface,
        script_type.class_name,
    );
    text.push_str(JAVA_LIFE);
    for method in script_type.methods {
        write_java_method(&mut text, script_type, method);
    }
    text.push_str("}\n");
    text
}

const JAVA_LIFE: &str = r#"    private static final Logger log = LoggerFactory.getLogger(CustomScriptManager.class);

    private String example = "";

    @Override
    public boolean init(Map<String, SimpleCustomProperty> configurationAttributes) {
        // Anything but true, or an exception: the script does not serve.
        if (configurationAttributes.containsKey("example")) {
            example = configurationAttributes.get("example").getValue2();
        }
        return true;
    }

    @Override
    public boolean init(CustomScript customScript, Map<String, SimpleCustomProperty> configurationAttributes) {
        return init(configurationAttributes);
    }

    @Override
    public boolean destroy(Map<String, SimpleCustomProperty> configurationAttributes) {
        return true;
    }

    @Override
    public int getApiVersion() {
        return 11;
    }
"#;

fn write_java_method(text: &mut String, script_type: &ScriptType, method: &Method) {
    // Jans's interface has none of ours, and wants all of its own.
    let mark = if method.extra { "// " } else { "" };
    let (kind, answer) = match method.returns {
        Returns::Boolean => ("boolean", "false"),
        Returns::Text => ("String", "\"\""),
        Returns::Json | Returns::JsonText => ("Object", "null"),
    };
    let asks = method.parameters == ["context"];
    let parameters: Vec<String> = method
        .parameters
        .iter()
        .map(|name| format!("Object {}", if asks { "asked" } else { name }))
        .collect();
    let _ = writeln!(text, "\n    // {}", method.about);
    if asks && !method.optional {
        write_context(text, "    // ", script_type.context.properties, java_name);
    }
    if !method.extra {
        text.push_str("    @Override\n");
    }
    let _ = writeln!(
        text,
        "    {mark}public {kind} {}({}) {{",
        method.name,
        parameters.join(", ")
    );
    if asks {
        let context = script_type.context.name;
        let _ = writeln!(text, "    {mark}    {context} context = ({context}) asked;");
    }
    let _ = writeln!(text, "    {mark}    return {answer};\n    {mark}}}");
}

/// What a method may look at, a line for each property.
fn write_context(
    text: &mut String,
    comment: &str,
    properties: &[Property],
    name: fn(&Property) -> String,
) {
    for property in properties {
        let _ = writeln!(text, "{comment}  {}: {}", name(property), property.about);
    }
}

fn python_name(property: &Property) -> String {
    format!("context.{}", property.name)
}

fn java_name(property: &Property) -> String {
    format!("context.{}()", property.getter())
}

fn python_answer(method: &Method) -> &'static str {
    match method.returns {
        Returns::Boolean => "False",
        Returns::Text => "\"\"",
        Returns::Json | Returns::JsonText => "None",
    }
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('.').unwrap_or(("", path))
}

/// Text in lines of at most a hundred characters; `margin` begins all but the first.
fn wrapped(text: &str, margin: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        if column + word.len() > 100 {
            out.push('\n');
            out.push_str(margin);
            column = 0;
        } else if column > 0 {
            out.push(' ');
        }
        out.push_str(word);
        column += word.len() + 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types;

    #[test]
    fn a_starter_tells_of_every_method_and_property() {
        for script_type in types::ALL {
            for text in [python(script_type), java(script_type)] {
                for method in script_type.methods {
                    assert!(text.contains(method.name), "{}: {text}", method.name);
                }
                for property in script_type.context.properties {
                    assert!(text.contains(property.about), "{}: {text}", property.name);
                }
                assert!(text.lines().all(|line| line.len() <= 160), "{text}");
            }
        }
    }
}
