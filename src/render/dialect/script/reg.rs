//! Registry files: the publish list of each KMS host, and its undo.

use super::super::licensing::{Licensing, Publishing};
use super::super::publishing::publish_line;
use super::super::reg::{Value, commented};
use super::super::{LeftOut, windows_name};
use crate::arrange::Arrange as _;
use crate::plan::action::{
    Already, HostPublishing, HostRef, Left, PublishEntry, Switch, to_prepare,
};
use crate::plan::{Action, Plan};
use crate::topology::Os;

const LIST: &str = "DnsDomainPublishList";
const SWITCH: &str = "DisableDnsPublishing";

/// The longest begin of a file's name that comes from a host's name, in characters.
const LONGEST: usize = 80;

/// A file for the Registry Editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryFile {
    /// Its name: the host's, and what the file is for.
    pub name: String,
    /// Its content: UTF-16LE with a byte-order mark, CRLF.
    pub bytes: Vec<u8>,
}

/// The registry files of a plan's hosts, or why one cannot be written.
pub fn registry_files(plan: &Plan) -> Result<Vec<RegistryFile>, Vec<String>> {
    let (mut files, mut refused) = (Vec::new(), Vec::new());
    for (index, host) in (1..).zip(&hosts(plan)) {
        match host.files(index) {
            Ok(both) => files.extend(both),
            Err(LeftOut(sentence)) => refused.push(sentence),
        }
    }
    if refused.is_empty() {
        Ok(files)
    } else {
        refused.arrange();
        refused.dedup();
        Err(refused)
    }
}

/// What a plan sets in the registry of a host.
struct Settings {
    host: HostRef,
    publish: Vec<PublishEntry>,
    want: Publishing,
    /// Whether the plan changes the list.
    writes_list: bool,
    /// What the undo does with the switch.
    switch: Before,
}

/// What the switch was before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// As planned.
    Planned,
    /// Not set, on a machine without a host key.
    Unset,
    /// Taken for the opposite.
    Opposite,
}

/// The Windows hosts whose publishing the plan switches, each once, in the order of the steps.
fn hosts(plan: &Plan) -> Vec<Settings> {
    let mut all: Vec<Settings> = Vec::new();
    for step in &plan.steps {
        match &step.action {
            Action::PrepareNewHosts { hosts, already } => {
                let left = to_prepare(hosts, already);
                for host in hosts {
                    let is_left = left.contains(&host);
                    merge(&mut all, prepared(host, is_left));
                }
            }
            Action::DisablePublishing { hosts, already } => {
                for entry in hosts {
                    merge(&mut all, switched(entry, Switch::Off, already));
                }
            }
            Action::EnablePublishing { hosts, already } => {
                for entry in hosts {
                    merge(&mut all, switched(entry, Switch::On, already));
                }
            }
            _ => {}
        }
    }
    all.retain(|settings| settings.host.os != Some(Os::Other));
    all
}

fn prepared(host: &HostRef, is_left: bool) -> Settings {
    Settings {
        host: host.clone(),
        publish: Vec::new(),
        want: Publishing::Off,
        writes_list: false,
        switch: if is_left {
            Before::Unset
        } else {
            Before::Planned
        },
    }
}

fn switched(entry: &HostPublishing, switch: Switch, already: &Already) -> Settings {
    let left = Left::of(entry, switch, already);
    Settings {
        host: entry.host.clone(),
        publish: entry.publish.clone(),
        want: match switch {
            Switch::On => Publishing::On,
            Switch::Off => Publishing::Off,
        },
        writes_list: left.list,
        switch: if left.publishing {
            Before::Opposite
        } else {
            Before::Planned
        },
    }
}

/// One file a host: what a later step sets counts, what an earlier one found counts for the undo.
fn merge(all: &mut Vec<Settings>, new: Settings) {
    let Some(there) = all
        .iter_mut()
        .find(|there| there.host.name.0 == new.host.name.0)
    else {
        all.push(new);
        return;
    };
    there.publish.extend(new.publish);
    there.want = new.want;
    there.writes_list |= new.writes_list;
    if there.switch == Before::Planned {
        there.switch = new.switch;
    }
}

