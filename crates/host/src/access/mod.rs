//! Who may come in: authentication, invitations and passwords, and what is refused to whom (access control). Pure.

pub(crate) mod attempts;
pub(crate) mod gate;
pub(crate) mod grant;
pub(crate) mod invites;
pub(crate) mod password;
pub(crate) mod policy;
