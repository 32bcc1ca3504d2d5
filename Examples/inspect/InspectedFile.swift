import DriverKit
import S3DB

/// A file as the command line names it, opened.
struct InspectedFile {
    /// The name for people.
    let name: String
    let table: StoredTable

    private let spool: SpooledInput?

    /// Opens a file; what can be read only once is copied to a temporary file first, which lives as long as this.
    init(_ text: String, _ settings: Settings) async throws(S3DBError) {
        name = text == "-" ? "standard input" : text
        spool = try SpooledInput(text)
        let url = try ObjectURL(spool?.path ?? text)
        let store = try await settings.opener().open(url.store)
        do throws(S3DBError) {
            table = try await StoredTable(
                url.key, in: store, codecs: Registry.standard.codecs, limits: try settings.limits())
        } catch {
            throw error.named(name)
        }
    }

    /// What the file says of itself.
    func describe() async throws(S3DBError) -> TableDescription {
        do throws(S3DBError) {
            return try await table.describe()
        } catch {
            throw error.named(name)
        }
    }

    /// Throws what `body` does, with the file's name.
    func reading<Result>(_ body: () async throws(S3DBError) -> Result) async throws(S3DBError) -> Result {
        do throws(S3DBError) {
            return try await body()
        } catch {
            throw error.named(name)
        }
    }

    /// What rows are read of the file.
    func rows(_ settings: Settings) async throws(S3DBError) -> TableRows {
        do throws(S3DBError) {
            var options = TableReadOptions()
            options.columns = settings.columnNames
            options.parallelism = try settings.limits().workerCount
            let conditions = settings.list(.whereCondition)
            if !conditions.isEmpty {
                let schema = try await table.rows().schema
                for text in conditions {
                    options.predicates.append(try ParquetPredicate(parsing: text, schema: schema))
                }
            }
            return try await table.rows(options)
        } catch {
            var error = error
            // Columns are named by the command line.
            if error.code == .missingColumn { error.code = .invalidArgument }
            throw error.named(name)
        }
    }
}

extension S3DBError {
    /// The same error in a file by the name that its user gave it.
    func named(_ name: String) -> S3DBError {
        var error = self
        // What is wrong with the command line is in no file.
        if code != .invalidArgument { error.location.key = name }
        return error
    }
}
