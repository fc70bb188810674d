//! A room of one's own that is not hosted is read from its file: what was said in it can be looked up, and nobody can come in.

use std::path::Path;
use std::sync::Arc;

use hearth_client::{
    Cursor, JoinsShown, KeepTrouble, RoomCommand, RoomSnapshot, RoomUpdate, Status, joins_shown_at_rest,
    keep_joins_shown_at_rest,
};
use hearth_log::{Hits, LogError, Query, Reading, Slice};
use hearth_protocol::{
    Entry, Found, Gap, HistoryRequest, Limits, Lines, LinesRequest, Page, QUERY_CHARS, Role, Rules,
    SearchRequest, Seq,
};
use tauri::async_runtime::{spawn, spawn_blocking};
use tauri::ipc::Channel;

use crate::api::error::AppError;
use crate::api::rooms::RoomId;
use crate::hosting::own_rooms::{self, OwnRooms};
use crate::rooms::updates;
use crate::shell::Shell;

/// Entries that a room is shown with at first: more than two screens of them.
const SHOWN: usize = 200;

/// Entries of one page, and lines of one answer to a search: as many as a host sends.
const PAGE: usize = 100;
const FOUND: usize = 50;

/// Passes what the file has to the page, in place of an earlier subscription.
pub(crate) fn subscribe(shell: &Arc<Shell>, id: RoomId, after: Option<Cursor>, page: Channel) {
    shell.state().readings.insert(id.key(), page.clone());
    let shell = Arc::clone(shell);
    spawn(async move {
        let lines = OwnRooms::of(&shell).lines_file(&id);
        let read = move |room: &Reading| {
            let joins = lines.map_or_else(|_| JoinsShown::default(), |lines| joins_shown_at_rest(&lines));
            Ok(vec![snapshot(room, after.as_ref(), joins)?])
        };
        if answer(&shell, &id, page.clone(), read).await.is_none() {
            updates::pass(&page, vec![unreadable()]);
            // It says there what is wrong with it.
            own_rooms::list(&shell).await;
        }
    });
}

/// Answers what can be asked of a room that nobody is in.
pub(crate) fn order(shell: &Arc<Shell>, id: RoomId, command: RoomCommand) -> Result<(), AppError> {
    let page = shell.state().readings.get(&id.key()).cloned().ok_or(AppError::UnknownRoom)?;
    let shell = Arc::clone(shell);
    match command {
        RoomCommand::History(request) => {
            spawn(async move { answer(&shell, &id, page, move |room| history(room, request)).await });
        }
        RoomCommand::Search(request) => {
            spawn(async move { answer(&shell, &id, page, move |room| search(room, request)).await });
        }
        RoomCommand::Lines(request) => {
            spawn(async move { answer(&shell, &id, page, move |room| lines(room, request)).await });
        }
        RoomCommand::SetJoinsShown { log, joins } => {
            let lines = OwnRooms::of(&shell).lines_file(&id)?;
            spawn(async move {
                if let Err(error) = keep_joins_shown_at_rest(lines, log, joins).await {
                    tracing::warn!(%error, "how a room is shown is not kept");
                }
            });
        }
        // All of it is read, and nothing is written, until it is hosted again.
        RoomCommand::SetReadMark { .. }
        | RoomCommand::SetDraft { .. }
        | RoomCommand::Typing
        | RoomCommand::Reconnect => {}
        RoomCommand::Act(_) | RoomCommand::Retry { .. } | RoomCommand::Discard { .. } => {
            return Err(AppError::UnknownRoom);
        }
    }
    Ok(())
}

/// The room is hosted no longer: what was said until its host had stopped is told too.
pub(crate) async fn catch_up(shell: &Arc<Shell>, id: &RoomId, told: Seq) {
    let Some(page) = shell.state().readings.get(&id.key()).cloned() else { return };
    answer(shell, id, page, move |room| {
        let entries = entries(&room.read_after(told, SHOWN)?);
        Ok(vec![RoomUpdate::Entries { entries }])
    })
    .await;
}

/// Reads something in a room's file, and passes it to the page. `None` when it cannot be read.
async fn answer(
    shell: &Arc<Shell>,
    id: &RoomId,
    page: Channel,
    read: impl FnOnce(&Reading) -> Result<Vec<RoomUpdate>, LogError> + Send + 'static,
) -> Option<()> {
    let file = OwnRooms::of(shell).file(id).ok()?;
    let updates = spawn_blocking(move || within(&file, read)).await.ok()??;
    updates::pass(&page, updates.into_iter().map(RoomUpdate::for_page).collect());
    Some(())
}

fn within(
    file: &Path,
    read: impl FnOnce(&Reading) -> Result<Vec<RoomUpdate>, LogError>,
) -> Option<Vec<RoomUpdate>> {
    let opened = Reading::open(file).map_err(|error| tracing::warn!(%error, "a room cannot be read"));
    read(&opened.ok()?).map_err(|error| tracing::warn!(%error, "a room cannot be read")).ok()
}

