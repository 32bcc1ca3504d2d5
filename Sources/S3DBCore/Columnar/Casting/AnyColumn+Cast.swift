extension AnyColumn {
    /// The same values as another type, where each of them is a value of that type too. O(count).
    ///
    /// Integers, floats, text and bytes of any width and layout become each other as long as no value changes; moments,
    /// days and lengths of time become whole seconds in integers or floats; nulls stay null, in every type. A dictionary
    /// of text or bytes stays one.
    ///
    /// - Throws: ``S3DBError/Code/valueMisfit`` for types that have nothing in common, and for the first value that would
    ///   not be the same.
    public func cast(to target: DataType) throws(S3DBError) -> AnyColumn {
        if type == target { return self }
        if type == .null { return try .checkedNulls(target, count: count) }
        switch storage {
        case .runs(let ends, let values): return try unrolled(ends, values).cast(to: target)
        case .dictionary(let indices, let dictionary) where target.isVariableLength:
            let values = try dictionary.values.cast(to: target)
            return AnyColumn(
                uncheckedType: target, count: count, validity: validity,
                storage: .dictionary(indices: indices, ColumnDictionary(values: values)))
        case .dictionary: return try plain().cast(to: target)
        default: break
        }
        let storage: Storage
        if target.isVariableLength, let kind = type.byteKind {
            storage = try ByteCast(kind: kind, target: target, column: self).storage()
        } else if let source = NumberCast(self) {
            storage = try source.storage(as: target)
        } else {
            throw misfit(target)
        }
        return AnyColumn(uncheckedType: target, count: count, validity: validity, storage: storage)
    }

    /// A column of runs with a value for each row.
    private func unrolled(_ ends: AnyColumn, _ values: AnyColumn) -> AnyColumn {
        var rows: [Int32] = []
        rows.reserveCapacity(count)
        for (run, end) in RunEnds.values(of: ends).enumerated() {
            let end = min(end, count)
            if end > rows.count { rows.append(contentsOf: repeatElement(Int32(run), count: end - rows.count)) }
        }
        return values.gather(rows)
    }

    /// The error for a type that nothing becomes another by.
    func misfit(_ target: DataType) -> S3DBError {
        S3DBError(
            .valueMisfit, "a column of \(type) stands where one of \(target) is asked for",
            remedy: "Declare the type that the file has")
    }
}
