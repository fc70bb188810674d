//! The commands are what the page may ask for (Tauri's IPC). Each only hands over to who does it.
//!
//! `src-tauri/permissions/commands.toml` lists the same names: what is not listed there is denied.

#![allow(clippy::needless_pass_by_value, reason = "arguments come out of a message: a command owns them")]

use std::sync::Arc;
use std::time::Duration;

use hearth_client::{Cursor, Invitation, RoomCommand};
use hearth_host::Report;
use hearth_protocol::{InviteId, Rules};
use tauri::State;
use tauri::ipc::{Channel, Invoke};
use tauri_plugin_clipboard_manager::ClipboardExt;

use crate::api::access::{InviteWish, PasswordChange, QrCode};
use crate::api::app::{AppUpdate, CloseAnswer};
use crate::api::error::{AppError, system};
use crate::api::hosting::{ExportFormat, Exported, HostChoice, Retention};
use crate::api::rooms::{RecentId, RoomId, RoomKey};
use crate::api::settings::Settings;
use crate::desktop::{deep_links, first_paint, qr, unread, web_links};
use crate::hosting::access::AccessChange;
use crate::hosting::control::HostControl;
use crate::hosting::own_rooms::{self, OwnRooms};
use crate::hosting::reading;
use crate::rooms::order::order;
use crate::rooms::{export, join, leave, updates};
use crate::shell::Shell;
use crate::{quit, settings};

type App<'a> = State<'a, Arc<Shell>>;
type Host<'a> = State<'a, HostControl>;
type Answer<T> = Result<T, AppError>;

/// What the window may ask for.
pub(crate) fn handler() -> impl Fn(Invoke) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        app_subscribe,
        room_subscribe,
        host_start,
        host_stop,
        join,
        cancel_join,
        answer_opened,
        qr_code,
        set_access,
        set_rules,
        make_invite,
        revoke_invite,
        set_outside,
        examine,
        leave,
        rejoin,
        forget_recent,
        room_command,
        export_room,
        export_own_room,
        import_room,
        delete_own_room,
        set_retention,
        set_aside_own_room,
        reveal_own_room,
        reveal_export,
        set_nickname,
        set_settings,
        open_link,
        copy_text,
        mark_unread,
        close_answer,
        flushed,
        painted,
    ]
}

// Commands that are not async run one after the other, in the order in which the page asked.

#[tauri::command]
pub(crate) fn app_subscribe(app: App<'_>, channel: Channel<AppUpdate>) {
    app.state().subscribe(channel);
}

#[tauri::command]
pub(crate) fn room_subscribe(
    app: App<'_>,
    room: RoomKey,
    after: Option<Cursor>,
    channel: Channel,
) -> Answer<()> {
    let resting = app.state().resting_at(&room);
    match resting {
        Some(id) => reading::subscribe(&app, id, after, channel),
        None => updates::subscribe(&app, &room, after, channel)?,
    }
    Ok(())
}

#[tauri::command]
pub(crate) async fn host_start(host: Host<'_>, choice: HostChoice) -> Answer<()> {
    host.start(choice).await
}

#[tauri::command]
pub(crate) async fn host_stop(host: Host<'_>) -> Answer<()> {
    host.stop().await;
    Ok(())
}

#[tauri::command]
pub(crate) async fn join(
    app: App<'_>,
    address: String,
    password: Option<String>,
    renewed: bool,
) -> Answer<RoomKey> {
    join::join(&app, &address, password.as_deref(), renewed).await
}

#[tauri::command]
pub(crate) async fn cancel_join(app: App<'_>) -> Answer<()> {
    join::cancel(&app).await;
    Ok(())
}

/// The user has answered a link that was opened, one way or the other.
#[tauri::command]
pub(crate) fn answer_opened(app: App<'_>) {
    app.state().set_opened(None);
}

#[tauri::command]
pub(crate) fn qr_code(text: String) -> Answer<QrCode> {
    qr::of(&text).map_err(system)
}

#[tauri::command]
pub(crate) async fn set_access(host: Host<'_>, closed: bool, password: PasswordChange) -> Answer<()> {
    host.change_access(AccessChange::Access { closed, password }).await.map(drop)
}

#[tauri::command]
pub(crate) async fn set_rules(host: Host<'_>, rules: Rules) -> Answer<()> {
    host.change_access(AccessChange::Rules(rules)).await.map(drop)
}

#[tauri::command]
pub(crate) async fn make_invite(host: Host<'_>, wish: InviteWish) -> Answer<InviteId> {
    host.change_access(AccessChange::Make(wish)).await?.ok_or(AppError::UnknownRoom)
}

#[tauri::command]
pub(crate) async fn revoke_invite(host: Host<'_>, id: InviteId, leave: bool) -> Answer<()> {
    host.change_access(AccessChange::Revoke { id, leave }).await.map(drop)
}

#[tauri::command]
pub(crate) async fn set_outside(host: Host<'_>, wished: bool) -> Answer<()> {
    host.set_outside(wished).await
}

#[tauri::command]
pub(crate) async fn examine(host: Host<'_>) -> Answer<Report> {
    host.examine().await
}

#[tauri::command]
pub(crate) async fn leave(app: App<'_>, host: Host<'_>, room: RoomKey) -> Answer<()> {
    if app.state().room(&room).ok_or(AppError::UnknownRoom)?.hosted {
        // One's own room is left by hosting it no longer.
        host.stop().await;
        return Ok(());
    }
    leave::leave(&app, &room).await
}

