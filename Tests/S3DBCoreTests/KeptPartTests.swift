import Foundation
import TestSupport
import Testing

@testable import S3DBCore

@Suite struct KeptPartTests {
    @Test func tokensReadBack() throws {
        for part in [
            KeptPart(version: VersionToken("12-1577836800000000000"), range: nil),
            KeptPart(version: VersionToken("12-1577836800000000000"), range: 0..<12),
            KeptPart(version: VersionToken("12--5"), range: 3..<4),
            KeptPart(version: VersionToken("0-5"), range: 3..<4, isInPlace: true),
        ] {
            #expect(KeptPart(token: part.token) == part)
        }
    }

    @Test(arguments: [
        "12-5 ", "12-5 1", "12-5 1-", "12-5 4-4", "12-5 5-4", "12-5 -1-4", "12-5 1-2 3", "12-5 a-b", "12-5 whole",
        "12-5 1-2 whole 3",
    ])
    func whatIsNoTokenIsRefused(token: String) {
        #expect(KeptPart(token: token) == nil)
    }

    @Test func aCopiedPartIsAnotherNameUntilItIsJoined() async throws {
        let directory = try TemporaryDirectory()
        let store = try DirectoryStore(root: directory.url.path)
        let key = try ObjectKey("a/k")
        let info = try await store.put(key, [Buffer(Array(0..<100))], if: .none)
        let upload = try await store.createUpload(key)
        let parts = [
            try await store.copyPart(upload, number: 1, from: key, version: info.version, range: 10..<50),
            try await store.copyPart(upload, number: 2, from: key, version: info.version, range: 0..<5),
        ]
        // Copied once more under the same number, from the same file.
        let again = try await store.copyPart(upload, number: 2, from: key, version: info.version, range: 1..<5)
        let path = directory.url.appending(path: key.text).path
        #expect(try FileStatus.of(path).linkCount == 3)
        let made = try await store.complete(upload, parts: [parts[0], again], if: .version(info.version))
        #expect(try await store.read(key)?.bytes == Buffer(Array(10..<50) + Array(1..<5)))
        #expect(made.byteCount == 44)
        #expect(try FileStatus.of(path).linkCount == 1)
    }

