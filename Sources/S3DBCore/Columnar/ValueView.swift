/// A view of a value of any length (Arrow Columnar Format, "Variable-size Binary View Layout").
///
///     length: Int32 | up to 12 bytes of the value
///     length: Int32 | its first 4 bytes | number of a buffer: Int32 | offset in it: Int32
public struct ValueView: Sendable {
    /// The size of a view.
    public static let byteCount = 16
    /// The longest value that stands in its view.
    public static let inlineByteCount = 12

    /// The value's size in bytes; negative only in views that are not valid.
    public let length: Int
    /// The number of the buffer that holds the value, where it does not stand in the view.
    public let buffer: Int
    /// Where the value begins in its buffer.
    public let offset: Int

    /// Whether the value stands in the view.
    public var isInline: Bool { (0...Self.inlineByteCount).contains(length) }

    /// Reads view number `index` of some. Traps when there are fewer.
    public init(_ views: Buffer, at index: Int) {
        precondition(index >= 0 && index < views.count / Self.byteCount, "index out of bounds")
        self = views.withUnsafeBytes { Self($0, at: index) }
    }

    /// Adds to the numbers of the buffers that views refer to.
    static func moveBuffers(of views: UnsafeMutableRawBufferPointer, by count: Int) {
        for index in 0..<views.count / byteCount where !ValueView(UnsafeRawBufferPointer(views), at: index).isInline {
            let position = index * byteCount + 8
            let buffer = views.loadUnaligned(fromByteOffset: position, as: Int32.self)
            views.storeBytes(of: Int32(truncatingIfNeeded: Int(buffer) + count), toByteOffset: position, as: Int32.self)
        }
    }

    /// Reads view number `index` of some; it must lie within the bytes.
    init(_ views: UnsafeRawBufferPointer, at index: Int) {
        let start = index * Self.byteCount
        length = Int(views.loadUnaligned(fromByteOffset: start, as: Int32.self))
        buffer = Int(views.loadUnaligned(fromByteOffset: start + 8, as: Int32.self))
        offset = Int(views.loadUnaligned(fromByteOffset: start + 12, as: Int32.self))
    }
}
