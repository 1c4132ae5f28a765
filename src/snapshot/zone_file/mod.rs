//! RFC 1035 master files.
