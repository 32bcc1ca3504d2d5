import Foundation
import S3DBCore
import TestSupport
import Testing

@Suite("Rows of Codable types") struct CodableRowsTests {
    private struct Offer: Codable, Equatable {
        enum Side: String, Codable { case buy, sell }

        struct Block: Codable, Equatable {
            var price: Double
            var quantity: Float?
        }

        var id: Int
        var small: Int8
        var flags: UInt16
        var huge: UInt64
        var node: String
        var lmp: Double?
        var isOpen: Bool
        var start: Date
        var payload: [UInt8]
        var side: Side
        var note: String?
        var tags: [String]
        var blocks: [Block]
        var first: Block?
        var counts: [Int?]
    }

    private static func offer(_ number: Int) -> Offer {
        Offer(
            id: number - 3, small: Int8(number), flags: .max, huge: .max, node: "node \(number) ä",
            lmp: number % 3 == 0 ? nil : Double(number) / 7, isOpen: number % 2 == 0,
            start: Date(timeIntervalSince1970: 1_600_000_000 + Double(number) / 4), payload: [0, UInt8(number)],
            side: number % 2 == 0 ? .buy : .sell, note: nil, tags: (0..<number % 3).map { "t\($0)" },
            blocks: (0..<number % 4).map { Offer.Block(price: Double($0), quantity: $0 == 1 ? nil : 2) },
            first: number % 5 == 0 ? nil : Offer.Block(price: 1, quantity: 2), counts: [1, nil, number])
    }

    @Test("rows become columns and come back")
    func roundTrip() throws {
        let offers = (0..<20).map(Self.offer)
        let batch = try RecordBatch(rows: offers)
        #expect(batch.rowCount == 20)
        let types: [String: DataType] = [
            "id": .int64, "small": .int8, "flags": .uint16, "huge": .uint64, "node": .utf8, "lmp": .float64,
            "isOpen": .bool, "start": .timestamp(.microsecond, timeZone: "UTC"), "payload": .binary, "side": .utf8,
            "note": .utf8, "tags": .list(Field("item", .utf8, isNullable: false)),
        ]
        for (name, type) in types { #expect(try batch.column(name).type == type, "\(name)") }
        #expect(batch.schema.fields.filter { !$0.isNullable }.count == 12)
        #expect(batch.schema.fields.first?.name == "id")
        let lmp: Column<Double?> = try batch["lmp"]
        #expect(Array(lmp) == offers.map(\.lmp))
        #expect(try batch.rows(as: Offer.self) == offers)
        #expect(try batch.slice(3..<9).rows(as: Offer.self) == Array(offers[3..<9]))
    }

    private struct Part: Codable, Equatable {
        var id: Int32
        var lmp: Double?
    }

    @Test("a type may ask for some columns, and numbers convert where they fit")
    func projection() throws {
        let batch = try RecordBatch(rows: (0..<5).map(Self.offer))
        #expect(try batch.rows(as: Part.self).map(\.id) == [-3, -2, -1, 0, 1])
        struct Missing: Decodable { var absent: Int }
        #expect(throws: DecodingError.self) { try batch.rows(as: Missing.self) }
        struct Required: Decodable { var lmp: Double }
        #expect(throws: DecodingError.self) { try batch.rows(as: Required.self) }
        struct Narrow: Decodable { var flags: Int8 }
        #expect(throws: DecodingError.self) { try batch.rows(as: Narrow.self) }
    }

    @Test("a schema decides where one is given")
    func schema() throws {
        let schema = try Schema([Field("lmp", .float64), Field("id", .int16, isNullable: false), Field("x", .utf8)])
        let rows = [Part(id: 1, lmp: 2), Part(id: 3, lmp: nil)]
        let batch = try RecordBatch(rows: rows, schema: schema)
        #expect(batch.schema == schema)
        #expect(try batch.rows(as: Part.self) == rows)
        #expect(try RecordBatch(rows: [Part](), schema: schema).rowCount == 0)
        let none = #expect(throws: S3DBError.self) { try RecordBatch(rows: [Part]()) }
        #expect(none?.code == .invalidArgument)
        let wide = #expect(throws: S3DBError.self) { try RecordBatch(rows: [Part(id: 70_000)], schema: schema) }
        #expect(wide?.code == .valueMisfit)
        #expect(wide?.location.column == "id")
        let short = try Schema([Field("id", .int32)])
        #expect(throws: S3DBError.self) { try RecordBatch(rows: rows, schema: short) }
        #expect(throws: S3DBError.self) { try RecordBatch(rows: [1, 2]) }
    }
}
