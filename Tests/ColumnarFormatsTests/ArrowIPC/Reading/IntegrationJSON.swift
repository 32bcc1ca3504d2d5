// The JSON that Arrow's implementations check one another with:
// https://arrow.apache.org/docs/format/Integration.html#json-test-data-format

import Foundation
import S3DBCore
import TestSupport

/// A table as the JSON test data of Arrow has it: its schema, and the values as ``ColumnText`` writes them.
struct IntegrationJSON {
    let fields: [Field]
    let metadata: KeyValueMetadata
    /// For each batch its rows and the values of each column.
    let batches: [(rowCount: Int, columns: [[String]])]

    /// - Parameter hasCanonicalMaps: Whether the fields of maps are called as the format recommends, whatever is written.
    init(_ json: JSONValue, hasCanonicalMaps: Bool = false) throws {
        let schema = try json.member("schema")
        let document = JSONDictionaries(json, hasCanonicalMaps: hasCanonicalMaps)
        let columns = try schema.member("fields").items().map { try JSONColumn($0, document) }
        fields = columns.map(\.field)
        metadata = try JSONColumn.pairs(schema).map { ($0.key, $0.value) }
        batches = try json.member("batches").items().map { batch in
            let values = try batch.member("columns").items()
            return (try batch.integer("count"), try zip(columns, values).map { try $0.texts($1) })
        }
    }
}

/// The dictionaries of a document by their numbers.
struct JSONDictionaries {
    let hasCanonicalMaps: Bool
    private var values: [Int: JSONValue] = [:]

    init(_ json: JSONValue, hasCanonicalMaps: Bool) {
        self.hasCanonicalMaps = hasCanonicalMaps
        for dictionary in (try? json["dictionaries"]?.items()) ?? [] {
            guard let id = try? dictionary.integer("id"), let data = dictionary["data"],
                let column = try? data.member("columns").items().first
            else { continue }
            values[id] = column
        }
    }

    subscript(id: Int) -> JSONValue? { values[id] }
}

/// A field of the JSON, and how its columns are read.
struct JSONColumn {
    let field: Field
    private let dictionaryID: Int?
    private let children: [JSONColumn]
    private let dictionaries: JSONDictionaries

    /// - Parameters:
    ///   - name: What the field is called instead.
    ///   - childNames: What the fields within are called instead.
    init(_ json: JSONValue, _ dictionaries: JSONDictionaries, name: String? = nil, childNames: [String] = []) throws {
        self.dictionaries = dictionaries
        let isMap = dictionaries.hasCanonicalMaps && json["type"]?["name"] == .string("map")
        children = try (json["children"]?.items() ?? []).enumerated().map { index, child in
            let childName = childNames.indices.contains(index) ? childNames[index] : nil
            return try JSONColumn(
                child, dictionaries, name: isMap ? "entries" : childName, childNames: isMap ? ["key", "value"] : [])
        }
        let encoding = json["dictionary"]
        dictionaryID = try encoding?.integer("id")
        field = Field(
            try name ?? json.text("name"), try JSONType(json.member("type"), children.map(\.field)).type(),
            isNullable: json["nullable"] == .bool(true),
            dictionary: try encoding.map { encoding in
                DictionaryEncoding(
                    indexType: try encoding["indexType"].map { try JSONType($0, []).type() } ?? .int32,
                    isOrdered: encoding["isOrdered"] == .bool(true))
            }, metadata: try Self.pairs(json))
    }

    static func pairs(_ json: JSONValue) throws -> [MetadataEntry] {
        try (json["metadata"]?.items() ?? []).map { MetadataEntry(try $0.text("key"), try $0.text("value")) }
    }

    /// The values of a column.
    func texts(_ json: JSONValue) throws -> [String] {
        let count = try json.integer("count")
        var texts: [String]
        if let dictionaryID {
            guard let dictionary = dictionaries[dictionaryID] else {
                throw JSONProblem("no dictionary \(dictionaryID)")
            }
            let values = try plain(dictionary, try dictionary.integer("count"))
            let nulls = try isNull(json, count)
            texts = try json.member("DATA").items().enumerated().map { row, index in
                nulls[row] ? "null" : values[try index.integer()]
            }
        } else {
            texts = try plain(json, count)
        }
        guard texts.count == count else { throw JSONProblem("\(texts.count) values for \(count)") }
        return texts
    }

