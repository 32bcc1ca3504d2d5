// Arrow Columnar Format, "Buffer Listing for Each Layout":
// https://arrow.apache.org/docs/format/Columnar.html#buffer-listing-for-each-layout

import S3DBCore

/// One of the buffers that a column has in a message or behind the C Data Interface.
enum ArrowBuffer: Hashable {
    /// Which values are not null, as bits.
    case validity
    /// A bit for each value.
    case bits
    /// So many bytes for each value.
    case values(byteWidth: Int)
    /// Offsets of so many bytes, one more than there are values.
    case offsets(byteWidth: Int)
    /// Bytes that offsets point into.
    case bytes

    /// The bytes that such a buffer has at least for `count` values; nil where that is no number.
    func byteCount(for count: Int) -> Int? {
        let (width, items): (Int, Int)
        switch self {
        case .validity, .bits: return count / 8 + (count % 8 == 0 ? 0 : 1)
        case .bytes: return 0
        case .values(let byteWidth): (width, items) = (byteWidth, count)
        case .offsets(let byteWidth): (width, items) = (byteWidth, count &+ 1)
        }
        let (byteCount, overflow) = items.multipliedReportingOverflow(by: width)
        return overflow || items < 0 || byteCount < 0 ? nil : byteCount
    }

    /// What the buffer's integers are aligned to.
    var alignment: Int {
        switch self {
        case .validity, .bits, .bytes: 1
        case .values(let width), .offsets(let width): width > 0 && width & (width - 1) == 0 ? min(width, 8) : 1
        }
    }
}

extension DataType.Layout {
    /// The buffers of a column, in order. Those of views are followed by the buffers that the views refer to.
    var arrowBuffers: [ArrowBuffer] {
        switch self {
        case .none, .runs: []
        case .bits: [.validity, .bits]
        case .fixedWidth(let width): [.validity, .values(byteWidth: width)]
        case .variableLength(let width): [.validity, .offsets(byteWidth: width), .bytes]
        case .views: [.validity, .values(byteWidth: ValueView.byteCount)]
        case .list(let width): [.validity, .offsets(byteWidth: width)]
        case .listView(let width): [.validity, .values(byteWidth: width), .values(byteWidth: width)]
        case .fixedSizeList, .structure: [.validity]
        case .union(.sparse): [.values(byteWidth: 1)]
        case .union(.dense): [.values(byteWidth: 1), .values(byteWidth: 4)]
        }
    }
}
