//! The rules of a topology: which keys there are, what they may hold, what contradicts what.

use crate::codes::Code;
use std::collections::BTreeMap;
use std::net::IpAddr;

use super::fields::{Checker, Fields, Section, Shape};
use super::model::{
    Account, Allow, Apply, Clients, DynamicUpdate, Group, GroupScope, Host, Os, Partition, Product,
    Publication, Publishing, Retired, Topology, Unlisted, ZoneKind, ZoneSettings,
};
use crate::document::{Complaint, Node, Source, Span, Value};
use crate::{Name, presentation};

const FILE: Section = Section {
    name: "",
    shape: Shape::File,
    keys: &[
        "kms", "group", "host", "retired", "zone", "clients", "allow",
    ],
};
const KMS: Section = Section {
    name: "kms",
    shape: Shape::One,
    keys: &[
        "publishing",
        "domains",
        "ttl",
        "port",
        "unlisted",
        "min-live-hosts",
    ],
};
const GROUP: Section = Section {
    name: "group",
    shape: Shape::One,
    keys: &["name", "path", "scope"],
};
const HOST: Section = Section {
    name: "host",
    shape: Shape::Many,
    keys: &[
        "name",
        "priority",
        "weight",
        "port",
        "os",
        "account",
        "ad-domain",
        "activates",
        "publish",
    ],
};
const PUBLISH: Section = Section {
    name: "publish",
    shape: Shape::Entry,
    keys: &["domain", "priority", "weight"],
};
const RETIRED: Section = Section {
    name: "retired",
    shape: Shape::Many,
    keys: &["name", "running"],
};
const ZONE: Section = Section {
    name: "zone",
    shape: Shape::Many,
    keys: &[
        "name",
        "kind",
        "server",
        "apply",
        "dynamic-update",
        "partition",
        "ageing",
        "no-refresh",
        "refresh",
    ],
};
const CLIENTS: Section = Section {
    name: "clients",
    shape: Shape::Many,
    keys: &[
        "domain", "windows", "server", "office", "legacy", "search", "caching", "adba",
    ],
};
const ALLOW: Section = Section {
    name: "allow",
    shape: Shape::Many,
    keys: &["finding", "subject", "reason", "until"],
};

/// Every section, the file itself first.
pub(super) const SECTIONS: &[Section] = &[
    FILE, KMS, GROUP, HOST, PUBLISH, RETIRED, ZONE, CLIENTS, ALLOW,
];

const DEFAULT_TTL: u32 = 3600;
/// The longest TTL, in seconds (RFC 2181 section 8).
const MAX_TTL: u32 = 0x7fff_ffff;
/// The port of KMS (Microsoft "Deploy KMS Activation").
const DEFAULT_PORT: u16 = 1688;
const DEFAULT_GROUP: &str = "KMS Hosts";
/// Windows' default for both intervals of ageing, in days.
const DEFAULT_REFRESH: u32 = 7;
const MAX_REFRESH: u32 = 3650;
/// The longest name of a group (the common name's upper range in Active Directory).
const MAX_GROUP: usize = 64;
/// The longest `NetBIOS` name, from which a computer account is named.
const MAX_NETBIOS: usize = 15;
/// The longest `sAMAccountName` of a computer.
const MAX_ACCOUNT: usize = 20;
/// What a `sAMAccountName` cannot hold.
const NOT_IN_ACCOUNTS: &str = "\"/\\[]:;|=,+*?<>";

