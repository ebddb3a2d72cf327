//! The vocabulary in which a script type describes itself.
//!
//! A type's file holds one [`ScriptType`] constant; validation, host contracts,
//! stubs, documentation and completeness tests derive from it. Not here: any
//! particular type (`types/`), any call (`scripts.rs`).

use std::fmt::Write as _;

use crate::program;

/// One kind of interception script.
#[derive(Debug)]
pub struct ScriptType {
    /// Wire name (`scriptType` in the config API), such as `ciba_end_user_notification`.
    pub name: &'static str,
    /// Class that a script must define.
    pub class_name: &'static str,
    /// Interface a script imports, fully qualified.
    pub interface: &'static str,
    /// A paragraph for operators.
    pub about: &'static str,
    /// First argument of every method.
    pub context: &'static Bean,
    /// Methods beyond `init`, `destroy` and `getApiVersion`.
    pub methods: &'static [Method],
    /// How scripts are chosen when several are enabled.
    pub selection: Selection,
    /// What it means when the script fails.
    pub failure: FailureMeaning,
    /// When it is asked, relative to the one `apply` of a request.
    pub phase: Phase,
}

/// A method of a script type.
#[derive(Debug)]
pub struct Method {
    /// Name as scripts define it.
    pub name: &'static str,
    /// Parameters after `self`.
    pub parameters: &'static [&'static str],
    /// What the result is converted to.
    pub returns: Returns,
    /// May a script leave it out?
    pub optional: bool,
    /// Not in Jans: ours alone.
    pub extra: bool,
    /// What it is for, one sentence.
    pub about: &'static str,
}

/// What a method's result is converted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returns {
    /// Python truth of the value; `None` is false.
    Boolean,
    /// Text or `None`.
    Text,
    /// A JSON object or `None`.
    Json,
    /// The same as its text: numbers and the order of members as the script has them.
    JsonText,
}

/// A bean class that contexts are made of.
#[derive(Debug)]
pub struct Bean {
    /// Simple class name.
    pub name: &'static str,
    /// What it is, one sentence.
    pub about: &'static str,
    /// Its properties in order.
    pub properties: &'static [Property],
}

/// A property with a getter.
#[derive(Debug)]
pub struct Property {
    /// camelCase name.
    pub name: &'static str,
    /// Type of the value.
    pub kind: Kind,
    /// Meaning and unit.
    pub about: &'static str,
    /// Not in Jans: ours alone.
    pub extra: bool,
    /// What a script makes of it travels back.
    pub writable: bool,
}

/// Type of a property.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Text or `None`.
    Text,
    /// Whole number or `None`.
    Integer,
    /// Truth value.
    Boolean,
    /// A moment, milliseconds since 1970, or `None`.
    Date,
    /// List of text.
    Texts,
    /// A JSON object or array.
    Json,
    /// A JSON object or array that travels as its text, in both directions: numbers and
    /// the order of members stay as they were written.
    JsonText,
    /// Another bean.
    Bean(&'static Bean),
    /// An object of the host that calls back to the server, by its class path.
    Service(&'static str),
}

/// How scripts are chosen when several of a type are enabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// All, ascending level then inum, until the first that answers false.
    AllInLevelOrder,
    /// Ascending level then inum, until the first whose answer is not blank.
    FirstNonBlank,
    /// The one whose name is the type of what is asked about, to the letter.
    ByName,
    /// Verdicts: as [`Selection::AllInLevelOrder`]. Every other question: the one of the
    /// highest level alone.
    VerdictsOfAllElseHighest,
}

/// What a failing script means for the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureMeaning {
    /// Recorded and counted; configuration decides whether the request is refused.
    NotSent,
    /// The server shows a page of its own.
    OwnPage,
    /// What was asked for is refused; on a page stand the server's own words.
    Refused,
}

/// When a script is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// After the state is durable: renderings and effects.
    AfterApply,
    /// Before anything is written: verdicts.
    BeforeApply,
}

impl ScriptType {
    /// The part of the contract that a host checks and serves.
    pub fn host_contract(&self) -> program::Contract {
        let mut beans = Vec::new();
        collect_beans(self.context, &mut beans);
        program::Contract {
            script_type: self.name.to_owned(),
            class_name: self.class_name.to_owned(),
            methods: self.methods.iter().map(Method::host_method).collect(),
            beans,
            context: self.context.name.to_owned(),
        }
    }

