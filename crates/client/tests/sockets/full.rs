//! A room whose disk is full: on a file system of its own, where this user may make one.

use std::{
    fs::File,
    io::{ErrorKind, Write},
    path::Path,
    process::Command,
};

use hearth_client::{KeepTrouble, RoomUpdate};
use tempfile::TempDir;

use crate::{
    host::Host,
    keep::{first, nobody, numbers, start, told},
    support::*,
};

/// Enough for a room's file, soon full.
const DISK: &str = "size=2m,mode=0700";

struct Disk(TempDir);

impl Disk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mut mount = Command::new("mount");
        let mounted = mount.args(["-t", "tmpfs", "-o", DISK, "tmpfs"]).arg(folder.path()).output();
        mounted.is_ok_and(|mounted| mounted.status.success()).then_some(Self(folder))
    }

    /// Takes all the room that there is.
    fn fill(&self) {
        let mut file = File::create(self.filler()).expect("a file");
        loop {
            match file.write(&[0; 4096]) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => return,
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn make_room(&self) {
        std::fs::remove_file(self.filler()).expect("removed");
    }

    fn filler(&self) -> std::path::PathBuf {
        self.0.path().join("filler")
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).output();
    }
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "a test that was not run says so")]
async fn a_full_disk_is_told_holds_up_nobody_and_heals_when_there_is_room() {
    let Some(disk) = Disk::mount() else {
        println!("skipped: this user cannot mount a small disk");
        return;
    };
    let file = disk.path().join("room.db");
    let host = Host::new(1);
    let server = host.serve().await;
    let room = start(&server.address, &file);
    let mut updates = room.subscribe(None).await;
    told(&mut updates, seq(1)).await;
    disk.fill();
    let long = "长".repeat(5000);
    let keeping = |update: &RoomUpdate| match update {
        RoomUpdate::Keeping { trouble } => Some(*trouble),
        _ => None,
    };
    // What is set aside for the log of changes already takes some lines yet.
    for n in 0..40 {
        room.post(post_id(n), long.clone()).await;
    }
    assert_eq!(find(&mut updates, keeping).await, Some(KeepTrouble::Full));
    room.post(post_id(99), "goes out".to_owned()).await;
    told(&mut room.subscribe(None).await, seq(42)).await;
    disk.make_room();
    assert_eq!(find(&mut updates, keeping).await, None);
    room.leave().await;

    let room = start(&nobody().await, &file);
    let snapshot = first(&mut room.subscribe(None).await).await;
    assert_eq!((snapshot.own.len(), snapshot.trouble), (0, None));
    assert_eq!(numbers(&snapshot.entries), (1..=42).collect::<Vec<_>>(), "it has caught up");
    room.leave().await;
}
