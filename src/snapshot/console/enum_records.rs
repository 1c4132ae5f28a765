//! Output of `dnscmd /EnumRecords ZONE NODE`.
//!
//! It tells neither zone nor node: both come from the user.

use std::ops::Range;

use super::super::Extent;
use super::super::listing::{Data, Fault, Sample, Section};
use super::answers::in_order;
use super::rows::Rows;
use super::text::{self, Line};
use crate::Name;
use crate::presentation;

/// What stands above the records.
pub(super) const BEGIN: &str = "Returned records:";
/// What dnscmd says at its end where all went well.
pub(super) const DONE: &str = "Command completed successfully.";
/// What it says where something did not.
pub(super) const FAILED: &str = "Command failed:";

/// Win32 errors that say that a node has no records: `DNS_ERROR_NAME_DOES_NOT_EXIST` and
/// `DNS_INFO_NO_RECORDS` (Microsoft, "System Error Codes (9000-11999)").
const NO_RECORDS: [u32; 2] = [9714, 9501];

/// The records at and below the node.
pub(super) fn read(sample: &Sample<'_>) -> Result<Vec<Section>, Vec<Fault>> {
    let node = node(sample);
    let origin = node.as_ref().map_or_else(|_| Name::root(), Clone::clone);
    let mut reader = Reader {
        rows: Rows::new(origin),
        begun: false,
        done: false,
        failed: None,
        other_type: false,
        missing_node: None,
        faults: Vec::new(),
    };
    for line in text::lines(sample) {
        if !line.is_empty() {
            reader.line(&line);
        }
    }
    reader.finish(sample, node)
}

/// The node that was asked for.
fn node(sample: &Sample<'_>) -> Result<Name, Fault> {
    let give = "say both, for example `--zone contoso.com --node _vlmcs._tcp`; the zone's own node is `--node @`";
    let Some(node) = sample.node_name() else {
        let message =
            "`dnscmd /EnumRecords` prints neither the zone nor the node that it was asked for";
        return Err(Fault::whole(message).help(give));
    };
    if sample.zone.is_some_and(|zone| zone.zone_of(&node)) {
        return Ok(node);
    }
    let message = format!(
        "`{}` does not lie in the zone that is given",
        presentation::plain(&node)
    );
    Err(Fault::whole(message).help(give))
}

struct Reader<'a> {
    rows: Rows<'a>,
    begun: bool,
    done: bool,
    failed: Option<(Range<usize>, u32)>,
    /// Whether the command line asks for another type than SRV.
    other_type: bool,
    /// The node that dnscmd could not list, as it was typed, with a dot.
    missing_node: Option<(Range<usize>, Vec<u8>)>,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &Line<'a>) {
        if line.starts(BEGIN) {
            if self.begun {
                let message = "there are several listings in one text";
                self.faults
                    .push(Fault::at(line.span(), message).help("keep one node in one file"));
            }
            self.begun = true;
        } else if line.starts(DONE) {
            self.done = true;
        } else if line.starts(FAILED) {
            let code = line.words().iter().skip(2).find_map(text::Word::digits);
            self.failed = Some((line.span(), code.unwrap_or(0)));
        } else if line.starts("DNS Server failed to enumerate records for node ") {
            let word = line.words().pop();
            self.missing_node = word.map(|word| (word.span(), word.text.to_vec()));
        } else if let Some(arguments) = line.command("dnscmd") {
            let words = arguments.words();
            let kind = words.iter().skip_while(|word| !word.is("/type")).nth(1);
            self.other_type |= kind.is_some_and(|kind| !kind.is("SRV"));
        } else if self.begun && !self.done {
            self.rows.line(line);
        }
    }

    fn finish(
        mut self,
        sample: &Sample<'_>,
        node: Result<Name, Fault>,
    ) -> Result<Vec<Section>, Vec<Fault>> {
        self.rows.finish();
        self.faults.append(&mut self.rows.faults);
        let node = node.map_err(|fault| self.faults.push(fault)).ok();
        let kms = node.filter(|node| presentation::kms_domain(node).is_some());
        let mut section = Section::new(sample.zone.cloned(), Extent::Names);
        section.records = std::mem::take(&mut self.rows.records);
        if let Some((span, code)) = self.failed.take() {
            if NO_RECORDS.contains(&code) && kms.is_some() && self.is_about(sample, kms.as_ref()) {
                section.records.clear();
            } else {
                let message = "dnscmd failed: nothing is known about the node";
                self.faults
                    .push(Fault::at(span, message).help("run dnscmd again"));
            }
        } else if !self.begun {
            let message = format!("the beginning is cut off: there is no line `{BEGIN}`");
            self.faults.push(Fault::whole(message).help(KEEP));
        } else if !self.done {
            let message = format!("the text is cut: it does not end with `{DONE}`");
            self.faults.push(Fault::whole(message).help(KEEP));
        }
        // All that is listed is at the node or below it, but names deeper than one label are left out: so the
        // absence of a name tells nothing, but for the node itself.
        if let Some(owner) = kms.filter(|owner| !has_srv(&section, owner)) {
            if self.other_type {
                let message =
                    "other records than SRV were asked for: nothing is known about the KMS records";
                self.faults
                    .push(Fault::whole(message).help("run dnscmd with `/Type SRV`"));
            }
            section.empty.insert(owner);
        }
        if self.faults.is_empty() {
            Ok(vec![section])
        } else {
            Err(in_order(self.faults))
        }
    }

    /// Whether the node that dnscmd could not list is the one that the user gives.
    fn is_about(&self, sample: &Sample<'_>, node: Option<&Name>) -> bool {
        let Some((_, typed)) = &self.missing_node else {
            return true;
        };
        let typed = typed.strip_suffix(b".").unwrap_or(typed);
        presentation::parse_name(typed, sample.zone).ok().as_ref() == node
    }
}

/// How to keep a listing.
pub(super) const KEEP: &str = "run dnscmd again and keep all that it prints";

fn has_srv(section: &Section, owner: &Name) -> bool {
    section
        .records
        .iter()
        .any(|record| record.owner == *owner && matches!(record.data, Data::Srv { .. }))
}
