import Codecs
import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

// The samples of the article TablesInSwift, in its order.

struct Price: Codable, Equatable {
    var node: String
    var start: Date
    var lmp: Double?
}

/// The article TablesInSwift says what was run here.
@Suite struct TablesInSwiftTests {
    @Test("the samples run")
    func samples() async throws {
        let prices = [
            Price(node: "A", start: Date(timeIntervalSince1970: 1_577_836_800), lmp: 21.5),
            Price(node: "B", start: Date(timeIntervalSince1970: 1_577_836_800), lmp: nil),
            Price(node: "A", start: Date(timeIntervalSince1970: 1_577_840_400), lmp: 19.25),
        ]
        let batch = try RecordBatch(rows: prices)
        var file = try FileWriter(Parquet(), schema: batch.schema, codec: Zstandard())
        try file.append(batch)
        try file.finish()
        let bytes = file.takeBytes()

        var codecs = Registry()
        try codecs.registerCodecs()
        var back: [Price] = []
        let reader = try ParquetReader(inMemory: bytes, codecs: codecs.codecs)
        try reader.forEachBatch { (batch) throws(S3DBError) in
            do {
                back += try batch.rows(as: Price.self)
            } catch {
                throw S3DBError(.valueMisfit, "the file does not hold prices", cause: error)
            }
        }
        #expect(back == prices)

        let lmp: Column<Double?> = try batch["lmp"]
        let known = lmp.compactMap { $0 }
        let mean = known.reduce(0, +) / Double(known.count)
        #expect(mean == 20.375)

        let starts: Column<Date> = try batch["start"]
        let latest = zip(starts, lmp).max { $0.0 < $1.0 }
        #expect(latest?.1 == 19.25)

        let nodes: Column<UTF8Slice> = try batch["node"]
        let rowsOfA = nodes.indices.filter { nodes[$0] == "A" }
        let pricesOfA = batch.gather(rowsOfA.map { Int32($0) })
        #expect(try pricesOfA.rows(as: Price.self) == [prices[0], prices[2]])

        var options = ParquetReadOptions()
        options.columns = ["node", "lmp"]
        options.predicates = [ParquetPredicate("lmp", .isAbove(20, orEqual: false))]
        let selective = try ParquetReader(inMemory: bytes, codecs: codecs.codecs, options: options)
        let names = selective.schema.fields.map(\.name)
        #expect(names == ["node", "lmp"])

        let store = MemoryStore()
        _ = try await store.put(try ObjectKey("prices.parquet"), [bytes], if: .none)
        let table = try await StoredTable(try ObjectKey("prices.parquet"), in: store, codecs: codecs.codecs)
        var wanted = TableReadOptions()
        wanted.predicates = [try ParquetPredicate(parsing: "lmp > 20", schema: batch.schema)]
        let rows = try await table.rows(wanted)
        var dear: [Price] = []
        while let batch = try await rows.next() { dear += try batch.rows(as: Price.self) }
        #expect(dear == [prices[0]])
    }

    @Test("the samples of nested columns run")
    func nested() throws {
        struct Offer: Codable, Equatable {
            var name: String
            var steps: [Double]
        }
        let offers = try RecordBatch(rows: [
            Offer(name: "coal", steps: [20, 25.5]), Offer(name: "wind", steps: []),
        ])
        let steps: Column<[Double]> = try offers["steps"]
        let most = steps.map(\.count).max()
        #expect(most == 2)
    }

    @Test("the samples of the C Data Interface run")
    func exchange() throws {
        let prices = [Price(node: "A", start: Date(timeIntervalSince1970: 1_577_836_800), lmp: nil)]
        let batch = try RecordBatch(rows: prices)
        let array = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
        let schema = UnsafeMutablePointer<ArrowSchema>.allocate(capacity: 1)
        batch.export(to: array, schema: schema)
        let addresses = "\(UInt(bitPattern: array)), \(UInt(bitPattern: schema))"
        #expect(addresses.contains(", "))

        let returned = try RecordBatch(importing: array, schema: schema)
        #expect(try returned.rows(as: Price.self) == prices)
        array.deallocate()
        schema.deallocate()
    }

    @Test("each sample of the article stands in a test; what Python does, in that of the C Data Interface")
    func article() throws {
        let root = Requirement.root
        let article = try String(
            contentsOf: root.appending(path: "Sources/ColumnarFormats/ColumnarFormats.docc/TablesInSwift.md"),
            encoding: .utf8)
        func lines(_ text: some StringProtocol) -> [String] {
            text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let tests = [
            "Tests/ColumnarFormatsTests/Articles/TablesInSwiftTests.swift",
            "Tests/ColumnarFormatsTests/ArrowC/ArrowCPythonTests.swift",
        ]
        let code = try tests.map { name in
            "\n" + lines(try String(contentsOf: root.appending(path: name), encoding: .utf8)).joined(separator: "\n")
                + "\n"
        }
        for part in article.components(separatedBy: "```python\n").dropFirst() {
            for line in lines(part.components(separatedBy: "```")[0]) {
                #expect(code.contains { $0.contains("\n\(line)\n") }, "\(line)")
            }
        }
        var count = 0
        for part in article.components(separatedBy: "```swift\n").dropFirst() {
            let sample = lines(part.components(separatedBy: "```")[0]).joined(separator: "\n")
            #expect(code.contains { $0.contains("\n\(sample)\n") }, "\(sample)")
            count += 1
        }
        #expect(count == 11)
    }
}
