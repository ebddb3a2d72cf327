//! The history of scripts: a version for each save that changed something, diffs in which
//! nothing hidden is shown, and the way back through the same gate.

use durward_model::{Script, ScriptFigures, ScriptVersion, script::ScriptProperty};
use durward_protocol::{
    configuration::MASK,
    script_keeping::{
        Draft, Keeper, SaveError, Which,
        history::{self, diff},
    },
};
use durward_store::{
    Change, Kind, Write,
    change::{Content, Expected},
    entity::Link,
    script_version_key,
};
use durward_testkit::{World, engine::raised};

const NAME: Which<'static> = Which::Name("notify");

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

fn property(value1: &str, value2: &str, hide: bool) -> ScriptProperty {
    ScriptProperty {
        value1: value1.to_owned(),
        value2: value2.to_owned(),
        hide,
        description: String::new(),
    }
}

fn with_properties(text: &str, properties: &[(&str, &str, bool)]) -> Draft {
    Draft {
        configuration_properties: properties
            .iter()
            .map(|(name, value, hide)| property(name, value, *hide))
            .collect(),
        ..draft(text)
    }
}

async fn world() -> World {
    let world = World::new().await;
    for text in ["one\n", "two\n", "three\n"] {
        world.engine.always(text, true);
    }
    world
}

async fn stored(world: &World) -> Script {
    let found = world.store.find_script_by_name("notify").await.unwrap();
    found.unwrap().value
}

async fn versions(world: &World) -> Vec<ScriptVersion> {
    let script = stored(world).await;
    history::list(&world.provider, &script.inum).await.unwrap()
}

async fn revisions(world: &World) -> Vec<i64> {
    let all = versions(world).await;
    all.iter().map(|version| version.revision).collect()
}

#[tokio::test]
async fn each_save_leaves_a_version_that_says_who_and_why() {
    let world = world().await;
    let keeper = Keeper {
        author: "os:alice",
        message: Some("first"),
        ..world.keeper()
    };
    let first = keeper.save(draft("one\n")).await.unwrap();
    world.clock.advance_seconds(60);
    let second = world.keeper().save(draft("two\n")).await.unwrap();
    let kept = versions(&world).await;
    assert_eq!(kept.len(), 2);
    assert_eq!(kept[0].author.as_deref(), Some("os:alice"));
    assert_eq!(kept[0].message.as_deref(), Some("first"));
    assert_eq!(
        (kept[0].revision, &kept[0].hash, &*kept[0].script),
        (1, &first.version, "one\n")
    );
    assert_eq!(kept[1].author.as_deref(), Some("os:tester"));
    assert_eq!(kept[1].message, None);
    assert_eq!((kept[1].revision, &kept[1].hash), (2, &second.version));
    assert_eq!(kept[1].at.seconds() - kept[0].at.seconds(), 60);
}

#[tokio::test]
async fn a_save_that_changes_nothing_or_fails_leaves_none() {
    let world = world().await;
    let hidden = [("key", "s3cret", true)];
    let first = world
        .keeper()
        .save(with_properties("one\n", &hidden))
        .await
        .unwrap();
    world.clock.advance_seconds(60);
    let again = world
        .keeper()
        .save(with_properties("one\n", &hidden))
        .await
        .unwrap();
    assert_eq!(again, first, "sealing anew is no change");
    let enabled = world.keeper().set_enabled(NAME, true).await.unwrap();
    assert_eq!(enabled, first);
    world.engine.cannot_open("two\n", raised("no"));
    world.keeper().save(draft("two\n")).await.unwrap_err();
    assert_eq!(revisions(&world).await, [1]);
    world.keeper().set_enabled(NAME, false).await.unwrap();
    world.keeper().reload(NAME).await.unwrap();
    assert_eq!(revisions(&world).await, [1, 2, 3]);
}

