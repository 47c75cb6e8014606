"""Writes double-ratchet.json: X3DH and the double ratchet, written a second time from Signal's specifications, with the X25519, Ed25519, HMAC and HKDF of the
`cryptography` package (OpenSSL). Run: python3 test/vectors/make_double_ratchet.py > test/vectors/double-ratchet.json
Made with cryptography 48.0.0 and Python 3.11.7."""
import hashlib
import json
import struct

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def raw(key):
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def seed(name):
    return hashlib.sha256(name.encode()).digest()


def pair(name):
    """libsodium's crypto_kx_seed_keypair: the secret key is BLAKE2b of the seed."""
    return X25519PrivateKey.from_private_bytes(hashlib.blake2b(seed(name), digest_size=32).digest())


def dh(own, peer):
    return own.exchange(X25519PublicKey.from_public_bytes(peer))


def mac(key, data):
    h = hmac.HMAC(key, hashes.SHA256())
    h.update(data)
    return h.finalize()


def hkdf(salt, ikm, info, length):
    return HKDF(hashes.SHA256(), length, salt, info).derive(ikm)


class End:
    def __init__(self, name, secret, own=None, peer=None):
        self.name, self.fresh = name, 0
        self.rk, self.dhs, self.dhr = secret, own, peer
        self.cks = self.ckr = None
        self.ns = self.nr = self.pn = 0
        self.skipped = {}
        if peer is not None:
            self.dhs = self.new_pair()
            self.rk, self.cks = self.kdf_rk(dh(self.dhs, peer))

    def new_pair(self):
        self.fresh += 1
        return pair(f"{self.name} {self.fresh - 1}")

    def kdf_rk(self, shared):
        out = hkdf(self.rk, shared, b"presend double ratchet root", 64)
        return out[:32], out[32:]

    def send(self):
        key, self.cks = mac(self.cks, b"\x01"), mac(self.cks, b"\x02")
        header = raw(self.dhs.public_key()) + struct.pack(">II", self.pn, self.ns)
        self.ns += 1
        return header, key

    def skip(self, until):
        if self.ckr is None:
            return
        while self.nr < until:
            self.skipped[(self.dhr, self.nr)] = mac(self.ckr, b"\x01")
            self.ckr = mac(self.ckr, b"\x02")
            self.nr += 1

    def receive(self, header):
        key, (pn, n) = header[:32], struct.unpack(">II", header[32:])
        if (key, n) in self.skipped:
            return self.skipped.pop((key, n))
        if key != self.dhr:
            self.skip(pn)
            self.pn, self.ns, self.nr, self.dhr = self.ns, 0, 0, key
            self.rk, self.ckr = self.kdf_rk(dh(self.dhs, key))
            self.dhs = self.new_pair()
            self.rk, self.cks = self.kdf_rk(dh(self.dhs, key))
        self.skip(n)
        message, self.ckr = mac(self.ckr, b"\x01"), mac(self.ckr, b"\x02")
        self.nr += 1
        return message


alice, bob = pair("alice identity"), pair("bob identity")
signing = Ed25519PrivateKey.from_private_bytes(seed("bob signing"))
prekey, once, ephemeral = pair("bob prekey"), pair("bob once"), pair("alice ephemeral")
ika, ikb = raw(alice.public_key()), raw(bob.public_key())
spk, opk = raw(prekey.public_key()), raw(once.public_key())
bundle = ikb + raw(signing.public_key()) + spk + signing.sign(b"presend prekey\n" + spk) + opk + struct.pack(">I", 0)
shared = dh(alice, spk) + dh(ephemeral, ikb) + dh(ephemeral, spk) + dh(ephemeral, opk)
secret = hkdf(bytes(32), b"\xff" * 32 + shared, b"presend x3dh" + ika + ikb, 32)

a, b = End("alice ratchet", secret, peer=spk), End("bob ratchet", secret, own=prekey)
# s: the end sends; a number: the message of that index arrives at its recipient. Message 2 is late by a whole chain, 5 overtakes 4, 7 never arrives.
script = ["sA", 0, "sA", "sA", "sB", 1, 3, "sA", "sA", 5, 4, 2, "sB", "sB", "sB", 6, "sA", 8, 9, "sA", 10, "sB", 11]
sent = []
for step in script:
    if step in ("sA", "sB"):
        header, key = (a if step == "sA" else b).send()
        sent.append({"from": step[1], "header": header.hex(), "key": key.hex()})
    else:
        message = sent[step]
        got = (b if message["from"] == "A" else a).receive(bytes.fromhex(message["header"]))
        assert got.hex() == message["key"], step

print(json.dumps({
    "seeds": {
        "aliceIdentity": seed("alice identity").hex(), "bobIdentity": seed("bob identity").hex(),
        "bobSigning": seed("bob signing").hex(), "bobPrekey": seed("bob prekey").hex(), "bobOnce": seed("bob once").hex(),
        "aliceEphemeral": seed("alice ephemeral").hex(),
        "aliceRatchet": [seed(f"alice ratchet {i}").hex() for i in range(a.fresh)],
        "bobRatchet": [seed(f"bob ratchet {i}").hex() for i in range(b.fresh)],
    },
    "bundle": bundle.hex(), "ephemeral": raw(ephemeral.public_key()).hex(), "secret": secret.hex(),
    "script": script, "sent": sent,
}, indent=1))