/// The room as it stands. It goes on after what the page has, where that is not long ago.
fn snapshot(room: &Reading, after: Option<&Cursor>, joins: JoinsShown) -> Result<RoomUpdate, LogError> {
    let known = after.filter(|known| known.log == *room.log() && known.seq <= room.head());
    let rest = known.map(|known| room.read_after(known.seq, SHOWN)).transpose()?;
    let rest = rest.filter(|slice| !slice.more && slice.trimmed_to.is_none());
    let resumed = rest.is_some();
    let slice = rest.map_or_else(|| room.read_before(Seq::MAX, SHOWN), Ok)?;
    let gap = if resumed { None } else { gap_before(&slice, Seq::ZERO) };
    let room = RoomSnapshot {
        name: Some(room.name().to_owned()),
        you: room.owner()?,
        log: Some(room.log().clone()),
        resumed,
        entries: entries(&slice),
        more: slice.more,
        gaps: gap.into_iter().collect(),
        // Nobody says anything in it that could be news.
        read: Some(room.head()),
        joins,
        ..nothing()
    };
    Ok(RoomUpdate::Snapshot { room: Box::new(room) })
}

fn unreadable() -> RoomUpdate {
    RoomUpdate::Snapshot { room: Box::new(RoomSnapshot { trouble: Some(KeepTrouble::Damaged), ..nothing() }) }
}

/// A room without anything, and without a link.
fn nothing() -> RoomSnapshot {
    RoomSnapshot {
        url: String::new(),
        name: None,
        status: Status::Disconnected { error: None },
        you: None,
        role: Role::default(),
        rules: Rules::default(),
        plain: false,
        owner: None,
        people: Vec::new(),
        online: 0,
        roster_at: None,
        roster_changes: Vec::new(),
        roster_entries: Vec::new(),
        log: None,
        resumed: false,
        entries: Vec::new(),
        more: false,
        gaps: Vec::new(),
        own: Vec::new(),
        limits: Limits::V1,
        trouble: None,
        read: None,
        draft: String::new(),
        strip: None,
        joins: JoinsShown::default(),
    }
}

fn history(room: &Reading, asked: HistoryRequest) -> Result<Vec<RoomUpdate>, LogError> {
    let HistoryRequest { before, after, limit } = asked;
    let limit = usize::try_from(limit).unwrap_or(PAGE).clamp(1, PAGE);
    let mut slice = match after {
        Some(after) => room.read_after(after, limit)?,
        None => room.read_before(before, limit)?,
    };
    if after.is_some() {
        let read = slice.entries.len();
        slice.entries.retain(|entry| entry.seq < before);
        slice.more &= slice.entries.len() == read;
    }
    let gap = match after {
        Some(after) => gap_before(&slice, after),
        None if slice.more => None,
        None => gap_before(&slice, Seq::ZERO),
    };
    let page = Page { before, after, entries: entries(&slice), more: slice.more };
    let about = about(room, &page.entries)?;
    Ok(vec![about, RoomUpdate::Older { page, gaps: gap.into_iter().collect() }])
}

fn lines(room: &Reading, LinesRequest { lines, pinned }: LinesRequest) -> Result<Vec<RoomUpdate>, LogError> {
    let lines = if pinned { room.pins()? } else { lines };
    let entries: Vec<Entry> = room.lines(&lines)?.into_iter().map(Arc::unwrap_or_clone).collect();
    let about = about(room, &entries)?;
    Ok(vec![about, RoomUpdate::Lines { lines: Lines { lines, pinned, entries, rest: Vec::new() } }])
}

/// What was said about the lines of an answer.
fn about(room: &Reading, entries: &[Entry]) -> Result<RoomUpdate, LogError> {
    let seqs: Vec<Seq> = entries.iter().map(|entry| entry.seq).collect();
    let entries = room.about(&seqs)?.into_iter().map(Arc::unwrap_or_clone).collect();
    Ok(RoomUpdate::About { entries })
}

fn search(room: &Reading, asked: SearchRequest) -> Result<Vec<RoomUpdate>, LogError> {
    let SearchRequest { query, before, limit } = asked;
    let limit = usize::try_from(limit).unwrap_or(FOUND).clamp(1, FOUND);
    let Hits { entries, more, reached } = match Query::new(&query) {
        Some(sought) => room.search(&sought, before.unwrap_or(Seq::MAX), limit)?,
        None => Hits::default(),
    };
    let entries: Vec<Entry> = entries.into_iter().map(Arc::unwrap_or_clone).collect();
    let about = about(room, &entries)?;
    let query = query.chars().take(QUERY_CHARS).collect();
    Ok(vec![about, RoomUpdate::Found { found: Found { query, before, entries, more, reached }, whole: true }])
}

fn entries(slice: &Slice) -> Vec<Entry> {
    slice.entries.iter().map(|entry| Entry::clone(entry)).collect()
}

