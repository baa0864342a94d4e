//! A certification authority for one test, by the program `openssl`.

use std::path::{Path, PathBuf};

use crate::real::support::process::run;

/// An authority with its files in a directory.
pub struct Authority {
    directory: PathBuf,
}

impl Authority {
    pub fn new(directory: PathBuf) -> Self {
        let mut words = key("ca");
        words.extend([
            "-x509",
            "-days",
            "2",
            "-subj",
            "/CN=authority",
            "-out",
            "ca.pem",
        ]);
        run(&directory, "openssl", &words);
        Self { directory }
    }

    /// The certificate of the authority.
    pub fn root(&self) -> PathBuf {
        self.directory.join("ca.pem")
    }

    /// Makes `NAME.pem` and `NAME.key` with these alternative names, as openssl writes them.
    pub fn issue(&self, name: &str, alternatives: &str) {
        let (request, certificate) = (format!("{name}.csr"), format!("{name}.pem"));
        let subject = format!("/CN={name}");
        let mut words = key(name);
        words.extend(["-subj", &subject, "-out", &request]);
        run(&self.directory, "openssl", &words);
        let extensions =
            format!("basicConstraints=critical,CA:FALSE\nsubjectAltName=critical,{alternatives}\n");
        std::fs::write(self.directory.join("extensions"), extensions).unwrap();
        let words = [
            "x509",
            "-req",
            "-in",
            &request,
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-days",
            "2",
            "-CAcreateserial",
            "-extfile",
            "extensions",
            "-out",
            &certificate,
        ];
        run(&self.directory, "openssl", &words);
    }

    /// Certificate and key in PEM, one behind the other.
    pub fn identity(&self, name: &str) -> Vec<u8> {
        let read = |path: &Path| std::fs::read(self.directory.join(path)).unwrap();
        let certificate = read(Path::new(&format!("{name}.pem")));
        [certificate, read(Path::new(&format!("{name}.key")))].concat()
    }
}

fn key(name: &str) -> Vec<&str> {
    let file = match name {
        "ca" => "ca.key",
        "server" => "server.key",
        "other" => "other.key",
        "prometheus" => "prometheus.key",
        "stranger" => "stranger.key",
        _ => panic!("{name}"),
    };
    vec![
        "req",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        file,
    ]
}
