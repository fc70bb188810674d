//! Knocking at a closed room: hellos with something to show, and what the host says to them.

use std::num::NonZeroU32;

use hearth_host::{Invite, InviteWish};
use hearth_protocol::{ClientFrame, Hello, RefusalCode, Refused, Secret, ServerFrame, Welcome};

use crate::{RawClient, TestHost, hello};

/// The hello of somebody with an invitation.
pub fn by(nickname: &str, secret: &Secret) -> Hello {
    Hello { secret: Some(secret.clone()), ..hello(nickname) }
}

/// The hello of somebody who knows a password.
pub fn knowing(nickname: &str, password: &str) -> Hello {
    Hello { password: Secret::new(password).ok(), ..hello(nickname) }
}

/// An invitation that is good so often.
pub fn times(uses: u32) -> InviteWish {
    InviteWish { uses: NonZeroU32::new(uses), ..InviteWish::default() }
}

/// Makes an invitation.
pub async fn invite(host: &TestHost, wish: InviteWish) -> Invite {
    host.make_invite(wish).await.expect("an invitation")
}

/// Knocks, and gives what the host says.
pub async fn knock(url: &str, hello: Hello) -> Result<(RawClient, Welcome), Refused> {
    let mut client = RawClient::v1(url).await.expect("a connection");
    client.send(&ClientFrame::Hello(hello)).await;
    match client.frame().await {
        ServerFrame::Welcome(welcome) => Ok((client, *welcome)),
        ServerFrame::Refused(refused) => {
            assert_eq!(client.close_code().await, Some(4002), "and its connection ends");
            Err(refused)
        }
        other => panic!("{other:?}"),
    }
}

/// Knocks, and gives why it does not open.
pub async fn code(url: &str, hello: Hello) -> RefusalCode {
    knock(url, hello).await.expect_err("it does not come in").code
}

/// Knocks, and comes in.
pub async fn enter(url: &str, hello: Hello) -> (RawClient, Welcome) {
    knock(url, hello).await.unwrap_or_else(|refused| panic!("{refused:?}"))
}
