//! Output of `slmgr.vbs`: `/dlv`, `/dli`, `/dlv all`, `/sdns`, `/cdns`.
//!
//! A KMS host prints a block for each product that it serves:
//!
//! ```text
//! Key Management Service is enabled on this machine
//!     Current count: 50
//!     Listening on Port: 1688
//!     DNS publishing enabled
//!     KMS priority: Normal
//! ```
//!
//! Older ones say `this computer` and indent nothing. `KMS priority` is the service's CPU priority.
//!
//! `/sdns` and `/cdns` print the `DNS publishing` line alone, and that a restart is needed for it. `/dlv`
//! and `/dli` without `all` tell of one product, mostly Windows.

use std::collections::BTreeSet;

use super::Seen;
use super::facts::{Facts, port};
use super::source::{Line, Source};
use crate::snapshot::fields::decimal;
use crate::snapshot::listing::Fault;

const HOST: &str = "Key Management Service is enabled on this";
const COUNT: &str = "Current count:";
const PORT: &str = "Listening on Port:";
const ENABLED: &str = "DNS publishing enabled";
const DISABLED: &str = "DNS publishing disabled";

/// What `/sdns` and `/cdns` print after what they have set.
const RESTART: &str = "reboot is needed for this setting to take effect";

/// What a product's part of the output begins with.
const PRODUCT: &str = "Name:";

/// What `/sdns` and `/cdns` print on a machine that is no activated KMS host.
const NO_HOST: &str = "DNS Publishing can only be set on a KMS machine";

/// Lines that a KMS client prints.
const CLIENT: [&str; 4] = [
    "Key Management Service client information",
    "KMS machine name from DNS:",
    "Registered KMS machine name:",
    "DNS auto-discovery: KMS name not available",
];

/// Lines that `/dlv` and `/dli` print in English on every machine.
const ENGLISH: [&str; 4] = [
    "Software licensing service version:",
    "License Status:",
    "Partial Product Key:",
    "Application ID:",
];

const ADVICE: &str = "run `cscript //nologo %SystemRoot%\\System32\\slmgr.vbs /dlv all > FILE` on the host again, \
    or `Get-CimInstance SoftwareLicensingService | ConvertTo-Json`";

/// What the output says of the machine that it is of.
pub(super) fn read(source: &Source<'_>) -> Result<Facts, Vec<Fault>> {
    let mut reader = Reader {
        source,
        facts: Facts::default(),
        block: None,
        client: None,
        products: BTreeSet::new(),
        no_host: None,
        english: false,
        faults: Vec::new(),
    };
    for line in source.lines() {
        reader.line(&line);
    }
    reader.finish()
}

/// A host block that is being read, and which of its lines were there.
struct Block<'a> {
    head: Line<'a>,
    count: bool,
    port: bool,
    publishing: bool,
}

struct Reader<'s, 'a> {
    source: &'s Source<'a>,
    facts: Facts,
    block: Option<Block<'s>>,
    /// The first line that only a client prints.
    client: Option<usize>,
    /// The names of the products that are shown.
    products: BTreeSet<&'s str>,
    /// The line that `/sdns` and `/cdns` print where they cannot do it.
    no_host: Option<usize>,
    english: bool,
    faults: Vec<Fault>,
}

