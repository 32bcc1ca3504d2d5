import S3DB
import Testing

@Suite struct RegistryStandardTests {
    @Test("everything that the package brings is there")
    func names() {
        let registry = Registry.standard
        #expect(Set(registry.codecs.names) == ["br", "bz2", "gz", "lz4", "zst", "sz", "none"])
        #expect(Set(registry.sources.names) == ["csv", "arrow", "parquet"])
        #expect(Set(registry.sinks.names) == ["arrow", "parquet"])
        #expect(Set(registry.schemes.names) == ["athena", "dataclient"])
    }
}
