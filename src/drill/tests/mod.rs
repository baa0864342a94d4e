//! Every conclusion from built exchanges.
