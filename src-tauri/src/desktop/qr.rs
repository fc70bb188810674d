//! QR codes show a link to a camera.

use std::fmt::Write as _;

use qrcode::types::QrError;
use qrcode::{EcLevel, QrCode as Squares};

use crate::api::access::QrCode;

/// Draws a text. A screen is clean and still: the lowest level of correction gives the largest squares that are easiest to
/// read from the other end of a table.
pub(crate) fn of(text: &str) -> Result<QrCode, QrError> {
    let squares = Squares::with_error_correction_level(text, EcLevel::L)?;
    let side = squares.width();
    let dark = squares.to_colors();
    let mut path = String::new();
    for (y, row) in dark.chunks(side).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] == qrcode::Color::Dark {
                // Writing to a string does not fail.
                let _ = write!(path, "M{x} {y}h{0}v1h-{0}z", run.len());
            }
            x += run.len();
        }
    }
    Ok(QrCode { side: u32::try_from(side).unwrap_or_default(), path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_draws_the_dark_squares_and_no_others() {
        let text = "http://192.168.1.23:8080/#k=AAECAwQFBgcICQoLDA0ODw&p=_____________________w";
        let drawn = of(text).expect("it fits");
        let squares = Squares::with_error_correction_level(text, EcLevel::L).expect("it fits");
        let dark = squares.to_colors().iter().filter(|&&color| color == qrcode::Color::Dark).count();
        let lengths = drawn.path.split('h').skip(1).step_by(2);
        let covered: usize =
            lengths.map(|run| run.split('v').next().map_or(0, |n| n.parse().unwrap_or(0))).sum();
        assert_eq!(covered, dark);
        assert!(drawn.path.starts_with("M0 0h7v1h-7z"), "the corner that cameras look for: {}", drawn.path);
        assert!(drawn.side <= 45, "few squares are large squares: {}", drawn.side);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(of(&"x".repeat(5000)).is_err());
    }
}
