// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "csv-to-parquet-service",
    platforms: [.macOS(.v15)],
    dependencies: [
        // Named, as the identity of a path is the name of its folder, which differs from clone to clone.
        .package(name: "s3db-converter", path: "../../.."),
        // The HTTP server.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    ],
    targets: [
        .executableTarget(
            name: "CSVToParquetService",
            dependencies: [
                .product(name: "ColumnarFormats", package: "s3db-converter"),
                .product(name: "Codecs", package: "s3db-converter"),
                .product(name: "S3DBCore", package: "s3db-converter"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ]
        )
    ],
    swiftLanguageModes: [.v6]
)
