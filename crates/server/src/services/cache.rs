//! What scripts keep between calls: Jans's cache service, one shelf for each script.
//!
//! Workers come and go, so what a script keeps in itself is now here, now gone. Held in
//! memory, on this node, until it expires; full shelves refuse nothing, they forget.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use durward_model::Timestamp;
use serde_json::{Value, json};

/// Most entries of one script.
const MAX_ENTRIES: usize = 256;

/// Most that one script keeps, bytes of keys and values.
const MAX_BYTES: usize = 1024 * 1024;

/// Longest that something is kept, seconds.
const MAX_SECONDS: i64 = 24 * 3_600;

/// How long, if the script does not say, seconds: as Jans.
const DEFAULT_SECONDS: i64 = 60;

/// Most scripts with a shelf.
const MAX_SCRIPTS: usize = 64;

struct Entry {
    value: String,
    expires_at: Timestamp,
}

#[derive(Default)]
struct Shelf {
    entries: HashMap<String, Entry>,
    bytes: usize,
}

/// Every script's shelf.
#[derive(Default)]
pub(crate) struct ScriptCache {
    shelves: Mutex<HashMap<String, Shelf>>,
}

impl Shelf {
    fn remove(&mut self, key: &str) {
        if let Some(entry) = self.entries.remove(key) {
            self.bytes -= key.len() + entry.value.len();
        }
    }

    /// Forgets what expired, and then what expires soonest, until that much fits.
    fn make_room(&mut self, bytes: usize, now: Timestamp) {
        let expired = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.expires_at <= now);
        let expired: Vec<String> = expired.map(|(key, _)| key.clone()).collect();
        for key in expired {
            self.remove(&key);
        }
        while self.entries.len() >= MAX_ENTRIES || self.bytes + bytes > MAX_BYTES {
            let soonest = self
                .entries
                .iter()
                .min_by_key(|(_, entry)| entry.expires_at);
            let Some(key) = soonest.map(|(key, _)| key.clone()) else {
                return;
            };
            self.remove(&key);
        }
    }
}

impl ScriptCache {
    /// `cacheGet` `{key}` → `{value}`, null where there is none; `cachePut` `{key, value, seconds?}`;
    /// `cacheRemove` `{key}`; `cacheClear`.
    ///
    /// # Errors
    /// A sentence for the script.
    pub fn answer(
        &self,
        inum: &str,
        service: &str,
        arguments: &Value,
        now: Timestamp,
    ) -> Result<Value, String> {
        let text = |name: &str| {
            let found = arguments.get(name).and_then(Value::as_str);
            found.ok_or_else(|| format!("'{name}' is missing or not text"))
        };
        let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        if !shelves.contains_key(inum) && shelves.len() >= MAX_SCRIPTS {
            shelves.clear();
        }
        let kept = shelves.entry(inum.to_owned()).or_default();
        match service {
            "cacheGet" => {
                let found = kept.entries.get(text("key")?);
                let found = found.filter(|entry| now < entry.expires_at);
                Ok(json!({ "value": found.map(|entry| &entry.value) }))
            }
            "cachePut" => {
                let (key, value) = (text("key")?, text("value")?);
                let bytes = key.len() + value.len();
                if bytes > MAX_BYTES / 4 {
                    return Err("it is too long to be kept".to_owned());
                }
                let seconds = arguments.get("seconds").and_then(Value::as_i64);
                let seconds = seconds.unwrap_or(DEFAULT_SECONDS).min(MAX_SECONDS);
                kept.remove(key);
                if seconds > 0 {
                    kept.make_room(bytes, now);
                    kept.bytes += bytes;
                    let entry = Entry {
                        value: value.to_owned(),
                        expires_at: now.plus_seconds(seconds),
                    };
                    kept.entries.insert(key.to_owned(), entry);
                }
                Ok(json!({}))
            }
            "cacheRemove" => {
                kept.remove(text("key")?);
                Ok(json!({}))
            }
            _ => {
                *kept = Shelf::default();
                Ok(json!({}))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    fn put(cache: &ScriptCache, inum: &str, key: &str, value: &str, seconds: i64) -> bool {
        let arguments = json!({ "key": key, "value": value, "seconds": seconds });
        cache.answer(inum, "cachePut", &arguments, NOW).is_ok()
    }

    fn get(cache: &ScriptCache, inum: &str, key: &str, now: Timestamp) -> Value {
        let answer = cache.answer(inum, "cacheGet", &json!({ "key": key }), now);
        answer.unwrap().get("value").unwrap().clone()
    }

    #[test]
    fn what_is_kept_expires_and_is_its_scripts_own() {
        let cache = ScriptCache::default();
        assert!(put(&cache, "one", "token", "secret", 10));
        assert_eq!(get(&cache, "one", "token", NOW), "secret");
        assert_eq!(get(&cache, "other", "token", NOW), Value::Null);
        assert_eq!(
            get(&cache, "one", "token", NOW.plus_seconds(10)),
            Value::Null
        );
        assert!(put(&cache, "one", "token", "gone", 0));
        assert_eq!(get(&cache, "one", "token", NOW), Value::Null);
    }

    #[test]
    fn a_full_shelf_forgets_what_ends_soonest() {
        let cache = ScriptCache::default();
        for index in 0..=MAX_ENTRIES {
            let seconds = 1_000 - i64::try_from(index).unwrap();
            assert!(put(&cache, "one", &index.to_string(), "x", seconds));
        }
        assert_eq!(get(&cache, "one", "0", NOW), "x");
        assert_eq!(
            get(&cache, "one", &(MAX_ENTRIES - 1).to_string(), NOW),
            Value::Null
        );
        assert_eq!(get(&cache, "one", &MAX_ENTRIES.to_string(), NOW), "x");
    }

    #[test]
    fn bytes_are_bounded_for_each_entry_and_in_all() {
        let cache = ScriptCache::default();
        assert!(!put(&cache, "one", "key", &"x".repeat(MAX_BYTES / 4), 10));
        let large = "x".repeat(MAX_BYTES / 4 - 8);
        for index in 0..5 {
            assert!(put(&cache, "one", &index.to_string(), &large, 10 + index));
        }
        let shelves = cache.shelves.lock().unwrap();
        assert!(shelves.get("one").unwrap().bytes <= MAX_BYTES);
        assert_eq!(shelves.get("one").unwrap().entries.len(), 4);
    }

    #[test]
    fn removing_and_clearing_give_the_room_back() {
        let cache = ScriptCache::default();
        assert!(put(&cache, "one", "a", "1", 10));
        assert!(put(&cache, "one", "b", "2", 10));
        cache
            .answer("one", "cacheRemove", &json!({ "key": "a" }), NOW)
            .unwrap();
        assert_eq!(get(&cache, "one", "a", NOW), Value::Null);
        assert_eq!(get(&cache, "one", "b", NOW), "2");
        cache.answer("one", "cacheClear", &json!({}), NOW).unwrap();
        assert_eq!(cache.shelves.lock().unwrap().get("one").unwrap().bytes, 0);
    }
}
