"""The zones, topologies and lists that `peers` measures with: each of them is a function of its size alone."""

import json

ORIGIN = "contoso.com"

# Twenty records: owner, TTL, type, data; {n} is the number of the block, {a} its last three octets of an address,
# {h} two groups of sixteen bits of one. Half of the addresses are aged in the Windows export.
BLOCK = [
    ("ws{n}a", None, "A", "10.{a}"),
    ("ws{n}a", None, "AAAA", "2001:db8:1:{h}::a"),
    ("ws{n}b", None, "A", "11.{a}"),
    ("ws{n}c", "1200", "A", "12.{a}"),
    ("ws{n}d", "1200", "A", "13.{a}"),
    ("ws{n}d", "1200", "AAAA", "2001:db8:2:{h}::d"),
    ("ws{n}e", "1200", "A", "14.{a}"),
    ("ws{n}f", "1200", "A", "15.{a}"),
    ("www{n}", None, "CNAME", "srv{n}"),
    ("srv{n}", None, "A", "16.{a}"),
    ("srv{n}", None, "AAAA", "2001:db8:3:{h}::5"),
    ("srv{n}", None, "TXT", '"v=spf1 ip4:16.{a} -all"'),
    ("srv{n}", None, "MX", "10 srv{n}"),
    ("prn{n}", "900", "A", "17.{a}"),
    ("lab{n}", None, "NS", "ns1.contoso.com."),
    ("_ldap._tcp.s{n}", "600", "SRV", "0 100 389 srv{n}.contoso.com."),
    ("_sip._tls.s{n}", None, "SRV", "0 5 5061 srv{n}.contoso.com."),
    ("ftp{n}", "300", "CNAME", "srv{n}.contoso.com."),
    ("ws{n}g", None, "A", "18.{a}"),
    ("ws{n}h", "1200", "A", "19.{a}"),
]
BEFORE = ["0 0 1688 kms01", "0 0 1688 kms02", "0 0 1688 oldkms", "0 0 1688 pc-4711"]
AFTER = ["10 75 1688 kms01", "10 25 1688 kms02", "20 75 1688 kms03", "20 25 1688 kms04"]
CHANGES = 6


def plain_line(number, owner, ttl, kind, data):
    """A line as people and programs write them: blanks or tabs, with class or without."""
    start = f"{owner:<11} " if number % 3 == 0 else owner + ("\t" if number % 3 == 1 else " ")
    words = [word for word in (ttl, "IN" if number % 2 else None, kind, data) if word]
    return start + (" " if number % 4 else "\t").join(words) + "\n"


def windows_line(number, owner, ttl, kind, data):
    """A line as the DNS server of Windows exports it; what has registered itself has an age."""
    aged = f"[AGE:{3726000 + number * 41}]\t" if ttl in ("1200", "600", "3600") else ""
    data = f"( {data} )" if kind == "TXT" else data.replace(" ", "\t", 1) if kind == "MX" else data
    return f"{owner:<23} {aged}{ttl + chr(9) if ttl else ''}{kind}\t{data}\n"


def block(line):
    """The text of a block, to be formatted with its number."""
    sample = {"n": "0" * 6}
    lines, previous = [], None
    for number, (owner, ttl, kind, data) in enumerate(BLOCK):
        # What the line is padded to counts the characters that will stand there.
        written = "" if owner == previous else owner
        text = line(number, written.format(**sample), ttl, kind, data)
        lines.append(written + text[len(written.format(**sample)):])
        previous = owner
    return "".join(lines)


def write_blocks(file, template, first, count):
    for start in range(first, first + count, 1000):
        numbers = range(start, min(start + 1000, first + count))
        file.write("".join(template.format(
            n=f"{n:06d}", a=f"{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}", h=f"{n >> 8:x}:{n & 255:x}",
        ) for n in numbers))


def kms_lines(line, records):
    hosts = [(name, None, "A", f"10.0.1.{number}") for number, name in
             enumerate(["kms01", "kms02", "kms03", "kms04", "oldkms", "pc-4711"], 1)]
    sets = [("" if number else "_vlmcs._tcp", "3600", "SRV", data) for number, data in enumerate(records)]
    return "".join(line(number, *record) for number, record in enumerate(hosts + sets))


