pub mod dns {}
