//! Attention is drawn to the window by how much is unread in it. Pure.

/// What is unread, and whether the desktop was asked to draw attention to the window (the urgency hint).
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attention {
    unread: u32,
    drawn: bool,
}

impl Attention {
    /// So much is unread now. Gives what the desktop is to be asked for, if that is something else than before: attention is
    /// drawn once to all that comes until somebody looks.
    pub(crate) fn mark(&mut self, unread: u32, focused: bool) -> Option<bool> {
        let more = unread > self.unread;
        self.unread = unread;
        match self.drawn {
            false if more && !focused => Some(self.change(true)),
            true if unread == 0 => Some(self.change(false)),
            _ => None,
        }
    }

    /// The window has the focus. Gives the same.
    pub(crate) fn seen(&mut self) -> Option<bool> {
        if self.drawn { Some(self.change(false)) } else { None }
    }

    pub(crate) fn unread(self) -> u32 {
        self.unread
    }

    fn change(&mut self, drawn: bool) -> bool {
        self.drawn = drawn;
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attention_is_drawn_once_until_somebody_looks() {
        let mut attention = Attention::default();
        assert_eq!(attention.mark(0, false), None);
        assert_eq!(attention.mark(1, false), Some(true));
        assert_eq!(attention.mark(2, false), None);
        assert_eq!(attention.seen(), Some(false));
        assert_eq!(attention.seen(), None);
        // What is left unread draws none again, what comes does.
        assert_eq!(attention.mark(2, false), None);
        assert_eq!(attention.mark(1, false), None);
        assert_eq!(attention.mark(2, false), Some(true));
        assert_eq!(attention.unread(), 2);
    }

    #[test]
    fn what_was_read_elsewhere_draws_none() {
        let mut attention = Attention::default();
        assert_eq!(attention.mark(3, false), Some(true));
        assert_eq!(attention.mark(0, false), Some(false));
        assert_eq!(attention.mark(0, false), None);
    }

    #[test]
    fn a_window_that_is_looked_at_needs_none() {
        let mut attention = Attention::default();
        assert_eq!(attention.mark(5, true), None);
        assert_eq!(attention.mark(5, false), None);
        assert_eq!(attention.mark(6, false), Some(true));
    }
}
