import Codecs
import ColumnarFormats
import Partitioning
import S3DBCore

extension Registry {
    /// All that this package brings: six codecs and none; CSV, Arrow and Parquet to read, Arrow and Parquet to
    /// write; two layouts.
    ///
    /// Take a copy to add to it:
    ///
    ///     var registry = Registry.standard
    ///     try registry.register(XZ())
    public static let standard: Registry = {
        var registry = Registry()
        do throws(S3DBError) {
            try registry.registerCodecs()
            try registry.registerCSV()
            try registry.registerArrow()
            try registry.registerParquet()
            try registry.registerPartitioning()
        } catch {
            // The names of the package's own plugins are distinct; a test lists them all.
            assertionFailure("\(error)")
        }
        return registry
    }()
}
