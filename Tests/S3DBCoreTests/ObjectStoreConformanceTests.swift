import Foundation
import S3DBCore
import TestSupport
import Testing

@Suite struct ObjectStoreConformanceTests {
    @Test("the memory store keeps the contract", arguments: [1, 5 << 20])
    func memory(minimumPartByteCount: Int) async throws {
        try await ObjectStoreConformance { MemoryStore(minimumPartByteCount: minimumPartByteCount) }.run()
    }

    @Test("the directory store keeps the contract")
    func directory() async throws {
        let directory = try TemporaryDirectory()
        try await ObjectStoreConformance { () throws(S3DBError) in
            try DirectoryStore(root: directory.url.path + "/\(UInt64.random(in: 0...UInt64.max))/deep")
        }.run()
    }
}
