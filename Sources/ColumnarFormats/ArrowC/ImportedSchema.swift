// Arrow C Data Interface, "The ArrowSchema structure":
// https://arrow.apache.org/docs/format/CDataInterface.html#the-arrowschema-structure

import CArrow
import S3DBCore

/// Reads schemas that others made.
enum ImportedSchema {
    /// The field of a schema.
    static func field(_ schema: ArrowSchema, depth: Int) throws(S3DBError) -> ArrowField {
        guard depth < ArrowSchemaReader.depthLimit else {
            throw S3DBError(.limitExceeded, "fields of a C schema nest deeper than \(ArrowSchemaReader.depthLimit)")
        }
        guard let format = schema.format.map({ String(cString: $0) }) else {
            throw S3DBError(.invalidArgument, "a C schema has no format")
        }
        var children: [ArrowField] = []
        for index in 0..<max(0, Int(schema.n_children)) {
            guard let child = schema.children?[index] else {
                throw S3DBError(.invalidArgument, "a C schema lacks a child")
            }
            children.append(try field(child.pointee, depth: depth + 1))
        }
        let isSorted = schema.flags & Int64(ARROW_FLAG_MAP_KEYS_SORTED) != 0
        let type = try ArrowFormat.type(format, children: children.map(\.field), keysAreSorted: isSorted)
        let name = schema.name.map { String(cString: $0) } ?? ""
        var result = ArrowField(
            field: Field(
                name, type, isNullable: schema.flags & Int64(ARROW_FLAG_NULLABLE) != 0,
                metadata: try ArrowMetadataBytes.pairs(at: schema.metadata)), dictionaryID: nil, children: children)
        guard let dictionary = schema.dictionary else { return result }
        let values = try field(dictionary.pointee, depth: depth + 1)
        guard values.dictionaryID == nil else {
            throw S3DBError(.unsupported, "a dictionary of a C schema has a dictionary itself")
        }
        let isOrdered = schema.flags & Int64(ARROW_FLAG_DICTIONARY_ORDERED) != 0
        result.field.dictionary = DictionaryEncoding(indexType: type, isOrdered: isOrdered)
        result.field.type = values.field.type
        result.children = values.children
        result.dictionaryID = 0
        return result
    }
}
