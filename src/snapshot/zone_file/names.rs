//! The second reading of a zone: what stands at and above the names of interest.

use super::generate::Generate;
use super::head::Head;
use super::lexer::{Fault, Token};
use super::rdata;
use super::records::words;
use super::rrtype::Kind;
use super::scan::Visitor;
use crate::presentation;
use crate::snapshot::Site;
use crate::snapshot::surroundings::{Stands, Surroundings};

fn matters(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::A | Kind::Aaaa | Kind::Ns | Kind::Cname | Kind::Dname
    )
}

fn stands(kind: Kind) -> Stands {
    match kind {
        Kind::A | Kind::Aaaa => Stands::Address,
        Kind::Ns => Stands::Ns,
        Kind::Cname => Stands::Cname,
        Kind::Dname => Stands::Dname,
        _ => Stands::Other,
    }
}

fn site(head: &Head<'_>) -> Site {
    Site {
        file: head.file,
        line: head.line(),
    }
}

impl Visitor for Surroundings<'_> {
    fn head(&mut self, head: &Head<'_>) -> Result<bool, Fault> {
        let worth_decoding = match head.owner.first_label(head.bytes) {
            Some(b"*") | None => true,
            Some(label) => matters(head.kind) && self.interest.has_label(label),
        };
        if !worth_decoding {
            return Ok(false);
        }
        // An owner that is no name cannot be one of interest.
        let Ok(owner) = head.owner.name(head.bytes) else {
            return Ok(false);
        };
        Ok(self.note(owner, stands(head.kind), || site(head)))
    }

    fn record(&mut self, head: &Head<'_>, data: &[Token], end: usize) -> Result<(), Fault> {
        let place = end.saturating_sub(1)..end;
        let target = rdata::single_name(head.bytes, data, head.origin.as_deref(), place)?;
        self.alias(head.owner_name()?, stands(head.kind), target, site(head));
        Ok(())
    }

    fn generate(
        &mut self,
        head: &Head<'_>,
        generate: &Generate,
        generated: &mut u64,
        end: usize,
    ) -> Result<(), Fault> {
        if !matters(head.kind) && !generate.may_make_wildcards() {
            return Ok(());
        }
        for number in generate.numbers(generated)? {
            let Ok(owner) =
                presentation::parse_name(&generate.owner(number), head.origin.as_deref())
            else {
                continue;
            };
            if !self.note(&owner, stands(head.kind), || site(head)) {
                continue;
            }
            let data = generate.data(number);
            let target = words(&data)
                .and_then(|words| rdata::single_name(&data, &words, head.origin.as_deref(), 0..0))
                .map_err(|fault| {
                    Fault::new(
                        head.start..end,
                        format!("number {number}: {}", fault.message),
                    )
                })?;
            self.alias(&owner, stands(head.kind), target, site(head));
        }
        Ok(())
    }
}
