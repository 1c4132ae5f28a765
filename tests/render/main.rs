//! Every output against its expectation. `KMSPLAN_BLESS=1` writes the expectations anew.

use std::path::Path;

use kmsplan::plan::{Plan, Verb};
use kmsplan::render::json::{read, schema};
use kmsplan::render::{Section, Sink, TextOptions, diff, json, markdown, text, text_section};

mod plans;

/// Compares with `tests/render/<name>.expected`.
fn expect(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/render")
        .join(format!("{name}.expected"));
    if std::env::var_os("KMSPLAN_BLESS").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "{name} differs from its expectation:\n{found}"
    );
}

const PLAIN: TextOptions = TextOptions { colour: false };

const SECTIONS: [(Section, &str); 5] = [
    (Section::Summary, "summary"),
    (Section::Risk, "risk"),
    (Section::Implementation, "implementation"),
    (Section::Backout, "backout"),
    (Section::Test, "test"),
];

fn all() -> [(&'static str, Plan); 5] {
    [
        ("contoso", plans::contoso()),
        ("unchanged", plans::unchanged()),
        ("automatic", plans::automatic()),
        ("blocked", plans::blocked()),
        ("hostile", plans::hostile()),
    ]
}

#[test]
fn text_is_as_expected() {
    for (name, plan) in all() {
        expect(&format!("{name}.text"), &text(&plan, &PLAIN));
    }
    expect(
        "contoso.colour",
        &text(&plans::contoso(), &TextOptions { colour: true }),
    );
}

#[test]
fn markdown_is_as_expected() {
    for (name, plan) in all() {
        expect(&format!("{name}.markdown"), &markdown(&plan, None));
    }
}

#[test]
fn sections_are_as_expected() {
    let plan = plans::contoso();
    for (section, word) in SECTIONS {
        expect(
            &format!("contoso.{word}.markdown"),
            &markdown(&plan, Some(section)),
        );
        expect(
            &format!("contoso.{word}.text"),
            &text_section(&plan, section),
        );
    }
}

#[test]
fn json_is_as_expected() {
    for (name, plan) in all() {
        expect(&format!("{name}.json"), &json(&plan));
    }
    expect("schema", &schema());
}

#[test]
fn text_is_ascii_in_80_columns_without_controls() {
    for (name, plan) in all() {
        let mut pages = vec![text(&plan, &PLAIN)];
        if name != "hostile" {
            pages.push(text_section(&plan, Section::Summary));
            pages.push(text_section(&plan, Section::Risk));
        }
        for page in pages {
            for line in page.lines() {
                assert!(line.is_ascii(), "{name}: {line}");
                assert!(!line.contains(char::is_control), "{name}: {line:?}");
                assert_eq!(line.trim_end(), line, "{name}");
                let unbroken = line.split_whitespace().any(|word| word.len() > 60);
                assert!(line.len() <= 80 || unbroken, "{name}: {line}");
            }
            assert!(page.ends_with('\n') && !page.contains("\n\n\n"), "{name}");
        }
    }
}

#[test]
fn markdown_has_no_controls() {
    for (name, plan) in all() {
        let page = markdown(&plan, None);
        let acts = |c: char| c.is_control() && c != '\n' && c != '\t';
        assert!(!page.contains(acts), "{name}");
    }
}

/// A hostile text may neither open an element, a link or a heading, nor leave its fence or cell.
#[test]
fn hostile_names_stay_data() {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    let events = |plan: &Plan| -> Vec<String> {
        let page = markdown(plan, None);
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_MATH
            | Options::ENABLE_FOOTNOTES;
        Parser::new_ext(&page, options)
            .filter_map(|event| match event {
                Event::Html(html) | Event::InlineHtml(html) => panic!("HTML: {html}"),
                Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Emphasis) => {
                    panic!("markup in {plan:?}")
                }
                Event::Start(tag) => Some(format!("{tag:?}")),
                Event::TaskListMarker(_) => Some("task".to_owned()),
                _ => None,
            })
            .collect()
    };
    let mut calm = plans::hostile();
    let other = plans::contoso();
    calm.topology.path.clone_from(&other.topology.path);
    calm.zones.clone_from(&other.zones);
    calm.domains.clone_from(&other.domains);
    calm.findings.clone_from(&other.findings);
    calm.findings[1].allowed = Some("reason".to_owned());
    calm.steps = other.steps[..calm.steps.len()].to_vec();
    calm.diffs.clone_from(&other.diffs);
    assert_eq!(events(&plans::hostile()), events(&calm));
}

#[test]
fn hostile_names_can_be_read_back_from_the_page() {
    use pulldown_cmark::{Event, Options, Parser};
    let page = markdown(&plans::hostile(), None);
    let codes: Vec<String> = Parser::new_ext(&page, Options::ENABLE_TABLES)
        .filter_map(|event| match event {
            Event::Code(code) => Some(code.into_string()),
            _ => None,
        })
        .collect();
    let shown = kmsplan::diagnostic::visible(plans::HOSTILE);
    assert!(codes.contains(&shown), "{codes:?}");
}

#[test]
fn json_validates_and_round_trips() {
    let validator =
        jsonschema::validator_for(&serde_json::from_str(&schema()).unwrap()).unwrap();
    for (name, plan) in all() {
        let document = json(&plan);
        let value = serde_json::from_str(&document).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        let again = read("plan.json", document.as_bytes())
            .unwrap_or_else(|errors| panic!("{name}: {errors}"));
        assert_eq!(json(&again), document, "{name}");
    }
}

