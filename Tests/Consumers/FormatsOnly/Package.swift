// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "formats-only",
    platforms: [.macOS(.v15)],
    dependencies: [
        // Named, as the identity of a path is the name of its folder, which differs from clone to clone.
        .package(name: "s3db-converter", path: "../../..")
    ],
    targets: [
        .executableTarget(
            name: "FormatsOnly",
            dependencies: [.product(name: "ColumnarFormats", package: "s3db-converter")]
        )
    ],
    swiftLanguageModes: [.v6]
)
