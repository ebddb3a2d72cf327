//! Worlds in which versions of scripts are on trial.

use std::sync::Arc;

use durward_model::{CandidateFigures, Script, script_stage::Stage};
use durward_protocol::{
    script_keeping::{Draft, SaveError, Which, properties, staging::Staging},
    script_stages::StageWatch,
};
use durward_script::trial::Trial;

use crate::World;

impl World {
    /// Tries a text beside the script of that name, and loads it.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn stage(
        &self,
        name: &str,
        text: &str,
        staging: Staging,
    ) -> Result<Script, SaveError> {
        let script = self.script(name).await;
        let draft = Draft {
            name: script.name,
            description: script.description,
            script_type: script.script_type,
            programming_language: script.programming_language,
            text: text.to_owned(),
            level: script.level,
            enabled: true,
            module_properties: script.module_properties,
            configuration_properties: properties::masked(&script.configuration_properties),
        };
        let staged = self.keeper().stage(Which::Name(name), draft, staging).await;
        self.loader.refresh().await.unwrap();
        staged
    }

    /// The same as a shadow.
    pub async fn shadow(&self, name: &str, text: &str) {
        let staging = Staging::new(Stage::Shadow);
        self.stage(name, text, staging).await.unwrap();
    }

    /// The same as a canary.
    pub async fn canary(&self, name: &str, text: &str, share_percent: u8) {
        let staging = Staging::new(Stage::Canary { share_percent });
        self.stage(name, text, staging).await.unwrap();
    }

    /// The stored script of that name.
    pub async fn script(&self, name: &str) -> Script {
        let found = self.store.find_script_by_name(name).await.unwrap();
        found.unwrap().value
    }

    /// The trial of the script of that name.
    pub fn trial(&self, name: &str) -> Option<Arc<Trial>> {
        let scripts = self.provider.scripts.all();
        let script = scripts.iter().find(|script| script.info.name == name)?;
        script.candidate().map(|(_, trial)| trial.clone())
    }

    /// What its trial adds up to on this node, once no shadow is under way.
    pub async fn tried(&self, name: &str) -> CandidateFigures {
        let trial = self.trial(name).expect("a trial");
        trial.settle().await;
        trial.since_start()
    }

    /// What looks after its trials.
    pub fn watch(&self) -> StageWatch {
        StageWatch::new(self.provider.clone(), Arc::new(self.engine.clone()))
    }

    /// Looks at trials once, and loads what came of it.
    pub async fn judge_trials(&self) {
        self.watch().look().await.unwrap();
        self.loader.refresh().await.unwrap();
    }
}