#[tokio::test]
async fn so_many_versions_are_kept_as_is_configured() {
    let world = world().await;
    world.reconfigure(|c| c.script_versions_kept = 3).await;
    for turn in 0..5 {
        let text = ["one\n", "two\n"][turn % 2];
        world.keeper().save(draft(text)).await.unwrap();
    }
    assert_eq!(revisions(&world).await, [3, 4, 5]);
    world.reconfigure(|c| c.script_versions_kept = 1).await;
    world.keeper().save(draft("two\n")).await.unwrap();
    assert_eq!(revisions(&world).await, [6]);
    world.keeper().delete(NAME).await.unwrap();
    assert_eq!(world.count(Kind::ScriptVersion).await, 0);
    assert_eq!(world.count(Kind::Script).await, 0);
}

#[tokio::test]
async fn with_a_script_goes_what_its_calls_added_up_to() {
    let world = world().await;
    let script = world.keeper().save(draft("one\n")).await.unwrap();
    let figures = ScriptFigures::new(script.inum);
    let change = Change::insert(&figures);
    world.store.apply(vec![change]).await.unwrap();
    world.keeper().delete(NAME).await.unwrap();
    assert_eq!(world.count(Kind::ScriptFigures).await, 0);
}

#[tokio::test]
async fn what_does_not_pass_may_be_shelved_for_somebody_to_mend() {
    let world = world().await;
    let bad = with_properties("one\n", &[("key", "s3cret", true)]);
    world.engine.has_problem("one\n", 1, "no such import");
    let shelved = world.keeper().shelve(bad).await.unwrap();
    assert!(!shelved.enabled, "whatever the draft says");
    assert_ne!(shelved.configuration_properties[0].value2, "s3cret");
    assert_eq!(revisions(&world).await, [1]);
    let refused = world.keeper().set_enabled(NAME, true).await;
    assert!(matches!(refused, Err(SaveError::Problems(_))));
    let taken = world.keeper().shelve(draft("two\n")).await;
    assert!(matches!(taken, Err(SaveError::Conflict(text)) if text.contains("stays as it is")));
    assert_eq!(stored(&world).await, shelved);
    let mended = world.keeper().save(draft("two\n")).await.unwrap();
    assert_eq!((mended.enabled, mended.revision), (true, 2));
    assert_eq!(mended.inum, shelved.inum);
}

#[tokio::test]
async fn a_script_from_before_versions_were_kept_can_be_gone_back_to() {
    let world = world().await;
    world.keeper().save(draft("one\n")).await.unwrap();
    let old = versions(&world).await.remove(0);
    let key = durward_store::Entity::key(&old);
    let forget = Change::delete::<ScriptVersion>(&key);
    world.store.apply(vec![forget]).await.unwrap();
    let missing = world.keeper().roll_back(NAME, 1).await;
    assert!(matches!(missing, Err(SaveError::Missing(text)) if text.contains("no version")));

    world.keeper().save(draft("two\n")).await.unwrap();
    let kept = versions(&world).await;
    assert_eq!((kept[0].revision, &kept[0].author), (1, &None));
    world.keeper().roll_back(NAME, 1).await.unwrap();
    assert_eq!(stored(&world).await.script, "one\n");
}

