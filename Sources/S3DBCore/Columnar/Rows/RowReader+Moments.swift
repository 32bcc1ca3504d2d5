#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension RowReader {
    /// Opens a column of moments.
    static func moment(_ column: AnyColumn) throws(S3DBError) -> RowReader {
        let dates = try Column<Date?>(column)
        return .moment { dates[$0].map { .moment($0) } ?? .null(nil) }
    }
}
