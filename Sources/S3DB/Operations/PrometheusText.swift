/// Names, labels and numbers as the text format has them.
enum PrometheusText {
    /// The most characters of a label's value that are kept.
    private static let valueLimit = 200

    /// A metric's name: letters, digits, underscores and colons, no digit in front; others become underscores.
    static func name(_ label: String) -> String {
        var name = ""
        for scalar in label.unicodeScalars { name.unicodeScalars.append(isAllowed(scalar) ? scalar : "_") }
        guard let first = name.unicodeScalars.first else { return "_" }
        return ("0"..."9").contains(first) ? "_\(name)" : name
    }

    /// Labels without their braces, in the order of their names.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { (name($0.0).replacing(":", with: "_"), $0.1) }.sorted { $0.0 < $1.0 }
            .map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",")
    }

    /// Labels between braces; nothing for none.
    static func braces(_ labels: String, _ more: String = "") -> String {
        let all = [labels, more].filter { !$0.isEmpty }.joined(separator: ",")
        return all.isEmpty ? "" : "{\(all)}"
    }

    /// A number as Go's ParseFloat reads it.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return "\(value)"
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", ":": true
        default: false
        }
    }

    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars.prefix(valueLimit) {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
