extension Bounds {
    /// The bounds of byte strings, cut to at most `limit` bytes where they are longer; nil where no larger string
    /// of that length exists.
    ///
    /// A minimum is cut: a prefix is never greater. A maximum is cut and raised by one in its last place: by one
    /// code point in text, which stays valid UTF-8 (byte order is code point order there), else by one byte.
    init?(minimum: [UInt8], maximum: [UInt8], limit: Int, isText: Bool) {
        self.minimum = minimum
        self.maximum = maximum
        if minimum.count > limit {
            self.minimum = Self.prefix(minimum, limit, isText: isText)
            isMinimumExact = false
        }
        if maximum.count > limit {
            let prefix = Self.prefix(maximum, limit, isText: isText)
            guard let raised = isText ? Self.raisedText(prefix) : Self.raisedBytes(prefix) else { return nil }
            self.maximum = raised
            isMaximumExact = false
        }
    }

    /// The first `limit` bytes, in text fewer so that no code point is split.
    private static func prefix(_ bytes: [UInt8], _ limit: Int, isText: Bool) -> [UInt8] {
        var end = limit
        if isText {
            while end > 0 && isContinuation(bytes[end]) { end -= 1 }
        }
        return Array(bytes[..<end])
    }

    private static func raisedBytes(_ bytes: [UInt8]) -> [UInt8]? {
        guard let last = bytes.lastIndex(where: { $0 < .max }) else { return nil }
        return bytes[..<last] + [bytes[last] + 1]
    }

    /// Raises the last code point that has a successor, and drops those behind it.
    private static func raisedText(_ bytes: [UInt8]) -> [UInt8]? {
        var end = bytes.count
        while end > 0 {
            var start = end - 1
            while start > 0 && isContinuation(bytes[start]) { start -= 1 }
            let scalars = Array(String(decoding: bytes[start..<end], as: UTF8.self).unicodeScalars)
            // Malformed text has no successor that could be trusted to be larger.
            guard scalars.count == 1, Array(String(scalars[0]).utf8) == Array(bytes[start..<end]) else { return nil }
            if let next = successor(of: scalars[0]) { return bytes[..<start] + Array(String(next).utf8) }
            end = start
        }
        return nil
    }

    private static func successor(of scalar: Unicode.Scalar) -> Unicode.Scalar? {
        // The surrogates D800 to DFFF are no scalars.
        scalar.value == 0xD7FF ? "\u{E000}" : Unicode.Scalar(scalar.value + 1)
    }

    private static func isContinuation(_ byte: UInt8) -> Bool {
        byte & 0xC0 == 0x80
    }
}
