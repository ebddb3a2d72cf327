//! Scripts whose text is in a file: a change goes through the gate, a broken file changes
//! nothing and is told, nodes with different files do not push each other aside.

use std::sync::Arc;

use durward_model::{Script, ScriptVersion, script::ScriptProperty};
use durward_protocol::{
    Provider,
    script_files::{FileState, ScriptFiles, differing, location, watching::FileWatcher},
    script_keeping::{Draft, SaveError, Which, history},
};
use durward_script::{EngineError, Scripts};
use durward_testkit::{FakeFiles, SeededEntropy, World, ciba::ciba_request, engine::raised, keys};

const PATH: &str = "notify.py";
const NAME: Which<'static> = Which::Name("notify");

/// A world with a script in a file, and who watches it.
struct Stage {
    world: World,
    watcher: FileWatcher,
}

fn draft(text: &str) -> Draft {
    Draft {
        name: "notify".to_owned(),
        script_type: "ciba_end_user_notification".to_owned(),
        text: text.to_owned(),
        level: 1,
        enabled: true,
        ..Draft::default()
    }
}

fn in_file(path: &str) -> Draft {
    Draft {
        module_properties: location::in_file(path).into(),
        ..draft("")
    }
}

async fn world() -> World {
    let world = World::configured(|c| c.backchannel_pending_requests_per_user = 1_000).await;
    for text in ["one", "two", "three", "stored"] {
        world.engine.always(text, true);
    }
    world.engine.always("broken", true);
    world.engine.has_problem("broken", 7, "invalid syntax");
    world.files.write(PATH, "one");
    world
}

/// The watcher of another process, or of this one after a restart.
fn watcher(world: &World) -> FileWatcher {
    FileWatcher::new(world.provider.clone(), Arc::new(world.engine.clone()))
}

impl Stage {
    async fn new() -> Self {
        let world = world().await;
        world.keeper().save(in_file(PATH)).await.unwrap();
        let watcher = watcher(&world);
        let stage = Self { world, watcher };
        stage.ticks(2).await;
        stage
    }

    async fn ticks(&self, count: usize) {
        for _ in 0..count {
            self.watcher.tick().await;
            self.world.loader.refresh().await.unwrap();
        }
    }

    /// Writes the file, and has it looked at until it is settled.
    async fn write(&self, text: &str) {
        self.world.files.write(PATH, text);
        self.ticks(2).await;
    }

    async fn script(&self) -> Script {
        let found = self.world.store.find_script_by_name("notify").await;
        found.unwrap().unwrap().value
    }

    async fn versions(&self) -> Vec<ScriptVersion> {
        let inum = self.script().await.inum;
        history::list(&self.world.provider, &inum).await.unwrap()
    }

    fn state(&self) -> FileState {
        self.world.provider.script_files.states()["notify"]
    }

    /// The text that is asked now.
    async fn serving(&self) -> String {
        self.world.ask(&ciba_request()).await.unwrap();
        let contexts = self.world.engine.contexts();
        contexts.last().unwrap().0.clone()
    }

    fn opened(&self, text: &str) -> usize {
        let opened = durward_testkit::engine::Event::Opened(text.to_owned());
        let events = self.world.engine.events();
        events.iter().filter(|event| **event == opened).count()
    }
}

#[tokio::test]
async fn a_changed_file_becomes_the_next_version_by_the_same_gate() {
    let stage = Stage::new().await;
    assert_eq!(stage.serving().await, "one");
    assert_eq!(stage.state(), FileState::Current);
    stage.world.clock.advance_seconds(60);
    stage.write("two").await;
    assert_eq!(stage.serving().await, "two");
    let script = stage.script().await;
    assert_eq!((script.revision, script.script.as_str()), (2, "two"));
    let versions = stage.versions().await;
    let last = versions.last().unwrap();
    assert_eq!(last.author.as_deref(), Some("file"));
    assert_eq!(last.message.as_deref(), Some("notify.py changed"));
    assert_eq!((last.script.as_str(), &last.hash), ("two", &script.version));
    stage.ticks(5).await;
    assert_eq!(stage.script().await, script, "nothing more to do");
}

#[tokio::test]
async fn what_is_written_in_two_steps_is_tried_once_it_is_whole() {
    let stage = Stage::new().await;
    stage.world.files.write(PATH, "");
    stage.ticks(1).await;
    stage.world.files.write(PATH, "three");
    stage.ticks(1).await;
    stage.world.files.write(PATH, "two");
    stage.ticks(1).await;
    let script = stage.script().await;
    assert_eq!((script.revision, script.error()), (1, None));
    assert_eq!(
        stage.opened("three"),
        0,
        "valid, but half of what was meant"
    );
    stage.ticks(1).await;
    assert_eq!(stage.script().await.script, "two");
    assert_eq!(stage.state(), FileState::Current);
}