impl<'s> Reader<'s, '_> {
    fn line(&mut self, line: &Line<'s>) {
        let text = line.text;
        self.english |= ENGLISH.iter().any(|known| text.contains(known));
        if text.contains(HOST) {
            self.close();
            self.host(line.at);
            self.block = Some(Block {
                head: *line,
                count: false,
                port: false,
                publishing: false,
            });
        } else if let Some(value) = after(line, COUNT) {
            self.host(line.at);
            if let Some(block) = &mut self.block {
                block.count = true;
            }
            match decimal(value.text.as_bytes()) {
                Some(count) => self.count(self.source.seen(value.at, count)),
                None => self.fault(&value, format!("`{}` is no count of clients", value.text)),
            }
        } else if let Some(value) = after(line, PORT) {
            self.host(line.at);
            if let Some(block) = &mut self.block {
                block.port = true;
            }
            match decimal(value.text.as_bytes()).and_then(port) {
                Some(port) => self.port(&value, port),
                None => self.fault(
                    &value,
                    format!("`{}` is no port, which is 1 to 65535", value.text),
                ),
            }
        } else if text.contains(ENABLED) {
            self.publishing(line, true);
        } else if text.contains(DISABLED) {
            self.publishing(line, false);
        } else if text.contains(RESTART) {
            self.restart_due(line.at);
        } else if let Some(name) = text.strip_prefix(PRODUCT) {
            self.products.insert(name.trim());
        } else if text.contains(NO_HOST) {
            self.no_host = Some(line.at);
        } else if CLIENT.iter().any(|known| text.contains(known)) {
            self.client.get_or_insert(line.at);
        }
    }

    fn host(&mut self, at: usize) {
        if self.facts.kms_host.is_none() {
            self.facts.kms_host = Some(self.source.seen(at, true));
        }
    }

    /// The smallest of the products' counts: each must reach its threshold by itself.
    fn count(&mut self, count: Seen<u32>) {
        if self
            .facts
            .count
            .as_ref()
            .is_none_or(|least| count.value < least.value)
        {
            self.facts.count = Some(count);
        }
    }

    fn port(&mut self, value: &Line<'_>, port: u16) {
        match &self.facts.port {
            Some(known) if known.value != port => {
                let message = format!(
                    "port {port} here, {} in line {}",
                    known.value, known.site.line
                );
                self.fault(value, message);
            }
            Some(_) => {}
            None => self.facts.port = Some(self.source.seen(value.at, port)),
        }
    }

    fn publishing(&mut self, line: &Line<'_>, on: bool) {
        match &mut self.block {
            Some(block) => block.publishing = true,
            // Only /sdns and /cdns print it alone.
            None if self.facts.kms_host.is_none() => self.restart_due(line.at),
            None => {}
        }
        match &self.facts.publishing {
            Some(known) if known.value != on => {
                let word = |on| if on { "enabled" } else { "disabled" };
                let message = format!(
                    "DNS publishing is {} here, {} in line {}",
                    word(on),
                    word(known.value),
                    known.site.line
                );
                self.fault(line, message);
            }
            Some(_) => {}
            None => self.facts.publishing = Some(self.source.seen(line.at, on)),
        }
    }

    fn restart_due(&mut self, at: usize) {
        if self.facts.restart_due.is_none() {
            self.facts.restart_due = Some(self.source.seen(at, ()).site);
        }
    }

    fn fault(&mut self, place: &Line<'_>, message: String) {
        self.faults
            .push(Fault::at(place.span(), message).help(ADVICE));
    }

    /// Ends a host block: all of its lines must have been there.
    fn close(&mut self) {
        let Some(block) = self.block.take() else {
            return;
        };
        let missing: Vec<&str> = [
            (block.count, "`Current count`"),
            (block.port, "`Listening on Port`"),
            (block.publishing, "`DNS publishing`"),
        ]
        .iter()
        .filter(|(there, _)| !there)
        .map(|(_, line)| *line)
        .collect();
        if !missing.is_empty() {
            let message = format!("no {} follows: the output is cut", missing.join(", no "));
            self.fault(&block.head, message);
        }
    }

    fn finish(mut self) -> Result<Facts, Vec<Fault>> {
        self.close();
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        if self.facts.publishing.is_none() {
            // The restart that it asks for is for something else.
            self.facts.restart_due = None;
        }
        let several = self.products.len() > 1;
        if self.facts.kms_host.is_none()
            && let Some(at) = self.no_host.or(self.client.filter(|_| several))
        {
            // Whatever it says of publishing has no effect there.
            self.facts = Facts {
                kms_host: Some(self.source.seen(at, false)),
                ..Facts::default()
            };
        } else if self.facts.kms_host.is_none()
            && let Some(at) = self.client
        {
            self.facts.client = Some(self.source.seen(at, ()).site);
        }
        if self.facts != Facts::default() {
            return Ok(self.facts);
        }
        let fault = if self.english {
            Fault::whole(
                "the output tells neither of a KMS host nor of a KMS client: it is cut, or of a machine without KMS",
            )
        } else {
            Fault::whole("no line of this output of slmgr.vbs is understood: it must be in English")
        };
        Err(vec![fault.help(if self.english {
            ADVICE
        } else {
            "use a command whose output is the same in every language: \
             `Get-CimInstance SoftwareLicensingService | ConvertTo-Json`"
        })])
    }
}

/// What stands after `key` in a line.
fn after<'a>(line: &Line<'a>, key: &str) -> Option<Line<'a>> {
    let at = line.text.find(key)?;
    Some(line.from(at + key.len()))
}
