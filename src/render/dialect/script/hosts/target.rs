//! A host of a step, and what the step does there.

use super::super::super::licensing::{Licensing, has_cmdlets};
use super::super::super::publishing::publish_line;
use super::super::super::{LeftOut, listing, windows_name};
use super::super::{Context, Scripts};
use crate::plan::action::{HostRef, PublishEntry};
use crate::presentation;
use crate::topology::Os;

/// What a step does on a host. What it leaves as it is must be as planned already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a part of a step that is done or not, whatever the others are"
)]
pub(super) struct Work {
    /// It writes the publish list.
    pub(super) list: bool,
    /// It sets the switch, or the port.
    pub(super) switch: bool,
    /// It restarts the licensing service.
    pub(super) restart: bool,
    /// It was seen to be no KMS host, which publishes nothing.
    pub(super) no_kms_host: bool,
}

impl Work {
    fn and(self, other: Self) -> Self {
        Self {
            list: self.list || other.list,
            switch: self.switch || other.switch,
            restart: self.restart || other.restart,
            no_kms_host: self.no_kms_host && other.no_kms_host,
        }
    }

    /// Whether the host is only looked at.
    pub(super) fn is_nothing(self) -> bool {
        !self.list && !self.switch && !self.restart
    }
}

/// A host of a step as the plan names it.
pub(super) struct Target {
    host: HostRef,
    publish: Vec<PublishEntry>,
    work: Work,
}

/// A host that scripts reach.
pub(super) struct Ready {
    /// Its name, as Windows tools take it.
    pub(super) name: String,
    /// What the names of files kept about it begin with; it is safe in every shell.
    pub(super) file: String,
    /// Its licensing service.
    pub(super) licensing: Licensing,
    /// Whether its PowerShell has the cmdlets for CIM.
    pub(super) has_cmdlets: bool,
    /// The planned lines of its publish list; none: the list is no part of the step.
    pub(super) list: Vec<String>,
    /// What is done there.
    pub(super) work: Work,
}

impl Target {
    /// A host, the lines of its publish list, and what is done.
    pub(super) fn new(host: &HostRef, publish: &[PublishEntry], work: Work) -> Self {
        Self {
            host: host.clone(),
            publish: publish.to_vec(),
            work,
        }
    }

    /// Whether it runs Windows: nothing else has a licensing service.
    fn is_windows(&self) -> bool {
        self.host.os != Some(Os::Other)
    }

    fn ready(&self, index: usize, context: &Context<'_>) -> Result<Ready, LeftOut> {
        let licensing = Licensing::of(self.host.os);
        let name = windows_name(&self.host.name.0)?;
        let list: Result<Vec<String>, LeftOut> = self
            .publish
            .iter()
            .map(|entry| publish_line(entry, licensing))
            .collect();
        Ok(Ready {
            file: file_stem(&name, index, context),
            name,
            licensing,
            has_cmdlets: has_cmdlets(&self.host),
            list: list?,
            work: self.work,
        })
    }
}

/// `kmsplan-<plan>-<id of the step>-<host>`. Of what a name may hold here only `*`, `/` and `+` are no part of a file's
/// name; a number keeps two such hosts apart.
fn file_stem(name: &str, index: usize, context: &Context<'_>) -> String {
    let safe = name.replace(['*', '/', '+'], "-");
    let notes = context.notes_of_step();
    if safe == name {
        format!("{notes}-{safe}")
    } else {
        format!("{notes}-{index}-{safe}")
    }
}

/// The Windows hosts among the targets, each once; for the others `out` says why no script does anything.
pub(super) fn ready(targets: Vec<Target>, context: &Context<'_>, out: &mut Scripts) -> Vec<Ready> {
    let mut merged: Vec<Target> = Vec::new();
    for target in targets {
        match merged
            .iter_mut()
            .find(|other| other.host.name.0 == target.host.name.0)
        {
            Some(other) => {
                other.publish.extend(target.publish);
                other.work = other.work.and(target.work);
            }
            None => merged.push(target),
        }
    }
    let mut all = Vec::new();
    for (index, target) in (1..).zip(&merged) {
        if !target.is_windows() {
            out.say(format!(
                "{} is not Windows: it publishes nothing by itself, and no script does anything on it.",
                presentation::plain(&target.host.name.0)
            ));
            continue;
        }
        match target.ready(index, context) {
            Ok(ready) => all.push(ready),
            Err(LeftOut(sentence)) => out.refuse(sentence),
        }
    }
    all
}

/// Those that PowerShell reaches; of the others `out` says that the `.cmd` file does it.
pub(super) fn by_remoting<'a>(hosts: &'a [Ready], out: &mut Scripts) -> Vec<&'a Ready> {
    let (modern, rest): (Vec<&Ready>, Vec<&Ready>) =
        hosts.iter().partition(|host| host.has_cmdlets);
    if !rest.is_empty() {
        let names: Vec<String> = rest.iter().map(|host| host.name.clone()).collect();
        out.say(format!(
            "No PowerShell script does anything on {}: the CIM cmdlets came with Windows 8 and Server 2012. The \
             .cmd file does it there.",
            listing(&names)
        ));
    }
    modern
}
