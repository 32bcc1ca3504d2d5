/// A text of a column, read where it lies.
///
/// Two are equal where their bytes are, whatever Unicode says of them. `String(slice)` copies.
public struct UTF8Slice: Sendable, Hashable, RandomAccessCollection, CustomStringConvertible {
    /// The bytes, which are UTF-8 where the column's maker kept to its word.
    public let bytes: Buffer

    /// Takes over the bytes of a text.
    public init(_ bytes: Buffer) {
        self.bytes = bytes
    }

    /// 0.
    public var startIndex: Int { 0 }

    /// The number of bytes.
    public var endIndex: Int { bytes.count }

    /// A byte. Traps out of bounds.
    public subscript(position: Int) -> UInt8 { bytes[position] }

    /// Calls `body` with the bytes in place.
    public func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        try bytes.withContiguousStorageIfAvailable(body)
    }

    /// The text.
    public var description: String { String(self) }

    /// Whether the bytes are those of a text.
    public static func == (slice: UTF8Slice, text: some StringProtocol) -> Bool {
        slice.bytes.elementsEqual(text.utf8)
    }
}

extension String {
    /// Copies a text.
    public init(_ slice: UTF8Slice) {
        self.init(decoding: slice, as: UTF8.self)
    }
}
