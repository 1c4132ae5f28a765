//! Rights of access control entries on a node of KMS records: access masks ([MS-ADTS] 5.1.3.2) and what the
//! entries are about.

use super::Rights;

/// One right of an access mask with the names that `dsacls`, .NET and SDDL give it.
struct Right {
    mask: u32,
    dsacls: &'static str,
    net: &'static str,
    sddl: &'static str,
}

const fn right(mask: u32, dsacls: &'static str, net: &'static str, sddl: &'static str) -> Right {
    Right {
        mask,
        dsacls,
        net,
        sddl,
    }
}

const WRITE_PROPERTY: u32 = 0x20;
const WRITE_DACL: u32 = 0x4_0000;
const WRITE_OWNER: u32 = 0x8_0000;
const GENERIC_WRITE: u32 = 0x4000_0000;
pub(super) const GENERIC_ALL: u32 = 0x1000_0000;
/// All rights that an object of the directory has: what `GENERIC_ALL` stands for.
const ALL: u32 = 0xF_01FF;

const RIGHTS: [Right; 19] = [
    right(0x1, "CREATE CHILD", "CreateChild", "CC"),
    right(0x2, "DELETE CHILD", "DeleteChild", "DC"),
    right(0x4, "LIST CONTENTS", "ListChildren", "LC"),
    right(0x8, "WRITE SELF", "Self", "SW"),
    right(0x10, "READ PROPERTY", "ReadProperty", "RP"),
    right(WRITE_PROPERTY, "WRITE PROPERTY", "WriteProperty", "WP"),
    right(0x40, "DELETE TREE", "DeleteTree", "DT"),
    right(0x80, "LIST OBJECT", "ListObject", "LO"),
    right(0x100, "CONTROL ACCESS", "ExtendedRight", "CR"),
    right(0x1_0000, "DELETE", "Delete", "SD"),
    right(0x2_0000, "READ PERMISSIONS", "ReadControl", "RC"),
    right(WRITE_DACL, "WRITE PERMISSIONS", "WriteDacl", "WD"),
    right(WRITE_OWNER, "CHANGE OWNERSHIP", "WriteOwner", "WO"),
    right(0x10_0000, "SYNCHRONIZE", "Synchronize", "SY"),
    right(
        0x100_0000,
        "ACCESS SYSTEM SECURITY",
        "AccessSystemSecurity",
        "AS",
    ),
    right(ALL, "FULL CONTROL", "GenericAll", "GA"),
    right(0x2_0094, "GENERIC READ", "GenericRead", "GR"),
    right(0x2_0028, "GENERIC WRITE", "GenericWrite", "GW"),
    right(0x2_0004, "GENERIC EXECUTE", "GenericExecute", "GX"),
];

/// The mask of a right as `dsacls` names it; it misspells one.
pub(super) fn dsacls(name: &str) -> Option<u32> {
    let name = match name {
        "READ PERMISSONS" => "READ PERMISSIONS",
        name => name,
    };
    find(|right| right.dsacls == name)
}

/// The mask of a right of .NET's `ActiveDirectoryRights`.
pub(super) fn net(name: &str) -> Option<u32> {
    find(|right| right.net == name)
}

/// The mask of a right in SDDL.
pub(super) fn sddl(name: &str) -> Option<u32> {
    find(|right| right.sddl == name)
}

fn find(is: impl Fn(&Right) -> bool) -> Option<u32> {
    RIGHTS
        .iter()
        .find(|right| is(right))
        .map(|right| right.mask)
}

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The whole node: no object is named, or the class of the node.
    Node,
    /// The attributes that hold records and their deletion.
    Records,
    /// Another attribute, class or right.
    Elsewhere,
}

impl Scope {
    /// What the schema's GUID stands for; empty or all zero: no object. `None`: it is no GUID.
    pub(super) fn of_guid(guid: &str) -> Option<Self> {
        let groups = guid.split('-').map(str::len);
        let hexadecimal = guid
            .bytes()
            .all(|octet| octet.is_ascii_hexdigit() || octet == b'-');
        let well_formed = guid.is_empty() || (hexadecimal && groups.eq([8, 4, 4, 4, 12]));
        well_formed.then(|| match guid.to_ascii_lowercase().as_str() {
            // The last is the class dnsNode.
            ""
            | "00000000-0000-0000-0000-000000000000"
            | "e0fa1e8c-9b45-11d0-afdd-00c04fd930c9" => Self::Node,
            // dnsRecord, dNSTombstoned.
            "e0fa1e69-9b45-11d0-afdd-00c04fd930c9" | "d5eb2eb7-be4e-463b-a214-634a44d7392e" => {
                Self::Records
            }
            _ => Self::Elsewhere,
        })
    }

    /// What a display name of the schema stands for.
    pub(super) fn of_name(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "dnsnode" => Self::Node,
            "dnsrecord" | "dnstombstoned" => Self::Records,
            _ => Self::Elsewhere,
        }
    }
}

/// What an entry means for KMS records.
pub(super) fn rights(mask: u32, scope: Scope, allow: bool) -> Rights {
    let all = mask & GENERIC_ALL != 0 || mask & ALL == ALL;
    let write = all || mask & (WRITE_PROPERTY | GENERIC_WRITE) != 0;
    let control = mask & (WRITE_DACL | WRITE_OWNER) != 0;
    match scope {
        Scope::Node if all => Rights::Full,
        Scope::Node | Scope::Records if write => Rights::Write,
        Scope::Node if control && allow => Rights::Control,
        _ => Rights::Other,
    }
}
