//! The licensing service of KMS hosts: what differs between versions of Windows, and the commands that
//! ask, switch and restart it.

use super::{Command, Instructions, each_or_say, listing, powershell, windows_name};
use crate::plan::action::{HostRef, Spelled};
use crate::presentation;
use crate::topology::Os;

/// The licensing script. The full path works in cmd and in PowerShell.
pub(super) const SLMGR: &str = r"cscript //nologo C:\Windows\System32\slmgr.vbs";

pub(super) const IN_CMD: &str = "The same in cmd.";
pub(super) const WITHOUT_VBSCRIPT: &str = "The same without VBScript.";

/// What differs between versions of Windows (Microsoft "Registry Settings for Volume Activation").
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Licensing {
    /// The registry key.
    pub(super) key: &'static str,
    /// The service.
    pub(super) service: &'static str,
}

pub(super) const CURRENT: Licensing = Licensing {
    key: r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform",
    service: "sppsvc",
};

pub(super) const LEGACY: Licensing = Licensing {
    key: r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SL",
    service: "slsvc",
};

/// Whether PowerShell has the cmdlets for CIM and for the firewall, which came with Windows 8 and Server
/// 2012.
pub(super) fn has_cmdlets(host: &HostRef) -> bool {
    !host.os.is_some_and(|os| {
        os.is_legacy() || matches!(os, Os::Windows7 | Os::Server2003 | Os::Server2008R2)
    })
}

impl Licensing {
    pub(super) fn of(os: Option<Os>) -> Self {
        if os.is_some_and(Os::is_legacy) {
            LEGACY
        } else {
            CURRENT
        }
    }

    /// Vista and Server 2008: their publish lists take no numbers.
    pub(super) fn is_legacy(self) -> bool {
        self.key == LEGACY.key
    }

    /// The key in PowerShell's registry drive, quoted.
    pub(super) fn drive(self) -> String {
        powershell::quote(&self.key.replacen("HKLM", "HKLM:", 1))
    }

    pub(super) fn restart(self) -> String {
        format!("Restart-Service -Name {} -Force", self.service)
    }

    pub(super) fn stop_and_start(self) -> String {
        format!("net stop {0}\nnet start {0}", self.service)
    }
}

/// That `net stop` fails is no fault: the service stops by itself when it is idle.
pub(super) const STOPPED: &str =
    "net stop fails where the service has stopped by itself: that is no fault.";

/// Lines and a restart behind them, in both shells; `when` ends the note.
pub(super) fn restart_after(lines: &[&str], group: &Group<'_>, when: &str, out: &mut Instructions) {
    let with = |restart: String| {
        let mut all: Vec<&str> = lines.to_vec();
        all.push(&restart);
        all.join("\n")
    };
    let modern = group.with_cmdlets();
    if !modern.is_empty() {
        out.commands.push(Command::powershell(
            with(group.licensing.restart()),
            format!("{}{when}.", on_each(&modern)),
        ));
    }
    out.commands.push(Command::cmd(
        with(group.licensing.stop_and_start()),
        in_cmd_note(&group.hosts, when),
    ));
    out.say(STOPPED);
}

/// Hosts that take the same commands.
pub(super) struct Group<'a> {
    pub(super) licensing: Licensing,
    pub(super) hosts: Vec<&'a HostRef>,
}

impl<'a> Group<'a> {
    /// `On each of kms01.contoso.com and kms02.contoso.com, elevated`.
    pub(super) fn on(&self) -> String {
        on_each(&self.hosts)
    }

    fn with_cmdlets(&self) -> Vec<&'a HostRef> {
        with_cmdlets(&self.hosts)
    }
}

pub(super) fn with_cmdlets<'a>(hosts: &[&'a HostRef]) -> Vec<&'a HostRef> {
    hosts
        .iter()
        .copied()
        .filter(|host| has_cmdlets(host))
        .collect()
}

pub(super) fn on_each(hosts: &[&HostRef]) -> String {
    on(hosts.iter().map(|host| &host.name))
}

/// The note of a cmd text that stands below the one in PowerShell for those of the hosts that have the
/// cmdlets.
pub(super) fn in_cmd_note(hosts: &[&HostRef], end: &str) -> String {
    let modern = with_cmdlets(hosts).len();
    if modern == hosts.len() {
        IN_CMD.to_owned()
    } else if modern == 0 {
        format!("{}{end}.", on_each(hosts))
    } else {
        format!("In cmd. {}{end}.", on_each(hosts))
    }
}

/// `On kms01.contoso.com, elevated`.
pub(super) fn on<'a>(hosts: impl IntoIterator<Item = &'a Spelled>) -> String {
    let names: Vec<String> = hosts
        .into_iter()
        .map(|host| presentation::plain(&host.0))
        .collect();
    let each = if names.len() == 1 { "" } else { "each of " };
    format!("On {each}{}, elevated", listing(&names))
}

