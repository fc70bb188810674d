use hearth_store::{index::Indexer, writer::Upkeep};

use super::*;
use hearth_protocol::SearchRequest;

fn said(prev: u64, text: &str) -> Entry {
    entry(prev, prev + 1, "li", Body::Message { text: text.to_owned(), time: None })
}

fn ask(query: &str) -> SearchRequest {
    SearchRequest { query: query.to_owned(), before: None, limit: 50 }
}

#[tokio::test]
async fn what_came_live_and_what_came_later_from_below_are_found() {
    let (_folder, file) = place();
    let (room, _) = opened(&file);
    write(&room, vec![begun("a", 10), Record::Entry(said(10, "今晚部署")), Record::Entry(said(11, "ok"))])
        .await;
    // The index has caught up once the writer has rested; a line below what it knows must be found all the same.
    let older = vec![said(8, "部署完了"), said(9, "deploy")];
    write(&room, vec![Record::Page(Page { before: seq(11), after: None, entries: older, more: true })]).await;
    let (found, _) = room.search(ask("部署"), log("a")).await;
    assert_eq!((numbers(&found.entries), found.more), (vec![11, 9], false));
    assert_eq!(numbers(&room.search(ask("DEP"), log("a")).await.0.entries), [10]);
    assert_eq!(
        numbers(
            &room.search(SearchRequest { before: Some(seq(11)), ..ask("部署") }, log("a")).await.0.entries
        ),
        [9]
    );
    assert_eq!(room.search(ask("  "), log("a")).await.0.entries, []);
    assert_eq!(room.search(ask("部署"), log("b")).await.0.entries, [], "another log");
    write(&room, vec![begun("b", 0), Record::Entry(said(0, "部署"))]).await;
    assert_eq!(numbers(&room.search(ask("部署"), log("b")).await.0.entries), [1]);
    room.close().await;
}

#[test]
fn a_copy_that_grows_downwards_is_indexed_downwards() {
    let db = tables();
    let apply = |record| apply(&db, &record).expect("written");
    apply(begun("a", 10));
    apply(Record::Entry(said(10, "今晚部署")));
    let mut indexer = Indexer::default();
    while Upkeep::step(&mut indexer, &db) {}
    apply(Record::Page(Page {
        before: seq(11),
        after: None,
        entries: vec![said(9, "部署完了")],
        more: true,
    }));
    let rows = |db: &Connection| {
        let mut statement =
            db.prepare("SELECT rowid FROM words WHERE words MATCH '\"部署\"' ORDER BY rowid").expect("sql");
        let rows = statement.query_map([], |row| row.get::<_, i64>(0)).expect("rows");
        rows.collect::<Result<Vec<_>, _>>().expect("numbers")
    };
    assert_eq!(rows(&db), [10, 11]);
    apply(begun("b", 0));
    assert_eq!(rows(&db), [0; 0]);
    apply(Record::Entry(said(0, "部署")));
    while Upkeep::step(&mut indexer, &db) {}
    assert_eq!(rows(&db), [1], "the index begins anew with the log");
}
