/// The texts that are null in columns of numbers and booleans.
struct NullTokens {
    /// Whether an empty field is null.
    let hasEmpty: Bool
    private let tokens: [[UInt8]]
    private let longest: Int

    init(_ texts: [String]) {
        tokens = texts.map { Array($0.utf8) }
        hasEmpty = texts.contains("")
        longest = tokens.map(\.count).max() ?? -1
    }

    /// Whether `text` is one of them, byte for byte.
    func contains(_ text: UnsafeRawBufferPointer) -> Bool {
        text.count <= longest && tokens.contains { $0.count == text.count && $0.elementsEqual(text) }
    }

    /// Whether a token, which goes before any other reading, satisfies `isValue`.
    func overlaps(_ isValue: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        tokens.contains { $0.withUnsafeBytes(isValue) }
    }
}

extension UnsafeRawBufferPointer {
    /// Without spaces and tabs at both ends.
    var trimmed: UnsafeRawBufferPointer {
        var range = startIndex..<endIndex
        while let first = range.first, Self.isBlank(self[first]) { range = first + 1..<range.upperBound }
        while let last = range.last, Self.isBlank(self[last]) { range = range.lowerBound..<last }
        return UnsafeRawBufferPointer(rebasing: self[range])
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == Byte.space || byte == Byte.tab
    }
}