    /// The method of that name.
    pub fn method(&self, name: &str) -> Option<&'static Method> {
        self.methods.iter().find(|method| method.name == name)
    }

    /// Python stubs (`.pyi`) of the interface and of every bean of its context.
    pub fn stubs(&self) -> String {
        let mut text = format!(
            "# Generated from the contract of `{}`; do not edit.\n",
            self.name
        );
        text.push_str("from typing import Any, Mapping, Optional, Sequence\n");
        let mut beans = Vec::new();
        collect_static_beans(self.context, &mut beans);
        for bean in beans.iter().rev() {
            bean.write_stub(&mut text);
        }
        self.write_interface_stub(&mut text);
        text
    }

    fn write_interface_stub(&self, text: &mut String) {
        let base = self.interface.rsplit('.').next().unwrap_or(self.interface);
        let _ = writeln!(text, "\n\nclass {base}:\n    \"\"\"{}\"\"\"", self.about);
        for lifecycle in LIFECYCLE_STUBS {
            let _ = writeln!(text, "    {lifecycle}");
        }
        for method in self.methods {
            let parameters: String = method
                .parameters
                .iter()
                .map(|name| match *name {
                    "context" => format!(", context: {}", self.context.name),
                    other => format!(", {other}: Any"),
                })
                .collect();
            let _ = writeln!(
                text,
                "    def {}(self{parameters}) -> {}: ...  # {}",
                method.name,
                method.returns.stub(),
                method.about
            );
        }
    }
}

const LIFECYCLE_STUBS: &[&str] = &[
    "def __init__(self, currentTimeMillis: int) -> None: ...",
    "def init(self, customScript: Any, configurationAttributes: Mapping[str, Any]) -> bool: ...",
    "def destroy(self, configurationAttributes: Mapping[str, Any]) -> bool: ...",
    "def getApiVersion(self) -> int: ...",
];

impl Method {
    fn host_method(&self) -> program::Method {
        program::Method {
            name: self.name.to_owned(),
            parameters: self
                .parameters
                .iter()
                .map(|&name| name.to_owned())
                .collect(),
            returns: self.returns.wire_name().to_owned(),
            optional: self.optional,
        }
    }
}

impl Returns {
    /// Name on the wire.
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Text => "string",
            Self::Json => "json",
            Self::JsonText => "jsontext",
        }
    }

    fn stub(self) -> &'static str {
        match self {
            Self::Boolean => "bool",
            Self::Text => "Optional[str]",
            Self::Json | Self::JsonText => "Optional[Mapping[str, Any]]",
        }
    }
}

impl Bean {
    fn write_stub(&self, text: &mut String) {
        let _ = writeln!(
            text,
            "\n\nclass {}:\n    \"\"\"{}\"\"\"",
            self.name, self.about
        );
        for property in self.properties {
            let kind = property.kind.stub();
            let (name, getter) = (property.name, property.getter());
            let _ = writeln!(text, "    {name}: {kind}  # {}", property.about);
            let _ = writeln!(text, "    def {getter}(self) -> {kind}: ...");
        }
    }
}

impl Property {
    /// The getter's name: `getScope`.
    pub fn getter(&self) -> String {
        let mut letters = self.name.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        let prefix = if matches!(self.kind, Kind::Boolean) {
            "is"
        } else {
            "get"
        };
        prefix.chars().chain(first).chain(letters).collect()
    }
}

impl Kind {
    fn wire_name(self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Integer => "integer".to_owned(),
            Self::Boolean => "boolean".to_owned(),
            Self::Date => "date".to_owned(),
            Self::Texts => "texts".to_owned(),
            Self::Json => "json".to_owned(),
            Self::JsonText => "jsontext".to_owned(),
            Self::Bean(bean) => format!("bean:{}", bean.name),
            Self::Service(path) => format!("service:{path}"),
        }
    }

    fn stub(self) -> String {
        match self {
            Self::Text => "Optional[str]".to_owned(),
            Self::Integer => "Optional[int]".to_owned(),
            Self::Boolean => "bool".to_owned(),
            Self::Texts => "Sequence[str]".to_owned(),
            Self::Date | Self::Json | Self::JsonText => "Any".to_owned(),
            Self::Bean(bean) => bean.name.to_owned(),
            Self::Service(path) => path.rsplit('.').next().unwrap_or(path).to_owned(),
        }
    }
}

fn collect_beans(bean: &'static Bean, into: &mut Vec<program::Bean>) {
    let mut found = Vec::new();
    collect_static_beans(bean, &mut found);
    into.extend(found.into_iter().map(|bean| {
        program::Bean {
            name: bean.name.to_owned(),
            properties: bean
                .properties
                .iter()
                .map(|property| program::Property {
                    name: property.name.to_owned(),
                    kind: property.kind.wire_name(),
                    writable: property.writable,
                })
                .collect(),
        }
    }));
}

fn collect_static_beans(bean: &'static Bean, into: &mut Vec<&'static Bean>) {
    if into.iter().any(|known| known.name == bean.name) {
        return;
    }
    into.push(bean);
    for property in bean.properties {
        if let Kind::Bean(inner) = property.kind {
            collect_static_beans(inner, into);
        }
    }
}