#[tokio::test]
async fn rolling_back_makes_the_same_content_the_next_version() {
    let world = world().await;
    let first = with_properties("one\n", &[("url", "a", false), ("key", "s3cret", true)]);
    let first = world.keeper().save(first).await.unwrap();
    world.keeper().save(draft("two\n")).await.unwrap();
    let back = Keeper {
        message: Some("two breaks logins"),
        ..world.keeper()
    };
    let back = back.roll_back(NAME, 1).await.unwrap();
    assert_eq!(back.revision, 3);
    assert_eq!(back.version, first.version, "the hash is of the content");
    world.loader.refresh().await.unwrap();
    let pairs = [("url", "a"), ("key", "s3cret")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(world.engine.attributes("one\n"), pairs);
    let last = versions(&world).await.pop().unwrap();
    assert_eq!(last.rolled_back_to, Some(1));
    assert_eq!(last.message.as_deref(), Some("two breaks logins"));
    let missing = world.keeper().roll_back(NAME, 9).await;
    assert!(matches!(missing, Err(SaveError::Missing(text)) if text.contains("1 to 3")));
}

#[tokio::test]
async fn the_way_back_leads_through_the_same_gate() {
    let world = world().await;
    world.keeper().save(draft("one\n")).await.unwrap();
    world.keeper().save(draft("two\n")).await.unwrap();
    let before = stored(&world).await;
    world.engine.cannot_open("one\n", raised("the jar is gone"));
    let refused = world.keeper().roll_back(NAME, 1).await;
    assert!(matches!(refused, Err(SaveError::Engine(_))));
    world.engine.always("one\n", true);
    world
        .engine
        .has_problem("one\n", 1, "no such import any more");
    let refused = world.keeper().roll_back(NAME, 1).await;
    assert!(matches!(refused, Err(SaveError::Problems(_))));
    assert_eq!(stored(&world).await, before);
    assert_eq!(revisions(&world).await, [1, 2]);
}

#[tokio::test]
async fn going_back_turns_nothing_on_and_nothing_off() {
    let world = world().await;
    let off = Draft {
        enabled: false,
        ..draft("one\n")
    };
    world.keeper().save(off).await.unwrap();
    world.keeper().save(draft("two\n")).await.unwrap();
    assert!(world.keeper().roll_back(NAME, 1).await.unwrap().enabled);
    world.keeper().set_enabled(NAME, false).await.unwrap();
    assert!(!world.keeper().roll_back(NAME, 2).await.unwrap().enabled);
}

#[tokio::test]
async fn a_diff_shows_settings_and_text_and_nothing_hidden() {
    let world = world().await;
    let first = with_properties(
        "one\n",
        &[
            ("url", "https://a", false),
            ("key", "s3cret-1", true),
            ("same", "s3cret-2", true),
            ("later-hidden", "s3cret-3", false),
        ],
    );
    let second = with_properties(
        "two\n",
        &[
            ("url", "https://b\nlevel: 7", false),
            ("key", "s3cret-4", true),
            ("same", "s3cret-2", true),
            ("later-hidden", "s3cret-3", true),
        ],
    );
    world.keeper().save(first).await.unwrap();
    world.keeper().save(second).await.unwrap();
    let kept = versions(&world).await;
    let now = stored(&world).await;
    let text = diff(&kept[0], &kept[1], &now);
    assert!(!text.contains("s3cret"), "{text}");
    assert!(!diff(&kept[1], &kept[0], &now).contains("s3cret"));
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with(['+', '-']))
        .collect();
    assert_eq!(
        lines,
        [
            "--- notify@1/settings",
            "+++ notify@2/settings",
            "-property url: https://a",
            &format!("-hidden property key: {MASK}"),
            "+property url: https://b\\nlevel: 7",
            &format!("+hidden property key: {MASK} (another value than before)"),
            &format!("-property later-hidden: {MASK}"),
            &format!("+hidden property later-hidden: {MASK}"),
            "--- notify@1/script",
            "+++ notify@2/script",
            "-one",
            "+two",
        ]
    );
    for version in &kept {
        assert!(!serde_json::to_string(version).unwrap().contains("s3cret-1"));
    }
    assert_eq!(diff(&kept[1], &kept[1], &now), "");
    let mut now = now;
    now.configuration_properties[0].hide = true;
    let later = diff(&kept[0], &kept[1], &now);
    assert!(!later.contains("https://"), "hidden by now: {later}");
}

#[tokio::test]
async fn revisions_to_compare_may_be_left_out() {
    let world = world().await;
    for text in ["one\n", "two\n", "three\n"] {
        world.keeper().save(draft(text)).await.unwrap();
    }
    let script = stored(&world).await;
    for (from, to, expected) in [
        (None, None, (2, 3)),
        (Some(1), None, (1, 3)),
        (Some(2), Some(1), (2, 1)),
        (None, Some(2), (1, 2)),
    ] {
        let (older, newer) = history::pair(&world.provider, &script, from, to)
            .await
            .unwrap();
        assert_eq!((older.revision, newer.revision), expected);
    }
    let nothing = history::pair(&world.provider, &script, None, Some(1)).await;
    assert!(matches!(nothing, Err(SaveError::Missing(_))));
}

