//! The first reading of a zone: its KMS records, whether it is signed, and who inherits from whom.

use std::ops::Range;
use std::sync::Arc;

use kmsplan_skim::SERVICE;

use super::generate::Generate;
use super::head::{Head, name_fault};
use super::lexer::{Cursor, End, Fault, Token};
use super::rdata;
use super::rrtype::Kind;
use super::scan::{Visitor, no_ttl};
use super::ttl;
use crate::Name;
use crate::presentation;
use crate::snapshot::fields;
use crate::snapshot::{Fields, Form, Heir, KmsRecord, Site, Text, TtlFrom};

/// Collects what the first reading finds.
pub(super) struct Records {
    /// Whether ages are written where there are any: in Windows zone files.
    windows: bool,
    /// In reading order, records outside the zone included.
    pub(super) kms: Vec<KmsRecord>,
    pub(super) signed: bool,
    /// The records whose TTL the next record may take over.
    ttl_givers: Vec<usize>,
    /// For each open file, the record whose owner its next record may take over, and the last records of
    /// the directives in between: lines in a directive's place would leave their owner behind.
    owner_givers: Vec<Vec<OwnerGiver>>,
}

#[derive(Clone, Copy)]
struct OwnerGiver {
    record: usize,
    /// Whether it stands in a file that includes this one.
    outside: bool,
}

impl Records {
    pub(super) fn new(windows: bool) -> Self {
        Self {
            windows,
            kms: Vec::new(),
            signed: false,
            ttl_givers: Vec::new(),
            owner_givers: vec![Vec::new()],
        }
    }

    /// Tells the records before this one what it inherits from them.
    fn inherit(&mut self, head: &Head<'_>, directive: bool) -> Result<(), Fault> {
        let owner_givers = if directive {
            Vec::new()
        } else {
            self.owner_givers
                .last_mut()
                .map(std::mem::take)
                .unwrap_or_default()
        };
        if owner_givers.is_empty() && self.ttl_givers.is_empty() {
            return Ok(());
        }
        let givers = std::mem::take(&mut self.ttl_givers);
        let takes_ttl = head.ttl_from == TtlFrom::Previous;
        let takes_owner = head.owner_span.is_none() && !owner_givers.is_empty();
        if !takes_ttl && !takes_owner {
            return Ok(());
        }
        let heir = heir(head)?;
        if takes_ttl {
            for record in givers {
                if let Some(text) = self.text(record) {
                    text.ttl_heir = Some(heir.clone());
                }
            }
        }
        if !takes_owner {
            return Ok(());
        }
        for OwnerGiver { record, outside } in owner_givers {
            if let Some(text) = self.text(record) {
                if outside {
                    text.included_heirs.push(heir.clone());
                } else {
                    text.owner_heir = Some(heir.clone());
                }
            }
        }
        Ok(())
    }

    fn text(&mut self, record: usize) -> Option<&mut Text> {
        self.kms
            .get_mut(record)
            .and_then(|record| record.text.as_mut())
    }

    fn aged(&self, head: &Head<'_>) -> Option<bool> {
        self.windows
            .then(|| head.age.as_ref().is_some_and(|(_, aged)| *aged))
    }
}

fn heir(head: &Head<'_>) -> Result<Heir, Fault> {
    let blank = head.owner_span.is_none();
    Ok(Heir {
        file: head.file,
        start: head.start,
        blanks: head.blanks.clone(),
        ttl_slot: head.ttl_slot,
        ttl: head.ttl,
        origin: origin(head),
        owner: head.owner_name()?.clone(),
        blank,
    })
}

fn origin(head: &Head<'_>) -> Name {
    head.origin.as_deref().cloned().unwrap_or_else(Name::root)
}

fn site(head: &Head<'_>) -> Site {
    Site {
        file: head.file,
        line: head.line(),
    }
}

/// Where a record that is read up to `end` ends to the eye.
fn last_octet(bytes: &[u8], end: usize) -> Range<usize> {
    let read = &bytes[..end.min(bytes.len())];
    let line_end = read
        .iter()
        .rev()
        .take_while(|octet| matches!(octet, b'\r' | b'\n'))
        .count();
    let shown = read.len() - line_end;
    shown.saturating_sub(1)..shown
}

/// Whether the owner is that of KMS records.
fn is_kms_owner(head: &Head<'_>) -> Result<bool, Fault> {
    match head.owner.first_label(head.bytes) {
        Some(label) if !label.eq_ignore_ascii_case(SERVICE) => Ok(false),
        _ => Ok(presentation::kms_domain(head.owner_name()?).is_some()),
    }
}

impl Visitor for Records {
    fn awaits_heir(&self) -> bool {
        !self.ttl_givers.is_empty()
            || self
                .owner_givers
                .last()
                .is_some_and(|givers| !givers.is_empty())
    }

    fn head(&mut self, head: &Head<'_>) -> Result<bool, Fault> {
        self.inherit(head, false)?;
        match head.kind {
            Kind::Srv => is_kms_owner(head)
                .or_else(|fault| if self.windows { Ok(false) } else { Err(fault) }),
            Kind::Dnssec => {
                self.signed = true;
                Ok(false)
            }
            Kind::Unknown if is_kms_owner(head).unwrap_or(false) => {
                let word =
                    String::from_utf8_lossy(&head.bytes[head.kind_span.clone()]).into_owned();
                Err(Fault::new(
                    head.kind_span.clone(),
                    format!("`{word}` is no known record type, and KMS records are expected here"),
                )
                .help("write `SRV`"))
            }
            _ => Ok(false),
        }
    }

