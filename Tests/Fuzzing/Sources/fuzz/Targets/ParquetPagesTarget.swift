import ColumnarFormats
import S3DBCore

extension FuzzTarget {
    /// Whole Parquet files, values included: read twice, in small batches, without dictionaries, a column at a time, by
    /// predicates.
    static let parquetPages = FuzzTarget(
        name: "parquet-pages", memory: MemoryBound(byteCount: 64 << 20 + MemoryBound.zstandardWindow), shape: .parquet,
        dictionary: "parquet.dict", seeds: ParquetSeeds.files, foreignSeeds: [("parquet", ".parquet")],
        run: { file in
            var choices = Choices(file)
            let whole = ParquetReading.outcome(file)
            switch choices.number(in: 0...3) {
            case 0: expectEqual(whole, ParquetReading.outcome(file), "read twice, a file is not the same")
            case 1:
                let small = ParquetReading.outcome(file) { $0.batchRowCount = 13 }
                expectEqualValues(whole, small, "in small batches, a file is not the same")
            case 2:
                let plain = ParquetReading.outcome(file) { $0.keepsDictionaries = false }
                expectEqualValues(whole, plain, "without dictionaries, a file is not the same")
            default: readColumns(file, &choices)
            }
            readStructures(file)
        })

    /// Stops the program where values differ, or one reading fails and the other does not. What is said of a fault may
    /// depend on how far a batch reaches.
    private static func expectEqualValues(_ first: Outcome, _ second: Outcome, _ difference: String) {
        if first.isCut || second.isCut { return }
        if first.failure == nil || second.failure == nil { expectEqual(first, second, difference) }
    }

    /// Reads single columns by predicates.
    private static func readColumns(_ file: Buffer, _ choices: inout Choices) {
        let reader = attempt { () throws(S3DBError) in
            try ParquetReader(inMemory: file, codecs: ParquetReading.codecs, options: ParquetReading.options)
        }
        guard let leaves = reader?.metadata.schema.leaves, !leaves.isEmpty else { return }
        for _ in 0..<3 {
            let leaf = leaves[choices.number(in: 0...leaves.count - 1)].name
            let condition = conditions[choices.number(in: 0...conditions.count - 1)]
            _ = ParquetReading.outcome(file) {
                $0.columns = [leaf]
                $0.predicates = [ParquetPredicate(leaf, condition)]
                $0.batchRowCount = 50
            }
            _ = ParquetReading.outcome(file) { $0.predicates = [ParquetPredicate(leaf, condition)] }
        }
    }

    private static let conditions: [ParquetPredicate.Condition] = [
        .isIn([7, 70]), .isIn(["a", "exactly12byt"]), .isBelow(100, orEqual: true), .isAbove(5, orEqual: false),
        .isBelow(1.5, orEqual: false), .isAbove(.text("m"), orEqual: true), .isNull, .isNotNull,
        .isIn([.bytes([1, 2])]), .isAbove(.unsigned(3), orEqual: false), .isIn([true]), .isIn([]),
    ]

    /// Reads page headers, indexes and Bloom filters.
    private static func readStructures(_ file: Buffer) {
        completing { () async in
            do throws(S3DBError) {
                let reader = try await ParquetReader(
                    file, codecs: ParquetReading.codecs, options: ParquetReading.options)
                for group in reader.metadata.rowGroups.indices.prefix(2) {
                    for column in reader.metadata.schema.leaves.indices.prefix(8) {
                        await readStructures(reader, group, column)
                    }
                }
            } catch {
                _ = Outcome.text(of: error)
            }
        }
    }

    private static func readStructures(_ reader: ParquetReader<Buffer>, _ group: Int, _ column: Int) async {
        do throws(S3DBError) { _ = try await reader.pages(rowGroup: group, column: column) } catch {
            _ = Outcome.text(of: error)
        }
        do throws(S3DBError) { _ = try await reader.columnIndex(rowGroup: group, column: column) } catch {
            _ = Outcome.text(of: error)
        }
        do throws(S3DBError) { _ = try await reader.offsetIndex(rowGroup: group, column: column) } catch {
            _ = Outcome.text(of: error)
        }
        do throws(S3DBError) { _ = try await reader.bloomFilter(rowGroup: group, column: column) } catch {
            _ = Outcome.text(of: error)
        }
    }
}
