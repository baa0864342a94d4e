//! Tests that stand outside the package and use it as its users do.

mod real;