    fn record(&mut self, head: &Head<'_>, data: &[Token], end: usize) -> Result<(), Fault> {
        if let Some(span) = &head.ttl_span
            && ttl::parse(&head.bytes[span.clone()]).is_none_or(|seconds| seconds > fields::MAX_TTL)
        {
            return Err(no_ttl(span.clone(), head.bytes));
        }
        let place = last_octet(head.bytes, end);
        let service = rdata::service(head.bytes, data, head.origin.as_deref(), place)?;
        if self.windows && end == head.bytes.len() && !head.bytes.ends_with(b"\n") {
            return Err(Fault::new(
                data.last().map_or(head.start..end, |last| match last {
                    Token::Word(span) | Token::Quoted(span) | Token::Blank(span) => span.clone(),
                    Token::End(_) => head.start..end,
                }),
                "the file ends inside this line, and the name may be longer",
            )
            .help("export it again; Windows DNS ends every line: if the file is whole, end its last line, too"));
        }
        let age = head.age.as_ref().map(|(span, _)| span.clone());
        let (owner, ttl, ttl_slot) = (
            head.owner_span.clone(),
            head.ttl_span.clone(),
            head.ttl_slot,
        );
        let form = match service.spans {
            Some([priority, weight, port, target]) => Form::Fields(Fields {
                owner,
                age,
                ttl,
                ttl_slot,
                kind: head.kind_span.clone(),
                priority,
                weight,
                port,
                target,
            }),
            None => Form::Generic {
                owner,
                ttl,
                ttl_slot,
                data: head.kind_span.start..data.last().map_or(head.kind_span.end, token_end),
                age,
            },
        };
        let index = self.kms.len();
        self.kms.push(KmsRecord {
            owner: head.owner_name()?.clone(),
            priority: service.priority,
            weight: service.weight,
            port: service.port,
            target: service.target,
            ttl: Some(head.ttl),
            aged: self.aged(head),
            site: Some(site(head)),
            text: Some(Text {
                lines: head.start..end,
                form,
                ttl_from: head.ttl_from,
                origin: origin(head),
                ttl_heir: None,
                owner_heir: None,
                included_heirs: Vec::new(),
            }),
        });
        self.ttl_givers.push(index);
        if let Some(giver) = self.owner_givers.last_mut() {
            giver.push(OwnerGiver {
                record: index,
                outside: false,
            });
        }
        Ok(())
    }

    fn generate(
        &mut self,
        head: &Head<'_>,
        generate: &Generate,
        generated: &mut u64,
        end: usize,
    ) -> Result<(), Fault> {
        self.inherit(head, true)?;
        match head.kind {
            Kind::Srv => {}
            Kind::Dnssec => {
                self.signed = true;
                return Ok(());
            }
            _ => return Ok(()),
        }
        let mut made = Vec::new();
        let mut lines = Vec::new();
        for number in generate.numbers(generated)? {
            let whole = |fault: Fault| {
                Fault::new(
                    head.start..last_octet(head.bytes, end).end,
                    format!("number {number}: {}", fault.message),
                )
            };
            let owner = presentation::parse_name(&generate.owner(number), head.origin.as_deref())
                .map_err(|error| whole(name_fault(0..0, error)))?;
            let data = generate.data(number);
            let service = words(&data)
                .and_then(|words| rdata::service(&data, &words, head.origin.as_deref(), 0..0))
                .map_err(whole)?;
            lines.push(format!(
                "{} {} IN SRV {} {} {} {}",
                presentation::absolute(&owner),
                head.ttl,
                service.priority,
                service.weight,
                service.port,
                presentation::absolute(&service.target)
            ));
            if presentation::is_kms_owner(&owner) {
                made.push((lines.len() - 1, owner, service));
            }
        }
        let lines = Arc::new(lines);
        if !made.is_empty()
            && let Some(givers) = self.owner_givers.last_mut()
        {
            givers.push(OwnerGiver {
                record: self.kms.len() + made.len() - 1,
                outside: false,
            });
        }
        for (index, owner, service) in made {
            self.ttl_givers.push(self.kms.len());
            self.kms.push(KmsRecord {
                owner,
                priority: service.priority,
                weight: service.weight,
                port: service.port,
                target: service.target,
                ttl: Some(head.ttl),
                aged: self.aged(head),
                site: Some(site(head)),
                text: Some(Text {
                    lines: head.start..end,
                    form: Form::Generated {
                        lines: Arc::clone(&lines),
                        index,
                    },
                    ttl_from: head.ttl_from,
                    origin: origin(head),
                    ttl_heir: None,
                    owner_heir: None,
                    included_heirs: Vec::new(),
                }),
            });
        }
        Ok(())
    }

    fn enter(&mut self) {
        let givers = self.owner_givers.last().into_iter().flatten();
        let outside = givers.map(|giver| OwnerGiver {
            outside: true,
            ..*giver
        });
        self.owner_givers.push(outside.collect());
    }

    fn leave(&mut self) {
        self.owner_givers.pop();
    }
}

/// The end of an element, closing quote included.
fn token_end(token: &Token) -> usize {
    match token {
        Token::Word(span) | Token::Blank(span) => span.end,
        Token::Quoted(span) => span.end + 1,
        Token::End(_) => 0,
    }
}

/// The elements of data that stands alone.
pub(super) fn words(data: &[u8]) -> Result<Vec<Token>, Fault> {
    let mut cursor = Cursor::new(data, 0);
    let mut words = Vec::new();
    loop {
        match cursor.next()? {
            Token::Blank(_) => {}
            Token::End(End::File) => return Ok(words),
            Token::End(End::Line) => {
                return Err(Fault::new(0..0, "the data has several lines"));
            }
            token => words.push(token),
        }
    }
}