#[tokio::test]
async fn a_broken_file_leaves_the_last_good_version_serving_and_says_so() {
    let stage = Stage::new().await;
    stage.write("broken").await;
    assert_eq!(stage.serving().await, "one");
    assert_eq!(stage.state(), FileState::Broken);
    let script = stage.script().await;
    assert_eq!((script.revision, script.script.as_str()), (1, "one"));
    let error = script.error().unwrap();
    assert_eq!(error.line, Some(7));
    assert!(
        error
            .stack_trace
            .starts_with("notify.py:7:1: invalid syntax\n"),
        "{error:?}"
    );
    assert!(error.stack_trace.contains("node-a"), "{error:?}");
    stage.ticks(5).await;
    assert_eq!(stage.script().await, script, "told once");

    // Its calls succeed; the file is broken all the same.
    stage.serving().await;
    assert!(stage.script().await.error().is_some());

    stage
        .world
        .engine
        .cannot_open("init", raised("init said no"));
    stage.write("init").await;
    let error = stage.script().await.error().cloned().unwrap();
    assert_eq!(error.line, Some(3));
    assert!(
        error
            .stack_trace
            .starts_with("notify.py:3: init said no\nTraceback"),
        "{error:?}"
    );

    stage.write("one").await;
    assert_eq!(stage.script().await.error(), None, "good again");
    assert_eq!(stage.state(), FileState::Current);
    assert_eq!(stage.script().await.revision, 1);
    stage.write("broken").await;
    stage.write("two").await;
    assert_eq!(stage.script().await.error(), None, "mended by another text");
    assert_eq!(stage.serving().await, "two");
}

#[tokio::test]
async fn a_deleted_file_leaves_the_last_good_version_serving_and_says_so() {
    let stage = Stage::new().await;
    stage.world.files.remove(PATH);
    stage.ticks(1).await;
    assert_eq!(
        stage.script().await.error(),
        None,
        "perhaps it is being replaced"
    );
    stage.ticks(1).await;
    let error = stage.script().await.error().cloned().unwrap();
    assert!(error.stack_trace.starts_with("notify.py is not there\n"));
    assert_eq!(stage.state(), FileState::Broken);
    assert_eq!(stage.serving().await, "one");
    stage.write("one").await;
    assert_eq!(stage.script().await.error(), None);
    stage.world.files.remove(PATH);
    stage.ticks(2).await;
    stage.write("two").await;
    assert_eq!(stage.serving().await, "two");
}

#[tokio::test]
async fn after_a_restart_with_a_broken_file_the_last_good_version_serves() {
    let stage = Stage::new().await;
    stage.write("broken").await;
    let before = stage.script().await;
    let Stage { world, .. } = stage;
    let stage = Stage {
        watcher: watcher(&world),
        world,
    };
    stage.ticks(3).await;
    assert_eq!(stage.script().await, before);
    assert_eq!(stage.state(), FileState::Broken);
    assert_eq!(stage.serving().await, "one");
}

#[tokio::test]
async fn a_change_while_nobody_watched_is_a_change() {
    let stage = Stage::new().await;
    stage.world.files.write(PATH, "two");
    let Stage { world, .. } = stage;
    let stage = Stage {
        watcher: watcher(&world),
        world,
    };
    stage.ticks(2).await;
    assert_eq!(stage.serving().await, "two");

    // Saved by a command, changed before any look: a change too.
    stage.world.keeper().save(draft("stored")).await.unwrap();
    stage.world.keeper().save(in_file(PATH)).await.unwrap();
    stage.write("three").await;
    assert_eq!(stage.serving().await, "three");
}

#[tokio::test]
async fn a_text_that_a_host_refused_is_tried_again() {
    let stage = Stage::new().await;
    let missing = EngineError::Missing("no JVM".to_owned());
    stage.world.engine.cannot_open("two", missing.clone());
    stage.write("two").await;
    assert_eq!(stage.state(), FileState::Broken);
    stage.world.engine.always("two", true);
    stage.ticks(10).await;
    assert_eq!(stage.state(), FileState::Broken, "not at every look");
    stage.ticks(60).await;
    assert_eq!(stage.serving().await, "two");
    // At once by who starts anew, or with other settings.
    stage.world.engine.cannot_open("three", missing);
    stage.write("three").await;
    stage.world.engine.always("three", true);
    let mut settings = in_file(PATH);
    settings.level = 2;
    stage.world.keeper().save(settings).await.unwrap();
    stage.ticks(2).await;
    assert_eq!(stage.serving().await, "three");
    assert_eq!(stage.script().await.level, 2);
}

