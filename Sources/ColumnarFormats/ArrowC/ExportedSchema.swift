// Arrow C Data Interface, "The ArrowSchema structure" and "Release callback semantics -- for producers":
// https://arrow.apache.org/docs/format/CDataInterface.html#the-arrowschema-structure

import CArrow
import S3DBCore

/// What an exported schema refers to, until its release callback is called.
final class ExportedSchema {
    private var texts: [UnsafeMutablePointer<CChar>] = []
    private let children: ExportedChildren<ArrowSchema>
    private let dictionary: ExportedChildren<ArrowSchema>

    /// Fills `target` with a field, which is then its consumer's to release.
    static func export(_ arrowField: ArrowField, to target: UnsafeMutablePointer<ArrowSchema>) {
        let exported = ExportedSchema(arrowField)
        let field = arrowField.field
        let isDictionary = arrowField.dictionaryID != nil
        var flags: Int64 = field.isNullable ? Int64(ARROW_FLAG_NULLABLE) : 0
        if isDictionary, field.dictionary?.isOrdered ?? false { flags |= Int64(ARROW_FLAG_DICTIONARY_ORDERED) }
        if case .map(_, true) = field.type { flags |= Int64(ARROW_FLAG_MAP_KEYS_SORTED) }
        let format = ArrowFormat.text(of: isDictionary ? .int32 : field.type)
        let metadata = ArrowMetadataBytes.bytes(field.metadata)
        target.initialize(
            to: ArrowSchema(
                format: exported.keep(format.utf8.map { CChar(bitPattern: $0) } + [0]),
                name: exported.keep(field.name.utf8.map { CChar(bitPattern: $0) } + [0]),
                metadata: metadata.map { UnsafePointer(exported.keep($0.map { CChar(bitPattern: $0) })) },
                flags: flags, n_children: Int64(exported.children.count), children: exported.children.pointers,
                dictionary: exported.dictionary.first,
                release: { schema in
                    guard let schema, let kept = schema.pointee.private_data else { return }
                    Unmanaged<ExportedSchema>.fromOpaque(kept).takeRetainedValue().releaseChildren()
                    schema.pointee.release = nil
                    schema.pointee.private_data = nil
                }, private_data: Unmanaged.passRetained(exported).toOpaque()))
    }

    private init(_ field: ArrowField) {
        let isDictionary = field.dictionaryID != nil
        var values = field.dictionaryValues
        values.field.metadata = []
        children = ExportedChildren(isDictionary ? [] : field.children) { ExportedSchema.export($0, to: $1) }
        // The values' type stands behind the positions'.
        dictionary = ExportedChildren(isDictionary ? [values] : []) { ExportedSchema.export($0, to: $1) }
    }

    private func keep(_ characters: [CChar]) -> UnsafeMutablePointer<CChar> {
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: max(1, characters.count))
        copy.initialize(from: characters, count: characters.count)
        texts.append(copy)
        return copy
    }

    private func releaseChildren() {
        for child in children.all + dictionary.all { child.pointee.release?(child) }
    }

    deinit {
        for text in texts { text.deallocate() }
    }
}

/// Structures within an exported one, and the pointers to them that C sees.
final class ExportedChildren<Structure> {
    /// The structures, of which a consumer may have moved some away.
    let all: [UnsafeMutablePointer<Structure>]
    /// The pointers; nil for none.
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<Structure>?>?

    var count: Int { all.count }
    var first: UnsafeMutablePointer<Structure>? { all.first }

    init<Value>(_ values: [Value], _ export: (Value, UnsafeMutablePointer<Structure>) -> Void) {
        all = values.map { value in
            let structure = UnsafeMutablePointer<Structure>.allocate(capacity: 1)
            export(value, structure)
            return structure
        }
        guard !all.isEmpty else {
            pointers = nil
            return
        }
        let pointers = UnsafeMutablePointer<UnsafeMutablePointer<Structure>?>.allocate(capacity: all.count)
        for (index, structure) in all.enumerated() { (pointers + index).initialize(to: structure) }
        self.pointers = pointers
    }

    deinit {
        for structure in all { structure.deallocate() }
        pointers?.deallocate()
    }
}
