extension ObjectStoreConformance {
    static var uploadChecks: [Check] {
        [
            Check("parts in any order become one object", needs: [.freeParts], partsInAnyOrder),
            Check("parts have any sizes whatever their layout says", needs: [.freeParts], layouts),
            Check("a part can be written again", needs: [.freeParts], replacedPart),
            Check("a part of a layout can be written again", needs: [.freeParts], replacedPartInPlace),
            Check("an empty part becomes an empty object", emptyObject),
            Check("what is in progress is invisible, and gone after abort", needs: [.hiddenUploads], abort),
            Check(
                "a completion whose condition fails changes nothing", needs: [.conditionalCompletion], failedCompletion),
            Check("a completion that does not fit its parts is refused", wrongParts),
            Check("old uploads are swept, young ones are not", needs: [.uploadAges], sweep),
        ]
    }

    @Sendable private static func partsInAnyOrder(_ test: StoreUnderTest) async throws(S3DBError) {
        let store = test.store
        let size = max(store.minimumPartByteCount, 1 << 20) + 3
        let content = StoreUnderTest.content(size * 3 + 10)
        let upload = try await store.createUpload(ObjectKey("up/load"))
        var parts: [UploadedPart] = []
        for (number, start) in [(7, size * 2), (10_000, size * 3), (1, 0), (3, size)] {
            let part = content.slice(start..<min(start + size, content.count))
            let half = part.count / 2
            parts.append(
                try await store.uploadPart(
                    upload, number: number, [part.slice(0..<half), part.slice(half..<part.count)]))
        }
        let info = try await store.complete(upload, parts: parts, if: .absent)
        try test.expectEqual(info.byteCount, content.count, "the object's size")
        try test.expectEqual(try await store.head(ObjectKey("up/load")), info, "head")
        let object = try await store.read(ObjectKey("up/load"), version: info.version)
        try test.expect(
            object.map { StoreUnderTest.areEqual($0.bytes, content) } ?? false,
            "the parts are not joined in the order of their numbers")
        try await store.abort(upload)
        try test.expectEqual(try await test.keys(), ["up/load"], "list")
        try await test.expectFailure(of: "a part number of 0") { () throws(S3DBError) in
            try await store.uploadPart(upload, number: 0, [])
        }
    }

    @Sendable private static func layouts(_ test: StoreUnderTest) async throws(S3DBError) {
        let store = test.store
        let size = max(store.minimumPartByteCount, 1 << 20)
        let content = StoreUnderTest.content(size * 4)
        // As the parts are; too small and too large for them; for the first part alone.
        let layouts = [
            PartLayout(firstPartByteCount: size + 7, partByteCount: size),
            PartLayout(firstPartByteCount: size, partByteCount: size - 1),
            PartLayout(firstPartByteCount: size * 2, partByteCount: size * 3),
            PartLayout(firstPartByteCount: size + 7, partByteCount: 1),
        ]
        for (index, layout) in layouts.enumerated() {
            let key = try ObjectKey("laid/\(index)")
            var upload = try await store.createUpload(key)
            upload.layout = layout
            let starts = [0, size + 7, size * 2 + 7, size * 3 + 7, content.count]
            var parts: [UploadedPart] = []
            for number in [3, 1, 4, 2] {
                let part = content.slice(starts[number - 1]..<starts[number])
                parts.append(try await store.uploadPart(upload, number: number, [part]))
            }
            let info = try await store.complete(upload, parts: parts, if: .absent)
            let object = try await store.read(key, version: info.version)
            try test.expect(
                object.map { StoreUnderTest.areEqual($0.bytes, content) } ?? false, "parts are not where they belong")
        }
    }

    @Sendable private static func replacedPartInPlace(_ test: StoreUnderTest) async throws(S3DBError) {
        let store = test.store
        let key = try ObjectKey("k")
        let size = max(store.minimumPartByteCount, 4)
        let texts = ["a", "b", "c"].map { Buffer(repeatElement($0.utf8.first ?? 0, count: size)) }
        var upload = try await store.createUpload(key)
        upload.layout = PartLayout(firstPartByteCount: size, partByteCount: size)
        let first = try await store.uploadPart(upload, number: 1, [texts[0]])
        let old = try await store.uploadPart(upload, number: 2, [texts[1]])
        _ = try await store.uploadPart(upload, number: 2, [texts[2].slice(0..<size - 1)])
        try await test.expectFailure(of: "completion with a part that was replaced") { () throws(S3DBError) in
            try await store.complete(upload, parts: [first, old], if: .none)
        }
        let last = try await store.uploadPart(upload, number: 3, [texts[1]])
        _ = try await store.complete(upload, parts: [first, last], if: .none)
        let shorter = try await store.read(key)
        try test.expect(
            shorter.map { StoreUnderTest.areEqual($0.bytes, joined([texts[0], texts[1]])) } ?? false,
            "a part that was left out counts")
        upload = try await store.createUpload(key)
        upload.layout = PartLayout(firstPartByteCount: size, partByteCount: size)
        var parts: [UploadedPart] = []
        for (index, text) in texts.enumerated() {
            _ = try await store.uploadPart(upload, number: index + 1, [texts[2]])
            parts.append(try await store.uploadPart(upload, number: index + 1, [text]))
        }
        _ = try await store.complete(upload, parts: parts, if: .none)
        let object = try await store.read(key)
        try test.expect(
            object.map { StoreUnderTest.areEqual($0.bytes, joined(texts)) } ?? false, "a part that was replaced counts")
    }

