//! Every KMS host that clients can find: a pure function of a snapshot, the domains asked for and a topology.
