//! Answers that are wrong in any way: no answer ends the program, keeps it from ending, or fills its memory.

use kmsplan::snapshot::live;

use crate::dns_server::{
    DNAME, DnsServer, NS, NXDOMAIN, OPT, Packet, Query, Reply, SOA, SRV, Section,
};
use crate::support::tools;
use crate::{ask, patience};

/// Numbers that look random and are the same each time (xorshift, Marsaglia 2003).
struct Random(u64);

impl Random {
    /// Seeded with text.
    fn of(text: &str, seed: u64) -> Self {
        let mix = |hash: u64, octet: u8| (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3);
        Self(text.bytes().fold(0xcbf2_9ce4_8422_2325 ^ seed, mix) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Less than `bound`.
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 11).unwrap() % bound.max(1)
    }

    fn octet(&mut self) -> u8 {
        // Those that mean something: ends of names, pointers, counts.
        let edge = [0, 1, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xc1, 0xff];
        match self.below(3) {
            0 => edge[self.below(edge.len())],
            _ => u8::try_from(self.next() >> 56).unwrap(),
        }
    }
}

/// An answer as servers send it, one shape of many.
fn honest(query: &Query, random: &mut Random) -> Reply {
    let owner = &query.name;
    let reply = Reply::to(query);
    let soa = "contoso.com. 3600 SOA ns1.contoso.com. hostmaster.contoso.com. 7 900 600 86400 3600";
    match random.below(10) {
        0 => reply
            .answer(&format!("{owner} 3600 SRV 10 75 1688 kms01.contoso.com."))
            .answer(&format!("{owner} 3600 SRV 10 75 1688 kms01.contoso.com."))
            .answer(&format!("{owner} 3600 SRV 0 0 1688 ."))
            .additional("kms01.contoso.com. 3600 A 192.0.2.1"),
        1 => reply
            .answer(&format!("{owner} 60 CNAME b.contoso.com."))
            .answer("b.contoso.com. 60 CNAME c.contoso.com.")
            .answer("c.contoso.com. 60 SRV 0 0 1688 kms01.contoso.com."),
        2 => reply
            .answer("contoso.com. 60 DNAME fabrikam.example.")
            .answer(&format!("{owner} 60 CNAME x.fabrikam.example.")),
        3 => reply.rcode(NXDOMAIN).authority(soa),
        4 => reply.authority(soa),
        5 => reply
            .not_authoritative()
            .authority("contoso.com. 60 NS ns1.contoso.com.")
            .additional("ns1.contoso.com. 60 A 192.0.2.53"),
        6 => reply.answer(soa).record(
            Section::Additional,
            ".",
            0,
            OPT,
            &[0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8],
        ),
        // A signature over the transaction (RFC 8945) that nobody asked for: algorithm, time, fudge, MAC, id.
        7 => reply.record(
            Section::Additional,
            "key.",
            0,
            250,
            b"\x0bhmac-sha256\0\0\0\0\0\0\x01\x01\x2c\0\x04abcd\0\x01\0\0\0\0",
        ),
        8 => (0..40).fold(reply, |reply, index| {
            reply.answer(&format!(
                "{owner} 60 SRV {index} 0 1688 k{index}.contoso.com."
            ))
        }),
        _ => [SRV, SOA, NS, DNAME, 1, 28, 46, 47, 50, 64, 65, 257]
            .into_iter()
            .fold(reply, |reply, kind| {
                let length = random.below(40);
                let data: Vec<u8> = (0..length).map(|_| random.octet()).collect();
                let section = [Section::Answer, Section::Authority, Section::Additional];
                reply.record(section[random.below(3)], owner, 60, kind, &data)
            }),
    }
}

/// A message with a few faults in it. Its id and often its question stay, else it would be passed over.
fn spoil(mut bytes: Vec<u8>, question: usize, random: &mut Random) -> Vec<u8> {
    for _ in 0..random.below(5) {
        let from = match random.below(4) {
            0 => 2,
            _ => 12 + question,
        };
        if from >= bytes.len() {
            break;
        }
        let at = from + random.below(bytes.len() - from);
        match random.below(6) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, random.octet()),
            2 => drop(bytes.remove(at)),
            // A pointer: to itself, forwards, or into what is no name.
            3 if at + 1 < bytes.len() => {
                bytes[at] = 0xc0;
                bytes[at + 1] = random.octet();
            }
            4 => {
                let piece = bytes[at..].to_vec();
                bytes.extend(piece);
            }
            _ => bytes[at] = random.octet(),
        }
    }
    bytes.truncate(65_535);
    bytes
}

#[test]
fn spoilt_answers_do_no_harm() {
    let rounds = tools::cases(3);
    for seed in 0..rounds {
        let server = DnsServer::start(move |query| {
            let mut random = Random::of(&query.name, seed ^ u64::from(query.kind));
            let reply = honest(query, &mut random);
            let reply = match random.below(12) {
                0 if !query.tcp => reply.truncated(),
                1 => reply.resolver(),
                _ => reply,
            };
            if random.below(30) == 0 {
                return vec![Packet::raw([])];
            }
            let question = query.name.len() + 5;
            vec![Packet::raw(spoil(reply.bytes(), question, &mut random))]
        });
        let domains: Vec<String> = (0..1_500).map(|i| format!("d{i}.contoso.com")).collect();
        let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
        let mut live = patience([50], 50);
        live.tolerant = true;
        live.manners = live::Manners {
            concurrency: 100,
            rate: 0,
        };
        let snapshot = ask(&[server.source()], &domains, live).unwrap();
        // Each domain has an answer or a reason why not.
        let told = snapshot
            .zones
            .iter()
            .map(|zone| zone.kms.len() + zone.cuts.len() + zone.aliases.len());
        assert!(told.sum::<usize>() + snapshot.unanswered.len() > 100);
    }
}