#[tokio::test]
async fn the_file_wins_over_a_text_that_is_sent() {
    let stage = Stage::new().await;
    let mut sent = in_file(PATH);
    sent.text = "stored".to_owned();
    sent.description = "with a new description".to_owned();
    let kept = stage.world.keeper().save(sent.clone()).await.unwrap();
    assert_eq!((kept.script.as_str(), kept.revision), ("one", 2));
    assert_eq!(kept.description, "with a new description");
    assert_eq!(stage.opened("stored"), 0);

    // Where the place is new, the file is read, and a bad one refused.
    sent.module_properties = location::in_file("other.py").into();
    let refused = stage.world.keeper().save(sent.clone()).await.unwrap_err();
    assert!(
        matches!(&refused, SaveError::Invalid { field: "locationPath", message }
            if message == "other.py is not there"),
        "{refused:?}"
    );
    stage.world.files.write("other.py", "broken");
    let refused = stage.world.keeper().save(sent.clone()).await.unwrap_err();
    assert!(matches!(refused, SaveError::Problems(_)), "{refused:?}");
    stage.world.files.write("other.py", "two");
    let kept = stage.world.keeper().save(sent).await.unwrap();
    assert_eq!(kept.script, "two");
    stage.ticks(2).await;
    assert_eq!(stage.state(), FileState::Current);

    let kept = stage.world.keeper().save(draft("stored")).await.unwrap();
    assert_eq!(kept.script, "stored", "back in the store");
    stage.world.files.write("other.py", "three");
    stage.ticks(3).await;
    assert_eq!(stage.serving().await, "stored");
    assert!(stage.world.provider.script_files.states().is_empty());
}

#[tokio::test]
async fn a_broken_file_keeps_nobody_from_settings_or_from_turning_the_script_off() {
    let stage = Stage::new().await;
    stage.write("broken").await;
    let keeper = stage.world.keeper();
    let kept = keeper
        .save(Draft {
            level: 9,
            ..in_file(PATH)
        })
        .await
        .unwrap();
    assert_eq!((kept.level, kept.script.as_str()), (9, "one"));
    assert!(kept.error().is_some(), "the file is as broken as before");
    keeper.set_enabled(NAME, false).await.unwrap();
    stage.ticks(2).await;
    assert!(
        stage.world.provider.script_files.states().is_empty(),
        "not followed"
    );

    let refused = keeper.set_enabled(NAME, true).await.unwrap_err();
    assert!(matches!(refused, SaveError::Problems(_)), "{refused:?}");
    stage.world.files.write(PATH, "two");
    let kept = keeper.set_enabled(NAME, true).await.unwrap();
    assert_eq!((kept.script.as_str(), kept.error()), ("two", None));
}

#[tokio::test]
async fn going_back_is_for_texts_in_the_store() {
    let stage = Stage::new().await;
    stage.write("two").await;
    let keeper = stage.world.keeper();
    let refused = keeper.roll_back(NAME, 1).await.unwrap_err();
    assert!(refused.to_string().contains("notify.py"), "{refused}");
    assert_eq!(stage.serving().await, "two");
    keeper.save(draft("stored")).await.unwrap();
    let back = keeper.roll_back(NAME, 1).await.unwrap();
    assert_eq!((back.script.as_str(), back.file()), ("one", None));
    stage.ticks(2).await;
    assert_eq!(stage.serving().await, "one", "the file has 'two'");
}

#[tokio::test]
async fn words_about_the_place_are_checked() {
    let world = world().await;
    let with = |pairs: &[(&str, &str)]| Draft {
        module_properties: pairs
            .iter()
            .map(|(name, value)| ScriptProperty {
                value1: (*name).to_owned(),
                value2: (*value).to_owned(),
                ..ScriptProperty::default()
            })
            .collect(),
        ..draft("one")
    };
    for (pairs, told) in [
        (&[("location_type", "ldap")][..], "deprecated"),
        (&[("location_type", "git")], "'db' or 'file'"),
        (&[("location_type", "file")], "needs the file"),
        (&[("location_path", PATH)], "for location_type 'file' only"),
        (
            &[("location_type", "db"), ("Location_Type", "file")],
            "twice",
        ),
        (
            &[("location_type", "file"), ("location_path", "a\nb")],
            "not a path",
        ),
    ] {
        let refused = world.keeper().save(with(pairs)).await.unwrap_err();
        assert!(refused.to_string().contains(told), "{pairs:?}: {refused}");
    }
    let pairs = [("LOCATION_TYPE", "File"), ("Location_Path", PATH)];
    world.keeper().save(with(&pairs)).await.unwrap();
    let db = with(&[("location_type", "DB"), ("location_path", "")]);
    assert_eq!(world.keeper().save(db).await.unwrap().file(), None);
}

