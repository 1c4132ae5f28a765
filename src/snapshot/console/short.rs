//! Output of `dig +short`: the data of records, without their owner.

use super::super::listing::{Data, Fault, Sample, Section};
use super::answers::{self, Answer};
use super::data::srv;
use super::text::{self, Line, not_understood};
use crate::Name;
use crate::presentation;

/// The records of the name that the user gives.
pub(super) fn read(sample: &Sample<'_>) -> Result<Vec<Section>, Vec<Fault>> {
    let owner = owner(sample).map_err(|fault| vec![fault])?;
    let mut reader = Reader {
        owner,
        answers: vec![Answer {
            apex: sample.zone.cloned(),
            ..Answer::default()
        }],
        services: 0,
        faults: Vec::new(),
    };
    for line in text::lines(sample) {
        if !line.is_empty() && line.command("dig").is_none() {
            reader.line(&line);
        }
    }
    if reader.faults.is_empty() && reader.services == 0 && reader.answers.len() > 1 {
        let message = "it holds no data of SRV records, only names: an alias that leads nowhere, or another type";
        reader
            .faults
            .push(Fault::whole(message).help("ask with `dig SRV NAME`, without `+short`"));
    }
    answers::sections(reader.answers, reader.faults)
}

/// Whose data it is.
fn owner(sample: &Sample<'_>) -> Result<Name, Fault> {
    let give = "say whose it is, for example `--zone contoso.com --node _vlmcs._tcp`, or run dig without `+short`";
    let Some(owner) = sample.node_name() else {
        let message = "`dig +short` does not print the name that the records belong to";
        return Err(Fault::whole(message).help(give));
    };
    let domain = presentation::kms_domain(&owner).filter(|domain| !domain.is_root());
    let inside = sample.zone.is_some_and(|zone| zone.zone_of(&owner));
    if domain.is_some() && inside {
        return Ok(owner);
    }
    let message = if inside {
        format!(
            "`{}` is no name of KMS records",
            presentation::plain(&owner)
        )
    } else {
        format!(
            "`{}` does not lie in the zone that is given",
            presentation::plain(&owner)
        )
    };
    Err(Fault::whole(message).help(give))
}

struct Reader {
    /// The name asked for, or the one that the aliases so far lead to.
    owner: Name,
    /// What belongs to the zone that the user gives, then what belongs where an alias leads.
    answers: Vec<Answer>,
    services: usize,
    faults: Vec<Fault>,
}

impl Reader {
    fn line(&mut self, line: &Line<'_>) {
        let words = line.words();
        match words.as_slice() {
            _ if line.starts(";;") => self.faults.push(
                Fault::at(line.span(), "dig met an error: the records may not be all")
                    .help("run dig again, and keep its output without errors"),
            ),
            _ if line.starts(";") => {}
            [priority, weight, port, target] => {
                match srv([*priority, *weight, *port], target.absolute_name()) {
                    Ok(data) => {
                        self.services += 1;
                        self.push(self.owner.clone(), line, data);
                    }
                    Err(faults) => self.faults.extend(faults),
                }
            }
            [alias] if self.services == 0 => match alias.absolute_name() {
                Ok(target) => {
                    let owner = std::mem::replace(&mut self.owner, target.clone());
                    self.push(owner, line, Data::Cname(target));
                    self.answers.push(Answer::default());
                }
                Err(fault) => self.faults.push(fault),
            },
            _ => self.faults.push(not_understood(line).help(
                "the data of an SRV record is priority, weight, port and target: `0 0 1688 kms01.contoso.com.`",
            )),
        }
    }

    fn push(&mut self, owner: Name, line: &Line<'_>, data: Data) {
        if let Some(answer) = self.answers.last_mut() {
            answer.push(owner, line.span(), data);
        }
    }
}
