//! Readers' results as text, for tests.

use super::{read, signs};
use crate::Name;
use crate::diagnostic::Place;
use crate::presentation::{self, absolute};
use crate::snapshot::Format;
use crate::snapshot::listing::{Data, Fault, Sample, Section};

/// A source called `shown`, with `--zone` where one is given.
pub(super) struct Given<'a> {
    pub(super) format: Format,
    pub(super) shown: &'a str,
    pub(super) zone: Option<&'a str>,
}

impl Given<'_> {
    fn with<T>(&self, bytes: &[u8], ask: impl FnOnce(&Sample<'_>) -> T) -> T {
        let zone: Option<Name> = self
            .zone
            .map(|zone| presentation::parse_full_name(zone).unwrap());
        ask(&Sample {
            bytes,
            shown: self.shown,
            zone: zone.as_ref(),
            node: None,
        })
    }

    /// The sections, a line each, and below each its records with their lines.
    pub(super) fn said(&self, text: &str) -> String {
        match self.with(text.as_bytes(), |sample| read(self.format, sample)) {
            Ok(sections) => sections
                .iter()
                .flat_map(|section| section_lines(section, text.as_bytes()))
                .collect::<Vec<String>>()
                .join("\n"),
            Err(faults) => panic!("{}", fault_lines(&faults, text.as_bytes())),
        }
    }

    /// The complaints, a line each.
    pub(super) fn faults(&self, bytes: &[u8]) -> String {
        match self.with(bytes, |sample| read(self.format, sample)) {
            Ok(sections) => panic!("{sections:#?}"),
            Err(faults) => fault_lines(&faults, bytes),
        }
    }

    /// Asserts the complaints of each text.
    pub(super) fn refuses(&self, cases: &[(&str, &str)]) {
        let wrong: Vec<String> = cases
            .iter()
            .filter_map(|(text, expected)| {
                let said = self.faults(text.as_bytes());
                (said != *expected).then(|| format!("{text}\n  said {said}\n  not  {expected}"))
            })
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// What shows the form.
    pub(super) fn why(&self, text: &str) -> Option<String> {
        let signs = self.with(text.as_bytes(), signs);
        assert!(signs.len() < 2, "{signs:?}");
        let sign = signs.into_iter().next()?;
        assert_eq!(sign.format, self.format);
        Some(sign.why)
    }
}

fn section_lines(section: &Section, bytes: &[u8]) -> Vec<String> {
    let apex = section
        .apex
        .as_ref()
        .map_or_else(|| "?".to_owned(), absolute);
    let evidence = section.evidence.map_or("?", |kind| kind.word());
    let head = format!("{apex} {:?} {evidence}", section.extent);
    let records = section.records.iter().map(|record| {
        assert_eq!(record.aged, None);
        let place = Place::new("", bytes, record.span.clone());
        let ttl = record
            .ttl
            .map_or_else(|| "?".to_owned(), |ttl| ttl.to_string());
        let data = match &record.data {
            Data::Srv {
                priority,
                weight,
                port,
                target,
            } => format!("SRV {priority} {weight} {port} {}", absolute(target)),
            Data::Cname(target) => format!("CNAME {}", absolute(target)),
            Data::Dname(target) => format!("DNAME {}", absolute(target)),
            other => format!("{other:?}"),
        };
        format!("{}: {} {ttl} {data}", place.line, absolute(&record.owner))
    });
    [head].into_iter().chain(records).collect()
}

fn fault_lines(faults: &[Fault], bytes: &[u8]) -> String {
    let lines = faults.iter().map(|fault| match &fault.span {
        Some(span) => {
            assert!(span.start <= span.end && span.end <= bytes.len());
            let place = Place::new("", bytes, span.clone());
            format!("{}:{}: {}", place.line, place.column, fault.message)
        }
        None => fault.message.clone(),
    });
    lines.collect::<Vec<String>>().join("\n")
}
