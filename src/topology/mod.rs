//! The topology: the hosts, priorities, weights and publish lists that are wanted.