/// The hosts that run Windows. What is not Windows publishes nothing by itself and has no commands here.
pub(super) fn windows_hosts<'a>(
    hosts: impl IntoIterator<Item = &'a HostRef>,
    out: &mut Instructions,
) -> Vec<&'a HostRef> {
    let (other, windows): (Vec<_>, Vec<_>) = hosts
        .into_iter()
        .partition(|host| host.os == Some(Os::Other));
    for host in other {
        out.say(format!(
            "{} is not Windows: it publishes nothing by itself, and no command is printed for it.",
            presentation::plain(&host.name.0)
        ));
    }
    windows
}

/// [`windows_hosts`], in groups that take the same commands.
pub(super) fn groups<'a>(
    hosts: impl IntoIterator<Item = &'a HostRef>,
    out: &mut Instructions,
) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for host in windows_hosts(hosts, out) {
        let licensing = Licensing::of(host.os);
        match groups.iter_mut().find(|group| group.licensing == licensing) {
            Some(group) => group.hosts.push(host),
            None => groups.push(Group {
                licensing,
                hosts: vec![host],
            }),
        }
    }
    groups
}

/// Names for commands that go to a host from another machine.
pub(super) fn remote_names<'a>(
    hosts: impl IntoIterator<Item = &'a Spelled>,
    out: &mut Instructions,
) -> Vec<String> {
    each_or_say(hosts, |host: &Spelled| windows_name(&host.0), out)
}

/// `slmgr.vbs HOST /dlv`, one line a host.
pub(super) fn dlv(names: &[String], shows: &str) -> Option<Command> {
    slmgr(names, "/dlv", shows)
}

/// The same of every product, KMS hosts of Office among them.
pub(super) fn dlv_all(names: &[String], shows: &str) -> Option<Command> {
    slmgr(names, "/dlv all", shows)
}

fn slmgr(names: &[String], option: &str, shows: &str) -> Option<Command> {
    let lines: Vec<String> = names
        .iter()
        .map(|name| format!("{SLMGR} {name} {option}"))
        .collect();
    (!lines.is_empty()).then(|| {
        Command::cmd(
            lines.join("\n"),
            format!("From any machine; on the host itself leave its name out. {shows}"),
        )
    })
}

/// The service of several hosts, by CIM.
pub(super) fn service_of(names: &[String]) -> String {
    format!(
        "Get-CimInstance -ClassName SoftwareLicensingService -ComputerName {}",
        powershell::list(names)
    )
}

/// Publishing on or off.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Publishing {
    On,
    Off,
}

impl Publishing {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
        }
    }

    /// `slmgr.vbs /sdns` or `/cdns`.
    pub(super) fn slmgr(self) -> String {
        let option = match self {
            Self::On => "/sdns",
            Self::Off => "/cdns",
        };
        format!("{SLMGR} {option}")
    }

    /// The text that `slmgr.vbs /dlv` prints.
    pub(super) fn shown(self) -> &'static str {
        match self {
            Self::On => "DNS publishing enabled",
            Self::Off => "DNS publishing disabled",
        }
    }

    /// The value of `KeyManagementServiceDnsPublishing`.
    fn property(self) -> &'static str {
        match self {
            Self::On => "True",
            Self::Off => "False",
        }
    }

    /// The value of `DisableDnsPublishing`.
    pub(super) fn disabled(self) -> u32 {
        u32::from(self == Self::Off)
    }

    /// The call of the method, whose sense is the inverse of the property.
    pub(super) fn method(self) -> String {
        disable_method(match self {
            Self::On => "$false",
            Self::Off => "$true",
        })
    }

    pub(super) fn opposite(self) -> Self {
        match self {
            Self::On => Self::Off,
            Self::Off => Self::On,
        }
    }

    /// What shows it, of hosts by name; `cim` are those that CIM reaches.
    pub(super) fn check(self, names: &[String], cim: &[String]) -> Vec<Command> {
        let mut commands: Vec<Command> = dlv(names, &format!("Each shows \"{}\".", self.shown()))
            .into_iter()
            .collect();
        if !cim.is_empty() {
            commands.push(Command::powershell(
                format!(
                    "{} |\n  Format-Table PSComputerName, KeyManagementServiceDnsPublishing",
                    service_of(cim)
                ),
                format!("{WITHOUT_VBSCRIPT} Each shows {}.", self.property()),
            ));
        }
        commands
    }
}

/// `DisableKeyManagementServiceDnsPublishing` with a PowerShell expression.
pub(super) fn disable_method(value: &str) -> String {
    format!(
        "Get-CimInstance -ClassName SoftwareLicensingService |\n  \
         Invoke-CimMethod -MethodName DisableKeyManagementServiceDnsPublishing \
         -Arguments @{{ DisablePublishing = {value} }}"
    )
}
