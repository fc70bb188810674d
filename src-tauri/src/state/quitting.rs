//! Quitting is begun once, and whoever wants the app meanwhile gets it afterwards. Pure.

/// Whether the app quits, and what comes after.
#[derive(Debug, Default)]
pub(crate) struct Quitting {
    begun: bool,
    /// The arguments of a start that came meanwhile.
    again: Option<Vec<String>>,
}

impl Quitting {
    /// The app quits from now on. Whether it did already.
    pub(crate) fn begin(&mut self) -> bool {
        std::mem::replace(&mut self.begun, true)
    }

    /// Whether the app may end by itself now.
    pub(crate) fn has_begun(&self) -> bool {
        self.begun
    }

    /// Somebody wants the app, by these arguments, such as a link. Whether they have to wait, since it quits: it is then to be
    /// started again.
    pub(crate) fn wanted(&mut self, arguments: &[String]) -> bool {
        // Who wants a window only does not take the link away that somebody wanted before.
        if self.begun && (self.again.is_none() || !arguments.is_empty()) {
            self.again = Some(arguments.to_vec());
        }
        self.begun
    }

    /// How the app is to be started again, if it is.
    pub(crate) fn again(&mut self) -> Option<Vec<String>> {
        self.again.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_wants_the_app_while_it_quits_gets_it_afterwards() {
        let mut quitting = Quitting::default();
        let link = vec!["hearth://192.168.1.23:8080".to_owned()];
        assert!(!quitting.wanted(&link), "it is there");
        assert!(!quitting.begin());
        assert!(quitting.begin() && quitting.has_begun(), "once");
        assert_eq!(quitting.again(), None);
        assert!(quitting.wanted(&[]) && quitting.wanted(&link) && quitting.wanted(&[]));
        assert_eq!(quitting.again(), Some(link));
        assert_eq!(quitting.again(), None, "it is started once");
    }
}
