// Arrow C Data Interface: https://arrow.apache.org/docs/format/CDataInterface.html

@_exported import CArrow
import S3DBCore

extension RecordBatch {
    /// Hands the batch to C, C++ or Python of the same process, without a copy of its values.
    ///
    ///     var (array, schema) = (ArrowArray(), ArrowSchema())
    ///     batch.export(to: &array, schema: &schema)
    ///
    /// Both structures are then owned by whoever holds them, who calls their release callbacks, once each, or hands them
    /// on: pyarrow's `RecordBatch._import_from_c(array, schema)` takes their addresses. The batch's memory stays as long as
    /// the array is not released. Columns are exported as they are stored: by a dictionary, with 32-bit positions, where
    /// they have one.
    ///
    /// - Parameters:
    ///   - array: Where to put the values; what it held is overwritten, not released.
    ///   - schema: Where to put names and types, likewise.
    ///   - metadata: Custom metadata for the schema.
    public func export(
        to array: UnsafeMutablePointer<ArrowArray>, schema: UnsafeMutablePointer<ArrowSchema>,
        metadata: KeyValueMetadata = []
    ) {
        let fields = zip(self.schema.fields, columns).map { ArrowField($0, storedAs: $1) }
        var root = ArrowField(Field("", .structure(fields.map(\.field)), isNullable: false), children: fields)
        root.field.metadata = metadata.map { MetadataEntry($0.key, $0.value) }
        ExportedSchema.export(root, to: schema)
        ExportedArray.export(self, to: array)
    }

    /// Takes over a structure array that C, C++ or Python of the same process made, without a copy of its values where
    /// these are aligned.
    ///
    /// Both structures are empty afterwards, also where this throws: the array's release callback is called when the last
    /// column that shares its memory is gone, the schema's at once. Offsets, positions and text are checked as those of a
    /// file are; that pointers point to as many bytes as the type and length say is the producer's to answer for.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` for released structures, ``S3DBError/Code/unsupported`` for types that
    ///   are not known, ``S3DBError/Code/corruptFile`` or ``S3DBError/Code/invalidUTF8`` for values that contradict their
    ///   type.
    public init(
        importing array: UnsafeMutablePointer<ArrowArray>, schema: UnsafeMutablePointer<ArrowSchema>
    ) throws(S3DBError) {
        let owner = ImportedArray(moving: array)
        defer { if let release = schema.pointee.release { release(schema) } }
        guard owner.root.release != nil, schema.pointee.release != nil else {
            throw S3DBError(.invalidArgument, "a C array or schema that was released was to be imported")
        }
        let field = try ImportedSchema.field(schema.pointee, depth: 0)
        guard case .structure = field.field.type, field.dictionaryID == nil else {
            throw S3DBError(
                .invalidArgument, "a C array of \(field.field.type) is no batch", remedy: "Export a record batch")
        }
        let column = try owner.column(field)
        guard case .structure(let columns) = column.storage, column.validity == nil else {
            throw S3DBError(.nullValue, "a batch from C has rows that are null")
        }
        try self.init(
            schema: Schema(anyNames: field.children.map(\.field)), columns: columns, rowCount: column.count)
    }
}

extension ArrowField {
    /// A plain field.
    fileprivate init(_ field: Field, children: [ArrowField]) {
        self.init(field: field, dictionaryID: nil, children: children)
    }

    /// A field as a column of it is stored.
    fileprivate init(_ field: Field, storedAs column: AnyColumn) {
        var values = column
        if case .dictionary(_, let dictionary) = column.storage {
            values = dictionary.values
            dictionaryID = 0
        }
        children = zip(field.type.children, ArrowParts(values.storage).children).map { ArrowField($0, storedAs: $1) }
        self.field = field
    }
}
