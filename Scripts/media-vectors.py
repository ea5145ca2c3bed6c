#!/usr/bin/env python3
"""Prints the vectors of Documentation/Protocols/Media.md: a second implementation of keys and seals, from the RFCs' text.

HKDF-SHA-256 is RFC 5869; ChaCha20 and Poly1305 are RFC 8439; HChaCha20 and XChaCha20-Poly1305 are
draft-irtf-cfrg-xchacha-03, whose own vectors are checked first. Nothing but the standard library; slow.
"""
import hashlib
import hmac
import struct


def hkdf(secret, salt, info, length=32):
    key = hmac.new(salt, secret, hashlib.sha256).digest()
    return hmac.new(key, info + b"\x01", hashlib.sha256).digest()[:length]


def rounds(state):
    x = list(state)

    def quarter(a, b, c, d):
        for first, second, third, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            x[first] = (x[first] + x[second]) & 0xFFFFFFFF
            mixed = x[third] ^ x[first]
            x[third] = (mixed << bits | mixed >> (32 - bits)) & 0xFFFFFFFF

    for _ in range(10):
        for column in range(4):
            quarter(column, 4 + column, 8 + column, 12 + column)
        for column in range(4):
            quarter(column, 4 + (column + 1) % 4, 8 + (column + 2) % 4, 12 + (column + 3) % 4)
    return x


CONSTANTS = struct.unpack("<4I", b"expand 32-byte k")


def chacha_block(key, counter, nonce):
    state = CONSTANTS + struct.unpack("<8I", key) + (counter,) + struct.unpack("<3I", nonce)
    return struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(rounds(state), state)))


def hchacha(key, block):
    x = rounds(CONSTANTS + struct.unpack("<8I", key) + struct.unpack("<4I", block))
    return struct.pack("<8I", *(x[:4] + x[12:]))


def poly1305(message, key):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for start in range(0, len(message), 16):
        block = message[start:start + 16]
        total = (total + int.from_bytes(block + b"\x01", "little")) * r % ((1 << 130) - 5)
    return ((total + int.from_bytes(key[16:], "little")) & ((1 << 128) - 1)).to_bytes(16, "little")


def seal(key, nonce, plaintext, additional):
    """XChaCha20-Poly1305: ciphertext and tag."""
    key, nonce = hchacha(key, nonce[:16]), b"\0\0\0\0" + nonce[16:]
    stream = b"".join(chacha_block(key, 1 + i, nonce) for i in range(len(plaintext) // 64 + 1))
    sealed = bytes(a ^ b for a, b in zip(plaintext, stream))

    def padded(part):
        return part + b"\0" * (-len(part) % 16)

    lengths = struct.pack("<QQ", len(additional), len(sealed))
    tag = poly1305(padded(additional) + padded(sealed) + lengths, chacha_block(key, 0, nonce)[:32])
    return sealed + tag


def check():
    """The vectors of the draft: 2.2.1, and A.3.1."""
    key = bytes(range(32))
    found = hchacha(key, bytes.fromhex("000000090000004a0000000031415927"))
    assert found.hex() == "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc"
    text = (b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
            b"sunscreen would be it.")
    found = seal(bytes(range(0x80, 0xA0)), bytes(range(0x40, 0x58)), text,
                 bytes.fromhex("50515253c0c1c2c3c4c5c6c7"))
    assert found[-16:].hex() == "c0875924c1c7987947deafd8780acf49"
    assert found[:8].hex() == "bd6d179d3e83d43b"


SECRET, SESSION, EPOCH, STREAM, SALT = bytes(range(32)), 0x01020304, 5, 0x0A0B0C0D, 0xF0F1F2F3F4F5F6F7


def derived(label, *numbers):
    return hkdf(SECRET, b"RMC media 2", label.encode() + b"".join(struct.pack(">I", n) for n in numbers))


def header(kind, sequence, media=0, session=SESSION, stream=STREAM, epoch=EPOCH):
    return (struct.pack(">BBBBIIQ", 0x4D, 2, kind, epoch, session, stream, SALT)
            + struct.pack(">Q", media << 60 | 7 << 48 | sequence))


def signed(start, body, key):
    message = start + body
    return message + seal(key, start[4:28], b"", message)


def sealed(start, payload, key):
    return start + seal(key, start[4:28], payload, start)


def main():
    check()
    media, up = derived("media", SESSION, EPOCH), derived("up", SESSION, EPOCH, STREAM)
    down, link = derived("down", SESSION, EPOCH, STREAM), derived("link", 7, 8)
    cookie = bytes(range(16))
    rows = [
        ("media key", media), ("up key", up), ("down key", down), ("link key, 7 to 8", link),
        ("media, video, sequence `112233445566`, \"hello, mesh\"",
         sealed(header(1, 0x112233445566, 1), b"hello, mesh", media)),
        ("media, audio, sequence 0, empty", sealed(header(1, 0), b"", media)),
        ("attach, active, all classes, sequence 2", signed(header(2, 2), cookie + b"\x01\x07" + bytes(34), up)),
        ("its challenge", header(3, 2) + cookie),
        ("attached, sequence 9, granted", signed(header(4, 9), struct.pack(">QBB6x", 2, 1, 1), down)),
        ("beat of the server, sequence 10, sent at 1,000, echo 2,000, draining",
         signed(header(5, 10), struct.pack(">QQBBxx", 1000, 2000, 1, 1), down)),
        ("link, sequence 11, 1, 2, 3, 4",
         signed(header(6, 11, session=0, stream=0, epoch=0), struct.pack(">QQQQ", 1, 2, 3, 4), link)),
    ]
    for what, value in rows:
        print(f"| {what} | `{value.hex()}` |")


main()
