//! Octets as a source.

use std::cell::RefCell;

use kmsplan::Name;
use kmsplan::diagnostic::Diagnostics;
use kmsplan::presentation::parse_full_name;
use kmsplan::snapshot::{Format, Options, Snapshot};

thread_local! {
    static STANDARD_INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A name that is known to be one.
///
/// # Panics
/// If it is none.
pub fn name(text: &str) -> Name {
    parse_full_name(text).expect("it is a name")
}

/// Reads octets as `kmsplan` reads standard input.
///
/// # Errors
/// What `kmsplan` complains about.
pub fn read(bytes: &[u8], options: &Options) -> Result<Snapshot, Diagnostics> {
    STANDARD_INPUT.set(bytes.to_vec());
    let options = Options {
        max_size: 1 << 24,
        stdin: |_| Ok(STANDARD_INPUT.take()),
        ..options.clone()
    };
    let read = Snapshot::read(&["-".to_owned()], &options);
    if let Err(complaints) = &read {
        complained(complaints);
    }
    read
}

/// Complaints are printed, and nothing in them acts on a terminal.
///
/// # Panics
/// If something does.
pub fn complained(complaints: &Diagnostics) {
    assert!(!complaints.0.is_empty(), "refused without a reason");
    harmless(&complaints.render(false));
    let _ = complaints.render(true);
    let json = complaints.to_json();
    let _: serde_json::Value = serde_json::from_str(&json).expect("complaints are JSON");
}

/// Text for a terminal without colours holds nothing that acts there.
///
/// # Panics
/// If it does.
pub fn harmless(text: &str) {
    let acts = text.chars().find(|c| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    });
    assert!(acts.is_none(), "{acts:?} reaches the terminal: {text:?}");
}

/// The first two octets of an input say how the rest is read: the form (`0`: detected), and what is told of it.
/// Returns both.
pub fn options<'d>(data: &'d [u8], forms: &[Format]) -> Option<(Options, &'d [u8])> {
    let (&[form, told], rest) = data.split_first_chunk()?;
    let form = usize::from(form.wrapping_sub(b'0')) % (forms.len() + 1);
    let told = told.wrapping_sub(b'0');
    let has = |bit: u8| told & bit != 0;
    let options = Options {
        from: form.checked_sub(1).map(|form| forms[form]),
        origin: has(1).then(|| name("contoso.com")),
        zone: has(2).then(|| name("contoso.com")),
        node: match told & 12 {
            4 => Some("_vlmcs._tcp".to_owned()),
            8 => Some("_tcp.contoso.com.".to_owned()),
            12 => Some("_vlmcs._tcp.contoso.com.".to_owned()),
            _ => None,
        },
        zones: if has(16) {
            vec![name("contoso.com"), name("emea.contoso.com")]
        } else {
            Vec::new()
        },
        interest: if has(32) {
            vec![name("kms01.contoso.com"), name("_vlmcs._tcp.contoso.com")]
        } else {
            Vec::new()
        },
        apexes: has(64),
        ..Options::default()
    };
    Some((options, rest))
}

/// Whether a `$GENERATE` may make thousands of records of a few octets: that is what it is for, and no bound on memory
/// by the size of the file holds then.
pub fn generates_many(text: &[u8]) -> bool {
    let word = b"$generate";
    let digits = |text: &[u8]| text.iter().filter(|octet| octet.is_ascii_digit()).count();
    text.windows(word.len())
        .enumerate()
        .filter(|(_, window)| window.eq_ignore_ascii_case(word))
        .any(|(at, _)| {
            let after = &text[at + word.len()..];
            let mut words = after
                .split(|octet| octet.is_ascii_whitespace())
                .filter(|word| !word.is_empty());
            words.next().is_some_and(|range| digits(range) > 5)
        })
}
