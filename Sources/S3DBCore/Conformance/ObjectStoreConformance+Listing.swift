extension ObjectStoreConformance {
    static var listingChecks: [Check] {
        [
            Check("keys come in the order of their UTF-8, under any prefix, behind any key", order),
            Check("long listings come in pages", pages),
            Check("the names of directories", directories),
            Check("what a listing's body throws ends it", throwingBody),
        ]
    }

    /// Names whose order differs between bytes, characters, UTF-16 and file systems.
    private static let orderedKeys = [
        "!", "A/x", "Z", "a b/x", "a!", "a-b/c", "a.csv", "a/x", "a/x.csv", "a/y y", "a/y/z", "a/y/z0", "a/y0", "a0",
        "aa/a/a", "e\u{301}", "é", "\u{FFFD}", "😀/x",
    ]

    @Sendable private static func order(_ test: StoreUnderTest) async throws(S3DBError) {
        let keys = orderedKeys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for key in keys.reversed() { _ = try await test.put(key) }
        try test.expectEqual(try await test.keys(), keys, "list")
        for prefix in ["a", "a/", "a/y", "a/y/", "a/y/z", "a ", "aa/a", "b", "/", "a//", "../", "./", "e", "😀"] {
            let expected = keys.filter { $0.utf8.starts(with: prefix.utf8) }
            try test.expectEqual(try await test.keys(prefix: prefix), expected, "list under \(prefix)")
        }
        for after in keys + ["a/", "a/y/y", "a/z", "a", "zzz"].filter({ !$0.hasSuffix("/") }) {
            let expected = keys.filter { after.utf8.lexicographicallyPrecedes($0.utf8) }
            try test.expectEqual(try await test.keys(after: after), expected, "list behind \(after)")
            let inner = expected.filter { $0.utf8.starts(with: "a/".utf8) }
            try test.expectEqual(try await test.keys(prefix: "a/", after: after), inner, "list of a/ behind \(after)")
        }
    }

    @Sendable private static func pages(_ test: StoreUnderTest) async throws(S3DBError) {
        let count = 1005
        let results = await test.race(15) { (writer) throws(S3DBError) in
            for index in stride(from: writer, to: count, by: 15) { _ = try await test.put("p/\(index % 7)/\(index)") }
        }
        for result in results { try result.get() }
        var pageCount = 0
        var keys: [ObjectKey] = []
        try await test.store.list(prefix: "p/", after: nil) { page in
            pageCount += page.isEmpty ? 0 : 1
            keys += page.map(\.key)
        }
        try test.expectEqual(keys.count, count, "objects listed")
        try test.expect(zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 }, "pages are out of order")
        try test.expect(pageCount > 1, "all objects came in one page")
        let rest = try await test.keys(prefix: "p/", after: keys[900].text)
        try test.expectEqual(rest, keys[901...].map(\.text), "list behind a key")
    }

    @Sendable private static func directories(_ test: StoreUnderTest) async throws(S3DBError) {
        for key in orderedKeys { _ = try await test.put(key) }
        let store = test.store
        try test.expectEqual(
            try await store.listDirectories(prefix: ""), ["A", "a b", "a-b", "a", "aa", "😀"], "directories")
        try test.expectEqual(try await store.listDirectories(prefix: "a/"), ["y"], "directories in a/")
        try test.expectEqual(try await store.listDirectories(prefix: "a/y/"), [], "directories in a/y/")
        try test.expectEqual(try await store.listDirectories(prefix: "b/"), [], "directories in b/")
        try await test.expectFailure(of: "listDirectories under a prefix without a slash") { () throws(S3DBError) in
            try await store.listDirectories(prefix: "a")
        }
    }

    @Sendable private static func throwingBody(_ test: StoreUnderTest) async throws(S3DBError) {
        _ = try await test.put("k")
        try await test.expectFailure(.cancelled, of: "list") { () throws(S3DBError) in
            try await test.store.list(prefix: "", after: nil) { (_) throws(S3DBError) in
                throw S3DBError(.cancelled, "enough")
            }
        }
    }
}
