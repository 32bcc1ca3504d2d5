/// Numbers, sizes and times as people read and write them.
package enum ByteText {
    private static let binaryUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]

    private static let factors: [String: Int] = [
        "": 1, "b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
        "kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000, "tb": 1_000_000_000_000,
    ]

    /// Reads `256MiB`, `1GiB`, `500MB` or bytes; nil for anything else, for nothing and for what overflows.
    package static func parse(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text[digits.endIndex...].drop { $0 == " " }.lowercased()
        guard let number = Int(digits), let factor = factors[unit] else { return nil }
        let (bytes, isOverflow) = number.multipliedReportingOverflow(by: factor)
        return isOverflow || bytes < 1 ? nil : bytes
    }

    /// `512 B`, `1.5 MiB`: three digits at most before the point, one behind it.
    package static func size(_ byteCount: Int) -> String {
        var value = Double(byteCount)
        var unit = 0
        while value >= 1023.95 && unit + 1 < binaryUnits.count {
            value /= 1024
            unit += 1
        }
        return unit == 0 ? "\(byteCount) B" : "\(tenths(value)) \(binaryUnits[unit])"
    }

    /// `1,234,567`.
    package static func number(_ value: Int) -> String {
        var digits = ""
        for (index, digit) in String(value.magnitude).reversed().enumerated() {
            if index > 0 && index % 3 == 0 { digits.append(",") }
            digits.append(digit)
        }
        return (value < 0 ? "-" : "") + String(digits.reversed())
    }

    /// `12.3 MB/s`, in millions of bytes.
    package static func rate(byteCount: Int, seconds: Double) -> String {
        seconds > 0 ? "\(tenths(Double(byteCount) / 1e6 / seconds)) MB/s" : "- MB/s"
    }

    /// `0:07`, `3:12:45`.
    package static func duration(seconds: Double) -> String {
        let whole = Int(min(max(seconds.rounded(), 0), 1e9))
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(whole % 60))" : "\(minutes):\(two(whole % 60))"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((min(value, 1e15) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
