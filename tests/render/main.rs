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

fn all() -> [(&'static str, Plan); 7] {
    [
        ("brief", plans::brief()),
        ("mixed-case", plans::mixed_case()),
        ("contoso", plans::contoso()),
        ("unchanged", plans::unchanged()),
        ("automatic", plans::automatic()),
        ("blocked", plans::blocked()),
        ("hostile", plans::hostile()),
    ]
    .map(|(name, plan)| (name, plans::with_id(plan)))
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
    expect("brief.markdown", &markdown(&plans::brief(), None));
    expect("blocked.markdown", &markdown(&plans::blocked(), None));
    // The sections of "brief" have a test of their own.
    for (name, plan) in all().into_iter().filter(|(name, _)| *name != "brief") {
        let page = markdown(&plan, Some(Section::Summary));
        expect(&format!("{name}.summary.markdown"), &page);
    }
}

#[test]
fn sections_are_as_expected() {
    let plan = plans::brief();
    for (section, word) in SECTIONS {
        expect(
            &format!("brief.{word}.markdown"),
            &markdown(&plan, Some(section)),
        );
        expect(&format!("brief.{word}.text"), &text_section(&plan, section));
    }
}

#[test]
fn json_is_as_expected() {
    expect("brief.json", &json(&plans::brief()));
    expect("blocked.json", &json(&plans::blocked()));
}

#[test]
fn text_is_ascii_in_80_columns_without_controls() {
    for (name, plan) in all() {
        let pages = [
            text(&plan, &PLAIN),
            text_section(&plan, Section::Summary),
            text_section(&plan, Section::Risk),
        ];
        for page in pages {
            for line in page.lines() {
                assert!(line.is_ascii(), "{name}: {line}");
                assert!(!line.contains(char::is_control), "{name}: {line:?}");
                assert_eq!(line.trim_end(), line, "{name}");
                // A path stays in one piece, so that it can be copied.
                let is_path = line.contains("# h\\n- [ ] x");
                assert!(line.len() <= 80 || is_path, "{name}: {line}");
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
    let shown = kmsplan::visible::visible(plans::HOSTILE);
    assert!(codes.contains(&shown), "{codes:?}");
}

#[test]
fn json_validates_and_round_trips() {
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema()).unwrap()).unwrap();
    for (name, plan) in all() {
        let document = json(&plan);
        let value = serde_json::from_str(&document).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        // Plans whose steps are not all those of their changes are refused.
        if matches!(name, "brief" | "automatic" | "blocked" | "hostile") {
            let refused = read("plan.json", document.as_bytes());
            assert!(refused.is_err(), "{name}");
            continue;
        }
        let again = read("plan.json", document.as_bytes())
            .unwrap_or_else(|errors| panic!("{name}: {errors}"));
        assert_eq!(json(&again), document, "{name}");
    }
}

/// Actions keep names in lower case; pages show them as they are written all the same.
#[test]
fn spelling_survives_json() {
    let plan = plans::with_id(plans::mixed_case());
    let again = read("p.json", json(&plan).as_bytes()).unwrap();
    assert_eq!(text(&again, &PLAIN), text(&plan, &PLAIN));
    assert!(text(&plan, &PLAIN).contains("EMEA.Contoso.com: add 3"));
}

#[test]
fn what_a_saved_plan_says_about_commands_is_ignored() {
    let document = json(&plans::with_id(plans::contoso()));
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
        Err(errors) => errors
            .0
            .iter()
            .map(kmsplan::diagnostic::Diagnostic::line)
            .collect(),
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
        plan["steps"][0]["action"]["type"] = "renew-tickets".into();
        plan["steps"][0]["action"]
            .as_object_mut()
            .unwrap()
            .remove("hosts");
        plan["steps"][1]["number"] = "two".into();
        plan["findings"][0]["code"] = "no-such-code".into();
        plan["findings"][0]["file"] = serde_json::Value::Null;
        plan["diffs"][0]["encoding"] = "base64".into();
    });
    assert_eq!(
        found,
        [
            "p.json: id: this must be a SHA-256: 64 lower-case hexadecimal digits",
            "p.json: topology.publishing: `magic` is not known here",
            "p.json: zones[0]: `dc01 & calc` is neither a host name nor an address",
            "p.json: domains[0].changes[0].port: this must be a whole number from 0 to 65535",
            "p.json: domains[0].changes[1]: `a..b.` is no domain name: a label is empty: two dots together, or a dot first",
            "p.json: domains[0].changes[2].share: a share is a number from 0 to 1 with at most 4 decimals",
            "p.json: domains[1]: the owner of emea.contoso.com must be _vlmcs._tcp below it",
            "p.json: domains[1]: `live_minimum` is above the live hosts at the beginning or at the end",
            "p.json: steps[0].action: missing field `hosts`",
            "p.json: steps[1].number: this must be a whole number from 0 to 4294967295",
            "p.json: findings[0].code: `no-such-code` is not known here",
            "p.json: findings[0]: `line` needs a `file`",
            "p.json: diffs[0].unified: this is no base64: invalid length at 172",
        ]
    );
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
    assert_eq!(
        found,
        [
            "p.json: domains[0].changes[0]: `before`, `after` and `share` do not fit the action `add`",
            "p.json: steps[10].action: `Administrator` is no computer account",
            "p.json: domains[1].zone: no such zone is among the plan's zones",
            "p.json: steps[1]: the number must be 2",
            "p.json: steps[5]: the record set of emea.contoso.com lies in another zone than the domain",
            "p.json: steps[6]: the edits of contoso.com are not those of the plan's changes, in their order",
            "p.json: steps[7]: the edits of contoso.com are not those of the plan's changes, in their order",
            "p.json: steps[8]: the record set of emea.contoso.com lies in another zone than the domain",
            "p.json: steps[8]: the record set of emea.contoso.com lies in another zone than the domain",
            "p.json: steps[15]: the record set of emea.contoso.com lies in another zone than the domain",
            "p.json: steps[16]: the record set of emea.contoso.com lies in another zone than the domain",
            "p.json: steps[17]: the record set of emea.contoso.com lies in another zone than the domain",
            "p.json: no step makes all changes of contoso.com",
            "p.json: a reminder belongs to manual publishing only",
        ]
    );
}