    private func isNull(_ json: JSONValue, _ count: Int) throws -> [Bool] {
        guard let validity = json["VALIDITY"] else { return [Bool](repeating: false, count: count) }
        return try validity.items().map { try $0.integer() == 0 }
    }

    private func plain(_ json: JSONValue, _ count: Int) throws -> [String] {
        let nulls = try isNull(json, count)
        let values = try notNull(json, count)
        return zip(nulls, values).map { $0 ? "null" : $1 }
    }

    private func notNull(_ json: JSONValue, _ count: Int) throws -> [String] {
        let parts = try zip(children, json["children"]?.items() ?? []).map { try $0.texts($1) }
        func lists(_ ranges: [Range<Int>]) -> [String] {
            ranges.map { "[\(parts[0][$0].joined(separator: ", "))]" }
        }
        switch field.type {
        case .null: return [String](repeating: "null", count: count)
        case .list, .largeList, .map:
            let offsets = try json["OFFSET"]?.items().map { try $0.integer() } ?? [0]
            return lists(zip(offsets, offsets.dropFirst()).map { $0..<$1 })
        case .fixedSizeList(_, let size): return lists((0..<count).map { $0 * size..<($0 + 1) * size })
        case .structure(let fields):
            return (0..<count).map { row in
                "{\(zip(fields, parts).map { "\($0.name): \($1[row])" }.joined(separator: ", "))}"
            }
        case .union(let mode, let members):
            let offsets = try json["OFFSET"]?.items().map { try $0.integer() } ?? []
            return try json.member("TYPE_ID").items().enumerated().map { row, mark in
                let id = try mark.integer()
                guard let member = members.firstIndex(where: { Int($0.id) == id }) else {
                    throw JSONProblem("mark \(id)")
                }
                return "\(id)=\(parts[member][mode == .dense ? offsets[row] : row])"
            }
        default: return try json.member("DATA").items().map { try JSONScalar.text($0, field.type) }
        }
    }
}

/// A value of the JSON as ``ColumnText`` writes it.
enum JSONScalar {
    static func text(_ json: JSONValue, _ type: DataType) throws -> String {
        switch type {
        case .bool: return "\(json == .bool(true) || json == .number("1"))"
        case .utf8, .largeUTF8: return "\"\(json.stringValue ?? "?")\""
        case .binary, .largeBinary, .fixedSizeBinary: return "0x" + (json.stringValue ?? "?").lowercased()
        case .float32: return "\(Float(try json.plainText()) ?? .nan)"
        case .float64: return "\(Double(try json.plainText()) ?? .nan)"
        case .interval(.dayTime): return "\(try json.integer("days"))d \(try json.integer("milliseconds"))ms"
        case .interval(.monthDayNano):
            return "\(try json.integer("months"))m \(try json.integer("days"))d \(try json.integer("nanoseconds"))ns"
        default: return try json.plainText()
        }
    }
}

struct JSONProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension JSONValue {
    func member(_ name: String) throws -> JSONValue {
        guard let value = self[name] else { throw JSONProblem("no \(name)") }
        return value
    }

    func items() throws -> [JSONValue] {
        guard case .array(let items) = self else { throw JSONProblem("no array") }
        return items
    }

    func text(_ name: String) throws -> String {
        guard let text = try member(name).stringValue else { throw JSONProblem("no text \(name)") }
        return text
    }

    func integer(_ name: String) throws -> Int { try member(name).integer() }

    /// A number, which stands between quotes where it may have more than 53 bits.
    func integer() throws -> Int {
        guard let value = Int(try plainText()) else { throw JSONProblem("no integer") }
        return value
    }

    /// The text of a number or string.
    func plainText() throws -> String {
        switch self {
        case .number(let text), .string(let text): return text
        default: throw JSONProblem("no number")
        }
    }
}
