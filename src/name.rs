//! Domain names as the program compares them: by the hundred thousand, in maps and sets.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The longest label, in octets (RFC 1035 section 2.3.4).
pub(crate) const MAX_LABEL: usize = 63;
/// The longest name on the wire, in octets, with length octets and root (RFC 1035 section 2.3.4).
pub(crate) const MAX_WIRE: usize = 255;

/// An absolute domain name. It keeps its spelling, and is compared without case (RFC 4343) in the canonical order of
/// RFC 4034 section 6.1: by the last label first. Copies share their octets.
///
/// Its text form is [`crate::presentation`]'s alone.
#[derive(Clone)]
pub struct Name {
    /// The length of the wire form, the number of labels, the wire form, the key.
    ///
    /// The key is such that keys compare octet by octet as names do: labels from the last to the first in lower case,
    /// each ended by 0; octets 0 and 1 in labels are written as 1 0 and 1 1. The key of a name begins with that of
    /// each name above it.
    octets: Arc<[u8]>,
}

/// Octets before the wire form.
const HEAD: usize = 2;
/// The most octets of all together: those of a key are at most twice as many as those on the wire.
const MAX_OCTETS: usize = HEAD + MAX_WIRE + 2 * MAX_WIRE;

impl Name {
    /// The root.
    pub fn root() -> Self {
        Self::from_labels([]).expect("the root is a name")
    }

    /// The name of these labels. `None`: one is empty or longer than 63 octets, or the whole is longer than 255.
    pub fn from_labels<'a>(labels: impl IntoIterator<Item = &'a [u8]>) -> Option<Self> {
        let mut octets = [0_u8; MAX_OCTETS];
        let mut end = HEAD;
        let mut starts = [0_u8; 128];
        let mut count = 0_usize;
        for label in labels {
            // One octet stays for the root's length.
            if label.is_empty()
                || label.len() > MAX_LABEL
                || end - HEAD + 1 + label.len() + 1 > MAX_WIRE
            {
                return None;
            }
            *starts.get_mut(count)? = u8::try_from(end - HEAD).ok()?;
            count += 1;
            octets[end] = u8::try_from(label.len()).ok()?;
            octets[end + 1..=end + label.len()].copy_from_slice(label);
            end += 1 + label.len();
        }
        end += 1;
        octets[0] = u8::try_from(end - HEAD).ok()?;
        octets[1] = u8::try_from(count).ok()?;
        for start in starts[..count].iter().rev() {
            let start = HEAD + usize::from(*start);
            let label = start + 1..=start + usize::from(octets[start]);
            if octets[label.clone()].iter().all(|octet| *octet > 1) {
                let length = usize::from(octets[start]);
                octets.copy_within(label, end);
                octets[end..end + length].make_ascii_lowercase();
                end += length;
            } else {
                for at in label {
                    let octet = octets[at].to_ascii_lowercase();
                    if octet <= 1 {
                        octets[end] = 1;
                        end += 1;
                    }
                    octets[end] = octet;
                    end += 1;
                }
            }
            octets[end] = 0;
            end += 1;
        }
        Some(Self {
            octets: Arc::from(&octets[..end]),
        })
    }

    fn wire(&self) -> &[u8] {
        &self.octets[HEAD..HEAD + usize::from(self.octets[0])]
    }

    fn key(&self) -> &[u8] {
        &self.octets[HEAD + usize::from(self.octets[0])..]
    }

    /// Its labels, the first one first, the root's empty one left out.
    pub fn iter(&self) -> Labels<'_> {
        Labels {
            wire: self.wire(),
            left: usize::from(self.octets[1]),
        }
    }

    /// Whether it is the root.
    pub fn is_root(&self) -> bool {
        self.octets[1] == 0
    }

    /// Whether `other` is this name or lies below it.
    pub fn zone_of(&self, other: &Self) -> bool {
        other.key().starts_with(self.key())
    }

    /// Whether both have one spelling, in upper and lower case too.
    pub fn eq_case(&self, other: &Self) -> bool {
        self.wire() == other.wire()
    }

    /// How many octets it has on the wire without compression (RFC 1035 section 3.1).
    pub(crate) fn wire_len(&self) -> usize {
        self.wire().len()
    }

    /// The name right above it; `None` above the root.
    pub fn parent(&self) -> Option<Self> {
        self.without(1)
    }

    /// The name above it that lacks its first `count` labels; `None`: it has fewer.
    pub(crate) fn without(&self, count: usize) -> Option<Self> {
        let labels = self.iter();
        let left = labels.len().checked_sub(count)?;
        let (wire, key) = (self.wire(), self.key());
        let dropped = labels.take(count);
        let length: usize = dropped.clone().map(|label| label.len() + 1).sum();
        // A key has the octets of its wire form, but for the root's, unless some are written in two.
        let written_in_two = if key.len() + 1 == wire.len() {
            0
        } else {
            dropped.flatten().filter(|octet| **octet <= 1).count()
        };
        let (wire, key) = (&wire[length..], &key[..key.len() - length - written_in_two]);
        let mut octets = [0_u8; MAX_OCTETS];
        let (end_of_wire, end) = (HEAD + wire.len(), HEAD + wire.len() + key.len());
        octets[0] = u8::try_from(wire.len()).ok()?;
        octets[1] = u8::try_from(left).ok()?;
        octets[HEAD..end_of_wire].copy_from_slice(wire);
        octets[end_of_wire..end].copy_from_slice(key);
        Some(Self {
            octets: Arc::from(&octets[..end]),
        })
    }

    /// The name in lower case.
    #[must_use]
    pub fn to_lowercase(&self) -> Self {
        // Length octets are below 64, so no upper-case letters.
        if !self.wire().iter().any(u8::is_ascii_uppercase) {
            return self.clone();
        }
        let mut octets = self.octets.to_vec();
        octets.make_ascii_lowercase();
        octets[..HEAD].copy_from_slice(&self.octets[..HEAD]);
        Self {
            octets: octets.into(),
        }
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.octets, &other.octets) || self.key() == other.key()
    }
}

