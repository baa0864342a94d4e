//! Walks over a hierarchy in memory.

mod net;
mod order;
mod servers;
mod trails;