/// What is no longer kept between `after` and the oldest of these.
fn gap_before(slice: &Slice, after: Seq) -> Option<Gap> {
    let to = slice.entries.first().map(|first| first.prev).or(slice.trimmed_to)?;
    (to > after && !(slice.more && after == Seq::ZERO)).then_some(Gap { after, to })
}

#[cfg(test)]
mod tests {
    use hearth_log::{Draft, Log as _, SqliteLog};
    use hearth_protocol::{Author, Body, LogId, MemberId, Nickname};
    use jiff::Timestamp;

    use super::*;

    fn seq(n: u64) -> Seq {
        Seq::try_from(n).expect("in range")
    }

    /// A room in which so many lines were said, the last one about tea.
    async fn room(lines: u64) -> (tempfile::TempDir, Reading) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("room.db");
        let log = SqliteLog::open_or_create(&file, &LogId::new("a-log").expect("an id"), "读书会");
        let log = log.expect("made");
        let from = Author {
            member: MemberId::new("ming").expect("an id"),
            nickname: Nickname::new("阿明").expect("a nickname"),
        };
        let said = |n: u64| Draft {
            at: Timestamp::UNIX_EPOCH,
            from: from.clone(),
            id: None,
            body: Body::Message {
                text: if n == lines { "喝茶".to_owned() } else { format!("第 {n} 行") },
                time: None,
            },
        };
        log.append((1..=lines).map(said).collect(), Vec::new()).await.expect("stored");
        log.close().await;
        let reading = Reading::open(&file).expect("opened");
        (folder, reading)
    }

    fn shown(update: RoomUpdate) -> RoomSnapshot {
        match update {
            RoomUpdate::Snapshot { room } => *room,
            other => panic!("no snapshot: {other:?}"),
        }
    }

    fn seqs(entries: &[Entry]) -> Vec<u64> {
        entries.iter().map(|entry| entry.seq.get()).collect()
    }

    #[tokio::test]
    async fn a_room_is_shown_as_it_stands_and_goes_on_where_the_page_is() {
        let (_folder, reading) = room(450).await;
        let first = shown(snapshot(&reading, None, JoinsShown::default()).expect("read"));
        assert_eq!(seqs(&first.entries), (251..=450).collect::<Vec<_>>());
        assert_eq!((first.more, first.resumed, first.gaps.len()), (true, false, 0));
        assert_eq!(
            (first.name.as_deref(), first.read),
            (Some("读书会"), Some(seq(450))),
            "nothing is unread"
        );
        assert_eq!(first.status, Status::Disconnected { error: None });

        let log = |log: &str| LogId::new(log).expect("an id");
        let at = |id: &str, n: u64| Cursor { log: log(id), seq: seq(n) };
        let on = shown(snapshot(&reading, Some(&at("a-log", 440)), JoinsShown::default()).expect("read"));
        assert_eq!((on.resumed, seqs(&on.entries)), (true, (441..=450).collect()));
        for elsewhere in [at("a-log", 7), at("a-log", 451), at("another-log", 440)] {
            let anew = shown(snapshot(&reading, Some(&elsewhere), JoinsShown::default()).expect("read"));
            assert_eq!((anew.resumed, anew.entries.len()), (false, 200), "{elsewhere:?}");
        }
    }

    #[tokio::test]
    async fn all_of_it_can_be_scrolled_back_jumped_to_and_searched() {
        let (_folder, reading) = room(250).await;
        let page = |before: u64, after: Option<u64>| {
            let asked = HistoryRequest { before: seq(before), after: after.map(seq), limit: 1000 };
            match history(&reading, asked).expect("read").pop().expect("an answer") {
                RoomUpdate::Older { page, gaps } => (seqs(&page.entries), page.more, gaps),
                other => panic!("no page: {other:?}"),
            }
        };
        assert_eq!(page(51, None), ((1..=50).collect(), false, Vec::new()));
        assert_eq!(page(251, None), ((151..=250).collect(), true, Vec::new()));
        assert_eq!(page(31, Some(20)), ((21..=30).collect(), false, Vec::new()));
        assert_eq!(page(251, Some(20)), ((21..=120).collect(), true, Vec::new()));
        let found = |query: &str| {
            let asked = SearchRequest { query: query.to_owned(), before: None, limit: 50 };
            match search(&reading, asked).expect("searched").pop().expect("an answer") {
                RoomUpdate::Found { found, whole: true } => seqs(&found.entries),
                other => panic!("not found: {other:?}"),
            }
        };
        assert_eq!(found("喝茶"), [250]);
        assert_eq!(found("咖啡"), [0; 0]);
        assert_eq!(found("  "), [0; 0]);
    }

    #[tokio::test]
    async fn an_empty_room_is_empty() {
        let (_folder, reading) = room(0).await;
        let empty = shown(snapshot(&reading, None, JoinsShown::default()).expect("read"));
        assert_eq!((empty.entries.len(), empty.more, empty.gaps.len()), (0, false, 0));
    }
}