impl Eq for Name {}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.octets, &other.octets) {
            return Ordering::Equal;
        }
        self.key().cmp(other.key())
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl<'a> IntoIterator for &'a Name {
    type Item = &'a [u8];
    type IntoIter = Labels<'a>;

    fn into_iter(self) -> Labels<'a> {
        self.iter()
    }
}

/// The labels of a name.
#[derive(Debug, Clone)]
pub struct Labels<'a> {
    wire: &'a [u8],
    left: usize,
}

impl<'a> Iterator for Labels<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.left == 0 {
            return None;
        }
        let (length, rest) = self.wire.split_first()?;
        let (label, rest) = rest.split_at_checked(usize::from(*length))?;
        self.wire = rest;
        self.left -= 1;
        Some(label)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl DoubleEndedIterator for Labels<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let before = self.left.checked_sub(1)?;
        let label = self.clone().nth(before);
        self.left = before;
        label
    }
}

impl ExactSizeIterator for Labels<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(labels: &[&[u8]]) -> Name {
        Name::from_labels(labels.iter().copied()).unwrap()
    }

    #[test]
    fn names_have_the_canonical_order() {
        // RFC 4034 section 6.1, with neighbours of the octets that keys write in two.
        let ordered = [
            name(&[]),
            name(&[b"example"]),
            name(&[b"a", b"example"]),
            name(&[b"yljkjljk", b"a", b"example"]),
            name(&[b"Z", b"a", b"example"]),
            name(&[b"zABC", b"a", b"EXAMPLE"]),
            name(&[b"z", b"example"]),
            name(&[b"\0", b"z", b"example"]),
            name(&[b"\0\0", b"z", b"example"]),
            name(&[b"\0\x01", b"z", b"example"]),
            name(&[b"\x01", b"z", b"example"]),
            name(&[b"\x01\0", b"z", b"example"]),
            name(&[b"\x01a", b"z", b"example"]),
            name(&[b"\x02", b"z", b"example"]),
            name(&[b"*", b"z", b"example"]),
            name(&[b"\xc8", b"z", b"example"]),
        ];
        for (a, first) in ordered.iter().enumerate() {
            for (b, second) in ordered.iter().enumerate() {
                assert_eq!(first.cmp(second), a.cmp(&b), "{first:?} {second:?}");
                assert_eq!(first == second, a == b);
                let labels = |name: &Name| {
                    let labels = name.iter().map(<[u8]>::to_ascii_lowercase);
                    labels.collect::<Vec<_>>()
                };
                let above = Name::from_labels(first.iter().skip(1)).filter(|_| !first.is_root());
                assert_eq!(first.parent(), above);
                let below = labels(second).ends_with(&labels(first));
                assert_eq!(first.zone_of(second), below, "{first:?} {second:?}");
            }
        }
    }

    #[test]
    fn case_is_kept_and_not_compared() {
        let (upper, lower) = (name(&[b"KMS", b"Example"]), name(&[b"kms", b"example"]));
        assert_eq!(upper, lower);
        assert!(!upper.eq_case(&lower));
        assert!(upper.to_lowercase().eq_case(&lower));
        assert_eq!(
            upper.iter().collect::<Vec<_>>(),
            [b"KMS".as_slice(), b"Example"]
        );
        assert_eq!(
            upper.iter().rev().collect::<Vec<_>>(),
            [b"Example".as_slice(), b"KMS"]
        );
        assert_eq!(upper.iter().len(), 2);
        assert_eq!(upper.parent(), Some(name(&[b"example"])));
        assert_eq!(Name::root().parent(), None);
    }

    #[test]
    fn a_length_octet_is_no_letter() {
        // A label of 63 octets and a name of 255: the most there is.
        let long = [b'X'; 63];
        let all = name(&[&long, &long, &long, &long[..61]]);
        assert_eq!(all.wire_len(), 255);
        let lower = all.to_lowercase();
        assert_eq!(
            lower.iter().map(<[u8]>::len).collect::<Vec<_>>(),
            [63, 63, 63, 61]
        );
        assert_eq!(lower, all);
        for labels in [
            &[&long[..], &long, &long, &long[..62]][..],
            &[&[b'x'; 64]],
            &[b"a", b"", b"b"],
        ] {
            assert!(Name::from_labels(labels.iter().copied()).is_none());
        }
        let short: Vec<&[u8]> = vec![b"\0"; 127];
        assert_eq!(name(&short).iter().len(), 127);
        assert!(Name::from_labels(vec![&b"\0"[..]; 128]).is_none());
    }
}
