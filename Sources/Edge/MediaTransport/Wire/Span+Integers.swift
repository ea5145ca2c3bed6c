extension Span<UInt8> {
    /// The big-endian integer of so many bytes, at most 8, that starts at an offset.
    @inline(__always)
    package func bigEndian(at offset: Int, bytes: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in offset..<offset + bytes { value = value << 8 | UInt64(self[index]) }
        return value
    }

    /// The little-endian integer of the four bytes that start at an offset.
    @inline(__always)
    func littleEndianWord(at offset: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: bigEndian(at: offset, bytes: 4)).byteSwapped
    }

    /// The little-endian integer of up to 8 bytes that starts at an offset; what lies beyond the end counts as zero.
    @inline(__always)
    func littleEndian(at offset: Int) -> UInt64 {
        if offset + 8 <= count {
            return unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        var value: UInt64 = 0
        var index = offset
        while index < count {
            value |= UInt64(self[index]) << UInt64(8 * (index - offset))
            index += 1
        }
        return value
    }
}

extension MutableSpan<UInt8> {
    /// Writes so many low bytes of an integer, big-endian.
    @inline(__always)
    package mutating func setBigEndian(_ value: UInt64, at offset: Int, bytes: Int) {
        for index in 0..<bytes {
            self[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * (bytes - 1 - index)))
        }
    }
}
