// swift-tools-version: 6.2
import PackageDescription

// Vending a `Span` from a property needs the lifetime annotations; everything else is plain Swift 6.
let settings: [SwiftSetting] = [
    .enableExperimentalFeature("Lifetimes"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A C library that the system's package manager provides.
func system(_ name: String, pkgConfig: String? = nil, apt: String, brew: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

let package = Package(
    name: "s3db-converter",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "S3DBCore", targets: ["S3DBCore"]),
        .library(name: "Codecs", targets: ["Codecs"]),
        .library(name: "ColumnarFormats", targets: ["ColumnarFormats"]),
        .library(name: "Partitioning", targets: ["Partitioning"]),
        .library(name: "S3Transport", targets: ["S3Transport"]),
        .library(name: "S3DB", targets: ["S3DB"]),
        .executable(name: "backfill", targets: ["backfill"]),
        .executable(name: "inspect", targets: ["inspect"]),
        .executable(name: "live-listener", targets: ["live-listener"]),
        .executable(name: "sample-lake", targets: ["sample-lake"]),
    ],
    traits: [
        .trait(
            name: "FastInflate",
            description: "Inflate gzip with ISA-L, 3 times as fast as zlib (needs libisal-dev)."
        ),
        .default(enabledTraits: []),
    ],
    dependencies: [
        // The logging front that server-side Swift shares.
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        // Argument parsing, help and completion of the example drivers.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        // HTTP for S3 and SQS: pooled connections, TLS, back-pressure.
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.24.0"),
        // The header fields and byte buffers that async-http-client speaks in; the servers of the tests.
        .package(url: "https://github.com/apple/swift-nio", from: "2.81.0"),
        // The errors of async-http-client's TLS, to tell them from lost connections.
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.29.0"),
        // SHA-256 and HMAC of Signature Version 4.
        .package(url: "https://github.com/apple/swift-crypto", from: "3.12.0"),
        // Start, graceful stop and signals of the services.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
        // The metrics front that server-side Swift shares.
        .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
    ],
    targets: [
        system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev", brew: "zlib"),
        system("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev", brew: "zstd"),
        system("CLZ4", pkgConfig: "liblz4", apt: "liblz4-dev", brew: "lz4"),
        system("CBZip2", apt: "libbz2-dev", brew: "bzip2"),
        system("CBrotli", pkgConfig: "libbrotlienc", apt: "libbrotli-dev", brew: "brotli"),
        system("CSnappy", apt: "libsnappy-dev", brew: "snappy"),
        system("CISAL", pkgConfig: "libisal", apt: "libisal-dev", brew: "isa-l"),

        // copy_file_range, which the C library's Swift module leaves out.
        .target(name: "CFileSystem"),
        // Vectors of bytes as masks of bits, which Swift's vector types do not give.
        .target(name: "CByteMask"),
        // The structures in which columns cross to C, C++ or Python without a copy.
        .target(name: "CArrow"),
        // CRC-64/NVME and CRC-32 by carry-less multiplication, for which Swift has no intrinsics.
        .target(name: "CChecksum"),
        .target(
            name: "S3DBCore",
            dependencies: ["CFileSystem", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings
        ),
        .target(
            name: "Codecs",
            dependencies: [
                "S3DBCore", "CZlib", "CZstd", "CLZ4", "CBZip2", "CBrotli", "CSnappy",
                .target(name: "CISAL", condition: .when(traits: ["FastInflate"])),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "ColumnarFormats", dependencies: ["S3DBCore", "CArrow", "CByteMask", "CChecksum"],
            swiftSettings: settings),
        .target(name: "Partitioning", dependencies: ["S3DBCore"], swiftSettings: settings),
        .target(
            name: "S3Transport",
            dependencies: [
                "S3DBCore", "CChecksum",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "S3DB",
            dependencies: [
                "S3DBCore", "Codecs", "ColumnarFormats", "Partitioning", "S3Transport",
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),

        // What the example drivers share: options, settings, output.
        .target(
            name: "DriverKit",
            dependencies: [
                "S3DB", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Examples/DriverKit",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "backfill",
            dependencies: [
                "S3DB", "DriverKit", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Examples/backfill",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "inspect",
            dependencies: [
                "S3DB", "DriverKit", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Examples/inspect",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "live-listener",
            dependencies: [
                "S3DB", "DriverKit", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Examples/live-listener",
            exclude: ["jobs.json"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "sample-lake",
            dependencies: ["S3DB", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Examples/sample-lake",
            swiftSettings: settings
        ),

        // What stands between a client under test and the server that stands in for AWS; also as a program.
        .target(
            name: "FaultProxy",
            dependencies: [
                "S3DB",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/FaultProxy",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "fault-proxy",
            dependencies: [
                "FaultProxy", "S3DB", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/fault-proxy",
            swiftSettings: settings
        ),
        .target(
            name: "TestSupport",
            dependencies: [
                "S3DB", "FaultProxy", .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "FaultTests", dependencies: ["FaultProxy", "S3DB", "TestSupport"], swiftSettings: settings),
        // A process that tests kill while it sends to a queue or works on one.
        .executableTarget(
            name: "queue-process", dependencies: ["S3DBCore"], path: "Tests/queue-process", swiftSettings: settings),
        .testTarget(
            name: "S3DBCoreTests", dependencies: ["S3DBCore", "TestSupport", "queue-process"], swiftSettings: settings),
        // A process in which Python runs, to hand columns to pyarrow and back.
        .executableTarget(
            name: "python-process", dependencies: ["ColumnarFormats", "S3DBCore", "CArrow"],
            path: "Tests/python-process", swiftSettings: settings),
        .testTarget(name: "CodecsTests", dependencies: ["Codecs", "CZstd", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "ColumnarFormatsTests",
            dependencies: ["ColumnarFormats", "Codecs", "CArrow", "TestSupport", "python-process"],
            swiftSettings: settings
        ),
        .testTarget(name: "PartitioningTests", dependencies: ["Partitioning", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "S3TransportTests",
            dependencies: [
                "S3Transport", "TestSupport", "FaultProxy",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "FaultProxyTests",
            dependencies: [
                "FaultProxy", "fault-proxy", "S3DB", "TestSupport",
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "S3DBTests",
            dependencies: [
                "S3DB", "TestSupport", .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ExamplesTests",
            dependencies: [
                "S3DB", "FaultProxy", "TestSupport", "DriverKit", "backfill", "inspect", "live-listener", "sample-lake",
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
