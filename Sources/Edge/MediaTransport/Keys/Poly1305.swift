/// The one-time authenticator (RFC 8439, 2.5), for whole blocks; the last block of a part is filled with zeros, as the AEAD does.
struct Poly1305 {
    private static let mask44: UInt64 = 0xFFF_FFFF_FFFF
    private static let mask42: UInt64 = 0x3FF_FFFF_FFFF

    private let (r0, r1, r2, s1, s2): (UInt64, UInt64, UInt64, UInt64, UInt64)
    private let (pad0, pad1): (UInt64, UInt64)
    private var (h0, h1, h2): (UInt64, UInt64, UInt64) = (0, 0, 0)

    /// The key's four words, little-endian: the multiplier, then what is added at the end.
    @inline(__always)
    init(_ first: UInt64, _ second: UInt64, _ pad0: UInt64, _ pad1: UInt64) {
        r0 = first & 0xFFC_0FFF_FFFF
        r1 = (first >> 44 | second << 20) & 0xFFF_FFC0_FFFF
        r2 = (second >> 24) & 0x00F_FFFF_FC0F
        s1 = r1 &* 20
        s2 = r2 &* 20
        self.pad0 = pad0
        self.pad1 = pad1
    }

    /// Takes some bytes, filled up with zeros to whole blocks.
    @inline(__always)
    mutating func absorb(_ bytes: Span<UInt8>, from start: Int, to end: Int) {
        var offset = start
        while offset + 16 <= end {
            absorb(bytes.littleEndian(at: offset), bytes.littleEndian(at: offset + 8))
            offset += 16
        }
        guard offset < end else { return }
        let part = bytes.extracting(offset..<end)
        absorb(part.littleEndian(at: 0), part.count > 8 ? part.littleEndian(at: 8) : 0)
    }

    /// Takes one block.
    @inline(__always)
    mutating func absorb(_ low: UInt64, _ high: UInt64) {
        h0 &+= low & Self.mask44
        h1 &+= (low >> 44 | high << 20) & Self.mask44
        h2 &+= (high >> 24) & Self.mask42 | 1 << 40
        let d0 = product(h0, r0) &+ product(h1, s2) &+ product(h2, s1)
        var d1 = product(h0, r1) &+ product(h1, r0) &+ product(h2, s2)
        var d2 = product(h0, r2) &+ product(h1, r1) &+ product(h2, r0)
        d1 &+= d0 >> 44
        d2 &+= d1 >> 44
        h0 = (UInt64(truncatingIfNeeded: d0) & Self.mask44) &+ UInt64(truncatingIfNeeded: d2 >> 42) &* 5
        h1 = (UInt64(truncatingIfNeeded: d1) & Self.mask44) &+ h0 >> 44
        h2 = UInt64(truncatingIfNeeded: d2) & Self.mask42
        h0 &= Self.mask44
    }

    /// The tag's two words, little-endian.
    @inline(__always)
    mutating func finish() -> (UInt64, UInt64) {
        // Two rounds of carries, so that all limbs are within their bits.
        for _ in 0..<2 {
            h1 &+= h0 >> 44
            h0 &= Self.mask44
            h2 &+= h1 >> 44
            h1 &= Self.mask44
            h0 &+= (h2 >> 42) &* 5
            h2 &= Self.mask42
        }
        h1 &+= h0 >> 44
        h0 &= Self.mask44
        // h - p, and whichever of the two is not negative.
        var g0 = h0 &+ 5
        var g1 = h1 &+ g0 >> 44
        g0 &= Self.mask44
        let g2 = h2 &+ g1 >> 44 &- 1 << 42
        g1 &= Self.mask44
        let keep = (g2 >> 63) &- 1
        h0 = h0 & ~keep | g0 & keep
        h1 = h1 & ~keep | g1 & keep
        h2 = h2 & ~keep | g2 & keep
        let (low, carry) = (h0 | h1 << 44).addingReportingOverflow(pad0)
        return (low, (h1 >> 20 | h2 << 24) &+ pad1 &+ (carry ? 1 : 0))
    }

    @inline(__always)
    private func product(_ left: UInt64, _ right: UInt64) -> UInt128 { UInt128(left) &* UInt128(right) }
}
