//! A verification as bytes, one file an output.

/// The JSON Schema of a verification.
pub fn schema() -> String {
    String::new()
}
