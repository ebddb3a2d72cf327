//! Lists in pages, as Jans has them: `limit`, `pattern`, `startIndex`, `sortBy`, `sortOrder`.

use std::cmp::Ordering;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{ManagementError, Request};

/// Entries of a page when a request names no number.
const DEFAULT_LIMIT: i64 = 50;

/// Most entries of a page.
const MAX_LIMIT: i64 = 200;

/// Longest pattern, bytes.
const MAX_PATTERN_BYTES: usize = 200;

/// Parameters of every list.
const PARAMETERS: [&str; 5] = ["limit", "pattern", "startIndex", "sortBy", "sortOrder"];

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// Place of the first entry, from 1.
    pub start: usize,
    /// Entries that there are.
    pub total_entries_count: usize,
    /// Entries of this page.
    pub entries_count: usize,
    /// The entries.
    pub entries: Vec<T>,
}

/// What may be asked of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listing {
    /// Members in which a pattern is looked for.
    pub searched: &'static [&'static str],
    /// Members to sort by; the first is the default.
    pub sorted: &'static [&'static str],
    /// Is the default order the other way round?
    pub last_first: bool,
}

/// The page that a query asks for.
///
/// # Errors
/// `Invalid` for parameters that are unknown or make no sense.
pub(super) fn page(
    request: &Request<'_>,
    listing: Listing,
    mut all: Vec<Value>,
) -> Result<Page<Value>, ManagementError> {
    request.check_parameters(&PARAMETERS)?;
    let (limit, start) = (number(request, "limit")?, number(request, "startIndex")?);
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        let message = format!("it is 1 to {MAX_LIMIT}");
        return Err(ManagementError::invalid("limit", message));
    }
    // Jans counts from 1, and sends 0 where nobody said anything.
    let start = start.unwrap_or(1).max(1);
    if let Some(pattern) = request.parameters.find("pattern") {
        if pattern.len() > MAX_PATTERN_BYTES {
            return Err(ManagementError::invalid("pattern", "it is too long"));
        }
        let pattern = pattern.to_lowercase();
        all.retain(|entry| holds(entry, listing.searched, &pattern));
    }
    let by = sort_by(request, listing)?;
    all.sort_by(|one, other| compare(one, other, by));
    if is_descending(request, listing)? {
        all.reverse();
    }
    let total = all.len();
    let skipped = usize::try_from(start - 1).unwrap_or(usize::MAX);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let entries: Vec<Value> = all.into_iter().skip(skipped).take(limit).collect();
    Ok(Page {
        start: skipped.saturating_add(1),
        total_entries_count: total,
        entries_count: entries.len(),
        entries,
    })
}

fn number(request: &Request<'_>, name: &str) -> Result<Option<i64>, ManagementError> {
    let Some(text) = request.parameters.find(name) else {
        return Ok(None);
    };
    let number = text.parse().ok().filter(|number: &i64| *number >= 0);
    number
        .map(Some)
        .ok_or_else(|| ManagementError::invalid(name, "it is a whole number"))
}

fn holds(entry: &Value, searched: &[&str], pattern: &str) -> bool {
    searched
        .iter()
        .filter_map(|name| entry.get(name)?.as_str())
        .any(|text| text.to_lowercase().contains(pattern))
}

fn sort_by(request: &Request<'_>, listing: Listing) -> Result<&'static str, ManagementError> {
    let default = listing.sorted.first().copied().unwrap_or_default();
    let Some(text) = request.parameters.find("sortBy") else {
        return Ok(default);
    };
    let found = listing.sorted.iter().find(|name| **name == text);
    found.copied().ok_or_else(|| {
        let message = format!("one can sort by {}", listing.sorted.join(", "));
        ManagementError::invalid("sortBy", message)
    })
}

fn is_descending(request: &Request<'_>, listing: Listing) -> Result<bool, ManagementError> {
    match request.parameters.find("sortOrder") {
        None => Ok(listing.last_first),
        Some(text) if text.eq_ignore_ascii_case("ascending") => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("descending") => Ok(true),
        Some(_) => Err(ManagementError::invalid(
            "sortOrder",
            "it is ascending or descending",
        )),
    }
}

/// Numbers as numbers, texts without regard to case; what is not there comes first.
fn compare(one: &Value, other: &Value, by: &str) -> Ordering {
    let (one, other) = (&one[by], &other[by]);
    match (one, other) {
        (Value::String(one), Value::String(other)) => {
            (one.to_lowercase(), one).cmp(&(other.to_lowercase(), other))
        }
        (Value::Number(one), Value::Number(other)) => one.as_i64().cmp(&other.as_i64()),
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        _ => (!one.is_null()).cmp(&!other.is_null()),
    }
}
