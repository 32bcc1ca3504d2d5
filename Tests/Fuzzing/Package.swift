// swift-tools-version: 6.2
import PackageDescription

// Built by Scripts/fuzz.sh, which adds sanitizers, coverage and libFuzzer on the command line: a manifest that had them
// would need unsafe flags.
let package = Package(
    name: "fuzzing",
    platforms: [.macOS(.v15)],
    dependencies: [
        // Named, as the identity of a path is the name of its folder, which differs from clone to clone.
        .package(name: "s3db-converter", path: "../..")
    ],
    targets: [
        // libFuzzer's functions, and a watch on what is allocated.
        .target(name: "CLibFuzzer"),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "CLibFuzzer",
                .product(name: "S3DBCore", package: "s3db-converter"),
                .product(name: "Codecs", package: "s3db-converter"),
                .product(name: "ColumnarFormats", package: "s3db-converter"),
            ],
            swiftSettings: [
                .enableExperimentalFeature("Lifetimes"), .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)
