//! What the page may ask for. Each command only hands over to who does it.
//!
//! `src-tauri/permissions/commands.toml` lists the same names: what is not listed there is denied.

#![allow(clippy::needless_pass_by_value, reason = "arguments come out of a message: a command owns them")]

use std::sync::Arc;
use std::time::Duration;

use hearth_client::Cursor;
use hearth_host::Report;
use hearth_protocol::{HistoryRequest, InviteId, PostId, SearchRequest, Seq};
use tauri::State;
use tauri::ipc::Channel;
use tauri_plugin_clipboard_manager::ClipboardExt;

use crate::api::access::{InviteWish, PasswordChange, QrCode};
use crate::api::app::{AppUpdate, CloseAnswer};
use crate::api::error::AppError;
use crate::api::hosting::{ExportFormat, Exported, HostChoice, Retention, RoomId};
use crate::api::rooms::{RecentId, RoomKey};
use crate::api::settings::Settings;
use crate::desktop::{first_paint, qr, web_links};
use crate::hosting::access::DoorOrder;
use crate::rooms::order::RoomOrder;
use crate::shell::{Shell, system};

type App<'a> = State<'a, Arc<Shell>>;
type Answer<T> = Result<T, AppError>;

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
    app.subscribe_room(&room, after, channel)
}

#[tauri::command]
pub(crate) async fn host_start(app: App<'_>, choice: HostChoice) -> Answer<()> {
    app.host.start(choice).await
}

#[tauri::command]
pub(crate) async fn host_stop(app: App<'_>) -> Answer<()> {
    app.host.stop().await;
    Ok(())
}

#[tauri::command]
pub(crate) async fn join(app: App<'_>, address: String, password: Option<String>) -> Answer<RoomKey> {
    app.join(&address, password.as_deref()).await
}

#[tauri::command]
pub(crate) async fn cancel_join(app: App<'_>) -> Answer<()> {
    app.cancel_join().await;
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
pub(crate) async fn set_access(app: App<'_>, closed: bool, password: PasswordChange) -> Answer<()> {
    app.host.doors(DoorOrder::Access { closed, password }).await.map(drop)
}

#[tauri::command]
pub(crate) async fn make_invite(app: App<'_>, wish: InviteWish) -> Answer<InviteId> {
    app.host.doors(DoorOrder::Make(wish)).await?.ok_or(AppError::UnknownRoom)
}

#[tauri::command]
pub(crate) async fn revoke_invite(app: App<'_>, id: InviteId, leave: bool) -> Answer<()> {
    app.host.doors(DoorOrder::Revoke { id, leave }).await.map(drop)
}

#[tauri::command]
pub(crate) async fn set_outside(app: App<'_>, wished: bool) -> Answer<()> {
    app.host.set_outside(wished).await
}

#[tauri::command]
pub(crate) async fn examine(app: App<'_>) -> Answer<Report> {
    app.host.examine().await
}

#[tauri::command]
pub(crate) async fn leave(app: App<'_>, room: RoomKey) -> Answer<()> {
    app.leave(&room).await
}

#[tauri::command]
pub(crate) async fn rejoin(app: App<'_>, id: RecentId, password: Option<String>) -> Answer<RoomKey> {
    app.rejoin(id, password.as_deref()).await
}

#[tauri::command]
pub(crate) async fn forget_recent(app: App<'_>, id: RecentId) -> Answer<()> {
    app.forget_recent(id).await
}

#[tauri::command]
pub(crate) fn post(app: App<'_>, room: RoomKey, id: PostId, text: String) -> Answer<()> {
    app.order(&room, RoomOrder::Post(id, text))
}

#[tauri::command]
pub(crate) fn retry_line(app: App<'_>, room: RoomKey, id: PostId) -> Answer<()> {
    app.order(&room, RoomOrder::Retry(id))
}

#[tauri::command]
pub(crate) fn discard_line(app: App<'_>, room: RoomKey, id: PostId) -> Answer<()> {
    app.order(&room, RoomOrder::Discard(id))
}

#[tauri::command]
pub(crate) fn reconnect(app: App<'_>, room: RoomKey) -> Answer<()> {
    app.order(&room, RoomOrder::Reconnect)
}

#[tauri::command]
pub(crate) fn history(
    app: App<'_>,
    room: RoomKey,
    before: Seq,
    after: Option<Seq>,
    limit: u32,
) -> Answer<()> {
    app.order(&room, RoomOrder::History(HistoryRequest { before, after, limit }))
}

#[tauri::command]
pub(crate) fn search(
    app: App<'_>,
    room: RoomKey,
    query: String,
    before: Option<Seq>,
    limit: u32,
) -> Answer<()> {
    app.order(&room, RoomOrder::Search(SearchRequest { query, before, limit }))
}

#[tauri::command]
pub(crate) async fn export_room(app: App<'_>, room: RoomKey, format: ExportFormat) -> Answer<Exported> {
    let file = app.room_file(&room)?;
    app.export(file, format).await
}

#[tauri::command]
pub(crate) async fn export_own_room(app: App<'_>, id: RoomId, format: ExportFormat) -> Answer<Exported> {
    app.export_own_room(&id, format).await
}

#[tauri::command]
pub(crate) async fn import_room(app: App<'_>) -> Answer<Option<RoomId>> {
    app.import_room().await
}

#[tauri::command]
pub(crate) async fn delete_own_room(app: App<'_>, id: RoomId) -> Answer<()> {
    app.delete_own_room(id).await
}

#[tauri::command]
pub(crate) async fn set_retention(app: App<'_>, id: RoomId, retention: Retention) -> Answer<()> {
    app.host.set_retention(id, retention).await
}

#[tauri::command]
pub(crate) async fn set_aside_own_room(app: App<'_>, id: RoomId) -> Answer<()> {
    app.set_aside_own_room(id).await
}

#[tauri::command]
pub(crate) async fn reveal_own_room(app: App<'_>, id: RoomId) -> Answer<()> {
    tauri_plugin_opener::reveal_item_in_dir(app.own_rooms.file(&id)?).map_err(system)
}

#[tauri::command]
pub(crate) async fn reveal_export(app: App<'_>) -> Answer<()> {
    app.reveal_export()
}

#[tauri::command]
pub(crate) async fn set_nickname(app: App<'_>, nickname: String) -> Answer<()> {
    app.set_nickname(&nickname).await
}

#[tauri::command]
pub(crate) async fn set_settings(app: App<'_>, settings: Settings) -> Answer<()> {
    app.set_settings(settings).await
}

#[tauri::command]
pub(crate) async fn open_link(url: String) -> Answer<()> {
    let url = web_links::checked(&url)?;
    tauri_plugin_opener::open_url(url, None::<&str>).map_err(system)
}

#[tauri::command]
pub(crate) async fn copy_text(app: App<'_>, text: String) -> Answer<()> {
    app.app.clipboard().write_text(text).map_err(system)
}

#[tauri::command]
pub(crate) async fn close_answer(app: App<'_>, answer: CloseAnswer, remember: bool) -> Answer<()> {
    app.close_answered(answer, remember).await
}

#[tauri::command]
pub(crate) fn painted(since_frame: u32) {
    first_paint::painted(Duration::from_millis(since_frame.into()));
}
