//! Sanitizing: what a host may make a client keep. One that keeps to the protocol never comes near; from any other, what is
//! too much is cut off before it is kept or told.

use hearth_protocol::{
    Body, Entry, Found, HistoryRequest, Limits, Lines, MENTIONED, Mentions, Page, SearchRequest,
    UNKNOWN_BYTES, UnknownBody,
};

use super::classic::{TIME_CHARS, clip};

/// The longest text that is kept. Not what the host announces: that may be any number.
const TEXT_BYTES: usize = Limits::V1.text_bytes as usize;

/// Entries of one page, whatever was asked for: as many as a Hearth host sends.
const PAGE_ENTRIES: usize = 100;

/// An entry with no more in it than people can have written.
pub(super) fn entry(mut entry: Entry) -> Entry {
    match &mut entry.body {
        Body::Message { text, time } => {
            text.truncate(clip(text, TEXT_BYTES).len());
            // A buffer keeps what it was given, however little stands in it.
            text.shrink_to_fit();
            if let Some(time) = time {
                *time = time.chars().take(TIME_CHARS).collect();
            }
        }
        Body::Edited { text, mentions, .. } => {
            text.truncate(clip(text, TEXT_BYTES).len());
            text.shrink_to_fit();
            cut(mentions);
        }
        Body::Addressed { mentions, .. } => cut(mentions),
        // There is no telling what of it could be left out.
        Body::Unknown(unknown) if unknown.as_json().len() > UNKNOWN_BYTES => {
            *unknown = UnknownBody::default();
        }
        _ => {}
    }
    entry
}

/// As many people as a line may mention.
fn cut(mentions: &mut Mentions) {
    mentions.members.truncate(MENTIONED);
    mentions.members.shrink_to_fit();
}

/// A page with no more entries than were asked for: those which are next to what the reader has.
pub(super) fn page(mut page: Page, asked: HistoryRequest) -> Page {
    let limit = usize::try_from(asked.limit).unwrap_or(usize::MAX).min(PAGE_ENTRIES);
    let beyond = page.entries.len().saturating_sub(limit);
    page.more |= beyond > 0;
    let skipped = if asked.after.is_some() { 0 } else { beyond };
    page.entries = page.entries.into_iter().skip(skipped).take(limit).map(entry).collect();
    page
}

/// Single lines with no more of them than were asked for.
pub(super) fn lines(mut lines: Lines) -> Lines {
    lines.lines.truncate(PAGE_ENTRIES);
    lines.rest.truncate(PAGE_ENTRIES);
    lines.entries = lines.entries.into_iter().take(PAGE_ENTRIES).map(entry).collect();
    lines
}

/// What was said about lines of an answer, as far as it can be: what is about nothing is nothing of that.
pub(super) fn about(entries: Vec<Entry>) -> Vec<Entry> {
    entries.into_iter().filter(|entry| entry.body.about().is_some()).map(entry).collect()
}

/// An answer to a search with no more lines than were asked for.
pub(super) fn found(mut found: Found, asked: &SearchRequest) -> Found {
    let limit = usize::try_from(asked.limit).unwrap_or(usize::MAX).min(PAGE_ENTRIES);
    found.more |= found.entries.len() > limit;
    found.entries = found.entries.into_iter().take(limit).map(entry).collect();
    found
}

#[cfg(test)]
mod tests {
    use hearth_protocol::{Mention, Seq};

    use super::super::testing::{entry as said, member, nickname};
    use super::*;

    #[test]
    fn a_line_mentions_no_more_people_than_it_may() {
        let mention = |n: usize| Mention { member: member(&format!("m-{n}")), nickname: nickname("阿明") };
        let many = Mentions { members: (0..5000).map(mention).collect(), everyone: true };
        let about = Seq::ZERO.next();
        let bodies = [
            Body::Addressed { about, reply: None, mentions: many.clone() },
            Body::Edited { about, text: "@阿明".to_owned(), mentions: many },
        ];
        for body in bodies {
            let (Body::Addressed { mentions, .. } | Body::Edited { mentions, .. }) =
                entry(said(1, 2, "ming", body)).body
            else {
                panic!("another kind");
            };
            assert_eq!(mentions.members.len(), MENTIONED);
            assert_eq!((mentions.members[0].clone(), mentions.everyone), (mention(0), true));
        }
    }
}
