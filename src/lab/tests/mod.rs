//! The lab must be what its catalogue says, before anyone judges by it.