def plain_zone(path, blocks, records=BEFORE, mark="", **opened):
    """A zone file whose KMS records stand in its middle."""
    with open(path, "w", **opened) as file:
        file.write(f"{mark}$TTL 3600\n$ORIGIN {ORIGIN}.\n@ IN SOA ns1 hostmaster (\n\t4711 ; serial\n\t900 600 86400 3600 )\n"
                   "@ IN NS ns1\n@ IN NS ns2\nns1 IN A 10.0.0.1\nns2 IN A 10.0.0.2\n")
        write_blocks(file, block(plain_line), 0, blocks // 2)
        file.write(kms_lines(plain_line, records))
        write_blocks(file, block(plain_line), blocks // 2, blocks - blocks // 2)


def windows_zone(path, blocks, mark="", **opened):
    """The same records as an export of a zone in Active Directory."""
    comment = "\n;\n;  {}\n;\n\n".format
    with open(path, "w", newline="\r\n", **opened) as file:
        file.write(f"{mark};\n;  Database file (null) for Default zone scope in zone {ORIGIN}.\n"
                   ";      Zone version:  4711\n;\n\n")
        file.write(f"{'@':<23} IN  SOA ns1.{ORIGIN}. hostmaster.{ORIGIN}. (\n")
        pad = " " * 24 + "\t\t"
        for value, meaning in [(4711, "serial number"), (900, "refresh"), (600, "retry"), (86400, "expire")]:
            file.write(f"{pad}{value:<12} ; {meaning}\n")
        file.write(f"{pad}{3600:<10} ) ; default TTL\n")
        file.write(comment("Zone NS records"))
        for number in (1, 2):
            file.write(f"{'@':<23} NS\tns{number}.{ORIGIN}.\n{f'ns{number}.{ORIGIN}.':<23} A\t10.0.0.{number}\n")
        file.write(comment("Zone records"))
        write_blocks(file, block(windows_line), 0, blocks // 2)
        file.write(kms_lines(windows_line, BEFORE))
        write_blocks(file, block(windows_line), blocks // 2, blocks - blocks // 2)


def small_zones(folder, zones, with_records):
    """Zone files of 106 records each; the first `with_records` hold KMS records."""
    folder.mkdir(exist_ok=True)
    for zone in range(zones):
        with open(folder / f"d{zone:05d}.example.zone", "w") as file:
            file.write(f"$TTL 3600\n$ORIGIN d{zone:05d}.example.\n@ IN SOA ns1 hostmaster 4711 900 600 86400 3600\n"
                       "@ IN NS ns1\nns1 IN A 10.0.0.1\nmail IN A 10.0.0.2\n")
            write_blocks(file, block(plain_line), zone * 5, 5)
            targets = ["kms01", "oldkms"] if zone < with_records else []
            file.write("".join(f"_vlmcs._tcp 3600 IN SRV 0 0 1688 {target}.{ORIGIN}.\n" for target in targets)
                       or "intra IN A 10.0.0.3\nintra IN A 10.0.0.4\n")


def many_zone(path, domains):
    """A zone with a KMS domain in each of its children; every tenth has none."""
    with open(path, "w") as file:
        file.write("$TTL 3600\n@ IN SOA ns1 hostmaster 4711 900 600 86400 300\n@ IN NS ns1\nns1 IN A 192.0.2.53\n")
        file.write("".join(f"kms0{host} IN A 192.0.2.{host}\n" for host in range(1, 5)))
        for domain in range(domains):
            if domain % 10 != 9:
                for turn, weight in ((0, 75), (1, 25)):
                    target = f"kms0{(domain + turn) % 4 + 1}"
                    file.write(f"_vlmcs._tcp.d{domain:05d} IN SRV 10 {weight} 1688 {target}\n")


def topology(path, domains, hosts, kind):
    host = '\n[[host]]\nname = "{}.contoso.com"\npriority = {}\nweight = {}\n'.format
    zone = '\n[[zone]]\nname = "{}"\nkind = "{}"\n'.format
    path.write_text(f"[kms]\ndomains = {json.dumps(domains)}\n" + "".join(host(*entry) for entry in hosts)
                    + '\n[[retired]]\nname = "oldkms.contoso.com"\n' + "".join(zone(name, kind) for name in domains))


def makers(blocks, zones, domains):
    """What writes each file or folder: of 20 records a block, so many zones in a folder, so many domains to be asked about."""
    utf16 = {"mark": "\ufeff", "encoding": "utf-16-le"}
    tiers = [("kms01", 10, 75), ("kms02", 10, 25), ("kms03", 20, 75), ("kms04", 20, 25)]
    few = min(zones, 5)
    listed = [f"d{number:05d}.example" for number in range(zones)]
    asked = [f"d{number:05d}.many.example" for number in range(domains)]
    return {
        "plain.zone": lambda path: plain_zone(path, blocks),
        "after.zone": lambda path: plain_zone(path, blocks, AFTER),
        "large.zone": lambda path: plain_zone(path, blocks * 10),
        "utf16.zone": lambda path: plain_zone(path, blocks, newline="\r\n", **utf16),
        "windows.dns": lambda path: windows_zone(path, blocks),
        "windows-utf16.dns": lambda path: windows_zone(path, blocks, **utf16),
        "all": lambda path: small_zones(path, zones, zones),
        "few": lambda path: small_zones(path, zones, few),
        "kms.toml": lambda path: topology(path, [ORIGIN], tiers, "bind"),
        "ad.toml": lambda path: topology(path, [ORIGIN], tiers, "ad"),
        "all.toml": lambda path: topology(path, listed, tiers[:2], "bind"),
        "few.toml": lambda path: topology(path, listed[:few], tiers[:2], "bind"),
        "many.zone": lambda path: many_zone(path, domains),
        "domains.txt": lambda path: path.write_text("".join(f"{name}\n" for name in asked)),
        "questions.txt": lambda path: path.write_text("".join(f"_vlmcs._tcp.{name} SRV\n" for name in asked)),
    }
