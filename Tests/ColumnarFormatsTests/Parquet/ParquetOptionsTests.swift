import ColumnarFormats
import S3DBCore
import Testing

@Suite struct ParquetOptionsTests {
    @Test func canonicalTextNamesEveryOption() throws {
        #expect(
            Parquet().canonicalOptions
                == "row-group-rows=163840 row-group-bytes=67108864 page-rows=262144 page-bytes=1048576 "
                + "dictionary-bytes=1048576 statistics-bytes=64")
        let sink = try Parquet().configured(["page-rows": "500", "row-group-bytes": "2MiB", "dictionary-bytes": "0"])
        #expect(sink.options.pageRowLimit == 500)
        #expect(sink.options.rowGroupByteLimit == 2 << 20)
        #expect(sink.options.dictionaryByteLimit == 0)
        #expect(sink.canonicalOptions.contains("row-group-bytes=2097152 page-rows=500 "))
        // Options that came later are named where they are not their defaults.
        #expect(sink.optionNames.prefix(6).allSatisfy { sink.canonicalOptions.contains("\($0)=") })
    }

    @Test(arguments: [
        ["page-rows": "0"], ["page-rows": "many"], ["page-rows": "1KiB"], ["nowhere": "1"], ["page-bytes": "-1"],
        ["page-bytes": "99999999999999999999GiB"], ["page-bytes": "9223372036854775807KiB"], ["statistics-bytes": ""],
    ])
    func whatDoesNotFitIsRefused(_ options: [String: String]) {
        let error = #expect(throws: S3DBError.self) { try Parquet().configured(options) }
        #expect(error?.code == .invalidSpec)
    }

    @Test func registration() throws {
        var registry = Registry()
        try registry.registerParquet()
        #expect(try registry.sinks.named("parquet").fileExtension == "parquet")
        #expect(throws: S3DBError.self) { try registry.registerParquet() }
    }
}