#[tokio::test]
async fn a_mask_stands_for_what_is_stored_and_for_nothing_else() {
    let world = world().await;
    let masked = |hide| with_properties("two\n", &[("key", MASK, hide)]);
    let refused = world.keeper().save(masked(true)).await;
    assert!(
        matches!(refused, Err(SaveError::Invalid { .. })),
        "nothing yet"
    );
    let first = with_properties("one\n", &[("key", "s3cret", true)]);
    world.keeper().save(first).await.unwrap();
    let refused = world.keeper().save(masked(false)).await;
    assert!(
        matches!(refused, Err(SaveError::Invalid { .. })),
        "not uncovered"
    );
    world.keeper().save(masked(true)).await.unwrap();
    world.loader.refresh().await.unwrap();
    let pair = ("key".to_owned(), "s3cret".to_owned());
    assert_eq!(world.engine.attributes("two\n"), [pair]);
    let uncovered = with_properties("two\n", &[("key", "public", false)]);
    world.keeper().save(uncovered).await.unwrap();
}

#[tokio::test]
async fn whoever_saw_an_older_revision_changes_nothing() {
    let world = world().await;
    let first = world.keeper().save(draft("one\n")).await.unwrap();
    world.keeper().save(draft("two\n")).await.unwrap();
    let seen = Which::Seen(&first.inum, 1);
    let keeper = world.keeper();
    let refusals = [
        keeper.replace(seen, draft("three\n")).await.map(|_| ()),
        keeper.roll_back(seen, 1).await.map(|_| ()),
        keeper.delete(seen).await,
    ];
    for refusal in refusals {
        assert!(matches!(refusal, Err(SaveError::Conflict(text)) if text.contains("revision 2")));
    }
    assert_eq!(stored(&world).await.script, "two\n");
    keeper
        .replace(Which::Seen(&first.inum, 2), draft("three\n"))
        .await
        .unwrap();
}

#[tokio::test]
async fn of_many_saves_at_once_every_one_that_went_through_is_in_the_history() {
    let world = world().await;
    world.keeper().save(draft("one\n")).await.unwrap();
    let keeper = world.keeper();
    let saves = ["two\n", "three\n"].map(|text| keeper.save(draft(text)));
    let [two, three] = saves;
    let (two, three) = tokio::join!(two, three);
    let went = 1 + usize::from(two.is_ok()) + usize::from(three.is_ok());
    let kept = versions(&world).await;
    assert_eq!(kept.len(), went);
    let last = kept.last().unwrap();
    let script = stored(&world).await;
    assert_eq!(
        (last.revision, &last.hash),
        (script.revision, &script.version)
    );
}

#[tokio::test]
async fn messages_are_text_of_some_length() {
    let world = world().await;
    let long = "x".repeat(1_001);
    for message in [long.as_str(), "bell\u{7}"] {
        let keeper = Keeper {
            message: Some(message),
            ..world.keeper()
        };
        let refused = keeper.save(draft("one\n")).await;
        assert!(matches!(refused, Err(SaveError::Invalid { .. })));
    }
    assert_eq!(world.count(Kind::Script).await, 0);
}

/// What one version holds concerns nobody who asks for another.
#[tokio::test]
async fn a_version_that_cannot_be_read_is_in_nobodys_way() {
    let world = world().await;
    for text in ["one\n", "two\n", "three\n"] {
        world.keeper().save(draft(text)).await.unwrap();
    }
    let script = stored(&world).await;
    let broken = Write {
        kind: Kind::ScriptVersion,
        key: script_version_key(&script.inum, 1),
        expected: Expected::Version(1),
        content: Some(Content {
            body: "{}".to_owned(),
            expires_at: None,
            links: vec![Link {
                name: "script",
                value: script.inum.to_string(),
                unique: false,
            }],
        }),
    };
    world.store.write(vec![broken]).await.unwrap();
    let pair = history::pair(&world.provider, &script, None, None).await;
    let (older, newer) = pair.unwrap();
    assert_eq!((older.revision, newer.revision), (2, 3));
    world.keeper().save(draft("one\n")).await.unwrap();
    let missing = history::load(&world.provider, &script, 9).await;
    let missing = missing.unwrap_err().to_string();
    assert!(missing.contains("there are 1 to 4"), "{missing}");
    world.reconfigure(|c| c.script_versions_kept = 2).await;
    world.keeper().save(draft("two\n")).await.unwrap();
    assert_eq!(revisions(&world).await, [4, 5]);
}
