import S3DBCore

/// A type of Arrow's JSON test data.
struct JSONType {
    private let json: JSONValue
    private let children: [Field]

    init(_ json: JSONValue, _ children: [Field]) {
        self.json = json
        self.children = children
    }

    func type() throws -> DataType {
        switch try json.text("name") {
        case "null": .null
        case "bool": .bool
        case "int": try integer()
        case "floatingpoint": try choice("precision", ["HALF": .float16, "SINGLE": .float32, "DOUBLE": .float64])
        case "utf8": .utf8
        case "binary": .binary
        case "largeutf8": .largeUTF8
        case "largebinary": .largeBinary
        case "fixedsizebinary": .fixedSizeBinary(try json.integer("byteWidth"))
        case "decimal": try decimal()
        case "date": try choice("unit", ["DAY": .date32, "MILLISECOND": .date64])
        case "time": .time(try unit())
        case "timestamp": .timestamp(try unit(), timeZone: json["timezone"]?.stringValue)
        case "duration": .duration(try unit())
        case "interval":
            .interval(
                try choice("unit", ["YEAR_MONTH": .yearMonth, "DAY_TIME": .dayTime, "MONTH_DAY_NANO": .monthDayNano]))
        case "list": .list(try child())
        case "largelist": .largeList(try child())
        case "fixedsizelist": .fixedSizeList(try child(), count: try json.integer("listSize"))
        case "struct": .structure(children)
        case "map": .map(entries: try child(), keysAreSorted: json["keysSorted"] == .bool(true))
        case "union": try union()
        case let name: throw JSONProblem("no type \(name)")
        }
    }

    private func integer() throws -> DataType {
        let types: [Int: (DataType, DataType)] = [
            8: (.int8, .uint8), 16: (.int16, .uint16), 32: (.int32, .uint32), 64: (.int64, .uint64),
        ]
        guard let pair = types[try json.integer("bitWidth")] else { throw JSONProblem("no such width") }
        return json["isSigned"] == .bool(true) ? pair.0 : pair.1
    }

    private func decimal() throws -> DataType {
        let bits = try json["bitWidth"]?.integer() ?? 128
        guard let width = DataType.DecimalWidth(rawValue: bits) else { throw JSONProblem("no such width") }
        return .decimal(width, precision: try json.integer("precision"), scale: try json.integer("scale"))
    }

    private func union() throws -> DataType {
        let mode = try choice("mode", ["SPARSE": DataType.UnionMode.sparse, "DENSE": .dense])
        let ids = try json.member("typeIds").items().map { try $0.integer() }
        return .union(mode, zip(ids, children).map { DataType.UnionMember(id: Int8($0), $1) })
    }

    private func unit() throws -> DataType.TimeUnit {
        try choice(
            "unit",
            ["SECOND": .second, "MILLISECOND": .millisecond, "MICROSECOND": .microsecond, "NANOSECOND": .nanosecond])
    }

    private func child() throws -> Field {
        guard children.count == 1 else { throw JSONProblem("\(children.count) children") }
        return children[0]
    }

    private func choice<Choice>(_ name: String, _ choices: [String: Choice]) throws -> Choice {
        guard let choice = choices[try json.text(name)] else { throw JSONProblem("no such \(name)") }
        return choice
    }
}
