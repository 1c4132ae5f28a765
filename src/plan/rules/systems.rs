//! Which system may host a KMS host key for which product, as far as Microsoft says so in public.

use super::{Facts, Found, listed, topology_line};
use crate::plan::finding::{Code, Severity};
use crate::presentation;
use crate::topology::{Os, Product};

/// Systems that Microsoft leaves out for a product.
struct Row {
    product: Product,
    /// The systems, oldest first.
    systems: &'static [Os],
    /// What Microsoft says.
    said: Said,
}

/// How Microsoft leaves a system out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    /// A host on a client system activates client systems only.
    ClientsOnly,
    /// In words, or by a list of all systems that may be hosts.
    Excluded {
        /// The systems that may be hosts.
        hosts: &'static str,
    },
    /// It is older than the oldest system that is named.
    TooOld {
        /// The oldest systems.
        oldest: &'static str,
    },
    /// It is older than the oldest server that is named, but a client system of its age is named too.
    Unnamed {
        /// The oldest systems.
        oldest: &'static str,
    },
}

const OLDEST_2016: &str = "Windows Server 2008 R2 or Windows 7 SP1";
const OLDEST_2019: &str = "Windows Server 2012 or Windows 8.1";
const OLDEST_2021: &str = "Windows Server 2016 or Windows 10";
const OLDEST_2024: &str = "Windows Server 2022 or Windows 10";

/// What is left out. A system that is newer than a list is never left out by it, and Windows clients have no row: each
/// system hosts a key for some of them.
const ROWS: &[Row] = &[
    // Microsoft "Key Management Services (KMS) activation planning" (2024) and "Windows Server 2016 Activation" (2018), for
    // Vista also "Volume Activation of Windows Server 2008".
    Row {
        product: Product::WindowsServer,
        systems: &[
            Os::WindowsVista,
            Os::Windows7,
            Os::Windows8,
            Os::Windows81,
            Os::Windows10,
            Os::Windows11,
        ],
        said: Said::ClientsOnly,
    },
    // The Office 2010 volume activation notes.
    Row {
        product: Product::Office2010,
        systems: &[Os::WindowsVista, Os::Server2008],
        said: Said::Excluded {
            hosts: "Windows Server 2003, Windows Server 2008 R2 and volume editions of Windows 7",
        },
    },
    // Microsoft "Volume activation methods in Office 2013" (2012): Server 2003 in words, Vista and Server 2008 are older than
    // all that it names.
    Row {
        product: Product::Office2013,
        systems: &[Os::Server2003, Os::WindowsVista, Os::Server2008],
        said: Said::TooOld {
            oldest: "Windows Server 2008 R2 or Windows 7",
        },
    },
    // Microsoft "Configure a KMS host computer to activate volume licensed versions of Office" (2024), this row and
    // those below.
    Row {
        product: Product::Office2016,
        systems: &[Os::Server2003, Os::WindowsVista, Os::Server2008],
        said: Said::TooOld {
            oldest: OLDEST_2016,
        },
    },
    Row {
        product: Product::Office2019,
        systems: &[
            Os::Server2003,
            Os::WindowsVista,
            Os::Server2008,
            Os::Windows7,
            Os::Server2008R2,
            Os::Windows8,
        ],
        said: Said::TooOld {
            oldest: OLDEST_2019,
        },
    },
    Row {
        product: Product::Office2021,
        systems: &[
            Os::Server2003,
            Os::WindowsVista,
            Os::Server2008,
            Os::Windows7,
            Os::Server2008R2,
            Os::Windows8,
            Os::Server2012,
            Os::Windows81,
            Os::Server2012R2,
        ],
        said: Said::TooOld {
            oldest: OLDEST_2021,
        },
    },
    Row {
        product: Product::Office2024,
        systems: &[
            Os::Server2003,
            Os::WindowsVista,
            Os::Server2008,
            Os::Windows7,
            Os::Server2008R2,
            Os::Windows8,
            Os::Server2012,
            Os::Windows81,
            Os::Server2012R2,
        ],
        said: Said::TooOld {
            oldest: OLDEST_2024,
        },
    },
    Row {
        product: Product::Office2024,
        systems: &[Os::Server2016, Os::Server2019],
        said: Said::Unnamed {
            oldest: OLDEST_2024,
        },
    },
];

/// What Microsoft says against a system as host for a product.
fn said(system: Os, product: Product) -> Option<Said> {
    let row = ROWS
        .iter()
        .find(|row| row.product == product && row.systems.contains(&system));
    row.map(|row| row.said)
}

