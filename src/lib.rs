pub mod crypto;
pub mod dns {}