#[tauri::command]
pub(crate) async fn rejoin(app: App<'_>, id: RecentId, password: Option<String>) -> Answer<RoomKey> {
    join::rejoin(&app, id, password.as_deref()).await
}

#[tauri::command]
pub(crate) async fn forget_recent(app: App<'_>, id: RecentId) -> Answer<()> {
    leave::forget_recent(&app, id).await
}

#[tauri::command]
pub(crate) fn room_command(app: App<'_>, room: RoomKey, command: RoomCommand) -> Answer<()> {
    let resting = app.state().resting_at(&room);
    match resting {
        Some(id) => reading::order(&app, id, command),
        None => order(&app, &room, command),
    }
}

#[tauri::command]
pub(crate) async fn export_room(app: App<'_>, room: RoomKey, format: ExportFormat) -> Answer<Exported> {
    let file = match room.own() {
        Some(id) => OwnRooms::of(&app).file(&id)?,
        None => export::room_file(&app, &room)?,
    };
    export::export(&app, file, format).await
}

#[tauri::command]
pub(crate) async fn export_own_room(app: App<'_>, id: RoomId, format: ExportFormat) -> Answer<Exported> {
    export::export(&app, OwnRooms::of(&app).file(&id)?, format).await
}

#[tauri::command]
pub(crate) async fn import_room(app: App<'_>) -> Answer<Option<RoomId>> {
    own_rooms::import(&app).await
}

#[tauri::command]
pub(crate) async fn delete_own_room(app: App<'_>, id: RoomId) -> Answer<()> {
    own_rooms::delete(&app, id).await
}

#[tauri::command]
pub(crate) async fn set_retention(host: Host<'_>, id: RoomId, retention: Retention) -> Answer<()> {
    host.set_retention(id, retention).await
}

#[tauri::command]
pub(crate) async fn set_aside_own_room(app: App<'_>, id: RoomId) -> Answer<()> {
    own_rooms::set_aside(&app, id).await
}

#[tauri::command]
pub(crate) async fn reveal_own_room(app: App<'_>, id: RoomId) -> Answer<()> {
    own_rooms::reveal(&app, &id)
}

#[tauri::command]
pub(crate) async fn reveal_export(app: App<'_>) -> Answer<()> {
    export::reveal(&app)
}

#[tauri::command]
pub(crate) async fn set_nickname(app: App<'_>, nickname: String) -> Answer<()> {
    settings::set_nickname(&app, &nickname).await
}

#[tauri::command]
pub(crate) async fn set_settings(app: App<'_>, host: Host<'_>, settings: Settings) -> Answer<()> {
    settings::set_settings(&app, &host, settings).await
}

#[tauri::command]
pub(crate) async fn open_link(app: App<'_>, url: String) -> Answer<()> {
    // A room is entered here, and not without being asked: whoever wrote the link is not the one who clicks on it.
    if Invitation::leads_to_room(&url) {
        deep_links::open(&app, &url);
        return Ok(());
    }
    let url = web_links::checked(&url)?;
    tauri_plugin_opener::open_url(url, None::<&str>).map_err(system)
}

#[tauri::command]
pub(crate) async fn copy_text(app: App<'_>, text: String) -> Answer<()> {
    app.app.clipboard().write_text(text).map_err(system)
}

#[tauri::command]
pub(crate) fn mark_unread(app: App<'_>, count: u32) {
    unread::mark(&app, count);
}

#[tauri::command]
pub(crate) async fn close_answer(
    app: App<'_>,
    host: Host<'_>,
    answer: CloseAnswer,
    remember: bool,
) -> Answer<()> {
    quit::close_answered(&app, &host, answer, remember).await
}

/// Behind everything that the page has asked for before.
#[tauri::command]
pub(crate) fn flushed(app: App<'_>) {
    app.flushed.notify_one();
}

#[tauri::command]
pub(crate) fn painted(since_frame: u32) {
    first_paint::painted(Duration::from_millis(since_frame.into()));
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Permissions {
        permission: Vec<Permission>,
    }

    #[derive(Deserialize)]
    struct Permission {
        commands: Commands,
    }

    #[derive(Deserialize)]
    struct Commands {
        allow: Vec<String>,
    }

    fn read(path: &str) -> String {
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("it is there")
    }

    fn sorted(mut names: Vec<String>) -> Vec<String> {
        names.sort();
        names
    }

    /// The commands that the window's handler knows.
    fn handled() -> Vec<String> {
        let (_, list) = include_str!("commands.rs").split_once("generate_handler![").expect("a handler");
        let (list, _) = list.split_once(']').expect("a list");
        let names = list.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        sorted(names.collect())
    }

    /// The commands that the page calls, each once.
    fn called(page: &str) -> Vec<String> {
        let calls = page.match_indices('(').filter_map(|(at, _)| {
            let is_call = page[..at].ends_with("call") || page[..at].ends_with("subscribe");
            let name = page[at + 1..].trim_start().strip_prefix('"').filter(|_| is_call)?;
            name.split('"').next().map(str::to_owned)
        });
        let mut names = sorted(calls.collect());
        names.dedup();
        names
    }

    #[test]
    fn every_command_is_allowed_and_nothing_else() {
        let permissions: Permissions =
            toml::from_str(&read("src-tauri/permissions/commands.toml")).expect("TOML");
        let allowed = permissions.permission.into_iter().flat_map(|permission| permission.commands.allow);
        assert_eq!(sorted(allowed.collect()), handled());
    }

    #[test]
    fn every_command_is_called_by_the_page_and_nothing_else() {
        assert_eq!(called(&read("ui/src/transport/desktop.ts")), handled());
    }
}