impl Settings {
    fn files(&self, index: usize) -> Result<[RegistryFile; 2], LeftOut> {
        let name = windows_name(&self.host.name.0)?;
        let licensing = Licensing::of(self.host.os);
        let lines: Result<Vec<String>, LeftOut> = self
            .publish
            .iter()
            .map(|entry| publish_line(entry, licensing))
            .collect();
        let stem = file_stem(&name, index);
        Ok([
            RegistryFile {
                name: format!("{stem}.reg"),
                bytes: encode(&self.file(&name, licensing, &lines?)),
            },
            RegistryFile {
                name: format!("{stem}-undo.reg"),
                bytes: encode(&self.undo(&name, licensing)),
            },
        ])
    }

    fn file(&self, name: &str, licensing: Licensing, lines: &[String]) -> String {
        let mut values = Vec::new();
        if !lines.is_empty() {
            values.push((LIST, Value::Strings(lines)));
        }
        values.push((SWITCH, Value::Dword(self.want.disabled())));
        let mut comments = vec![format!(
            "For {name} alone: publishing {}.",
            self.want.word()
        )];
        comments.extend(lines.iter().map(|line| format!("    {line}")));
        comments.extend(save_first(licensing));
        comments.push(format!(
            "It takes effect when {} restarts.",
            licensing.service
        ));
        commented(&comments, licensing.key, &values)
    }

    fn undo(&self, name: &str, licensing: Licensing) -> String {
        let mut values = Vec::new();
        let mut comments = vec![format!("For {name} alone: the way back.")];
        let mut only = Vec::new();
        if self.writes_list {
            values.push((LIST, Value::Deleted));
            only.push("no publish list was set".to_owned());
        }
        match self.switch {
            Before::Planned => {}
            Before::Unset => {
                values.push((SWITCH, Value::Deleted));
                only.push(format!("{SWITCH} was not set"));
            }
            Before::Opposite => {
                let before = self.want.opposite();
                values.push((SWITCH, Value::Dword(before.disabled())));
                only.push(format!("publishing was {}", before.word()));
            }
        }
        if only.is_empty() {
            comments.push(
                "It sets nothing: list and switch were seen to be as planned before.".to_owned(),
            );
        } else {
            comments.push(format!(
                "Right only where {} before. Elsewhere import what was saved before the change.",
                only.join(" and ")
            ));
            comments.push(format!(
                "It takes effect when {} restarts.",
                licensing.service
            ));
        }
        commented(&comments, licensing.key, &values)
    }
}

/// The key is saved first: a plan does not know what is set.
fn save_first(licensing: Licensing) -> [String; 2] {
    [
        "Before importing it save what is set, on the host, elevated:".to_owned(),
        format!("    reg export \"{}\" before.reg", licensing.key),
    ]
}

/// Host names that are no file names, or too long, get a number.
fn file_stem(name: &str, index: usize) -> String {
    let safe: String = name.replace(['*', '/', '+'], "-");
    let short: String = safe.chars().take(LONGEST).collect();
    if short == name {
        short
    } else {
        format!("{short}-{index}")
    }
}

