//! What the user may not read.

use crate::rig::{as_user, fails, workplace};

#[test]
fn a_file_and_a_folder_that_may_not_be_read() {
    let folder = workplace();
    folder.write("zones/a.zone", folder.read("contoso.com.zone"));
    folder.write("zones/b.zone", "secret");
    folder.write("zones/c/d.zone", "secret");
    folder.write("zones/inc.zone", "$INCLUDE b.zone\n");
    let locked = "chmod 000 zones/b.zone zones/c";
    let line = |command: &str| format!("{command}; status=$?; exit $status");
    folder.shell(locked);
    fails(
        &as_user(
            &folder,
            &line("kmsplan plan kms.toml zones/a.zone zones/b.zone zones/c"),
        ),
        "\
error: `zones/b.zone` cannot be read: permission denied

error: `zones/c` cannot be read: permission denied
",
    );
    fails(
        &as_user(
            &folder,
            &line("rm zones/inc.zone 2>&-; kmsplan plan kms.toml zones"),
        ),
        "\
error: `zones/b.zone` cannot be read: permission denied

error: `zones/c` cannot be read: permission denied

error: `zones/b.zone` cannot be read: permission denied
 --> zones/inc.zone:1:10
  |
1 | $INCLUDE b.zone
  |          ^^^^^^
",
    );
    fails(
        &as_user(
            &folder,
            &line("kmsplan plan kms.toml zones/a.zone --host-evidence zones/c"),
        ),
        "error: `zones/c` cannot be read: permission denied\n",
    );
    folder.shell("chmod 000 kms.toml");
    for command in [
        "plan kms.toml zones/a.zone",
        "check kms.toml",
        "show kms.toml",
        "audit zones/a.zone --domains kms.toml",
    ] {
        let run = as_user(&folder, &line(&format!("kmsplan {command}")));
        assert_eq!((run.status, run.stdout.as_str()), (1, ""), "{command}");
        assert!(
            run.stderr
                .contains("error: `kms.toml` cannot be read: permission denied\n"),
            "{command}: {}",
            run.stderr
        );
    }
    folder.shell("chmod -R 755 .");
}
