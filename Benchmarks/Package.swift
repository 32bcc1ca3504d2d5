// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "s3db-benchmarks",
    platforms: [.macOS(.v15)],
    traits: [
        .trait(name: "FastInflate", description: "Inflate gzip with ISA-L (needs libisal-dev)."),
        .default(enabledTraits: []),
    ],
    dependencies: [
        // Named, as the identity of a path is the name of its folder, which differs from clone to clone.
        .package(
            name: "s3db-converter", path: "..",
            traits: [.trait(name: "FastInflate", condition: .when(traits: ["FastInflate"]))])
    ],
    targets: [
        // Stands in front of the C library's allocator, and counts.
        .target(name: "CAllocations"),
        .executableTarget(
            name: "Micro",
            dependencies: [
                "CAllocations",
                .product(name: "Codecs", package: "s3db-converter"),
                .product(name: "ColumnarFormats", package: "s3db-converter"),
                .product(name: "S3DBCore", package: "s3db-converter"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Planning",
            dependencies: [.product(name: "S3DB", package: "s3db-converter")],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Decode",
            dependencies: [
                .product(name: "Codecs", package: "s3db-converter"),
                .product(name: "ColumnarFormats", package: "s3db-converter"),
                .product(name: "S3DBCore", package: "s3db-converter"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Transfer",
            dependencies: [.product(name: "S3DB", package: "s3db-converter")],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
