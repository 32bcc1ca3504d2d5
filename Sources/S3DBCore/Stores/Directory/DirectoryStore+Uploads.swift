#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension DirectoryStore {
    /// Begins an upload in parts: a directory for them.
    public func createUpload(_ key: ObjectKey) async throws(S3DBError) -> UploadID {
        _ = try path(of: key)
        try makeUploadsDirectory(for: key)
        let name = TimedName.fresh().description
        try Errno.explained("begin an upload", key) { () throws(Errno) in
            _ = try Errno.check { mkdir("\(uploadsPath)/\(name)", 0o755) }
        }
        return UploadID(key: key, text: name)
    }

    /// Writes one part, in place of another of the same number; where the upload's layout has a place for it, at that.
    public func uploadPart(
        _ upload: UploadID, number: Int, _ content: [Buffer]
    ) async throws(S3DBError) -> UploadedPart {
        if let part = try await placePart(upload, number: number, content) { return part }
        return try await keepPart(upload, number: number) { (staged) async throws(S3DBError) in
            try await write(content, to: staged, isSynchronized: false, key: upload.key)
            return nil
        }
    }

    /// Makes a range of a file a part, by a second name of the file where it can, else by a copy.
    public func copyPart(
        _ upload: UploadID, number: Int, from key: ObjectKey, version: VersionToken, range: Range<Int>
    ) async throws(S3DBError) -> UploadedPart {
        let source = try DirectoryReader(key: key, path: try path(of: key), range: range)
        try WriteCondition.version(version).check(standing: source.info.version, at: key)
        try MultipartRules.check(range, of: key, byteCount: source.info.byteCount)
        return try await keepPart(upload, number: number) { (staged) async throws(S3DBError) in
            if source.link(as: staged) { return range }
            try await source.copy(range, to: staged)
            return nil
        }
    }

    /// Writes a part to its place in the file that the upload becomes; nil where it has none, or where one of its number was
    /// begun before: that one may be used until this one is there.
    private func placePart(
        _ upload: UploadID, number: Int, _ content: [Buffer]
    ) async throws(S3DBError) -> UploadedPart? {
        let byteCount = content.reduce(0) { $0 + $1.count }
        guard let place = upload.layout?.place(ofPart: number, byteCount: byteCount) else { return nil }
        let directory = try path(of: upload)
        do throws(S3DBError) {
            let status = try Errno.explained("keep a part", upload.key) { () throws(Errno) -> FileStatus? in
                do throws(Errno) {
                    return try FileDescriptor.creating("\(directory)/\(number)").status()
                } catch  where error.number == EEXIST {
                    return nil
                }
            }
            guard let status else { return nil }
            try await write(content, to: "\(directory)/\(KeptPart.wholeName)", at: place, key: upload.key)
            let kept = KeptPart(version: status.version, range: place, isInPlace: true)
            return UploadedPart(number: number, byteCount: byteCount, token: kept.token)
        } catch {
            throw error.code == .notFound ? MultipartRules.unknown(upload) : error
        }
    }

    /// Keeps what `body` puts at a path as a part: the file there, or the range of it that it returns.
    private func keepPart(
        _ upload: UploadID, number: Int, _ body: (String) async throws(S3DBError) -> Range<Int>?
    ) async throws(S3DBError) -> UploadedPart {
        try MultipartRules.check(number: number, of: upload)
        let directory = try path(of: upload)
        let staged = "\(directory)/\(TimedName.fresh())"
        do throws(S3DBError) {
            let range = try await body(staged)
            return try Errno.explained("keep a part", upload.key) { () throws(Errno) in
                let status = try FileStatus.of(staged)
                try FileTree.rename(staged, to: "\(directory)/\(number)")
                // Nothing happens where both are names of one file.
                if range != nil { try FileTree.remove(staged) }
                return UploadedPart(
                    number: number, byteCount: range?.count ?? status.byteCount,
                    token: KeptPart(version: status.version, range: range).token)
            }
        } catch {
            try? FileTree.remove(staged)
            throw error.code == .notFound ? MultipartRules.unknown(upload) : error
        }
    }

    /// Joins the parts, in the order of their numbers, and publishes the file.
    ///
    /// The upload stays where the condition does not hold.
    public func complete(
        _ upload: UploadID, parts: [UploadedPart], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        let target = try path(of: upload.key)
        let directory = try path(of: upload)
        let ordered = try MultipartRules.ordered(parts, minimumByteCount: minimumPartByteCount, of: upload)
        try check(ordered, of: upload, in: directory)
        return try await withTaskExecutorPreference(Self.waitingThreads) { () async throws(S3DBError) in
            let published: Published
            if try stand(ordered, in: directory, of: upload) {
                let whole = "\(directory)/\(KeptPart.wholeName)"
                try Errno.explained("write the parts", upload.key) { () throws(Errno) in
                    try FileDescriptor.writing(whole).synchronize()
                }
                published = try publish(whole, at: target, key: upload.key, if: condition)
            } else {
                let joined = "\(directory)/\(TimedName.fresh())"
                do throws(S3DBError) {
                    try await join(ordered, in: directory, to: joined, of: upload)
                    published = try publish(joined, at: target, key: upload.key, if: condition)
                } catch {
                    try? FileTree.remove(joined)
                    throw error
                }
            }
            async let removed: Void = remove(ordered, in: directory)
            try await synchronize(published)
            await removed
            return published.info
        }
    }

    /// Removes an upload and its parts.
    public func abort(_ upload: UploadID) async throws(S3DBError) {
        guard let directory = try? path(of: upload) else { return }
        try Errno.explained("abort an upload", upload.key) { () throws(Errno) in
            try FileTree.removeFlatDirectory(directory)
        }
    }

    /// Removes uploads, and what killed processes left of single writes, that were begun before `age` ago.
    ///
    /// - Returns: How many.
    public func sweepUploads(olderThan age: Duration) async throws(S3DBError) -> Int {
        let now = FileTree.now()
        var count = 0
        do throws(Errno) {
            for entry in try FileTree.entries(of: uploadsPath) {
                let name = String(decoding: entry.name, as: UTF8.self)
                guard let upload = TimedName(name), upload.isOlder(than: age, now: now) else { continue }
                try FileTree.removeFlatDirectory("\(uploadsPath)/\(name)")
                count += 1
            }
        } catch {
            if error.isNothingThere { return count }
            throw error.error("sweep uploads", at: Self.uploadsName)
        }
        return count
    }

    private func path(of upload: UploadID) throws(S3DBError) -> String {
        guard let name = TimedName(upload.text) else { throw MultipartRules.unknown(upload) }
        return "\(uploadsPath)/\(name)"
    }

    private func check(_ parts: [UploadedPart], of upload: UploadID, in directory: String) throws(S3DBError) {
        let isThere = try Errno.explained("look at an upload", upload.key) { () throws(Errno) in
            try FileStatus.ifPresent(directory) != nil
        }
        guard isThere else { throw MultipartRules.unknown(upload) }
        for part in parts {
            let kept = KeptPart(token: part.token)
            let (named, status) = try Errno.explained("look at a part", upload.key) { () throws(Errno) in
                let named = try FileStatus.ifPresent("\(directory)/\(part.number)")
                guard let kept, kept.isInPlace else { return (named, named) }
                return (named, try FileStatus.ifPresent("\(directory)/\(KeptPart.wholeName)"))
            }
            guard let kept, let status, named?.version == kept.version,
                part.byteCount == kept.range?.count ?? status.byteCount,
                kept.range.map({ $0.upperBound <= status.byteCount }) ?? true
            else { throw MultipartRules.unknown(part: part.number, of: upload) }
        }
    }

    /// Whether parts stand one behind the other in the file that the upload becomes, and nothing else does.
    private func stand(
        _ parts: [UploadedPart], in directory: String, of upload: UploadID
    ) throws(S3DBError) -> Bool {
        var end = 0
        for part in parts {
            guard let kept = KeptPart(token: part.token), kept.isInPlace, let range = kept.range,
                range.lowerBound == end
            else { return false }
            end = range.upperBound
        }
        return try Errno.explained("look at the parts", upload.key) { () throws(Errno) in
            try FileStatus.of("\(directory)/\(KeptPart.wholeName)").byteCount == end
        }
    }

    /// Copies parts one behind the other into a new file, some at a time.
    private func join(
        _ parts: [UploadedPart], in directory: String, to joined: String, of upload: UploadID
    ) async throws(S3DBError) {
        var offset = 0
        let placed = parts.map { part in
            defer { offset += part.byteCount }
            return (part: part, offset: offset)
        }
        let output = try Errno.explained("join parts", upload.key) { () throws(Errno) in
            try FileDescriptor.creating(joined)
        }
        _ = try await concurrently(placed, width: Self.parallelJoinCount) { (placed) async throws(S3DBError) in
            do throws(Errno) {
                try Self.copy(placed.part, from: directory, to: joined, at: placed.offset)
            } catch {
                throw error.number == ENOENT
                    ? MultipartRules.unknown(upload) : error.error("join parts", at: upload.key.text)
            }
        }
        try Errno.explained("join parts", upload.key) { () throws(Errno) in try output.synchronize() }
    }

    /// How many parts are copied or removed at once: one is read while the other is written, as the system lets only one
    /// write to a file at a time.
    private static let parallelJoinCount = 2

    /// Removes an upload whose object stands; what is left of it is swept later where this fails.
    private func remove(_ parts: [UploadedPart], in directory: String) async {
        _ = try? await concurrently(parts, width: Self.parallelJoinCount) { part in
            try? FileTree.remove("\(directory)/\(part.number)")
        }
        try? FileTree.removeFlatDirectory(directory)
    }

    private static func copy(
        _ part: UploadedPart, from directory: String, to joined: String, at offset: Int
    ) throws(Errno) {
        let kept = KeptPart(token: part.token)
        let input = try FileDescriptor.reading("\(directory)/\(kept?.fileName(part.number) ?? "\(part.number)")")
        // An offset of its own.
        let output = try FileDescriptor.writing(joined)
        if let range = kept?.range { try input.seek(to: range.lowerBound) }
        try output.seek(to: offset)
        // A part that was written to in the meantime is a failing device's or a stranger's doing.
        guard try output.append(part.byteCount, from: input) == part.byteCount,
            try FileStatus.of("\(directory)/\(part.number)").version == kept?.version
        else { throw Errno(number: EIO) }
        output.beginSynchronizing(offset..<offset + part.byteCount)
    }
}
