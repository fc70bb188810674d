//! The time to join, from a pasted link to being in the room: the app's client, in a closed room that is on the disk. The way is that of the
//! app: the link is read, a file is made that keeps the room, an invitation is shown, and the host stores the new member.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use hearth_client::{Credentials, Invitation, RoomClient, RoomOptions, RoomUpdate};
use hearth_protocol::{Body, Entry, Nickname};

use crate::peer;
use crate::report::Join;
use crate::stats::{Latency, micros};
use crate::wire::Way;

/// What shall be measured.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Guests who join by each way, one after the other
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    joins: u16,
}

/// How long one took, in microseconds.
struct Took {
    to_welcome: u32,
    to_entries: u32,
}

/// Lets guests join by both ways in turn.
pub(crate) fn measure(options: &Options) -> Result<Vec<Join>> {
    let joins = options.joins;
    println!("{joins} guests join by each way");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (room, kept) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let server = peer::hearth_on_disk(room.path(), &["--closed"])?;
    let link = peer::invitation(room.path(), server.port)?;
    // Without the host's key, a link leads there in the open.
    let (open, _) = link.split_once("&p=").context("a link that names no key")?;
    let mut ways = [(Way::Open, open, Vec::new()), (Way::Tls, link.as_str(), Vec::new())];
    for n in 0..joins {
        for (way, link, took) in &mut ways {
            let nickname = format!("{way} {n}");
            let keep = kept.path().join(format!("{nickname}.db"));
            let join = runtime.block_on(join(link, &nickname, &keep));
            took.push(join.with_context(|| format!("joining as {nickname}"))?);
        }
    }
    let of = |took: &[Took], time: fn(&Took) -> u32| Latency::of(took.iter().map(time).collect());
    let sum_up = |(way, _, took): (Way, &str, Vec<Took>)| Join {
        way,
        joins,
        to_welcome: of(&took, |took| took.to_welcome),
        to_entries: of(&took, |took| took.to_entries),
    };
    Ok(ways.map(sum_up).into())
}

/// Joins, and leaves again.
async fn join(link: &str, nickname: &str, keep: &Path) -> Result<Took> {
    let began = Instant::now();
    let Invitation { address, key, secret } = Invitation::parse(link)?;
    let client = RoomClient::join(RoomOptions {
        address,
        nickname: Nickname::new(nickname)?,
        token: None,
        key,
        credentials: Credentials { secret, password: None },
        keep_trying: false,
        keep: Some(keep.to_owned()),
        only_lines: false,
    });
    let mut updates = client.subscribe(None).await;
    client.joined().await?;
    let to_welcome = micros(began);
    // Their own coming is the newest entry, so all that the room shows at first is there with it.
    let is_own =
        |entry: &Entry| matches!(entry.body, Body::Joined { .. }) && entry.from.nickname.as_str() == nickname;
    let shows_it = |update: &RoomUpdate| match update {
        RoomUpdate::Entries { entries } => entries.iter().any(is_own),
        RoomUpdate::Snapshot { room } => room.entries.iter().any(is_own),
        _ => false,
    };
    loop {
        let batch = updates.recv().await.context("the session has ended")?;
        if batch.iter().any(shows_it) {
            break;
        }
    }
    let to_entries = micros(began);
    client.leave().await;
    Ok(Took { to_welcome, to_entries })
}