#[test]
fn a_plan_that_was_changed_has_another_id() {
    let calm = json(&plans::with_id(plans::contoso()));
    let mut value: serde_json::Value = serde_json::from_str(&calm).unwrap();
    value["steps"][3]["action"]["hosts"][0]["publish"][0]["weight"] = 99.into();
    assert_eq!(
        read("p.json", value.to_string().as_bytes())
            .unwrap_err()
            .to_string(),
        "p.json: the id does not fit the plan: it was changed after it was made"
    );
    value["kmsplan_version"] = "0.0.1".into();
    let other = read("p.json", value.to_string().as_bytes()).unwrap();
    assert_ne!(other.id, value["id"]);
}

#[test]
fn text_that_is_no_json_is_told_with_its_place() {
    let complain = |text: &str| {
        let errors = read("p.json", text.as_bytes()).unwrap_err();
        errors.to_string()
    };
    assert_eq!(
        complain("{\n  \"id\": nope\n}"),
        "p.json:2:10: this is no JSON: expected ident"
    );
    assert_eq!(
        complain(""),
        "p.json:1:1: this is no JSON: EOF while parsing a value"
    );
    assert_eq!(complain("[]"), "p.json: a plan is an object");
    assert_eq!(
        complain("{\"format_version\": \"2\"}"),
        "p.json: the format version is `2`; this kmsplan reads format version 1"
    );
    assert_eq!(
        complain(&"[".repeat(200)),
        "p.json:1:128: this is no JSON: recursion limit exceeded"
    );
    let missing = [
        "id", "topology", "zones", "domains", "steps", "findings", "diffs", "sources",
    ]
    .map(|key| format!("p.json: the key `{key}` is missing"));
    assert_eq!(complain("{\"format_version\": \"1\"}"), missing.join("\n"));
}

#[test]
fn json_holds_nothing_that_acts_on_a_terminal() {
    let document = json(&plans::hostile());
    assert!(document.contains("\\u001b[2J\\u009b\\u202e\\n# h"));
    assert_eq!(
        kmsplan::visible::visible(&document.replace('\n', "")),
        document.replace('\n', "")
    );
}

#[test]
fn octets_that_are_no_text_survive_json() {
    let mut plan = plans::contoso();
    plan.diffs = plans::hostile().diffs;
    plan.diffs[0].path = "x".to_owned();
    let plan = plans::with_id(plan);
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
    let shares = [
        (0, 10, "under 1 %"),
        (9_990, 10, "over 99 %"),
        (0, 20, "standby"),
    ];
    for (share, priority, shown) in shares {
        let change = &mut plan.domains[1].changes[2];
        change.share = Some(share);
        change.after.as_mut().unwrap().priority = priority;
        assert_eq!(change.verb, Verb::Add);
        assert!(
            text(&plan, &PLAIN).contains(&format!(" {shown}\n")),
            "{shown}"
        );
    }
}
