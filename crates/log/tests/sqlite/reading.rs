//! A log is read without being served: as it is on the disk, by as many as want to, and without a change of it.

use hearth_log::{Draft, Log, OpenError, Query, Reading, SqliteLog};
use hearth_protocol::Seq;
use jiff::Timestamp;

use crate::{earlier, enrolled, folder, indexed, line, open, seq};

fn lines(numbers: std::ops::Range<u64>) -> Vec<Draft> {
    numbers.map(|n| line("ming", n.into(), &format!("第 {n} 行：部署"))).collect()
}

#[tokio::test]
async fn what_was_said_can_be_read_and_searched_when_nobody_serves_it() {
    let (_folder, file) = folder();
    let log = open(&file);
    log.append(lines(0..250), vec![enrolled("ming")]).await.expect("stored");
    log.set_owner(enrolled("ming").token).await.expect("kept");
    indexed(&log).await;
    let (newest, middle) = (
        log.read_before(Seq::MAX, 100).await.expect("read"),
        log.read_after(seq(20), 50).await.expect("read"),
    );
    let query = || Query::new("部署").expect("words");
    let found = log.search(query(), Seq::MAX, 50).await.expect("searched");
    log.close().await;

    let bytes = std::fs::read(&file).expect("the file");
    let reading = Reading::open(&file).expect("opened");
    assert_eq!((reading.name(), reading.log().as_str(), reading.head()), ("读书会", "first", seq(250)));
    assert_eq!(reading.read_before(Seq::MAX, 100).expect("read"), newest);
    assert_eq!(reading.read_after(seq(20), 50).expect("read"), middle);
    assert_eq!(reading.search(&query(), Seq::MAX, 50).expect("searched"), found);
    let owner = reading.owner().expect("read").expect("they were in it");
    assert_eq!((owner.member.as_str(), owner.nickname.as_str()), ("ming", "ming"));
    drop(reading);
    assert_eq!(std::fs::read(&file).expect("the file"), bytes, "nothing of it has changed");
}

#[tokio::test]
async fn who_reads_is_in_nobodys_way() {
    let (_folder, file) = folder();
    let log = open(&file);
    log.append(lines(0..3), Vec::new()).await.expect("stored");
    let early = Reading::open(&file).expect("opened beside the one that serves it");
    log.append(lines(3..9), Vec::new()).await.expect("stored, whoever reads");
    assert_eq!(early.read_after(Seq::ZERO, 100).expect("read").entries.len(), 3, "of one moment");
    let late = Reading::open(&file).expect("opened");
    assert_eq!(late.read_after(Seq::ZERO, 100).expect("read").entries.len(), 9);
    assert_eq!(late.owner(), Ok(None), "nobody has been in it as its owner");
    drop((early, late));
    log.close().await;
    let late = Reading::open(&file).expect("opened when nobody serves it");

    // Who serves it again does not wait for those who read.
    let again = SqliteLog::open(&file).expect("opened to be served");
    again.append(lines(9..10), Vec::new()).await.expect("stored");
    drop(late);
    again.close().await;
    hearth_log::delete(&file).expect("deleted");
    assert!(matches!(Reading::open(&file), Err(OpenError::System { .. })), "and then there is none");
}

#[tokio::test]
async fn a_room_of_an_earlier_version_is_brought_up_to_date_to_be_read() {
    let (_folder, file) = earlier();
    let reading = Reading::open(&file).expect("opened");
    let all = reading.read_after(Seq::ZERO, 100).expect("read");
    assert_eq!((all.trimmed_to, all.entries.len()), (Some(seq(40)), 11));
    drop(reading);
    let log = SqliteLog::open(&file).expect("opened to be served");
    log.tidy(Timestamp::UNIX_EPOCH).await.expect("tidied");
    log.close().await;

    std::fs::write(&file, "no room at all").expect("written");
    assert!(matches!(Reading::open(&file), Err(OpenError::Damaged { .. })));
    std::fs::write(&file, "").expect("written");
    assert!(matches!(Reading::open(&file), Err(OpenError::Damaged { .. })));
}
