//! Registry files, imported by Wine's Registry Editor and read back.

use crate::rig::{Desk, wine};

/// The text that the plan prints for a host's publish list. As the Registry Editor's own files it is UTF-16LE
/// with a byte-order mark and CRLF.
fn encoded(text: &str) -> Vec<u8> {
    let text = format!("\u{feff}{}\r\n", text.replace('\n', "\r\n"));
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_publish_list_is_imported_and_read_back() {
    let Some(wine) = wine("a_publish_list_is_imported_and_read_back") else {
        return;
    };
    let desk = Desk::new(wine);
    desk.folder.write("kms.toml", crate::support::TOPOLOGY);
    desk.folder.write(
        "contoso.com.zone",
        "$ORIGIN contoso.com.\n$TTL 3600\n@ IN SOA dc01 hostmaster 1 900 600 86400 3600\n IN NS dc01\n\
         dc01 IN A 192.0.2.1\nkms01 IN A 192.0.2.2\nkms02 IN A 192.0.2.3\n",
    );
    let run = desk
        .folder
        .run("plan kms.toml contoso.com.zone --format json");
    let plan: serde_json::Value = serde_json::from_str(&run.stdout).expect("the plan is JSON");
    let files: Vec<String> = commands(&plan)
        .into_iter()
        .filter(|text| text.starts_with("Windows Registry Editor"))
        .collect();
    assert!(!files.is_empty(), "the plan holds registry files");
    for text in &files {
        desk.folder.write("host.reg", encoded(text));
        let run = wine.own(desk.folder.path(), &["regedit", "/S", "host.reg"]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        let run = wine.own(
            desk.folder.path(),
            &[
                "reg",
                "query",
                r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform",
            ],
        );
        let shown = text.contains("DnsDomainPublishList");
        if shown {
            assert!(
                run.stdout.contains("REG_MULTI_SZ    contoso.com"),
                "{text}\n{}",
                run.stdout
            );
        }
    }
}

/// Every text of a command anywhere in the plan.
fn commands(value: &serde_json::Value) -> Vec<String> {
    match value {
        serde_json::Value::Object(map) => map
            .iter()
            .flat_map(|(key, value)| match value {
                serde_json::Value::String(text) if key == "text" => vec![text.clone()],
                other => commands(other),
            })
            .collect(),
        serde_json::Value::Array(list) => list.iter().flat_map(commands).collect(),
        _ => Vec::new(),
    }
}
