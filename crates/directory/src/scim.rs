//! The query that banks ask before they let software in, in the two forms that they use.

use crate::state::{Participant, State};

const SOFTWARE: &str = "urn:openbanking:softwarestatement:1.0:SoftwareStatements[";
const AUTHORISATION: &str = "urn:openbanking:competentauthorityclaims:1.0:Authorisations[";

/// How many participants a filter finds; nothing for one that is not understood.
pub(crate) fn matching(state: &State, filter: &str) -> Option<usize> {
    let filter = filter.trim();
    let inside = filter
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'));
    let (software, rest) = group(inside.unwrap_or(filter), SOFTWARE)?;
    let authorisation = match rest.strip_prefix(" and ") {
        Some(rest) => {
            let (found, rest) = group(rest, AUTHORISATION)?;
            rest.is_empty().then_some(Some(found))?
        }
        None => rest.is_empty().then_some(None)?,
    };
    let id = value(&software, "Id")?;
    let active = value(&software, "Active")?;
    let known = state.lock();
    let found = known.participants.get(id).filter(|participant| {
        participant.active.to_string() == active
            && authorisation
                .as_ref()
                .is_none_or(|wanted| is_authorised(participant, wanted))
    });
    Some(usize::from(found.is_some()))
}

type Group<'a> = Vec<(&'a str, &'a str)>;

/// The comparisons of `URN[A eq x and B eq y]`, and what comes after it.
fn group<'a>(text: &'a str, urn: &str) -> Option<(Group<'a>, &'a str)> {
    let (inner, rest) = text.strip_prefix(urn)?.split_once(']')?;
    let pairs: Option<Group<'a>> = inner
        .split(" and ")
        .map(|pair| pair.split_once(" eq "))
        .collect();
    Some((pairs?, rest))
}

fn value<'a>(group: &Group<'a>, name: &str) -> Option<&'a str> {
    let (_, value) = group.iter().find(|(known, _)| *known == name)?;
    Some(value.trim_matches('"'))
}

fn is_authorised(participant: &Participant, wanted: &Group<'_>) -> bool {
    let is =
        |name: &str, known: &[&str]| value(wanted, name).is_none_or(|one| known.contains(&one));
    let roles: Vec<&str> = participant.roles.iter().map(String::as_str).collect();
    is("MemberState", &["GBR", "GB"]) && is("Status", &["Active"]) && is("Psd2Role", &roles)
}
