extension ObjectStoreConformance {
    static var readingChecks: [Check] {
        [
            Check("where nothing stands", nothing),
            Check("objects come back as they were written", roundTrip),
            Check("ranges are cut to the object", ranges),
            Check("keys are taken as they are", needs: [.freeKeys], oddKeys),
            Check("an object is read at the version that was named", versions),
            Check("bytes of two versions are never mixed", overwrittenWhileRead),
        ]
    }

    /// Keys that URLs, signatures, shells and file names could spoil.
    static let oddKeys = [
        "hour_partition=2021-06-15 20:00:00/1623787200.parquet", "a+b", "a%2Fb", "100%", "a#b?c&d=e;f", "é/日本/😀",
        "e\u{301}", "…", "-", "a'b\"c", "a\\b", "*[x]{y}", "~", "$(x)`y`", "a  b", " lead", "trail ", ".hidden", "a..b",
        "tab\there", "<>|^!@,",
    ]

    @Sendable private static func nothing(_ test: StoreUnderTest) async throws(S3DBError) {
        let store = test.store
        let key = try ObjectKey("no/such")
        try test.expect(try await store.head(key) == nil, "head gave an object")
        try await test.expectFailure(.notFound, of: "open") { () throws(S3DBError) in
            try await store.open(key, range: nil, version: nil)
        }
        try await store.delete(key, if: .none)
        try test.expectEqual(try await test.keys(), [], "list")
        try test.expectEqual(try await test.keys(prefix: "no/"), [], "list")
        try test.expectEqual(try await store.listDirectories(prefix: ""), [], "listDirectories")
        try test.expectEqual(try await store.listDirectories(prefix: "no/"), [], "listDirectories")
    }

    @Sendable private static func roundTrip(_ test: StoreUnderTest) async throws(S3DBError) {
        let store = test.store
        for (index, byteCount) in [0, 1, 1000, 3 << 20 + 5].enumerated() {
            let key = try ObjectKey("round/\(index)")
            let content = StoreUnderTest.content(byteCount)
            let cut = byteCount / 3
            let written = try await store.put(
                key, [Buffer(), content.slice(0..<cut), content.slice(cut..<byteCount)], if: .none)
            try test.expectEqual(written.byteCount, byteCount, "the size that put gave")
            try test.expectEqual(try await store.head(key), written, "head")
            let reader = try await store.open(key, range: nil, version: written.version)
            try test.expectEqual(reader.info, written, "the reader's info")
            let read = try await test.drain(reader, limit: 300_000)
            try test.expect(StoreUnderTest.areEqual(read, content), "\(byteCount) bytes came back changed")
        }
    }

    @Sendable private static func ranges(_ test: StoreUnderTest) async throws(S3DBError) {
        let content = StoreUnderTest.content(1000)
        let key = try ObjectKey("ranges")
        let info = try await test.store.put(key, [content.slice(0..<400), content.slice(400..<1000)], if: .none)
        for range in [0..<1000, 0..<0, 5..<5, 0..<1, 399..<401, 999..<1000, 990..<2000, 1000..<1001, 2000..<3000] {
            let reader = try await test.store.open(key, range: range, version: nil)
            let read = try await test.drain(reader, limit: 250)
            try test.expect(
                StoreUnderTest.areEqual(read, content.slice(range.clamped(to: 0..<1000))),
                "range \(range) gave other bytes")
            try test.expectEqual(reader.info, info, "the info of a range's reader")
        }
        let empty = try ObjectKey("empty")
        _ = try await test.store.put(empty, [], if: .none)
        let reader = try await test.store.open(empty, range: 0..<10, version: nil)
        try test.expect(try await reader.read(limit: 10) == nil, "a range of an empty object gave bytes")
    }

    @Sendable private static func oddKeys(_ test: StoreUnderTest) async throws(S3DBError) {
        for key in oddKeys { _ = try await test.put(key, key) }
        let sorted = oddKeys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        try test.expectEqual(try await test.keys().map { Array($0.utf8) }, sorted.map { Array($0.utf8) }, "list")
        for key in oddKeys {
            try test.expectEqual(try await test.text(key), key, "the object at \(key)")
            try test.expectEqual(try await test.keys(prefix: key), [key], "list under \(key)")
            try await test.store.delete(ObjectKey(key), if: .none)
            try test.expect(try await test.text(key) == nil, "\(key) stands after delete")
        }
    }

    @Sendable private static func versions(_ test: StoreUnderTest) async throws(S3DBError) {
        let key = try ObjectKey("versions")
        var tokens = Set<VersionToken>()
        for round in 0..<20 { tokens.insert(try await test.put(key.text, "\(10 + round)").version) }
        try test.expectEqual(tokens.count, 20, "versions of 20 writes of one size")
        let standing = try await test.store.head(key)?.version
        for token in tokens where token != standing {
            try await test.expectFailure(.preconditionFailed, of: "open at an old version") { () throws(S3DBError) in
                let reader = try await test.store.open(key, range: nil, version: token)
                return try await reader.read(limit: 10)
            }
        }
        let reader = try await test.store.open(key, range: 1..<2, version: standing)
        try test.expect(try await test.drain(reader, limit: 10) == Buffer("9".utf8), "open at the standing version")
    }

    @Sendable private static func overwrittenWhileRead(_ test: StoreUnderTest) async throws(S3DBError) {
        let key = try ObjectKey("overwritten")
        let old = StoreUnderTest.content(100_000)
        for isRemoved in [false, true] {
            _ = try await test.store.put(key, [old], if: .none)
            let reader = try await test.store.open(key, range: nil, version: nil)
            guard let first = try await reader.read(limit: 1000) else {
                return try test.expect(false, "a reader gave nothing")
            }
            if isRemoved {
                try await test.store.delete(key, if: .none)
            } else {
                _ = try await test.store.put(key, [StoreUnderTest.content(100_000, seed: 7)], if: .none)
            }
            do throws(S3DBError) {
                let rest = try await test.drain(reader, limit: 1000)
                try test.expect(
                    StoreUnderTest.areEqual(rest, old.slice(first.count..<old.count)), "the rest is of another version")
            } catch  where error.code == .preconditionFailed {
                continue
            }
        }
    }
}
