#!/usr/bin/env python3
"""Makes rsa_openssl.txt: RSA keys and signatures that no public vector set has.

OpenSSL makes every key and, where it can, the signature. The exponents that it
does not sign with (1, an even one, one as long as the modulus) are computed with
integers: the key is OpenSSL's, the encoding is RFC 8017, section 9.2.

Columns: algorithm, modulus bits, exponent bits, Public Key field (RFC 3110,
base64), message (hex), signature (base64), remark.
"""

import base64
import hashlib
import re
import subprocess
import sys
import tempfile

MESSAGE = b"anchors aweigh"
HASHES = {5: "sha1", 7: "sha1", 8: "sha256", 10: "sha512"}
PREFIXES = {
    "sha1": "3021300906052b0e03021a05000414",
    "sha256": "3031300d060960864801650304020105000420",
    "sha512": "3051300d060960864801650304020305000440",
}


def openssl(*arguments, data=b""):
    return subprocess.run(["openssl", *arguments], input=data, check=True, capture_output=True).stdout


def generate(bits, exponent):
    """The PEM text of a fresh key and its numbers n, e, d, p, q."""
    pem = openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{bits}",
                  "-pkeyopt", f"rsa_keygen_pubexp:{exponent}")
    text = openssl("rsa", "-noout", "-text", data=pem).decode()

    def number(label):
        small = re.search(rf"^{label}: (\d+) ", text, re.M)
        if small:
            return int(small.group(1))
        block = re.search(rf"^{label}:\n((?:    .*\n)+)", text, re.M).group(1)
        return int(re.sub(r"[\s:]", "", block), 16)

    return pem, [number(label) for label in ("modulus", "publicExponent", "privateExponent", "prime1", "prime2")]


def octets(number):
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def field(n, e, before_e=b"", before_n=b"", long_form=False):
    exponent = before_e + octets(e)
    if long_form or len(exponent) > 255:
        length = b"\0" + len(exponent).to_bytes(2, "big")
    else:
        length = bytes([len(exponent)])
    return length + exponent + before_n + octets(n)


def sign(algorithm, pem, message=MESSAGE):
    with tempfile.NamedTemporaryFile() as key:
        key.write(pem)
        key.flush()
        return openssl("dgst", "-" + HASHES[algorithm], "-sign", key.name, data=message)


def encode(algorithm, n, message=MESSAGE):
    name = HASHES[algorithm]
    tail = bytes.fromhex(PREFIXES[name]) + hashlib.new(name, message).digest()
    size = (n.bit_length() + 7) // 8
    return int.from_bytes(b"\0\1" + b"\xff" * (size - len(tail) - 3) + b"\0" + tail, "big")


def line(algorithm, n, e, key, signature, remark, message=MESSAGE):
    print(algorithm, n.bit_length(), e.bit_length(), base64.b64encode(key).decode(), message.hex(),
          base64.b64encode(signature).decode(), remark, sep="\t")


def plain(algorithm, bits, exponent, remark, **form):
    pem, (n, e, *_) = generate(bits, exponent)
    line(algorithm, n, e, field(n, e, **form), sign(algorithm, pem), remark)


def padded(number, n):
    return number.to_bytes((n.bit_length() + 7) // 8, "big")


def by_hand():
    # An exponent as long as the modulus: the private exponent changes places with 3.
    for bits in (512, 1024, 2048, 3072):
        _, (n, e, d, _, _) = generate(bits, 3)
        line(8, n, d, field(n, d), padded(pow(encode(8, n), e, n), n), "exponent as long as the modulus")
    # Exponent 1: the signature is the encoding, and anybody can make it.
    _, (n, *_) = generate(1024, 65537)
    line(8, n, 1, field(n, 1), padded(encode(8, n), n), "exponent one")
    # Exponent 2: a square root modulo both primes, for a message that has one.
    while True:
        _, (n, _, _, p, q) = generate(1024, 65537)
        if p % 4 == 3 and q % 4 == 3:
            break
    for counter in range(256):
        message = MESSAGE + bytes([counter])
        em = encode(8, n, message)
        root_p, root_q = pow(em, (p + 1) // 4, p), pow(em, (q + 1) // 4, q)
        if root_p * root_p % p == em % p and root_q * root_q % q == em % q:
            root = (root_p * q * pow(q, -1, p) + root_q * p * pow(p, -1, q)) % n
            line(8, n, 2, field(n, 2), padded(root, n), "even exponent", message)
            break


def main():
    print("# Made by rsa_openssl.py with", openssl("version").decode().strip())
    for bits in (512, 768, 1000, 1023, 1024, 1025, 2047, 2048, 4096):
        for algorithm in (5, 8):
            plain(algorithm, bits, 65537, "size")
    plain(7, 1024, 65537, "size")
    for bits in (752, 1000, 1024, 2047, 2048, 4096):
        plain(10, bits, 65537, "size")
    for exponent in (3, 17, 2**32 + 15, 2**33 - 9, 2**33 + 17, 2**40 + 15, 2**64 - 59):
        plain(8, 2048, exponent, "exponent")
    plain(8, 4096, 2**64 - 59, "longest exponent above 3072 bits")
    plain(8, 2048, 65537, "two-octet exponent length", long_form=True)
    plain(8, 2048, 65537, "zero before the exponent", before_e=b"\0")
    plain(8, 2048, 65537, "zeros before the modulus", before_n=b"\0\0")
    plain(5, 512, 65537, "zero before the modulus", before_n=b"\0")
    by_hand()


if __name__ == "__main__":
    sys.exit(main())