/// Findings about hosts that are to activate what their system is left out for.
pub(super) fn rules(facts: &Facts<'_>, found: &mut Found<'_>) {
    for host in &facts.topology.hosts {
        let Some(system) = host.os else { continue };
        let mut products = host.activates.clone();
        products.sort_unstable();
        products.dedup();
        let told = products
            .into_iter()
            .filter_map(|product| Some((product, said(system, product)?)));
        let mut too_old = Vec::new();
        let mut report = |report: Report| {
            let subject = presentation::plain(&host.name);
            let place = Some(topology_line(facts.topology, host.line));
            found
                .push(
                    report.severity,
                    report.code,
                    subject,
                    report.message,
                    report.help,
                )
                .at(place);
        };
        for (product, said) in told {
            match said {
                Said::ClientsOnly => report(clients_only(system)),
                Said::Excluded { hosts } => report(excluded(system, product, hosts)),
                Said::TooOld { oldest } => {
                    too_old.push(format!("{} (at least {oldest})", product_title(product)));
                }
                Said::Unnamed { oldest } => report(unnamed(system, product, oldest)),
            }
        }
        if !too_old.is_empty() {
            report(Report {
                severity: Severity::Error,
                code: Code::OfficeHostOs,
                message: format!(
                    "{} is not among the systems that Microsoft supports as KMS hosts for {}.",
                    system_title(system),
                    listed(&too_old)
                ),
                help: "Let a host with a newer system activate that, or correct os or activates."
                    .to_owned(),
            });
        }
    }
}

/// What is said of a host.
struct Report {
    severity: Severity,
    code: Code,
    message: String,
    help: String,
}

fn clients_only(system: Os) -> Report {
    Report {
        severity: Severity::Error,
        code: Code::HostOs,
        message: format!(
            "It runs {}. A KMS host on a client system activates client systems only, not Windows Server.",
            system_title(system)
        ),
        help: "Let a host on Windows Server activate servers, or correct os or activates."
            .to_owned(),
    }
}

fn excluded(system: Os, product: Product, hosts: &str) -> Report {
    Report {
        severity: Severity::Error,
        code: Code::OfficeHostOs,
        message: format!(
            "{} is excluded as KMS host for {}.",
            system_title(system),
            product_title(product)
        ),
        help: format!("KMS hosts for it run {hosts}. Or correct os or activates."),
    }
}

fn unnamed(system: Os, product: Product, oldest: &str) -> Report {
    Report {
        severity: Severity::Warning,
        code: Code::OfficeHostOs,
        message: format!(
            "{} is not among the systems that Microsoft supports as KMS hosts for {} (at least {oldest}). Whether its host key can be activated there is not known.",
            system_title(system),
            product_title(product)
        ),
        help: "Check on the host that the key is licensed (slmgr.vbs /dlv all), or let a newer host activate that version.".to_owned(),
    }
}

/// A system in a sentence.
fn system_title(system: Os) -> &'static str {
    match system {
        Os::WindowsVista => "Windows Vista",
        Os::Windows7 => "Windows 7",
        Os::Windows8 => "Windows 8",
        Os::Windows81 => "Windows 8.1",
        Os::Windows10 => "Windows 10",
        Os::Windows11 => "Windows 11",
        Os::Server2003 => "Windows Server 2003",
        Os::Server2008 => "Windows Server 2008",
        Os::Server2008R2 => "Windows Server 2008 R2",
        Os::Server2012 => "Windows Server 2012",
        Os::Server2012R2 => "Windows Server 2012 R2",
        Os::Server2016 => "Windows Server 2016",
        Os::Server2019 => "Windows Server 2019",
        Os::Server2022 => "Windows Server 2022",
        Os::Server2025 => "Windows Server 2025",
        Os::Other => "its system",
    }
}

/// A product in a sentence.
fn product_title(product: Product) -> &'static str {
    match product {
        Product::Windows => "Windows clients",
        Product::WindowsServer => "Windows Server",
        Product::Office2010 => "Office 2010",
        Product::Office2013 => "Office 2013",
        Product::Office2016 => "Office 2016",
        Product::Office2019 => "Office 2019",
        Product::Office2021 => "Office LTSC 2021",
        Product::Office2024 => "Office LTSC 2024",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left_out(product: Product) -> Vec<&'static str> {
        let systems = Os::ALL.iter().copied();
        systems
            .filter(|system| said(*system, product).is_some())
            .map(Os::word)
            .collect()
    }

    /// The 40 pairs, system by system.
    #[test]
    fn each_product_has_its_systems() {
        let clients = [
            "windows-vista",
            "windows-7",
            "windows-8",
            "windows-8.1",
            "windows-10",
            "windows-11",
        ];
        assert_eq!(left_out(Product::WindowsServer), clients);
        assert!(left_out(Product::Windows).is_empty());
        let office_2010 = ["windows-vista", "windows-server-2008"];
        assert_eq!(left_out(Product::Office2010), office_2010);
        let oldest = [
            "windows-vista",
            "windows-server-2003",
            "windows-server-2008",
        ];
        assert_eq!(left_out(Product::Office2013), oldest);
        assert_eq!(left_out(Product::Office2016), oldest);
        let office_2019 = [
            "windows-vista",
            "windows-7",
            "windows-8",
            "windows-server-2003",
            "windows-server-2008",
            "windows-server-2008-r2",
        ];
        assert_eq!(left_out(Product::Office2019), office_2019);
        let office_2021 = [
            "windows-vista",
            "windows-7",
            "windows-8",
            "windows-8.1",
            "windows-server-2003",
            "windows-server-2008",
            "windows-server-2008-r2",
            "windows-server-2012",
            "windows-server-2012-r2",
        ];
        assert_eq!(left_out(Product::Office2021), office_2021);
        let mut office_2024 = office_2021.to_vec();
        office_2024.extend(["windows-server-2016", "windows-server-2019"]);
        assert_eq!(left_out(Product::Office2024), office_2024);
    }
}
