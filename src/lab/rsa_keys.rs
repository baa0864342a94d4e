//! The RSA primes that the lab signs with: public by design, and never to be used for anything else.
//!
//! Made once at random. The private keys of every other algorithm are derived from a seed; RSA primes
//! would take seconds to find that way.

/// One RSA key: its length and its two primes in hexadecimal, the greater first. The exponent is 65537.
pub(super) struct Primes {
    /// Length of the modulus in bits.
    pub bits: usize,
    /// The greater prime.
    pub p: &'static str,
    /// The lesser prime.
    pub q: &'static str,
}

/// Two keys of each length: the first signs keys, the second signs data.
pub(super) const PRIMES: [Primes; 6] = [
    Primes {
        bits: 512,
        p: "f0217313b2027ba7250e97e457b42db26624b910abecae37582845fe09cf793f",
        q: "e542bffa8d553eb810d85b16df1443c7584db2caf7cd389786c77b7f2e1feb1f",
    },
    Primes {
        bits: 512,
        p: "fbd33652313fb289af0bf007cee9d482a41de30309fdb54dee0ff66b13ee2b41",
        q: "d95137df8951ebe7d209bd6211c769839afbc2bb88f8cf1230d891aebf060d0f",
    },
    Primes {
        bits: 1024,
        p: "d35c126125bb1ed6fa28dfa70a521d43232d410839d850bbd103c505400f14131344d1703ea04ba39dd947e51ca81530\
              1fe53ff1ccd047ed647b929384ba80af",
        q: "c4155a4092422142279232afb09fddbae6f16a659f5258279a93d08219451f8725dabdd147e3ebe34d9f1318be5992ae\
              9b7506f38ea0eef9087390766b0b0981",
    },
    Primes {
        bits: 1024,
        p: "de40d73a3a2bf0212856edc9281b12f6b16b4db492f400c115a78a447e01cdbad05120003601096b7b3cb6ab6c96a679\
              c1e54ef9a3d57b60d744991ca364e4fb",
        q: "d90454d0e82fc18c5852aed04771110ce6eddb53ab5ee739682e9a09bd2c386173efe003d811a19a93015d183819839a\
              7effde2502eb7e22b9d9b5373019ff07",
    },
    Primes {
        bits: 2048,
        p: "ebfbcc045dd40de3f9cb0ffe69ae0cf9d7400604f5d7ce8ba19c34f6559513a7b6fe1e27bbcd6d6036ec6c878ddec6b3\
              7b99e7f595097aa612918f5ee800c19af0e4547d60d316f1c25a30a64d5cc29950aef30e73dd2e874b2c8029b605a069\
              539d5ca5ff827850b45dd87df01be60efc9f9d162c6a298398df8535ad1e81dd",
        q: "b7f332c4c4f119ea714c5da8499665231fbb056f0c718bf53708faa2328c8d7e1bce4faa996d473f2f2e8141fb83eb28\
              e4859cebc50ec2615ce77ebbb22314d4ee49df4d929754c787c4d98da3cd06f9107177dc2cac87b27f2fe7e07ffc4a2f\
              13cc3ba8c628f5b93ec8f5af96c125afb10d386a1fb8b75a9a575847b37de817",
    },
    Primes {
        bits: 2048,
        p: "fddd0992d94bdf66eb94441811719826d830824aa535d6fdcc9870143d01c81d2bc4d8bc1dabc814ce0c81728a1aeb5b\
              3a95e81578cd49b6d2bbdfbe7e6be5f8f965efc31e9ddce1a7040ffec06d6bb73f05ec29b491063bef2094d3885b5587\
              fb8f8d43982804ab8eba617bf945c5f1c4aa5c48a7820d62bd1e9ac42485cc19",
        q: "c9c12e621e05700ebc2540790783a602131dbf181b23be61b934b1e412bd884d0e78f20bcf38014970ee10ff30cd35ec\
              f48f02fe59c464b8dd408747fe8824893e6f6d061f794c3aaaf517e3bcecc11bd1ef093806dbcb2740f7fd84ea76b31b\
              3d3cd2a592d0816b44d5f292cbe02c3f19c8f3a5316db42e7094e4bb33484443",
    },
];
