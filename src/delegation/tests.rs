//! Plans over hand-made keys.
