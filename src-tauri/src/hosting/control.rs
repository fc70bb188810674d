//! The control of hosting is the handle by which the rest of the app gives orders to the task that hosts, and waits for
//! its answers.

use hearth_host::Report;
use hearth_protocol::InviteId;
use tokio::sync::{mpsc, oneshot};

use crate::api::error::AppError;
use crate::api::hosting::{HostChoice, Retention};
use crate::api::rooms::RoomId;
use crate::hosting::access::AccessChange;

/// Orders come from a person's clicks, and each waits for its answer.
const ORDERS: usize = 8;

/// What is asked of the task, with the way back for its answer.
pub(crate) enum HostOrder {
    Start(HostChoice, oneshot::Sender<Result<(), AppError>>),
    Stop(oneshot::Sender<()>),
    CountOthers(oneshot::Sender<u32>),
    SetRetention(RoomId, Retention, oneshot::Sender<Result<(), AppError>>),
    ChangeAccess(AccessChange, oneshot::Sender<Result<Option<InviteId>, AppError>>),
    SetOutside(bool, oneshot::Sender<Result<(), AppError>>),
    Examine(oneshot::Sender<Result<Report, AppError>>),
    LookAgain,
}

/// A handle of the task that hosts.
#[derive(Clone)]
pub(crate) struct HostControl {
    orders: mpsc::Sender<HostOrder>,
}

impl HostControl {
    /// The handle, and what the task takes its orders from.
    pub(crate) fn new() -> (Self, mpsc::Receiver<HostOrder>) {
        let (orders, received) = mpsc::channel(ORDERS);
        (Self { orders }, received)
    }

    /// Hosts a room, in place of the one that may be hosted now.
    pub(crate) async fn start(&self, choice: HostChoice) -> Result<(), AppError> {
        self.ask(|answer| HostOrder::Start(choice, answer)).await.unwrap_or(Err(AppError::UnknownRoom))
    }

    /// Stops hosting. Everybody in the room is told. Does nothing when nothing is hosted.
    pub(crate) async fn stop(&self) {
        self.ask(HostOrder::Stop).await;
    }

    /// How many others are in the hosted room.
    pub(crate) async fn others(&self) -> u32 {
        self.ask(HostOrder::CountOthers).await.unwrap_or(0)
    }

    /// Sets how much of a room of one's own is kept, and lets go of what is too much.
    pub(crate) async fn set_retention(&self, id: RoomId, retention: Retention) -> Result<(), AppError> {
        let done = self.ask(|answer| HostOrder::SetRetention(id, retention, answer)).await;
        done.unwrap_or(Err(AppError::UnknownRoom))
    }

    /// Changes who may come into the hosted room. Gives the invitation that was made, if one was.
    pub(crate) async fn change_access(&self, change: AccessChange) -> Result<Option<InviteId>, AppError> {
        let done = self.ask(|answer| HostOrder::ChangeAccess(change, answer)).await;
        done.unwrap_or(Err(AppError::UnknownRoom))
    }

    /// Sets whether the hosted room is to be reachable from the internet.
    pub(crate) async fn set_outside(&self, wished: bool) -> Result<(), AppError> {
        self.ask(|answer| HostOrder::SetOutside(wished, answer)).await.unwrap_or(Err(AppError::UnknownRoom))
    }

    /// Finds out who can get into the hosted room, which may take half a minute.
    pub(crate) async fn examine(&self) -> Result<Report, AppError> {
        self.ask(HostOrder::Examine).await.unwrap_or(Err(AppError::UnknownRoom))
    }

    /// Looks now whether the addresses have changed, as after a sleep, and whether the computer is to stay awake.
    pub(crate) async fn look_again(&self) {
        // A task that has ended has nothing to look at.
        let _ = self.orders.send(HostOrder::LookAgain).await;
    }

    async fn ask<T>(&self, order: impl FnOnce(oneshot::Sender<T>) -> HostOrder) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        self.orders.send(order(answer)).await.ok()?;
        answered.await.ok()
    }
}