/// Another node over the same store, with files of its own.
struct Node {
    files: FakeFiles,
    provider: Arc<Provider>,
    watcher: FileWatcher,
}

async fn another_node(world: &World) -> Node {
    let files = FakeFiles::default();
    let script_files = ScriptFiles::new(Arc::new(files.clone()), "node-b".to_owned());
    let provider = Provider::load(
        world.store.clone(),
        world.clock.clone(),
        Arc::new(SeededEntropy::new(2)),
        Arc::new(Scripts::new(Arc::new(world.decisions.clone()))),
        Arc::new(keys::sealing()),
    );
    let provider = Arc::new(provider.await.unwrap().with_script_files(script_files));
    let watcher = FileWatcher::new(provider.clone(), Arc::new(world.engine.clone()));
    Node {
        files,
        provider,
        watcher,
    }
}

/// Both look, in turn.
async fn both(stage: &Stage, other: &Node, count: usize) {
    for _ in 0..count {
        stage.ticks(1).await;
        other.watcher.tick().await;
    }
}

#[tokio::test]
async fn nodes_with_different_files_say_so_and_do_not_push_each_other_aside() {
    let stage = Stage::new().await;
    let other = another_node(&stage.world).await;
    let other_state = |other: &Node| other.provider.script_files.states()["notify"];
    other.files.write(PATH, "one");
    both(&stage, &other, 3).await;
    assert_eq!(other_state(&other), FileState::Current);

    // The change comes to one of them first.
    stage.world.files.write(PATH, "two");
    both(&stage, &other, 10).await;
    let script = stage.script().await;
    assert_eq!((script.revision, script.script.as_str()), (2, "two"));
    assert_eq!(other_state(&other), FileState::Differs);
    assert_eq!(stage.state(), FileState::Current);
    let nodes: Vec<&str> = differing(&script).iter().map(|(node, _)| *node).collect();
    assert_eq!(nodes, ["node-b"]);
    assert_eq!(script.error(), None);

    // A node that starts anew with a file that it had before changes nothing.
    let other = Node {
        watcher: FileWatcher::new(other.provider.clone(), Arc::new(stage.world.engine.clone())),
        ..other
    };
    both(&stage, &other, 10).await;
    assert_eq!(stage.script().await.revision, 2);
    assert_eq!(other_state(&other), FileState::Differs);

    other.files.write(PATH, "two");
    both(&stage, &other, 3).await;
    let script = stage.script().await;
    assert_eq!((script.revision, differing(&script).len()), (2, 0));

    // The last change wins, wherever it is made.
    other.files.write(PATH, "three");
    both(&stage, &other, 10).await;
    assert_eq!(stage.script().await.script, "three");
    assert_eq!(stage.state(), FileState::Differs);

    // A file that is away for a while does not come back as a change.
    stage.world.files.remove(PATH);
    both(&stage, &other, 3).await;
    assert_eq!(stage.state(), FileState::Broken);
    stage.world.files.write(PATH, "two");
    both(&stage, &other, 3).await;
    assert_eq!(stage.state(), FileState::Differs);
    assert_eq!(stage.script().await.script, "three");

    // A person decides.
    stage.world.keeper().reload(NAME).await.unwrap();
    both(&stage, &other, 10).await;
    assert_eq!(stage.script().await.script, "two");
    assert_eq!(other_state(&other), FileState::Differs);
}

#[tokio::test]
async fn a_file_that_is_broken_on_one_node_is_told_with_its_name() {
    let stage = Stage::new().await;
    let other = another_node(&stage.world).await;
    other.files.write(PATH, "one");
    both(&stage, &other, 2).await;
    other.files.write(PATH, "broken");
    both(&stage, &other, 3).await;
    let script = stage.script().await;
    assert!(
        script
            .error()
            .unwrap()
            .stack_trace
            .contains("seen on node-b")
    );
    assert_eq!(stage.state(), FileState::Current);
    assert_eq!(stage.serving().await, "one");
}
