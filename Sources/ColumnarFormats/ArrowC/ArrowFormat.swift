// Arrow C Data Interface, "Data type description -- format strings":
// https://arrow.apache.org/docs/format/CDataInterface.html#data-type-description-format-strings

import S3DBCore

/// The texts that types have in the C Data Interface.
enum ArrowFormat {
    /// The types without parameters or children.
    private static let simple: [(DataType, String)] =
        [
            (.null, "n"), (.bool, "b"), (.int8, "c"), (.uint8, "C"), (.int16, "s"), (.uint16, "S"), (.int32, "i"),
            (.uint32, "I"), (.int64, "l"), (.uint64, "L"), (.float16, "e"), (.float32, "f"), (.float64, "g"),
            (.binary, "z"), (.largeBinary, "Z"), (.binaryView, "vz"), (.utf8, "u"), (.largeUTF8, "U"),
            (.utf8View, "vu"),
            (.date32, "tdD"), (.date64, "tdm"), (.interval(.yearMonth), "tiM"), (.interval(.dayTime), "tiD"),
            (.interval(.monthDayNano), "tin"),
        ] + units.flatMap { [(.time($0), "tt\($1)"), (.duration($0), "tD\($1)")] }

    private static let units: [(DataType.TimeUnit, String)] = [
        (.second, "s"), (.millisecond, "m"), (.microsecond, "u"), (.nanosecond, "n"),
    ]

    /// The text of a type.
    static func text(of type: DataType) -> String {
        switch type {
        case .decimal(.bits128, let precision, let scale): "d:\(precision),\(scale)"
        case .decimal(let width, let precision, let scale): "d:\(precision),\(scale),\(width.rawValue)"
        case .fixedSizeBinary(let byteCount): "w:\(byteCount)"
        case .timestamp(let unit, let zone): "ts\(units[unit.rawValue].1):\(zone ?? "")"
        case .list: "+l"
        case .largeList: "+L"
        case .listView: "+vl"
        case .largeListView: "+vL"
        case .fixedSizeList(_, let count): "+w:\(count)"
        case .structure: "+s"
        case .map: "+m"
        case .union(let mode, let members):
            "+u\(mode == .dense ? "d" : "s"):\(members.map { "\($0.id)" }.joined(separator: ","))"
        case .runEndEncoded: "+r"
        default: simple.first { $0.0 == type }?.1 ?? "n"
        }
    }

    /// The type of a text, given the fields within.
    ///
    /// - Throws: ``S3DBError/Code/unsupported``.
    static func type(_ text: String, children: [Field], keysAreSorted: Bool) throws(S3DBError) -> DataType {
        if let type = simple.first(where: { $0.1 == text })?.0 { return type }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let parameters = parts.count == 2 ? parts[1] : nil
        guard
            let type = nested(parts[0], parameters, children, keysAreSorted) ?? parametric(parts[0], parameters),
            type.children.count == children.count
        else {
            throw S3DBError(.unsupported, "a C array of format \(S3DBError.quoted(text)), which is not known")
        }
        return type
    }

    private static func parametric(_ kind: String, _ parameters: String?) -> DataType? {
        guard let parameters else { return nil }
        switch kind {
        case "w": return Int(parameters).flatMap { $0 >= 0 ? .fixedSizeBinary($0) : nil }
        case "d":
            let numbers = parameters.split(separator: ",").map { Int($0) }
            guard numbers.count == 2 || numbers.count == 3, let precision = numbers[0], let scale = numbers[1],
                let bits = numbers.count == 3 ? numbers[2] : 128, let width = DataType.DecimalWidth(rawValue: bits),
                (1...width.maximumPrecision).contains(precision)
            else { return nil }
            return .decimal(width, precision: precision, scale: scale)
        default:
            guard let unit = units.first(where: { "ts\($0.1)" == kind })?.0 else { return nil }
            return .timestamp(unit, timeZone: parameters.isEmpty ? nil : parameters)
        }
    }

    private static func nested(
        _ kind: String, _ parameters: String?, _ children: [Field], _ keysAreSorted: Bool
    ) -> DataType? {
        switch (kind, children.count) {
        case ("+s", _): return .structure(children)
        case ("+l", 1): return .list(children[0])
        case ("+L", 1): return .largeList(children[0])
        case ("+vl", 1): return .listView(children[0])
        case ("+vL", 1): return .largeListView(children[0])
        case ("+w", 1):
            return parameters.flatMap { Int($0) }.flatMap { $0 >= 0 ? .fixedSizeList(children[0], count: $0) : nil }
        case ("+m", 1):
            guard case .structure(let pair) = children[0].type, pair.count == 2 else { return nil }
            return .map(entries: children[0], keysAreSorted: keysAreSorted)
        case ("+r", 2):
            guard [.int16, .int32, .int64].contains(children[0].type) else { return nil }
            return .runEndEncoded(ends: children[0], values: children[1])
        case ("+ud", _), ("+us", _):
            let ids = (parameters ?? "").split(separator: ",").map { Int8($0) ?? -1 }
            guard ids.count == children.count, ids.allSatisfy({ $0 >= 0 }), Set(ids).count == ids.count else {
                return nil
            }
            return .union(kind == "+ud" ? .dense : .sparse, zip(ids, children).map { DataType.UnionMember(id: $0, $1) })
        default: return nil
        }
    }
}
