//! The notification script of the demonstration: ours, or a file of yours.

use std::path::Path;

use durward_model::script::ScriptProperty;
use durward_protocol::script_keeping::{Draft, SaveError};
use durward_script::{EngineError, types::ciba_end_user_notification::CONTRACT};

use crate::{command, failure::Failure, input, node::Node, system::operator};

/// Name in the store.
pub const NAME: &str = "demo_notification";

/// Our own sample.
const OURS: &str = include_str!("../../../../catalog/ciba_end_user_notification/firebase.py");

/// The same in Python 2.
const OURS_JYTHON: &str =
    include_str!("../../../../catalog/ciba_end_user_notification/firebase_jython.py");

/// A script's text and where it is from.
#[derive(Debug, Clone)]
pub struct NotificationScript {
    /// For people.
    pub origin: String,
    /// The text.
    pub text: String,
}

impl NotificationScript {
    /// Our own sample.
    pub fn ours() -> Self {
        Self {
            origin: "catalog/ciba_end_user_notification/firebase.py".to_owned(),
            text: OURS.to_owned(),
        }
    }

    /// A file's.
    ///
    /// # Errors
    /// A file that is not there, or not UTF-8.
    pub fn read(file: &Path) -> Result<Self, Failure> {
        Ok(Self {
            origin: file.display().to_string(),
            text: input::text_of(file)?,
        })
    }

    /// Is it one of our samples, which show the words to compare?
    pub fn shows_words(&self) -> bool {
        self.text == OURS || self.text == OURS_JYTHON
    }

    /// Checks it, tries its `init`, and lets it serve. Nothing happens when it
    /// does already.
    ///
    /// # Errors
    /// Every problem of the text, with its line.
    pub async fn put(&self, node: &Node) -> Result<(), Failure> {
        let before = node.provider.store.find_script_by_name(NAME).await?;
        if before.is_some_and(|before| before.enabled && before.script == self.text) {
            return Ok(());
        }
        let engine = node.engine()?;
        let draft = Draft {
            name: NAME.to_owned(),
            description: format!("Demonstration: {}", self.origin),
            script_type: CONTRACT.name.to_owned(),
            programming_language: String::new(),
            text: self.text.clone(),
            level: 1,
            enabled: true,
            module_properties: vec![ScriptProperty {
                value1: "python".to_owned(),
                value2: "auto".to_owned(),
                ..ScriptProperty::default()
            }],
            configuration_properties: Vec::new(),
        };
        let author = operator();
        let keeper = command::script::keeper(node, &engine, &author, None);
        match keeper.save(draft).await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.failure(error)),
        }
    }

    fn failure(&self, error: SaveError) -> Failure {
        match error {
            SaveError::Problems(problems) => {
                Failure::new(command::script::problem_lines(&self.origin, &problems))
                    .hint("mend the lines above")
            }
            SaveError::Engine(error @ EngineError::Script(_)) => Failure::new(error.in_full())
                .hint(format!("init of {} did not succeed", self.origin)),
            other => other.into(),
        }
    }
}
