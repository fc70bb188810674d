//! Terminals: whether escape codes may be written, and QR codes that a camera reads from a dark one and a light one.

use std::ffi::OsString;
use std::io::IsTerminal;

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use qrcode::types::QrError;

/// Whether escape codes may be written to a stream: only a terminal understands them, and none that is dumb; and whoever sets
/// `NO_COLOR` wants none (<https://no-color.org>).
pub(crate) fn takes_escape_codes(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && wants_escape_codes(|name| std::env::var_os(name))
}

fn wants_escape_codes(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let no_color = variable("NO_COLOR").is_some_and(|set| !set.is_empty());
    !no_color && variable("TERM").is_none_or(|kind| kind != "dumb")
}

/// How a QR code is drawn. Many cameras want it dark on light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ground {
    /// Black on white, which is said by escape codes.
    Said,
    /// The letters of where it is read are light on dark, as in most terminals.
    Dark,
    /// They are dark on light, as on paper.
    Light,
}

/// Black on white, from the part of the 256 colours that no theme changes.
const BLACK_ON_WHITE: &str = "\u{1b}[38;5;16;48;5;231m";
const AS_BEFORE: &str = "\u{1b}[0m";

/// Draws a text as a QR code.
pub(crate) fn qr(text: &str, ground: Ground) -> Result<String, QrError> {
    let code = QrCode::new(text)?;
    let mut drawing = code.render::<Dense1x2>();
    drawing.quiet_zone(true);
    if ground == Ground::Dark {
        // Then the letters are the light squares.
        drawing.dark_color(Dense1x2::Light).light_color(Dense1x2::Dark);
    }
    let drawn = drawing.build();
    if ground != Ground::Said {
        return Ok(drawn);
    }
    // Line by line: the rest of each has the colours of the terminal.
    let lines: Vec<_> = drawn.lines().map(|line| format!("{BLACK_ON_WHITE}{line}{AS_BEFORE}")).collect();
    Ok(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use qrcode::Color;

    const LINK: &str = "http://192.168.1.23:8080/#k=AAECAwQFBgcICQoLDA0ODw&p=_____________________w";

    /// What a terminal shows, whose letters are dark or else light: for each square whether it is dark.
    fn shown(drawn: &str, dark_letters: bool) -> Vec<Vec<bool>> {
        let mut rows = Vec::new();
        for line in drawn.lines() {
            let said = line.strip_prefix(BLACK_ON_WHITE).and_then(|line| line.strip_suffix(AS_BEFORE));
            let (squares, letters) = said.map_or((line, dark_letters), |squares| (squares, true));
            assert!(!squares.contains('\u{1b}'), "{squares:?}");
            let halves = |has: fn(char) -> bool| {
                squares.chars().map(|square| has(square) == letters).collect::<Vec<_>>()
            };
            rows.push(halves(|square| matches!(square, '\u{2580}' | '\u{2588}')));
            rows.push(halves(|square| matches!(square, '\u{2584}' | '\u{2588}')));
        }
        rows
    }

    /// Whether what is shown is the code, dark on light with a light margin of four squares.
    fn is_read(shown: &[Vec<bool>]) -> bool {
        let code = QrCode::new(LINK).expect("it fits");
        let side = code.width();
        (0..side + 8).all(|y| {
            (0..side + 8).all(|x| {
                let inside = (4..side + 4).contains(&x) && (4..side + 4).contains(&y);
                shown[y][x] == (inside && code[(x - 4, y - 4)] == Color::Dark)
            })
        })
    }

    #[test]
    fn a_code_is_read_from_dark_and_from_light_terminals() {
        let drawn = |ground| qr(LINK, ground).expect("it fits");
        for dark_letters in [false, true] {
            assert!(is_read(&shown(&drawn(Ground::Said), dark_letters)), "said, {dark_letters}");
            assert_eq!(is_read(&shown(&drawn(Ground::Dark), dark_letters)), !dark_letters);
            assert_eq!(is_read(&shown(&drawn(Ground::Light), dark_letters)), dark_letters);
        }
        assert!(!drawn(Ground::Dark).contains('\u{1b}') && !drawn(Ground::Light).contains('\u{1b}'));
    }

    #[test]
    fn who_wants_no_escape_codes_gets_none() {
        let wants = |set: &[(&str, &str)]| {
            let find = |name: &str| set.iter().find(|(known, _)| *known == name);
            wants_escape_codes(|name| find(name).map(|(_, value)| OsString::from(*value)))
        };
        assert!(wants(&[]) && wants(&[("TERM", "xterm"), ("NO_COLOR", "")]));
        assert!(!wants(&[("NO_COLOR", "1")]) && !wants(&[("NO_COLOR", "0")]) && !wants(&[("TERM", "dumb")]));
    }
}