/// Checks the whole file. The topology is only to be used where there are no complaints.
///
/// `more` are domains that hosts without a publish list serve beside those of the file.
pub(super) fn check(
    source: &Source,
    root: &Node,
    more: &[Name],
    complaints: &mut Vec<Complaint>,
) -> Topology {
    let mut checker = Checker::new(source, SECTIONS, complaints);
    let mut topology = Topology {
        path: String::new(),
        sha256: String::new(),
        publishing: Publishing::Manual,
        domains: Vec::new(),
        ttl: DEFAULT_TTL,
        unlisted: Unlisted::Remove,
        min_live_hosts: 1,
        group: Group {
            name: DEFAULT_GROUP.to_owned(),
            path: None,
            scope: None,
            line: None,
        },
        hosts: Vec::new(),
        retired: Vec::new(),
        zones: Vec::new(),
        clients: Vec::new(),
        allow: Vec::new(),
    };
    let Some(file) = checker.table(root, FILE) else {
        return topology;
    };
    let mut defaults = Defaults {
        port: DEFAULT_PORT,
        domains: None,
    };
    let kms = checker.one(&file, KMS);
    if let Some(kms) = &kms {
        checker.kms(kms, &mut topology, &mut defaults);
    }
    defaults.cover(more, &mut topology);
    if let Some(group) = checker.one(&file, GROUP) {
        checker.group(&group, &mut topology.group);
    }
    let hosts = checker.many(&file, HOST);
    if hosts.is_empty() {
        checker.no_host(&file);
    }
    let mut known = Lines::default();
    topology.hosts = checker.hosts(&hosts, &defaults, &mut known);
    topology.retired = checker.retired(&file, &known);
    topology.zones = checker.zones(&file);
    topology.clients = checker.clients(&file);
    topology.allow = checker.allowed(&file);
    topology
}

/// What `[kms]` gives to hosts.
struct Defaults {
    port: u16,
    /// The publish list of hosts without one, each domain with its line; `None` where it is not written.
    domains: Option<Vec<(Name, usize)>>,
}

impl Defaults {
    /// Adds domains that the file does not name. They have no line of their own: the file's first stands
    /// for them.
    fn cover(&mut self, more: &[Name], topology: &mut Topology) {
        for domain in more {
            if !topology.domains.contains(domain) {
                topology.domains.push(domain.clone());
                self.domains
                    .get_or_insert_default()
                    .push((domain.clone(), 1));
            }
        }
    }
}

/// Names and the line where each was seen first, compared without case.
#[derive(Default)]
struct Lines(BTreeMap<String, usize>);

impl Lines {
    /// Notes a name. The line of its first mention, where this is not the first.
    fn note(&mut self, name: String, line: usize) -> Option<usize> {
        match self.0.entry(name) {
            std::collections::btree_map::Entry::Occupied(first) => Some(*first.get()),
            std::collections::btree_map::Entry::Vacant(empty) => {
                empty.insert(line);
                None
            }
        }
    }

    fn of(&self, name: &Name) -> Option<usize> {
        self.0.get(&presentation::lower(name)).copied()
    }
}