    @Test func partsInPlaceBecomeTheObject() async throws {
        let directory = try TemporaryDirectory()
        let store = try DirectoryStore(root: directory.url.path)
        let key = try ObjectKey("k")
        let content = Buffer((0..<250).map { UInt8($0) })
        _ = try await store.put(key, [content.slice(0..<9)], if: .none)
        var upload = try await store.createUpload(key)
        upload.layout = PartLayout(firstPartByteCount: 70, partByteCount: 100)
        let last = try await store.uploadPart(upload, number: 3, [content.slice(170..<250)])
        let first = try await store.uploadPart(upload, number: 1, [content.slice(0..<30), content.slice(30..<70)])
        let middle = try await store.uploadPart(upload, number: 2, [content.slice(70..<170)])
        let uploads = directory.url.appending(path: DirectoryStore.uploadsName).appending(path: upload.text)
        let whole = try FileStatus.of(uploads.appending(path: KeptPart.wholeName).path)
        #expect(whole.byteCount == 250)
        // Neither a condition that does not hold nor another choice of parts takes anything from them.
        await #expect(throws: S3DBError.self) {
            try await store.complete(upload, parts: [first, middle, last], if: .absent)
        }
        let other = try await store.createUpload(key)
        await #expect(throws: S3DBError.self) { try await store.complete(other, parts: [first], if: .none) }
        try await store.abort(other)
        let made = try await store.complete(upload, parts: [last, middle, first], if: .none)
        #expect(made.byteCount == 250)
        #expect(try await store.read(key)?.bytes == content)
        #expect(try FileStatus.of(directory.url.appending(path: "k").path).identity == whole.identity, "it was copied")
        #expect(!FileManager.default.fileExists(atPath: uploads.path))
        #expect(try await store.sweepUploads(olderThan: .zero) == 0)
    }

    @Test func partsThatDoNotFillTheirPlacesAreJoined() async throws {
        let directory = try TemporaryDirectory()
        let store = try DirectoryStore(root: directory.url.path)
        let key = try ObjectKey("k")
        let content = Buffer((0..<250).map { UInt8($0) })
        var upload = try await store.createUpload(key)
        upload.layout = PartLayout(firstPartByteCount: 70, partByteCount: 100)
        // One ends early, one is left out in the end, and one has more bytes than there is room for.
        let first = try await store.uploadPart(upload, number: 1, [content.slice(0..<69)])
        _ = try await store.uploadPart(upload, number: 2, [content.slice(0..<100)])
        let second = try await store.uploadPart(upload, number: 3, [content.slice(69..<100)])
        let third = try await store.uploadPart(upload, number: 4, [content.slice(100..<250)])
        _ = try await store.complete(upload, parts: [first, second, third], if: .absent)
        #expect(try await store.read(key)?.bytes == content)
    }

    @Test func aPartInPlaceThatIsSentAgainIsTheOneSentLast() async throws {
        let directory = try TemporaryDirectory()
        let store = try DirectoryStore(root: directory.url.path)
        let key = try ObjectKey("k")
        var upload = try await store.createUpload(key)
        upload.layout = PartLayout(firstPartByteCount: 3, partByteCount: 3)
        let old = try await store.uploadPart(upload, number: 1, [Buffer("old".utf8)])
        let new = try await store.uploadPart(upload, number: 1, [Buffer("new".utf8)])
        let end = try await store.uploadPart(upload, number: 2, [Buffer("end".utf8)])
        await #expect(throws: S3DBError.self) { try await store.complete(upload, parts: [old, end], if: .none) }
        _ = try await store.complete(upload, parts: [new, end], if: .none)
        #expect(try await store.read(key)?.bytes == Buffer("newend".utf8))
    }

    @Test(arguments: [1, 2, 3, 10_000, 10_001, 0, -1]) func placesAreApart(_ number: Int) {
        let layout = PartLayout(firstPartByteCount: 70, partByteCount: 100)
        let room = number == 1 ? 70 : 100
        let start = number == 1 ? 0 : 70 + (number - 2) * 100
        let place = (1...10_000).contains(number) ? start..<start + room : nil
        #expect(layout.place(ofPart: number, byteCount: room) == place)
        #expect(layout.place(ofPart: number, byteCount: room + 1) == nil)
        #expect(layout.place(ofPart: number, byteCount: 0) == nil)
        let large = PartLayout(firstPartByteCount: .max, partByteCount: .max)
        if number > 1 { #expect(large.place(ofPart: number, byteCount: 1) == nil) }
    }

    @Test func placesGrow() {
        let layout = PartLayout(firstPartByteCount: 10, partByteCount: 4, partCountPerSize: 3)
        let places = (1...9).map { number in
            (0...40).reversed().lazy.compactMap { layout.place(ofPart: number, byteCount: $0) }.first
        }
        #expect(places == [0..<10, 10..<14, 14..<18, 18..<22, 22..<30, 30..<38, 38..<46, 46..<62, 62..<78])
    }

    @Test(arguments: [2, 999, 1000, 1001, 1999, 3000]) func placesAreThoseOfHeldUploads(_ number: Int) {
        let sizes = PartSizes(store: MemoryStore(), partByteCount: 1 << 20, groupLimit: 1)
        let before = (0..<number - 2).reduce(0) { $0 + sizes.earlyPart(after: $1) }
        let size = sizes.earlyPart(after: number - 2)
        let start = 4 + sizes.head + before
        let layout = sizes.layout(prologueByteCount: 4)
        #expect(layout.place(ofPart: number, byteCount: size) == start..<start + size)
        #expect(layout.place(ofPart: number, byteCount: size + 1) == nil)
    }

    @Test func aFileThatIsWrittenToIsNoPartAnyMore() async throws {
        let directory = try TemporaryDirectory()
        let store = try DirectoryStore(root: directory.url.path)
        let key = try ObjectKey("k")
        let info = try await store.put(key, [Buffer(Array(0..<100))], if: .none)
        let upload = try await store.createUpload(try ObjectKey("other"))
        let part = try await store.copyPart(upload, number: 1, from: key, version: info.version, range: 10..<50)
        // In place, as no store does it.
        let file = try FileHandle(forWritingTo: directory.url.appending(path: "k"))
        try file.write(contentsOf: Data([1, 2, 3]))
        try file.close()
        await #expect(throws: S3DBError.self) {
            try await store.complete(upload, parts: [part], if: .absent)
        }
        #expect(try await store.head(try ObjectKey("other")) == nil)
        try await store.abort(upload)
    }
}
