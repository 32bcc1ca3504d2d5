extension BufferBuilder {
    /// Appends a text's UTF-8.
    package mutating func append(text: String) {
        append(contentsOf: text.utf8)
    }

    /// Appends an integer in decimal.
    mutating func append(decimal value: some BinaryInteger) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(decimal: UInt64(truncatingIfNeeded: value.magnitude), width: 1)
    }

    /// Appends a number in decimal, with zeros in front up to `width` digits.
    mutating func append(decimal value: UInt64, width: Int) {
        // 2^64 has 20 digits.
        let capacity = max(20, width)
        append(upTo: capacity) { memory in
            var position = capacity
            var rest = value
            repeat {
                position -= 1
                memory[position] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0 || capacity - position < width
            memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[position...]))
            return capacity - position
        }
    }

    /// Appends bytes in hexadecimal, two small digits each.
    mutating func append(hexadecimal bytes: Buffer) {
        bytes.withUnsafeBytes { bytes in
            for byte in bytes {
                append(Self.hexadecimalDigit(byte >> 4))
                append(Self.hexadecimalDigit(byte & 0xF))
            }
        }
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// Appends a text as a JSON string (RFC 8259, section 7): only what must be escaped is.
    package mutating func append(jsonString text: Buffer) {
        append(UInt8(ascii: "\""))
        text.withUnsafeBytes { bytes in
            var start = 0
            for (index, byte) in bytes.enumerated() where Self.isEscaped(byte) {
                appendUnsafe(UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
                append(jsonEscape: byte)
                start = index + 1
            }
            appendUnsafe(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
        append(UInt8(ascii: "\""))
    }

    @inline(__always)
    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func append(jsonEscape byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\n"): append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): append(UInt8(ascii: "t"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
        default:
            append(text: "u00")
            append(Self.hexadecimalDigit(byte >> 4))
            append(Self.hexadecimalDigit(byte & 0xF))
        }
    }
}
