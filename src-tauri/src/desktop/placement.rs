//! The window's placement is kept between starts: where it stands, how large it is, and whether it is maximised.
//!
//! A window that is maximised, minimised or hidden does not tell where it stands otherwise. So it is looked at whenever it has
//! come to rest, and before it is put out of sight, and what is known of its place stays until another one is seen.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tauri::async_runtime::spawn_blocking;
use tauri::{Manager, PhysicalPosition, PhysicalSize, WebviewWindow};
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::files::private_file;
use crate::shell::Shell;

/// A window that has neither moved nor grown for so long is at rest: a place that is only passed through on the way to being
/// maximised is none.
const AT_REST: Duration = Duration::from_millis(400);

/// As much of the window's upper edge must be on a monitor, in pixels, that it can be taken hold of.
const TO_HOLD: i32 = 80;

/// Where the window stands, in pixels of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Placement {
    #[serde(flatten)]
    area: Area,
    maximized: bool,
}

/// A rectangle: the window's frame begins at `x` and `y`, and its content is so large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Area {
    x: i32,
    y: i32,
    width: u32,
    height: u32,
}

/// The file names the window, as there may be others one day.
#[derive(Serialize, Deserialize)]
struct Windows {
    main: Placement,
}

impl Placement {
    /// What is known after a look; one that is hidden or minimised is not seen.
    fn after(before: Option<Self>, seen: Option<Self>) -> Option<Self> {
        match (before, seen) {
            (_, None) => before,
            (Some(before), Some(Self { maximized: true, .. })) => Some(Self { maximized: true, ..before }),
            _ => seen,
        }
    }
}

impl Area {
    /// Whether the window can be taken hold of on one of the monitors.
    fn is_within_reach(self, monitors: &[Self]) -> bool {
        monitors.iter().any(|monitor| {
            let left = self.x.max(monitor.x);
            let right = edge(self.x, self.width).min(edge(monitor.x, monitor.width));
            let below =
                self.y >= monitor.y && self.y.saturating_add(TO_HOLD) <= edge(monitor.y, monitor.height);
            below && right.saturating_sub(left) >= TO_HOLD
        })
    }
}

fn edge(start: i32, length: u32) -> i32 {
    start.saturating_add_unsigned(length)
}

/// What is known of the window's placement.
pub(crate) struct Keeper {
    window: WebviewWindow,
    known: Mutex<Option<Placement>>,
    moved: Notify,
}

impl Keeper {
    /// Puts a window that is not to be seen yet where it stood last, and is told from then on.
    pub(crate) fn begin(window: &WebviewWindow, file: &Path) -> Self {
        let known = read(file);
        if let Some(placement) = known
            && let Err(error) = restore(window, placement)
        {
            tracing::warn!(%error, "the window does not stand where it stood");
        }
        Self { window: window.clone(), known: Mutex::new(known), moved: Notify::new() }
    }

    /// The window has moved, or has another size.
    pub(crate) fn moved(&self) {
        self.moved.notify_one();
    }
}

/// Looks at the window each time that it has come to rest. Never returns.
pub(crate) async fn run(shell: Arc<Shell>) {
    let keeper = shell.app.state::<Keeper>();
    loop {
        keeper.moved.notified().await;
        while timeout(AT_REST, keeper.moved.notified()).await.is_ok() {}
        keep(&shell).await;
    }
}

/// Looks at the window, and writes down what is new. To be called before it is put out of sight.
pub(crate) async fn keep(shell: &Arc<Shell>) {
    let shell = shell.clone();
    let kept = spawn_blocking(move || {
        let keeper = shell.app.state::<Keeper>();
        let seen = look(&keeper.window).map_err(io::Error::other)?;
        let mut known = keeper.known.lock().unwrap_or_else(PoisonError::into_inner);
        let after = Placement::after(*known, seen);
        if *known == after {
            return Ok(());
        }
        *known = after;
        after.map_or(Ok(()), |placement| write(&shell.folders.window_file(), placement))
    });
    match kept.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "where the window stands is not kept"),
        Err(error) => tracing::warn!(%error, "where the window stands is not kept"),
    }
}

