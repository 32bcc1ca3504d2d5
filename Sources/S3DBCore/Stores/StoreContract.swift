// What every store in this module checks in the same way.

extension WriteCondition {
    /// Throws when the object that stands at a key, nil for none, does not meet the condition.
    func check(standing version: VersionToken?, at key: ObjectKey) throws(S3DBError) {
        switch self {
        case .none: return
        case .absent:
            guard let version else { return }
            throw S3DBError(
                .preconditionFailed, "an object stands at the key already, at version \(version)",
                remedy: "Plan again", at: .init(key: key.text))
        case .version(let expected):
            guard version != expected else { return }
            let found = version.map { "version \($0) stands" } ?? "nothing stands"
            throw S3DBError(
                .preconditionFailed, "\(found) where version \(expected) was expected",
                remedy: "Plan again", at: .init(key: key.text))
        }
    }
}

/// Rules of uploads in parts.
package enum MultipartRules {
    /// The numbers that a part can have.
    package static let partNumbers = 1...10_000

    package static func check(number: Int, of upload: UploadID) throws(S3DBError) {
        guard partNumbers.contains(number) else {
            throw S3DBError(
                .invalidArgument, "a part has the number \(number)", remedy: "Number parts from 1 to 10,000",
                at: .init(key: upload.key.text))
        }
    }

    /// The bytes that an object may have: 10,000 parts of 5 GiB.
    static let objectByteLimit = 50_000 << 30

    /// The bytes that a part copied from an object may have at most.
    static let copyByteLimit = 5 << 30

    /// Throws unless `range` of an object of `byteCount` bytes can become a part.
    static func check(_ range: Range<Int>, of key: ObjectKey, byteCount: Int) throws(S3DBError) {
        guard !range.isEmpty, range.lowerBound >= 0, range.upperBound <= byteCount, range.count <= copyByteLimit else {
            throw S3DBError(
                .invalidArgument, "the bytes \(range) of an object of \(byteCount) cannot become a part",
                remedy: "Copy 1 to \(copyByteLimit) bytes that the object has", at: .init(key: key.text))
        }
    }

    /// The parts in the order of their numbers.
    package static func ordered(
        _ parts: [UploadedPart], minimumByteCount: Int, of upload: UploadID
    ) throws(S3DBError) -> [UploadedPart] {
        let ordered = parts.sorted { $0.number < $1.number }
        let problem: String? =
            if ordered.isEmpty {
                "an upload is completed without parts"
            } else if zip(ordered, ordered.dropFirst()).contains(where: { $0.number == $1.number }) {
                "an upload is completed with two parts of one number"
            } else if ordered.dropLast().contains(where: { $0.byteCount < minimumByteCount }) {
                "a part but for the last is smaller than \(minimumByteCount) bytes"
            } else {
                nil
            }
        if let problem {
            throw S3DBError(.invalidArgument, problem, at: .init(key: upload.key.text))
        }
        return ordered
    }

    package static func unknown(_ upload: UploadID) -> S3DBError {
        S3DBError(
            .notFound, "there is no such upload", remedy: "It was completed, aborted or swept; begin a new one",
            at: .init(key: upload.key.text))
    }

    static func unknown(part number: Int, of upload: UploadID) -> S3DBError {
        S3DBError(
            .invalidArgument, "part \(number) is not the one that was uploaded", at: .init(key: upload.key.text))
    }
}

/// Rules of reading.
enum ReadRules {
    /// How often bytes are read that turn out to be damaged.
    static let attemptLimit = 3

    /// Whether an error is what bytes lead to that were damaged on their way, as well as bytes that were stored so.
    static func canComeFromDamage(_ code: S3DBError.Code) -> Bool {
        let codes: Set<S3DBError.Code> = [
            .corruptStream, .truncatedStream, .trailingGarbage, .checksumMismatch, .lengthMismatch, .inflateLimit,
        ]
        return codes.contains(code)
    }

    /// The part of `range`, nil for all, that an object has.
    static func clamp(_ range: Range<Int>?, toByteCount byteCount: Int) -> Range<Int> {
        (range ?? 0..<byteCount).clamped(to: 0..<byteCount)
    }

    static func changed(_ key: ObjectKey) -> S3DBError {
        S3DBError(
            .preconditionFailed, "the object changed while it was read", remedy: "Read it again from the start",
            at: .init(key: key.text))
    }

    static func notFound(_ key: ObjectKey) -> S3DBError {
        S3DBError(.notFound, "no object stands at the key", at: .init(key: key.text))
    }
}

/// Rules of listing.
package enum ListRules {
    /// The objects of a page.
    static let pageCount = 1000

    package static func check(directoryPrefix prefix: String) throws(S3DBError) {
        guard prefix.isEmpty || prefix.utf8.last == UInt8(ascii: "/") else {
            throw S3DBError(
                .invalidArgument, "directories are listed under \(S3DBError.quoted(prefix))",
                remedy: "End the prefix with a slash")
        }
    }

    static func checkCancellation() throws(S3DBError) {
        if Task.isCancelled { throw S3DBError(.cancelled, "the listing was cancelled") }
    }
}
