//! JSON Schemas of what is written as JSON. They are files, made from the types by tests, so that the program need not
//! hold what makes them.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

/// Fails unless `there` is the schema of what a type writes. With `KMSPLAN_BLESS` set it is written to `file`, a path
/// below `src/render`, instead.
pub(super) fn expect<T: JsonSchema>(file: &str, there: &str) {
    let schema = of::<T>();
    if std::env::var_os("KMSPLAN_BLESS").is_some() {
        let path = format!("{}/src/render/{file}", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(path, schema).expect("a schema can be written");
        return;
    }
    assert!(
        there == schema,
        "src/render/{file} differs from the types; KMSPLAN_BLESS=1 writes it anew"
    );
}

/// The JSON Schema of what a type writes.
fn of<T: JsonSchema>() -> String {
    let schema = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>();
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema has string keys");
    text.push('\n');
    text
}
