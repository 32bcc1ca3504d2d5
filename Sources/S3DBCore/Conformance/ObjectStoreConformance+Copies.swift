extension ObjectStoreConformance {
    static var copyChecks: [Check] {
        [
            Check("copied ranges and sent parts become one object", needs: [.copiedParts], copiedRanges),
            Check(
                "ranges of the object that is replaced become parts of its successor", needs: [.copiedParts],
                copiedFromItself),
            Check(
                "a copy from a version that no longer stands is refused", needs: [.copiedParts, .conditionalCopies],
                copyOfAnotherVersion),
            Check(
                "a copy of bytes that are not there is refused", needs: [.copiedParts, .boundedCopies],
                copyOfWrongRanges),
        ]
    }

    /// An object that parts can be copied from, and the size of its smallest part.
    private static func original(_ test: StoreUnderTest) async throws(S3DBError) -> (ObjectInfo, Buffer, step: Int) {
        let step = max(test.store.minimumPartByteCount, 1 << 16)
        let content = StoreUnderTest.content(step * 3 + 777)
        let info = try await test.store.put(ObjectKey("from/k"), [content], if: .none)
        return (info, content, step)
    }

    private static func expect(
        _ test: StoreUnderTest, _ key: ObjectKey, holds slices: [Buffer]
    ) async throws(S3DBError) {
        var expected = BufferBuilder()
        for slice in slices { expected.append(slice.bytes) }
        let object = try await test.store.read(key, limit: .max)
        try test.expect(
            object.map { StoreUnderTest.areEqual($0.bytes, expected.freeze()) } ?? false,
            "the object does not hold the copied and sent bytes in the order of their parts")
    }

    @Sendable private static func copiedRanges(_ test: StoreUnderTest) async throws(S3DBError) {
        let store = test.store
        let (info, content, step) = try await original(test)
        let upload = try await store.createUpload(ObjectKey("to/k"))
        let sent = StoreUnderTest.content(step, seed: 7)
        let ranges = [step + 5..<step * 2 + 5, 0..<step + 1, content.count - step..<content.count]
        var parts = [try await store.uploadPart(upload, number: 5, [sent])]
        for (number, range) in zip([9, 2, 7], ranges) {
            let part = try await store.copyPart(
                upload, number: number, from: info.key, version: info.version, range: range)
            try test.expectEqual(part.number, number, "the part's number")
            try test.expectEqual(part.byteCount, range.count, "the part's size")
            parts.append(part)
        }
        let copy = try await store.complete(upload, parts: parts, if: .absent)
        try test.expectEqual(copy.byteCount, step * 4 + 1, "the object's size")
        try await expect(
            test, copy.key,
            holds: [content.slice(ranges[1]), sent, content.slice(ranges[2]), content.slice(ranges[0])])
        try test.expectEqual(try await store.head(info.key), info, "head of what was copied from")
    }

    @Sendable private static func copiedFromItself(_ test: StoreUnderTest) async throws(S3DBError) {
        let store = test.store
        let (info, content, step) = try await original(test)
        let upload = try await store.createUpload(info.key)
        let end = StoreUnderTest.content(11, seed: 3)
        let parts = [
            try await store.copyPart(
                upload, number: 1, from: info.key, version: info.version, range: step..<step * 2),
            try await store.uploadPart(upload, number: 2, [end]),
        ]
        try await expect(test, info.key, holds: [content])
        _ = try await store.complete(upload, parts: parts, if: .version(info.version))
        try await expect(test, info.key, holds: [content.slice(step..<step * 2), end])
    }

    @Sendable private static func copyOfAnotherVersion(_ test: StoreUnderTest) async throws(S3DBError) {
        let store = test.store
        let (old, content, step) = try await original(test)
        let new = try await store.put(old.key, [StoreUnderTest.content(content.count, seed: 1)], if: .none)
        let upload = try await store.createUpload(ObjectKey("to/k"))
        try await test.expectFailure(.preconditionFailed, of: "a copy from a replaced version") {
            () throws(S3DBError) in
            try await store.copyPart(upload, number: 1, from: old.key, version: old.version, range: 0..<step)
        }
        try await store.delete(old.key, if: .none)
        try await test.expectFailure(.preconditionFailed, .notFound, of: "a copy from an object that is gone") {
            () throws(S3DBError) in
            try await store.copyPart(upload, number: 1, from: new.key, version: new.version, range: 0..<step)
        }
        try await store.abort(upload)
        try test.expectEqual(try await test.keys(), [], "list")
    }

    @Sendable private static func copyOfWrongRanges(_ test: StoreUnderTest) async throws(S3DBError) {
        let store = test.store
        let (info, content, step) = try await original(test)
        let upload = try await store.createUpload(ObjectKey("to/k"))
        for range in [0..<0, content.count..<content.count + step, step..<content.count + 1] {
            try await test.expectFailure(of: "a copy of the bytes \(range) of \(content.count)") {
                () throws(S3DBError) in
                try await store.copyPart(upload, number: 1, from: info.key, version: info.version, range: range)
            }
        }
        try await test.expectFailure(of: "a copied part of the number 10,001") { () throws(S3DBError) in
            try await store.copyPart(upload, number: 10_001, from: info.key, version: info.version, range: 0..<step)
        }
        try await store.abort(upload)
        try await test.expectFailure(of: "a copy for an upload that is gone") { () throws(S3DBError) in
            try await store.copyPart(upload, number: 1, from: info.key, version: info.version, range: 0..<step)
        }
    }
}
