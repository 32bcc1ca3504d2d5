extension ObjectStoreConformance {
    static var conditionChecks: [Check] {
        [
            Check("put decides its condition", put),
            Check("delete decides its condition", delete),
            Check("one of many writers to an absent key wins", needs: [.concurrentWriters], raceToCreate),
            Check("one of many writers over a version wins", needs: [.concurrentWriters], raceToReplace),
            Check(
                "one of many uploads to an absent key wins", needs: [.concurrentWriters, .conditionalCompletion],
                raceToComplete),
            Check(
                "one of many uploads over a version wins", needs: [.concurrentWriters, .conditionalCompletion],
                raceToCompleteOverVersion),
            Check("concurrent unconditional writers leave one whole object", unconditionalRace),
        ]
    }

    private static let writerCount = 16

    @Sendable private static func put(_ test: StoreUnderTest) async throws(S3DBError) {
        try await test.expectFailure(.preconditionFailed, of: "put over a version of nothing") { () throws(S3DBError) in
            try await test.put("k", "0", if: .version(VersionToken("1-1")))
        }
        try test.expect(try await test.text("k") == nil, "a put that failed left an object")
        let first = try await test.put("k", "1", if: .absent)
        try await test.expectFailure(.preconditionFailed, of: "put where an object stands") { () throws(S3DBError) in
            try await test.put("k", "2", if: .absent)
        }
        let second = try await test.put("k", "3", if: .version(first.version))
        try await test.expectFailure(.preconditionFailed, of: "put over an old version") { () throws(S3DBError) in
            try await test.put("k", "4", if: .version(first.version))
        }
        try test.expectEqual(try await test.text("k"), "3", "the object after puts that failed")
        try test.expectEqual(try await test.store.head(ObjectKey("k")), second, "head after puts that failed")
        _ = try await test.put("k", "5")
        try test.expectEqual(try await test.keys(), ["k"], "list")
    }

    @Sendable private static func delete(_ test: StoreUnderTest) async throws(S3DBError) {
        let key = try ObjectKey("d/e/f")
        let old = try await test.put(key.text, "1")
        let new = try await test.put(key.text, "2")
        for condition in [WriteCondition.version(old.version), .absent] {
            try await test.expectFailure(.preconditionFailed, of: "delete if \(condition)") { () throws(S3DBError) in
                try await test.store.delete(key, if: condition)
            }
        }
        try test.expectEqual(try await test.text(key.text), "2", "the object after deletes that failed")
        try await test.store.delete(key, if: .version(new.version))
        try test.expect(try await test.store.head(key) == nil, "the object stands after delete")
        try await test.store.delete(key, if: .version(new.version))
        try test.expectEqual(try await test.keys(), [], "list after delete")
        let again = try await test.put(key.text, "3", if: .absent)
        try test.expect(again.version != new.version, "other bytes where an object was removed have its version")
    }

    @Sendable private static func raceToCreate(_ test: StoreUnderTest) async throws(S3DBError) {
        for round in 0..<5 {
            let results = await test.race(writerCount) { (index) throws(S3DBError) in
                try await test.put("race/\(round)", "writer \(index)", if: .absent)
            }
            let winner = try test.winner(of: results)
            try test.expectEqual(try await test.text("race/\(round)"), "writer \(winner)", "the winner's object")
        }
        try test.expectEqual(try await test.keys().count, 5, "objects of 5 races")
    }

    @Sendable private static func raceToReplace(_ test: StoreUnderTest) async throws(S3DBError) {
        var standing = try await test.put("race", "nobody 0")
        // Of one size, but never the bytes that stand: a version may follow from the bytes.
        for round in 0..<5 {
            let version = standing.version
            let results = await test.race(writerCount) { (index) throws(S3DBError) in
                try await test.put("race", "\(round) writer \(index % 10)", if: .version(version))
            }
            let winner = try test.winner(of: results)
            try test.expectEqual(try await test.text("race"), "\(round) writer \(winner % 10)", "the winner's object")
            if case .success(let info) = results[winner] { standing = info }
            try test.expectEqual(try await test.store.head(ObjectKey("race")), standing, "head after a race")
        }
    }

    @Sendable private static func raceToComplete(_ test: StoreUnderTest) async throws(S3DBError) {
        try await raceOfUploads(test, if: .absent)
    }

    @Sendable private static func raceToCompleteOverVersion(_ test: StoreUnderTest) async throws(S3DBError) {
        try await raceOfUploads(test, if: .version(try await test.put("race", "nobody").version))
    }

    private static func raceOfUploads(_ test: StoreUnderTest, if condition: WriteCondition) async throws(S3DBError) {
        let results = await test.race(writerCount) { (index) throws(S3DBError) in
            let (upload, parts) = try await test.upload("race", ["writer \(index)"])
            do throws(S3DBError) {
                return try await test.store.complete(upload, parts: parts, if: condition)
            } catch {
                try await test.store.abort(upload)
                throw error
            }
        }
        let winner = try test.winner(of: results)
        try test.expectEqual(try await test.text("race"), "writer \(winner)", "the winner's object")
        try test.expectEqual(try await test.keys(), ["race"], "list")
    }

    @Sendable private static func unconditionalRace(_ test: StoreUnderTest) async throws(S3DBError) {
        let results = await test.race(writerCount) { (index) throws(S3DBError) in
            let content = Buffer(repeatElement(UInt8(index), count: 50_000))
            return try await test.store.put(ObjectKey("race"), [content], if: .none)
        }
        for result in results { _ = try result.get() }
        guard let object = try await test.store.read(ObjectKey("race")) else {
            return try test.expect(false, "no object stands")
        }
        try test.expectEqual(object.bytes.count, 50_000, "the size")
        try test.expect(Set(object.bytes).count == 1, "the object mixes the bytes of several writers")
        let versions = try results.map { (result) throws(S3DBError) in try result.get().version }
        try test.expect(versions.contains(object.info.version), "the object's version is none that a writer was given")
    }
}
