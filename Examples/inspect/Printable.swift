import DriverKit
import S3DB

extension String {
    /// The text on one line, without characters that do something to a terminal: names and values may have any.
    var printable: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default: text += scalar.isPrinted ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    fileprivate var isPrinted: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}

extension JSONValue {
    /// A value in a cell: texts without quotes, everything else as JSON has it, nothing for null; of a long one the
    /// beginning.
    func cell(limit: Int = 40) -> String {
        let text: String
        switch self {
        case .null: return ""
        case .string(let string): text = string.printable
        default: text = serialized().printable
        }
        return text.count <= limit ? text : text.prefix(limit - 1) + "…"
    }
}

/// Figures in cells.
enum Figure {
    /// How many times as much there was before compression, `6.4x`; nothing where that is not known.
    static func ratio(_ byteCount: Int, _ contentByteCount: Int?) -> String {
        guard let contentByteCount, byteCount > 0 else { return "" }
        let tenths = Int((min(Double(contentByteCount) / Double(byteCount), 1e9) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)x"
    }

    /// A share of a whole, `12.3%`.
    static func share(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "" }
        let tenths = Int((Double(part) / Double(whole) * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10)%"
    }

    static func number(_ value: Int?) -> String { value.map(ByteText.number) ?? "" }

    static func size(_ value: Int?) -> String { value.map(ByteText.size) ?? "" }

    /// `1 row group`, `2 row groups`, `2 batches`.
    static func count(_ count: Int, _ noun: String) -> String {
        "\(ByteText.number(count)) \(noun)\(count == 1 ? "" : noun.hasSuffix("ch") ? "es" : "s")"
    }
}
