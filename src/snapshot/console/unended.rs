//! Text that ends in the middle of a name.
//!
//! Most tools print the target last. A text that was cut there looks whole, with the name of another host; only
//! the missing line end shows it. Text that was copied and pasted often has none either, so the target is believed
//! where another name of the text ends as it does.

use super::super::listing::{Data, Fault, Sample, Section};
use super::text::Line;
use crate::{Name, presentation};

/// The complaint that the last target may be cut.
pub(super) fn fault(sample: &Sample<'_>, sections: &[Section]) -> Option<Fault> {
    let (at, text) = sample.lines().last()?;
    if text.last().is_none_or(u8::is_ascii_whitespace) || sample.bytes.ends_with(b"\n") {
        return None;
    }
    let word = Line::new(at, text).words().pop()?;
    let records = || sections.iter().flat_map(|section| &section.records);
    let last = records().max_by_key(|record| record.span.start)?;
    let target = target(&last.data).filter(|target| word.full_name().as_ref() == Ok(target))?;
    let others = records()
        .filter(|record| *record != last)
        .filter_map(|record| self::target(&record.data));
    let owners = records().map(|record| &record.owner);
    let domains: Vec<Name> = owners.filter_map(presentation::kms_domain).collect();
    if domains
        .iter()
        .chain(others)
        .any(|name| ends_alike(target, name))
    {
        return None;
    }
    let message = format!(
        "the text ends here without a line end, and no other name in it ends like `{}`: it may be cut",
        word.shown()
    );
    let help = "keep all that the tool prints; if this is all, end the last line";
    Some(Fault::at(word.span(), message).help(help))
}

fn target(data: &Data) -> Option<&Name> {
    match data {
        Data::Srv { target, .. } | Data::Cname(target) | Data::Dname(target) => Some(target),
        _ => None,
    }
}

/// Whether the last two labels are the same, or `name` as a whole encloses `target`.
fn ends_alike(target: &Name, name: &Name) -> bool {
    let end = |name: &Name| {
        let above = presentation::label_count(name).checked_sub(2)?;
        presentation::ancestors(name).nth(above)
    };
    (!name.is_root() && name.zone_of(target) && name != target)
        || end(name).is_some_and(|end| end.zone_of(target))
}

#[cfg(test)]
mod tests {
    use super::super::super::Format;
    use super::super::super::listing::Sample;
    use super::super::read;

    fn complaint(format: Format, text: &str) -> Option<String> {
        let zone = crate::presentation::parse_full_name("contoso.com").ok();
        let sample = Sample {
            bytes: text.as_bytes(),
            shown: "source",
            zone: zone.as_ref().filter(|_| format == Format::DigShort),
            node: (format == Format::DigShort).then_some("_vlmcs._tcp"),
        };
        let faults = read(format, &sample).err()?;
        faults.into_iter().next().map(|fault| fault.message)
    }

    const WINDOWS: &str = "_vlmcs._tcp.contoso.com\tSRV service location:\r\n   priority = 0\r\n   weight = 0\r\n   \
                           port = 1688\r\n   svr hostname   = kms01.contoso.com";

    #[test]
    fn a_target_that_is_cut_is_refused() {
        for (format, whole) in [
            (Format::Nslookup, WINDOWS),
            (
                Format::Nslookup,
                "_vlmcs._tcp.contoso.com\tservice = 0 0 1688 kms01.contoso.com.",
            ),
            (
                Format::Host,
                "_vlmcs._tcp.contoso.com has SRV record 0 0 1688 kms01.contoso.com.",
            ),
            (Format::DigShort, "0 0 1688 kms01.contoso.com."),
        ] {
            assert_eq!(complaint(format, whole), None, "{whole}");
            let start = whole.rfind("kms01").unwrap_or_default() + 1;
            let end = whole.trim_end_matches('.').len();
            for cut in (start..end).map(|length| &whole[..length]) {
                assert!(complaint(format, cut).is_some(), "{cut}");
            }
        }
        let cut = &WINDOWS[..WINDOWS.len() - 1];
        let message = "the text ends here without a line end, and no other name in it ends like `kms01.contoso.co`: \
                       it may be cut";
        assert_eq!(complaint(Format::Nslookup, cut), Some(message.to_owned()));
    }

    #[test]
    fn a_line_end_says_that_the_name_is_whole() {
        let other = WINDOWS.replace("kms01.contoso.com", "kms.fabrikam.example");
        assert!(complaint(Format::Nslookup, &other).is_some());
        assert_eq!(complaint(Format::Nslookup, &format!("{other}\r\n")), None);
        let parent = WINDOWS.replace("_tcp.contoso", "_tcp.emea.contoso");
        assert_eq!(complaint(Format::Nslookup, &parent), None);
        let short = WINDOWS.replace("contoso.com", "lan");
        assert_eq!(complaint(Format::Nslookup, &short), None);
    }
}