impl Checker<'_> {
    fn kms(&mut self, kms: &Fields<'_>, topology: &mut Topology, defaults: &mut Defaults) {
        let publishing = kms.get("publishing");
        if let Some(word) = publishing
            .and_then(|node| self.word(node, "publishing", Publishing::ALL, Publishing::word))
        {
            topology.publishing = word;
        }
        if let Some(node) = kms.get("domains") {
            let domains = self.distinct_names(node, "domains");
            topology.domains = domains.iter().map(|(name, _)| name.clone()).collect();
            defaults.domains = Some(domains);
        } else if kms.misspells("domains") {
            defaults.domains = Some(Vec::new());
        }
        if let Some(ttl) = self.number(kms, "ttl", 0..=MAX_TTL) {
            topology.ttl = ttl;
        }
        if let Some(port) = self.number(kms, "port", 1..=u16::MAX) {
            defaults.port = port;
        }
        let unlisted = kms.get("unlisted");
        if let Some(word) =
            unlisted.and_then(|node| self.word(node, "unlisted", Unlisted::ALL, Unlisted::word))
        {
            topology.unlisted = word;
        }
        if let Some(count) = self.number(kms, "min-live-hosts", 0..=u32::MAX) {
            topology.min_live_hosts = count;
        }
    }

    /// The domains of a list, each with its line.
    fn distinct_names(&mut self, node: &Node, key: &str) -> Vec<(Name, usize)> {
        let mut seen = Lines::default();
        let mut names = Vec::new();
        for item in self.list(node, key) {
            let line = self.line(&item.span);
            if let Some(name) = self.domain(item, &format!("an entry of `{key}`"))
                && self.first_mention(&mut seen, &name, &item.span, "domain")
            {
                names.push((name, line));
            }
        }
        names
    }

    /// Notes a name; complains where it stands twice.
    fn first_mention(&mut self, seen: &mut Lines, name: &Name, span: &Span, what: &str) -> bool {
        let line = self.line(span);
        let Some(first) = seen.note(presentation::lower(name), line) else {
            return true;
        };
        let message = format!("the {what} `{}` stands twice", presentation::plain(name));
        let help = if first == line {
            "keep one of the two".to_owned()
        } else {
            format!("keep one of the two: the other is in line {first}")
        };
        self.complain(span, message, help);
        false
    }

    fn group(&mut self, fields: &Fields<'_>, group: &mut Group) {
        group.line = Some(self.line(&fields.span));
        if let Some(node) = fields.get("name")
            && let Some(name) = self.account_text(node, "name", MAX_GROUP)
        {
            group.name = name;
        }
        if let Some(node) = fields.get("path")
            && let Some(path) = self.distinguished_name(node, "path")
        {
            group.path = Some(path);
        }
        group.scope = fields
            .get("scope")
            .and_then(|node| self.word(node, "scope", GroupScope::ALL, GroupScope::word));
    }

    /// A `sAMAccountName`.
    fn account_text(&mut self, node: &Node, key: &str, longest: usize) -> Option<String> {
        let text = self.text(node, key)?;
        if let Some(bad) = text.chars().find(|c| NOT_IN_ACCOUNTS.contains(*c)) {
            let message = format!("`{key}` holds a `{bad}`, which no account name can");
            let help = format!("leave out all of {NOT_IN_ACCOUNTS}");
            self.complain(&node.span, message, help);
            return None;
        }
        if text.chars().count() > longest {
            let message = format!("`{key}` is longer than {longest} characters");
            self.complain(
                &node.span,
                message,
                "write the name as the directory has it",
            );
            return None;
        }
        Some(text.to_owned())
    }

    fn distinguished_name(&mut self, node: &Node, key: &str) -> Option<String> {
        let text = self.text(node, key)?;
        if !text.contains('=') {
            let message = format!("`{key}` is not a distinguished name");
            let help = "write it as the directory does, such as OU=Groups,DC=contoso,DC=com";
            self.complain(&node.span, message, help);
            return None;
        }
        Some(text.to_owned())
    }

    fn no_host(&mut self, file: &Fields<'_>) {
        // What is no list of tables has its own complaint already.
        let span = match file.get("host") {
            None if file.misspells("host") => return,
            None => 0..0,
            Some(node) if matches!(&node.value, Value::Array(items) if items.is_empty()) => {
                node.span.clone()
            }
            Some(_) => return,
        };
        let help = format!("add {} with the `name` of a KMS host", self.heading(HOST));
        self.complain(&span, "there is no host", help);
    }

    fn hosts(
        &mut self,
        tables: &[Fields<'_>],
        defaults: &Defaults,
        known: &mut Lines,
    ) -> Vec<Host> {
        let mut accounts = Lines::default();
        let mut hosts = Vec::with_capacity(tables.len());
        for table in tables {
            if let Some(host) = self.host(table, defaults, known, &mut accounts) {
                hosts.push(host);
            }
        }
        hosts
    }

    fn host(
        &mut self,
        fields: &Fields<'_>,
        defaults: &Defaults,
        known: &mut Lines,
        accounts: &mut Lines,
    ) -> Option<Host> {
        let written = self.required(fields, "name");
        let name = written.and_then(|node| Some((node, self.proper_name(node, "name")?)));
        let first = name
            .as_ref()
            .is_none_or(|(node, name)| self.first_mention(known, name, &node.span, "host"));
        let priority = self.number(fields, "priority", 0..=u16::MAX).unwrap_or(0);
        let weight = self.number(fields, "weight", 0..=u16::MAX).unwrap_or(0);
        let port = self
            .number(fields, "port", 1..=u16::MAX)
            .unwrap_or(defaults.port);
        let os = fields
            .get("os")
            .and_then(|node| self.word(node, "os", Os::ALL, Os::word));
        let activates = self.activates(fields);
        let publish = match fields.get("publish") {
            Some(node) => self.publish(node, priority, weight),
            None => self.inherited(fields, name.as_ref(), defaults, priority, weight),
        };
        let account = self.account(fields, name.as_ref(), os);
        let (node, name) = name?;
        // The second mention of a host has been complained about, its account says nothing new.
        if first {
            self.own_account(fields, node, &account, accounts);
        }
        Some(Host {
            line: self.line(&node.span),
            name,
            priority,
            weight,
            port,
            os,
            account,
            activates,
            publish,
        })
    }

    fn activates(&mut self, fields: &Fields<'_>) -> Vec<Product> {
        let Some(node) = fields.get("activates") else {
            return Vec::new();
        };
        let entry = "an entry of `activates`";
        let mut products = Vec::new();
        for item in self.list(node, "activates") {
            let Some(product) = self.word(item, entry, Product::ALL, Product::word) else {
                continue;
            };
            if products.contains(&product) {
                let message = format!("`{}` stands twice", product.word());
                self.complain(&item.span, message, "keep one of the two");
            } else {
                products.push(product);
            }
        }
        products
    }

    /// A host's own publish list. An entry without numbers takes the host's.
    fn publish(&mut self, node: &Node, priority: u16, weight: u16) -> Vec<Publication> {
        let mut seen = Lines::default();
        let mut list = Vec::new();
        for item in self.list(node, "publish") {
            let (domain, priority, weight) = match &item.value {
                Value::Table(_) => {
                    let Some(entry) = self.table(item, PUBLISH) else {
                        continue;
                    };
                    (
                        self.required(&entry, "domain"),
                        self.number(&entry, "priority", 0..=u16::MAX)
                            .unwrap_or(priority),
                        self.number(&entry, "weight", 0..=u16::MAX)
                            .unwrap_or(weight),
                    )
                }
                Value::String(_) => (Some(item), priority, weight),
                _ => {
                    self.mistyped(item, "an entry of `publish`", "a string or a table");
                    continue;
                }
            };
            let Some(node) = domain else { continue };
            if let Some(domain) = self.domain(node, "an entry of `publish`")
                && self.first_mention(&mut seen, &domain, &node.span, "domain")
            {
                list.push(Publication {
                    domain,
                    priority,
                    weight,
                    line: self.line(&node.span),
                });
            }
        }
        list
    }

    /// The publish list of a host that has none of its own.
    fn inherited(
        &mut self,
        fields: &Fields<'_>,
        name: Option<&(&Node, Name)>,
        defaults: &Defaults,
        priority: u16,
        weight: u16,
    ) -> Vec<Publication> {
        let Some(domains) = &defaults.domains else {
            if fields.misspells("publish") {
                return Vec::new();
            }
            let (span, what) = match name {
                Some((node, name)) => (&node.span, presentation::plain(name)),
                None => (&fields.span, "this host".to_owned()),
            };
            let help = format!(
                "give it `publish`, or all hosts `domains` in {}",
                self.heading(KMS)
            );
            self.complain(span, format!("`{what}` serves no domain"), help);
            return Vec::new();
        };
        let entries = domains.iter().map(|(domain, line)| Publication {
            domain: domain.clone(),
            priority,
            weight,
            line: *line,
        });
        entries.collect()
    }

    /// The computer account of a host; what it says without a name is checked all the same.
    fn account(
        &mut self,
        fields: &Fields<'_>,
        name: Option<&(&Node, Name)>,
        os: Option<Os>,
    ) -> Account {
        let written = fields.get("account");
        let domain = fields.get("ad-domain");
        if let Some(node) = written
            && matches!(node.value, Value::Bool(false))
        {
            if domain.is_some() {
                let help = "leave out one of the two";
                self.complain(&node.span, "`account = false` beside `ad-domain`", help);
            }
            return Account::None;
        }
        if os == Some(Os::Other) && written.is_none() && domain.is_none() {
            // Such a host is in no domain unless the file says so.
            return Account::None;
        }
        let account = match (written, name) {
            (Some(node), _) => self.written_account(node),
            (None, Some((node, name))) => self.default_account(node, name),
            (None, None) => None,
        };
        let ad_domain = match (domain, name) {
            (Some(node), _) => self.proper_name(node, "ad-domain"),
            (None, Some((node, name))) => self.parent_domain(node, name),
            (None, None) => None,
        };
        match (account, ad_domain) {
            (Some(account), Some(ad_domain)) => Account::Joined { account, ad_domain },
            _ => Account::None,
        }
    }

    /// Complains where another host has the same account.
    fn own_account(
        &mut self,
        fields: &Fields<'_>,
        name: &Node,
        account: &Account,
        accounts: &mut Lines,
    ) {
        let Account::Joined { account, ad_domain } = account else {
            return;
        };
        let place = &fields.get("account").unwrap_or(name).span;
        let domain = presentation::lower(ad_domain);
        let key = format!("{} {domain}", account.to_lowercase());
        let line = self.line(place);
        if let Some(first) = accounts.note(key, line) {
            let domain = presentation::plain(ad_domain);
            let message = format!("the account `{account}` in {domain} stands for two hosts");
            let help = format!("set `account` to this host's own; the other is in line {first}");
            self.complain(place, message, help);
        }
    }

    fn written_account(&mut self, node: &Node) -> Option<String> {
        let text = match &node.value {
            Value::String(text) => text,
            Value::Bool(_) => {
                let help = "leave the key away, or write the account's name";
                self.complain(&node.span, "`account` is a name or false", help);
                return None;
            }
            _ => {
                self.mistyped(node, "account", "a string or false");
                return None;
            }
        };
        if matches!(
            text.to_lowercase().as_str(),
            "false" | "no" | "none" | "off"
        ) {
            let help = "for a host that is joined to no domain write false, without quotes";
            self.complain(&node.span, format!("`{text}` is no computer account"), help);
            return None;
        }
        let account = self.account_text(node, "account", MAX_ACCOUNT)?;
        if !account.ends_with('$') {
            let message = format!("`{account}` is no computer account: those end with `$`");
            self.complain(&node.span, message, format!("did you mean `{account}$`?"));
            return None;
        }
        Some(account)
    }

    /// Windows names a computer's account by its `NetBIOS` name: the first label, cut after 15 characters,
    /// in upper case.
    fn default_account(&mut self, node: &Node, name: &Name) -> Option<String> {
        let label = name.iter().next().unwrap_or_default();
        let usable =
            |octet: &u8| octet.is_ascii_graphic() && !NOT_IN_ACCOUNTS.contains(char::from(*octet));
        if !label.iter().all(usable) {
            let message = format!(
                "no account can be named after `{}`",
                presentation::plain(name)
            );
            let help = "set `account` to the host's computer account, or to false";
            self.complain(&node.span, message, help);
            return None;
        }
        let cut = label.iter().take(MAX_NETBIOS);
        let mut account: String = cut
            .map(|octet| char::from(octet.to_ascii_uppercase()))
            .collect();
        account.push('$');
        Some(account)
    }

    fn parent_domain(&mut self, node: &Node, name: &Name) -> Option<Name> {
        let parent = presentation::ancestors(name)
            .nth(1)
            .filter(|parent| !parent.is_root());
        if parent.is_none() {
            let message = format!("the domain of `{}` is not known", presentation::plain(name));
            let help = "set `ad-domain`, or `account = false` if it is joined to none";
            self.complain(&node.span, message, help);
        }
        parent
    }

    fn retired(&mut self, file: &Fields<'_>, hosts: &Lines) -> Vec<Retired> {
        let mut seen = Lines::default();
        let mut list = Vec::new();
        for fields in self.many(file, RETIRED) {
            let running = self.boolean(&fields, "running").unwrap_or(true);
            let Some(node) = self.required(&fields, "name") else {
                continue;
            };
            let Some(name) = self.unwanted_name(node, "name") else {
                continue;
            };
            if let Some(line) = hosts.of(&name) {
                let message = format!("`{}` is a host and retired", presentation::plain(&name));
                let help = format!("keep one of the two: it is a host in line {line}");
                self.complain(&node.span, message, help);
            }
            if self.first_mention(&mut seen, &name, &node.span, "retired host") {
                let line = self.line(&node.span);
                list.push(Retired {
                    name,
                    running,
                    line,
                });
            }
        }
        list
    }

    fn zones(&mut self, file: &Fields<'_>) -> Vec<ZoneSettings> {
        let mut seen = Lines::default();
        let mut list = Vec::new();
        for fields in self.many(file, ZONE) {
            let settings = self.zone(&fields, &mut seen);
            list.extend(settings);
        }
        list
    }

    fn zone(&mut self, fields: &Fields<'_>, seen: &mut Lines) -> Option<ZoneSettings> {
        let written = self.required(fields, "name");
        let name = written.and_then(|node| Some((node, self.name(node, "name")?)));
        if let Some((node, name)) = &name {
            self.first_mention(seen, name, &node.span, "zone");
        }
        let kind = fields
            .get("kind")
            .and_then(|node| self.word(node, "kind", ZoneKind::ALL, ZoneKind::word));
        let apply = fields
            .get("apply")
            .and_then(|node| self.word(node, "apply", Apply::ALL, Apply::word));
        let dynamic_update = fields.get("dynamic-update").and_then(|node| {
            let all = DynamicUpdate::ALL;
            self.word(node, "dynamic-update", all, DynamicUpdate::word)
        });
        let server = fields.get("server").and_then(|node| self.server(node));
        let partition = fields
            .get("partition")
            .and_then(|node| self.partition(node));
        let ageing = self.boolean(fields, "ageing");
        let no_refresh = self.number(fields, "no-refresh", 0..=MAX_REFRESH);
        let refresh = self.number(fields, "refresh", 0..=MAX_REFRESH);
        if let Some(kind) = kind {
            self.fitting(fields, kind, apply, dynamic_update, ageing);
        }
        let (node, name) = name?;
        Some(ZoneSettings {
            name,
            kind,
            server,
            apply,
            dynamic_update,
            partition,
            ageing,
            no_refresh: no_refresh.unwrap_or(DEFAULT_REFRESH),
            refresh: refresh.unwrap_or(DEFAULT_REFRESH),
            line: self.line(&node.span),
        })
    }

    /// The settings of a zone that its kind cannot have.
    fn fitting(
        &mut self,
        fields: &Fields<'_>,
        kind: ZoneKind,
        apply: Option<Apply>,
        dynamic_update: Option<DynamicUpdate>,
        ageing: Option<bool>,
    ) {
        let windows = matches!(kind, ZoneKind::Ad | ZoneKind::WindowsFile);
        let mut unfit = |key: &str, wrong: bool, help: &str| {
            if let Some(node) = fields.get(key).filter(|_| wrong) {
                let message = format!("`{key}` does not fit a zone of kind `{}`", kind.word());
                self.complain(&node.span, message, help);
            }
        };
        match apply {
            Some(Apply::Powershell | Apply::Dnscmd) => {
                unfit("apply", !windows, "fitting are `nsupdate` and `patch`");
            }
            Some(Apply::Patch) => unfit(
                "apply",
                kind == ZoneKind::Ad,
                "such a zone has no file; fitting are `powershell`, `dnscmd` and `nsupdate`",
            ),
            Some(Apply::Nsupdate) | None => {}
        }
        unfit(
            "partition",
            kind != ZoneKind::Ad,
            "only a zone of kind `ad` lies in a partition of the directory: leave it away",
        );
        unfit(
            "dynamic-update",
            kind == ZoneKind::WindowsFile && dynamic_update == Some(DynamicUpdate::Secure),
            "Windows takes secure updates only in zones of kind `ad`; fitting are `nonsecure` and `none`",
        );
        unfit(
            "ageing",
            !windows && ageing == Some(true),
            "only Windows zones age: leave it away",
        );
    }

    /// A server that commands can name: a host name of letters, digits, `-` and `_`, or an address.
    fn server(&mut self, node: &Node) -> Option<String> {
        let text = self.text(node, "server")?;
        if let Ok(address) = text.parse::<IpAddr>() {
            return Some(address.to_string());
        }
        let name = presentation::parse_full_name(text).ok().filter(|name| {
            let plain = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_');
            !name.is_root() && name.iter().flatten().all(plain)
        });
        if name.is_none() {
            let message = format!("`{text}` is no name or address of a server");
            let help = "write a host name or an IP address, without a port";
            self.complain(&node.span, message, help);
        }
        name.map(|name| presentation::plain(&name))
    }

    fn partition(&mut self, node: &Node) -> Option<Partition> {
        let words = [
            ("domain", Partition::Domain),
            ("forest", Partition::Forest),
            ("legacy", Partition::Legacy),
        ];
        let text = self.text(node, "partition")?;
        if text.contains('=') {
            return Some(Partition::Dn(text.to_owned()));
        }
        let found = words.into_iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let message = format!("unknown word `{text}` for `partition`");
            let help = "known are `domain`, `forest`, `legacy` and a distinguished name";
            self.complain(&node.span, message, help);
        }
        found.map(|(_, partition)| partition)
    }

    fn clients(&mut self, file: &Fields<'_>) -> Vec<Clients> {
        let mut seen = Lines::default();
        let mut list = Vec::new();
        for fields in self.many(file, CLIENTS) {
            let windows = self.number(&fields, "windows", 0..=u32::MAX);
            let server = self.number(&fields, "server", 0..=u32::MAX);
            let office = self.number(&fields, "office", 0..=u32::MAX);
            let machines = u64::from(windows.unwrap_or(0)) + u64::from(server.unwrap_or(0));
            let legacy = self.number(&fields, "legacy", 0..=u32::MAX);
            // A number that is wrong itself has its own complaint.
            let is_read =
                |key: &str, number: Option<u32>| number.is_some() || fields.get(key).is_none();
            let comparable = is_read("windows", windows) && is_read("server", server);
            if let Some(node) = fields
                .get("legacy")
                .filter(|_| comparable && legacy.is_some_and(|legacy| u64::from(legacy) > machines))
            {
                let message = "`legacy` is more than `windows` and `server` together";
                let help = "it says how many of these run Windows Vista or Windows Server 2008";
                self.complain(&node.span, message, help);
            }
            let caching = self.boolean(&fields, "caching");
            let adba = self.boolean(&fields, "adba");
            let search = fields
                .get("search")
                .map(|node| self.distinct_names(node, "search"));
            let Some(node) = self.required(&fields, "domain") else {
                continue;
            };
            let Some(domain) = self.domain(node, "domain") else {
                continue;
            };
            self.first_mention(&mut seen, &domain, &node.span, "domain");
            let search = search.map_or_else(
                || vec![domain.clone()],
                |names| names.into_iter().map(|(name, _)| name).collect(),
            );
            list.push(Clients {
                domain,
                windows: windows.unwrap_or(0),
                server: server.unwrap_or(0),
                office: office.unwrap_or(0),
                legacy: legacy.unwrap_or(0),
                search,
                caching: caching.unwrap_or(true),
                adba: adba.unwrap_or(false),
                line: self.line(&node.span),
            });
        }
        list
    }

    fn allowed(&mut self, file: &Fields<'_>) -> Vec<Allow> {
        let mut list = Vec::new();
        for fields in self.many(file, ALLOW) {
            let subject = self.optional_text(&fields, "subject");
            let reason = self.optional_text(&fields, "reason");
            let until = self.date(&fields, "until");
            let Some(node) = self.required(&fields, "finding") else {
                continue;
            };
            let Some(finding) = self.word(node, "finding", Code::ALL, Code::word) else {
                continue;
            };
            list.push(Allow {
                finding,
                subject,
                reason,
                until,
                line: Some(self.line(&node.span)),
            });
        }
        list
    }

    fn optional_text(&mut self, fields: &Fields<'_>, key: &str) -> Option<String> {
        let node = fields.get(key)?;
        self.text(node, key).map(str::to_owned)
    }
}
