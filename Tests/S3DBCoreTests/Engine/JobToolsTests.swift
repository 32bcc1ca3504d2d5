import Testing

@testable import S3DBCore

@Suite struct JobToolsTests {
    private final class Encoder: SectionEncoder {
        let rowCount = 0
        let byteCount = 0

        func append(_ batch: RecordBatch) {}

        func finish() -> EncodedSection<Void> {
            EncodedSection(content: Buffer(), rowCount: 0, hasNulls: [], layout: ())
        }
    }

    @Test("jobs of a schema use the same encoders in turn, those of another schema never")
    func encodersServeTheirSchema() throws {
        let tools = JobTools()
        let prices = try Schema([Field("price", .float64)])
        let offers = try Schema([Field("offer", .float64)])
        let encoder = Encoder()
        tools.tools(for: prices, of: Encoder.self).encoders.giveBack(encoder)
        #expect(tools.tools(for: prices, of: Encoder.self).encoders.take() === encoder)
        #expect(tools.tools(for: prices, of: Encoder.self).encoders.take() == nil)

        tools.tools(for: prices, of: Encoder.self).encoders.giveBack(encoder)
        #expect(tools.tools(for: offers, of: Encoder.self).encoders.take() == nil)
        // Those of the schema that came last are kept, and no others.
        #expect(tools.tools(for: prices, of: Encoder.self).encoders.take() == nil)
    }
}