fn look(window: &WebviewWindow) -> tauri::Result<Option<Placement>> {
    if !window.is_visible()? || window.is_minimized()? {
        return Ok(None);
    }
    let (PhysicalPosition { x, y }, PhysicalSize { width, height }) =
        (window.outer_position()?, window.inner_size()?);
    Ok(Some(Placement { area: Area { x, y, width, height }, maximized: window.is_maximized()? }))
}

fn restore(window: &WebviewWindow, Placement { area, maximized }: Placement) -> tauri::Result<()> {
    let monitors: Vec<Area> = window.available_monitors()?.iter().map(area_of).collect();
    if area.is_within_reach(&monitors) {
        window.set_position(PhysicalPosition::new(area.x, area.y))?;
    }
    window.set_size(PhysicalSize::new(area.width, area.height))?;
    if maximized {
        window.maximize()?;
    }
    Ok(())
}

fn area_of(monitor: &tauri::Monitor) -> Area {
    let (position, size) = (monitor.position(), monitor.size());
    Area { x: position.x, y: position.y, width: size.width, height: size.height }
}

fn read(file: &Path) -> Option<Placement> {
    let windows = std::fs::read(file).ok()?;
    // It holds nothing that anybody would repair: one that is damaged is written anew.
    let Windows { main } = serde_json::from_slice(&windows).ok()?;
    (main.area.width > 0 && main.area.height > 0).then_some(main)
}

fn write(file: &Path, main: Placement) -> io::Result<()> {
    private_file::write(file, &serde_json::to_vec_pretty(&Windows { main })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Area = Area { x: 0, y: 0, width: 1600, height: 900 };
    const SMALL: Area = Area { x: 300, y: 200, width: 1010, height: 707 };

    fn at(area: Area, maximized: bool) -> Placement {
        Placement { area, maximized }
    }

    fn after(looks: &[Option<Placement>]) -> Option<Placement> {
        looks.iter().fold(None, |known, seen| Placement::after(known, *seen))
    }

    #[test]
    fn a_maximised_window_keeps_the_place_that_it_had_before() {
        let known = after(&[Some(at(SMALL, false)), Some(at(SCREEN, true))]);
        assert_eq!(known, Some(at(SMALL, true)));
        assert_eq!(Placement::after(known, Some(at(SMALL, false))), Some(at(SMALL, false)));
    }

    #[test]
    fn a_window_out_of_sight_tells_nothing() {
        assert_eq!(after(&[None]), None);
        let looks = [Some(at(SMALL, false)), Some(at(SCREEN, true)), None];
        assert_eq!(after(&looks), Some(at(SMALL, true)));
    }

    #[test]
    fn a_window_stays_within_reach() {
        let second = Area { x: 1600, y: 0, width: 1280, height: 1024 };
        let moved = |x, y| Area { x, y, ..SMALL };
        for area in [SMALL, moved(0, 0), moved(-900, 0), moved(1500, 820), moved(1700, 100)] {
            assert!(area.is_within_reach(&[SCREEN, second]), "{area:?}");
        }
        for area in
            [moved(-1000, 0), moved(300, -40), moved(300, 890), moved(1700, 100), moved(i32::MAX, i32::MIN)]
        {
            assert!(!area.is_within_reach(&[SCREEN]), "{area:?}");
        }
        assert!(!SMALL.is_within_reach(&[]));
    }

    #[test]
    fn the_file_is_read_as_earlier_versions_have_written_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("window.json");
        assert_eq!(read(&file), None);
        std::fs::write(
            &file,
            r#"{"main":{"width":1010,"height":707,"x":300,"y":200,"prev_x":-1,"prev_y":-1,"maximized":true,
               "visible":true,"decorated":true,"fullscreen":false}}"#,
        )
        .expect("written");
        let placement = Placement { area: SMALL, maximized: true };
        assert_eq!(read(&file), Some(placement));
        write(&file, Placement { maximized: false, ..placement }).expect("written");
        assert_eq!(read(&file), Some(Placement { maximized: false, ..placement }));
        for damaged in ["", "{}", r#"{"main":{"width":0,"height":0,"x":0,"y":0,"maximized":false}}"#] {
            std::fs::write(&file, damaged).expect("written");
            assert_eq!(read(&file), None, "{damaged}");
        }
    }
}
