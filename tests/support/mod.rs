//! What several test programs share.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::process::Command;

/// The program under test, free of what the environment says about colours.
pub(crate) fn kmsplan() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kmsplan"));
    command.env_remove("NO_COLOR");
    command
}