/// UTF-16LE with a byte-order mark, CRLF.
fn encode(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(
        text.replace('\n', "\r\n")
            .encode_utf16()
            .collect::<Vec<u16>>(),
    );
    units.flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::action::{Part, SeenPart, Spelled};
    use crate::presentation::parse_full_name;

    fn entry(os: Option<Os>) -> HostPublishing {
        HostPublishing {
            host: HostRef {
                name: Spelled(parse_full_name("kms01.contoso.com").unwrap()),
                port: 1688,
                os,
            },
            publish: vec![PublishEntry {
                domain: parse_full_name("a.b").unwrap(),
                priority: 10,
                weight: 75,
            }],
        }
    }

    /// The text of both files, decoded from their octets.
    fn texts(settings: &Settings) -> [String; 2] {
        settings.files(1).unwrap().map(|file| {
            let (pairs, rest) = file.bytes.as_chunks::<2>();
            assert!(rest.is_empty());
            let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
            assert_eq!(units[0], 0xfeff, "{}", file.name);
            String::from_utf16(&units[1..]).unwrap()
        })
    }

    #[test]
    fn a_file_is_utf_16_with_a_mark_and_crlf() {
        let settings = switched(&entry(None), Switch::Off, &Already::default());
        let [file, undo] = settings.files(1).unwrap();
        assert_eq!(file.name, "kms01.contoso.com.reg");
        assert_eq!(undo.name, "kms01.contoso.com-undo.reg");
        assert_eq!(&file.bytes[..6], b"\xff\xfeW\0i\0");
        let [text, undo] = texts(&settings);
        assert_eq!(
            text,
            "Windows Registry Editor Version 5.00\r\n\r\n\
             ; For kms01.contoso.com alone: publishing off.\r\n\
             ;     a.b, 10, 75\r\n\
             ; Before importing it save what is set, on the host, elevated:\r\n\
             ;     reg export \"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform\" before.reg\r\n\
             ; It takes effect when sppsvc restarts.\r\n\
             [HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform]\r\n\
             \"DnsDomainPublishList\"=hex(7):61,00,2e,00,62,00,2c,00,20,00,31,00,30,00,2c,00,\\\r\n  \
             20,00,37,00,35,00,00,00,00,00\r\n\
             \"DisableDnsPublishing\"=dword:00000001\r\n"
        );
        assert_eq!(
            undo.lines().skip(2).collect::<Vec<_>>(),
            [
                "; For kms01.contoso.com alone: the way back.",
                "; Right only where no publish list was set and publishing was on before. Elsewhere import what was saved before the change.",
                "; It takes effect when sppsvc restarts.",
                "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform]",
                "\"DnsDomainPublishList\"=-",
                "\"DisableDnsPublishing\"=dword:00000000",
            ]
        );
    }

    #[test]
    fn what_was_seen_to_be_so_is_not_undone() {
        let entry = entry(None);
        let seen = |part| SeenPart {
            host: entry.host.name.clone(),
            part,
            file: "evidence.txt".to_owned(),
        };
        let already = Already(vec![seen(Part::PublishList), seen(Part::Publishing)]);
        let [_, undo] = texts(&switched(&entry, Switch::Off, &already));
        assert!(undo.contains("It sets nothing"), "{undo}");
        assert!(!undo.contains("\"="), "{undo}");
    }

    #[test]
    fn a_host_of_two_steps_has_one_file() {
        let entry = entry(None);
        let mut all = Vec::new();
        merge(&mut all, prepared(&entry.host, true));
        merge(&mut all, switched(&entry, Switch::Off, &Already::default()));
        assert_eq!(all.len(), 1);
        let [text, undo] = texts(&all[0]);
        assert!(text.contains("hex(7)"), "{text}");
        assert!(undo.contains("\"DisableDnsPublishing\"=-"), "{undo}");
    }

    #[test]
    fn vista_and_server_2008_have_their_own_key_and_domains_alone() {
        let settings = switched(
            &entry(Some(Os::Server2008)),
            Switch::Off,
            &Already::default(),
        );
        let [text, _] = texts(&settings);
        assert!(text.contains("CurrentVersion\\SL]"), "{text}");
        assert!(text.contains("slsvc"), "{text}");
        assert!(
            text.contains("hex(7):61,00,2e,00,62,00,00,00,00,00\r\n"),
            "{text}"
        );
    }

    #[test]
    fn names_that_are_no_file_names_stay_apart() {
        assert_eq!(file_stem("kms01.contoso.com", 1), "kms01.contoso.com");
        assert_eq!(file_stem("*.contoso.com", 2), "-.contoso.com-2");
        assert_eq!(file_stem(&"a".repeat(200), 3).len(), LONGEST + 2);
    }
}