    private static func joined(_ buffers: [Buffer]) -> Buffer {
        var output = BufferBuilder()
        for buffer in buffers { output.append(buffer.bytes) }
        return output.freeze()
    }

    @Sendable private static func replacedPart(_ test: StoreUnderTest) async throws(S3DBError) {
        let (upload, old) = try await test.upload("k", ["first"])
        let new = try await test.store.uploadPart(upload, number: 1, [Buffer("again".utf8)])
        if old != [new] {
            try await test.expectFailure(of: "completion with a part that was replaced") { () throws(S3DBError) in
                try await test.store.complete(upload, parts: old, if: .none)
            }
        }
        _ = try await test.store.complete(upload, parts: [new], if: .none)
        try test.expectEqual(try await test.text("k"), "again", "the object")
    }

    @Sendable private static func emptyObject(_ test: StoreUnderTest) async throws(S3DBError) {
        let (upload, parts) = try await test.upload("k", [""])
        let info = try await test.store.complete(upload, parts: parts, if: .none)
        try test.expectEqual(info.byteCount, 0, "the object's size")
        try test.expectEqual(try await test.text("k"), "", "the object")
    }

    @Sendable private static func abort(_ test: StoreUnderTest) async throws(S3DBError) {
        let before = try await test.put("a/k", "before")
        let (upload, parts) = try await test.upload("a/k", ["after"])
        let (other, _) = try await test.upload("b/k", ["new"])
        try test.expectEqual(try await test.keys(), ["a/k"], "list while uploads are in progress")
        try test.expectEqual(try await test.store.listDirectories(prefix: ""), ["a"], "listDirectories meanwhile")
        try test.expectEqual(try await test.store.head(ObjectKey("a/k")), before, "head meanwhile")
        try test.expect(try await test.store.head(ObjectKey("b/k")) == nil, "head shows an upload in progress")
        try await test.store.abort(upload)
        try await test.store.abort(other)
        try await test.store.abort(upload)
        try await test.expectFailure(of: "completion after abort") { () throws(S3DBError) in
            try await test.store.complete(upload, parts: parts, if: .none)
        }
        try await test.expectFailure(of: "a part after abort") { () throws(S3DBError) in
            try await test.store.uploadPart(upload, number: 2, [Buffer("late".utf8)])
        }
        try test.expectEqual(try await test.text("a/k"), "before", "the object after abort")
        try test.expectEqual(try await test.keys(), ["a/k"], "list after abort")
    }

    @Sendable private static func failedCompletion(_ test: StoreUnderTest) async throws(S3DBError) {
        let old = try await test.put("k", "old")
        let new = try await test.put("k", "new")
        for condition in [WriteCondition.absent, .version(old.version)] {
            let (upload, parts) = try await test.upload("k", ["upload"])
            try await test.expectFailure(.preconditionFailed, of: "completion if \(condition)") {
                () throws(S3DBError) in
                try await test.store.complete(upload, parts: parts, if: condition)
            }
            try await test.store.abort(upload)
        }
        try test.expectEqual(try await test.store.head(ObjectKey("k")), new, "head after completions that failed")
        let (upload, parts) = try await test.upload("k", ["upload"])
        _ = try await test.store.complete(upload, parts: parts, if: .version(new.version))
        try test.expectEqual(try await test.text("k"), "upload", "the object")
    }

    @Sendable private static func wrongParts(_ test: StoreUnderTest) async throws(S3DBError) {
        let (upload, parts) = try await test.upload("k", ["part"])
        var other = parts
        other[0].number = 2
        for parts in [[], other, parts + other] {
            try await test.expectFailure(of: "completion with \(parts.count) wrong parts") { () throws(S3DBError) in
                try await test.store.complete(upload, parts: parts, if: .none)
            }
        }
        try test.expectEqual(try await test.keys(), [], "list")
        try await test.store.abort(upload)
    }

    @Sendable private static func sweep(_ test: StoreUnderTest) async throws(S3DBError) {
        _ = try await test.put("k", "stays")
        let (upload, parts) = try await test.upload("k", ["one"])
        _ = try await test.upload("l", ["two"])
        try test.expectEqual(try await test.store.sweepUploads(olderThan: .seconds(3600)), 0, "young uploads swept")
        try? await Task.sleep(for: .milliseconds(20))
        try test.expectEqual(try await test.store.sweepUploads(olderThan: .zero), 2, "uploads swept")
        try await test.expectFailure(of: "completion after a sweep") { () throws(S3DBError) in
            try await test.store.complete(upload, parts: parts, if: .none)
        }
        try test.expectEqual(try await test.text("k"), "stays", "the object after a sweep")
        try test.expectEqual(try await test.store.sweepUploads(olderThan: .zero), 0, "uploads swept twice")
    }
}
