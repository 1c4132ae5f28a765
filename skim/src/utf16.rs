//! UTF-16 that is nearly all ASCII.

/// How many units are looked at at once.
const UNITS: usize = 32;

/// Which octet of a unit comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The low one.
    LowFirst,
    /// The high one.
    HighFirst,
}

/// Adds the ASCII that UTF-16 begins with to a text, and gives the units that are left: fewer than 32, or not all of the
/// first 32 are of ASCII.
pub fn take_ascii<'u>(units: &'u [[u8; 2]], order: Order, text: &mut String) -> &'u [[u8; 2]] {
    match order {
        Order::LowFirst => take(units, text, |[low, high]| (low, high)),
        Order::HighFirst => take(units, text, |[high, low]| (low, high)),
    }
}

fn take<'u>(
    mut units: &'u [[u8; 2]],
    text: &mut String,
    octets: impl Fn([u8; 2]) -> (u8, u8),
) -> &'u [[u8; 2]] {
    while let Some((block, after)) = units.split_first_chunk::<UNITS>() {
        // Compilers make instructions on many octets of this loop.
        let mut ascii = [0; UNITS];
        let (mut lows, mut highs) = (0, 0);
        for (octet, pair) in ascii.iter_mut().zip(block) {
            let (low, high) = octets(*pair);
            lows |= low;
            highs |= high;
            *octet = low;
        }
        let Ok(ascii) = str::from_utf8(&ascii) else {
            break;
        };
        if lows >= 0x80 || highs != 0 {
            break;
        }
        text.push_str(ascii);
        units = after;
    }
    units
}