#[test]
fn what_a_saved_plan_says_about_commands_is_ignored() {
    let document = json(&plans::contoso());
    let mut value: serde_json::Value = serde_json::from_str(&document).unwrap();
    value["steps"][0]["title"] = "Format the disk".into();
    value["steps"][0]["commands"][0]["text"] = "format c:".into();
    value["steps"][0]["unknown"] = true.into();
    value["summary"]["errors"] = 99.into();
    let again = read("plan.json", value.to_string().as_bytes()).unwrap();
    assert_eq!(json(&again), document);
}

fn errors(edit: impl FnOnce(&mut serde_json::Value)) -> Vec<String> {
    let mut value = serde_json::from_str(&json(&plans::contoso())).unwrap();
    edit(&mut value);
    match read("p.json", value.to_string().as_bytes()) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.0.iter().map(|error| error.line()).collect(),
    }
}

#[test]
fn every_wrong_value_is_told_at_once() {
    let found = errors(|plan| {
        plan["id"] = "xyz".into();
        plan["topology"]["publishing"] = "magic".into();
        plan["zones"][0]["server"] = "dc01 & calc".into();
        plan["domains"][0]["changes"][0]["port"] = 65_536.into();
        plan["domains"][0]["changes"][1]["target"] = "a..b.".into();
        plan["domains"][0]["changes"][2]["share"] = 1.5.into();
        plan["domains"][1]["owner"] = "www.contoso.com.".into();
        plan["domains"][1]["live_minimum"] = 7.into();
        plan["steps"][0]["action"]["type"] = "format-disk".into();
        plan["steps"][1]["number"] = "two".into();
        plan["findings"][0]["code"] = "no-such-code".into();
        plan["findings"][0]["line"] = serde_json::Value::Null;
        plan["diffs"][0]["encoding"] = "base64".into();
        plan.as_object_mut().unwrap().remove("reminder");
    });
    assert_eq!(found, [""; 0]);
}

#[test]
fn parts_that_do_not_belong_together_are_told() {
    let found = errors(|plan| {
        plan["steps"][1]["number"] = 7.into();
        plan["steps"][6]["action"]["change"]["edits"][0]["record"]["target"] =
            "evil.example.".into();
        plan["topology"]["publishing"] = "automatic".into();
        plan["domains"][1]["zone"] = "emea.contoso.com.".into();
        plan["domains"][0]["changes"][0]["action"] = "add".into();
        plan["steps"][10]["action"]["members"][0]["account"] = "Administrator".into();
    });
    assert_eq!(found, [""; 0]);
}

#[test]
fn text_that_is_no_json_is_told_with_its_place() {
    let complain = |bytes: &[u8]| read("p.json", bytes).unwrap_err().to_string();
    assert_eq!(complain(b"{\n  \"id\": nope\n}"), "");
    assert_eq!(complain(b""), "");
    assert_eq!(complain(b"[]"), "");
    assert_eq!(complain(b"{\"format_version\": \"2\"}"), "");
    assert_eq!(complain("[".repeat(200).as_bytes()), "");
}

#[test]
fn octets_that_are_no_text_survive_json() {
    let plan = plans::hostile();
    let again = read("p.json", json(&plan).as_bytes()).unwrap();
    assert_eq!(again.diffs, plan.diffs);
    assert!(json(&plan).contains("\"encoding\": \"base64\""));
}

#[test]
fn a_diff_is_raw_in_a_file_and_escaped_on_a_terminal() {
    let plan = plans::hostile();
    assert_eq!(diff(&plan, Sink::File), plan.diffs[0].unified);
    assert_eq!(
        String::from_utf8(diff(&plan, Sink::Terminal { colour: false })).unwrap(),
        "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x ; \\xff\\u{1b}[2J ````\\r\n+y ; ```\n"
    );
    let coloured = String::from_utf8(diff(&plan, Sink::Terminal { colour: true })).unwrap();
    assert!(coloured.ends_with("\u{1b}[32m+y ; ```\u{1b}[0m\n"));
}

/// Nothing to change: `diff` prints nothing, the other outputs say so and still remind.
#[test]
fn no_change_says_so_and_still_reminds() {
    let plan = plans::unchanged();
    assert!(diff(&plan, Sink::File).is_empty());
    assert!(text(&plan, &PLAIN).contains("\nNo changes.\n"));
    for page in [text(&plan, &PLAIN), markdown(&plan, None)] {
        assert!(page.contains("(slmgr.vbs /cdns)"), "{page}");
    }
    assert!(!text(&plans::automatic(), &PLAIN).contains("Reminder"));
}

/// Shares are whole percent, but never rounded to nothing or to all.
#[test]
fn shares_do_not_lie() {
    let mut plan = plans::contoso();
    let shares = [(0, 10, "under 1 %"), (9_990, 10, "over 99 %"), (0, 20, "standby")];
    for (share, priority, shown) in shares {
        let change = &mut plan.domains[1].changes[2];
        change.share = Some(share);
        change.after.as_mut().unwrap().priority = priority;
        assert_eq!(change.verb, Verb::Add);
        assert!(text(&plan, &PLAIN).contains(&format!(" {shown}\n")), "{shown}");
    }
}
