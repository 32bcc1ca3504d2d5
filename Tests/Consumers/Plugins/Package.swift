// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "sample-plugins",
    platforms: [.macOS(.v15)],
    dependencies: [
        // Named, as the identity of a path is the name of its folder, which differs from clone to clone.
        .package(name: "s3db-converter", path: "../../..")
    ],
    targets: [
        // Plugins need the protocols alone.
        .target(
            name: "SamplePlugins",
            dependencies: [.product(name: "S3DBCore", package: "s3db-converter")]
        ),
        .testTarget(
            name: "SamplePluginsTests",
            dependencies: ["SamplePlugins", .product(name: "S3DB", package: "s3db-converter")],
            resources: [.copy("compare.py")]
        ),
    ],
    swiftLanguageModes: [.v6]
)
