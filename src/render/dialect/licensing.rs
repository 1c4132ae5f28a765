//! The licensing service of KMS hosts: what differs between versions of Windows, and the commands that
//! ask, switch and restart it.

use super::{Command, Instructions, LeftOut, each_or_say, listing, powershell, windows_name};
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
    /// PowerShell's cmdlets for CIM and for the firewall came with Windows 8 and Server 2012.
    pub(super) has_cmdlets: bool,
}

pub(super) const CURRENT: Licensing = Licensing {
    key: r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform",
    service: "sppsvc",
    has_cmdlets: true,
};

const LEGACY: Licensing = Licensing {
    key: r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SL",
    service: "slsvc",
    has_cmdlets: false,
};

impl Licensing {
    pub(super) fn of(os: Option<Os>) -> Self {
        match os {
            Some(os) if os.is_legacy() => LEGACY,
            Some(Os::Windows7 | Os::Server2003 | Os::Server2008R2) => Self {
                has_cmdlets: false,
                ..CURRENT
            },
            _ => CURRENT,
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

/// Lines and a restart behind them, in both shells where the hosts have PowerShell's cmdlets.
pub(super) fn restart_after(
    lines: &[&str],
    licensing: Licensing,
    note: &str,
    out: &mut Instructions,
) {
    let with = |restart: String| {
        let mut all: Vec<&str> = lines.to_vec();
        all.push(&restart);
        all.join("\n")
    };
    let in_cmd = with(licensing.stop_and_start());
    if licensing.has_cmdlets {
        out.commands
            .push(Command::powershell(with(licensing.restart()), note));
        out.commands.push(Command::cmd(in_cmd, IN_CMD));
    } else {
        out.commands.push(Command::cmd(in_cmd, note));
    }
    out.say(STOPPED);
}

/// Hosts that take the same commands.
pub(super) struct Group<'a> {
    pub(super) licensing: Licensing,
    pub(super) hosts: Vec<&'a HostRef>,
}

impl Group<'_> {
    /// `On each of kms01.contoso.com and kms02.contoso.com, elevated`.
    pub(super) fn on(&self) -> String {
        on(self.hosts.iter().map(|host| &host.name))
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
    let lines: Vec<String> = names
        .iter()
        .map(|name| format!("{SLMGR} {name} /dlv"))
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
        let mut commands: Vec<Command> = dlv(names, &format!("Each prints \"{}\".", self.shown()))
            .into_iter()
            .collect();
        if !cim.is_empty() {
            commands.push(Command::powershell(
                format!(
                    "{} |\n  Format-Table PSComputerName, KeyManagementServiceDnsPublishing",
                    service_of(cim)
                ),
                format!("{WITHOUT_VBSCRIPT} Each prints {}.", self.property()),
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

/// A sentence, where its value is left out.
pub(super) fn or_say<T>(value: Result<T, LeftOut>, out: &mut Instructions) -> Option<T> {
    match value {
        Ok(value) => Some(value),
        Err(LeftOut(sentence)) => {
            out.say(sentence);
            None
        }
    }
}
