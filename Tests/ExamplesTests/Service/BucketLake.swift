import Foundation
import S3DB
import TestSupport
import Testing

/// A lake whose source also stands in a bucket of moto, with a second bucket for outputs, and the programs that work on
/// them.
struct BucketLake: Sendable {
    let lake: SmallLake
    let moto: StandIn
    /// Where the programs go, such as a proxy before the server.
    var endpoint: HTTPEndpoint
    let bucket: String
    let results: String

    init(_ lake: SmallLake, _ moto: StandIn, through endpoint: HTTPEndpoint) async throws {
        self.lake = lake
        self.moto = moto
        self.endpoint = endpoint
        bucket = try await moto.makeBucket()
        results = try await moto.makeBucket()
    }

    /// The source's URL.
    var source: String { "s3://\(bucket)/\(Self.prefix)" }

    /// The URL of a place for outputs.
    func destination(_ name: String) -> String { "s3://\(results)/\(name)/" }

    private static let prefix = "lake/"

    // MARK: Objects

    /// The names of the source's files in the directory.
    func sourceNames() throws -> [String] {
        try SmallLake.files(under: lake.source).filter { !$0.value.isEmpty }.keys.sorted()
    }

    /// Puts files of the directory into the bucket, in the order given; all of them where none is.
    func upload(_ names: [String]? = nil) async throws {
        let names = try names ?? sourceNames()
        let list = JSONValue.array(names.map { .string($0) }).serialized()
        try await moto.boto3(
            """
            root, bucket, prefix, names = sys.argv[1:]
            s3 = client("s3")
            for name in json.loads(names):
                with open(f"{root}/{name}", "rb") as file:
                    s3.put_object(Bucket=bucket, Key=prefix + name, Body=file.read())
            """, [lake.source.path, bucket, Self.prefix, list])
    }

    /// Fetches the outputs at a place with boto3.
    func download(_ name: String) async throws -> Tree {
        let tree = try Tree()
        try await moto.boto3(
            """
            import os
            bucket, prefix, root = sys.argv[1:]
            s3 = client("s3")
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
                for item in page.get("Contents", []):
                    path = os.path.join(root, item["Key"][len(prefix):])
                    os.makedirs(os.path.dirname(path), exist_ok=True)
                    with open(path, "wb") as file:
                        file.write(s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read())
            """, [results, "\(name)/", tree.url.path])
        return tree
    }

    /// The place's store, straight at the server.
    func store(_ name: String) throws -> any ObjectStore {
        try StoreURL(destination(name)).resolve(access)
    }

    private var access: S3Access {
        S3Access(
            configuration: S3Configuration(region: moto.region, endpoint: moto.endpoint),
            credentials: StaticCredentials(moto.credentials))
    }

    /// Puts files of the directory into the bucket without another process.
    func put(_ names: [String]) async throws {
        let store = try StoreURL(source).resolve(access)
        for name in names {
            let bytes = try Data(contentsOf: lake.source.appending(path: name))
            _ = try await store.put(try ObjectKey(name), [Buffer(Array(bytes))], if: .none)
        }
    }

    /// How many outputs with a suffix stand at a place.
    func count(_ name: String, _ suffix: String) async throws -> Int {
        try await keys(name).count { $0.hasSuffix(suffix) }
    }

    /// The keys at a place.
    func keys(_ name: String) async throws -> [String] {
        var keys: [String] = []
        try await store(name).list(prefix: "", after: nil) { (page) throws(S3DBError) in
            keys += page.map(\.key.description)
        }
        return keys
    }

    // MARK: Programs

    /// What tells programs of the server and its credentials.
    var environment: [String: String] {
        [
            "AWS_ACCESS_KEY_ID": moto.credentials.accessKeyID,
            "AWS_SECRET_ACCESS_KEY": moto.credentials.secretAccessKey, "AWS_REGION": moto.region,
            "AWS_ENDPOINT_URL": "\(endpoint)", "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        ]
    }

    /// Runs a program to its end.
    func run(_ program: String, _ arguments: [String]) async throws -> BackfillTool.Outcome {
        let environment = BackfillTool.environment(environment)
        return try await onOwnThread {
            let outcome = try Executable.outcome(of: program, arguments, environment: environment)
            return BackfillTool.Outcome(status: outcome.status, output: outcome.output, errors: outcome.errors)
        }
    }

    /// Starts a program.
    func start(_ program: String, _ arguments: [String]) throws -> RunningTool {
        try RunningTool(program, arguments, environment: environment)
    }

    /// Backfills the bucket to a place.
    @discardableResult
    func backfill(_ spec: SpecWords, to name: String) async throws -> Tree {
        let outcome = try await run("backfill", ["run", "--json"] + options(spec, to: name))
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        return try await download(name)
    }

    /// Backfills the directory.
    func backfillDirectory(_ spec: SpecWords) async throws -> Tree {
        let tree = try Tree()
        let outcome = try await run("backfill", ["run", "--json"] + directoryOptions(spec, to: tree))
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        return tree
    }

    /// The options of a conversion of the bucket.
    func options(_ spec: SpecWords, to name: String) -> [String] {
        ["--source", source, "--dest", destination(name), "--all"] + spec.options
    }

    /// The options of a conversion of the directory.
    func directoryOptions(_ spec: SpecWords, to tree: Tree) -> [String] {
        ["--source", lake.source.path, "--dest", tree.url.path, "--all"] + spec.options
    }
}

/// What is made of a dataset, in words.
struct SpecWords: Sendable, CustomTestStringConvertible {
    var format: String
    var codec: String
    var layout: String
    var partition: String

    static let athena = SpecWords(format: "parquet", codec: "sz", layout: "athena", partition: "day")
    static let client = SpecWords(format: "arrow", codec: "zst", layout: "dataclient", partition: "hour")

    var options: [String] {
        ["--format", format, "--codec", codec, "--layout", layout, "--partition", partition]
    }

    var testDescription: String { "\(format) \(codec) \(layout) \(partition)" }
}

/// Files in a directory of their own.
struct Tree: Sendable {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    var url: URL { directory.url }

    /// The files' content, by path.
    func files() throws -> [String: Data] { try SmallLake.files(under: url) }

    /// The paths of the files that are not the same to the byte in another tree, or only in one of the two.
    func differences(from other: Tree) throws -> [String] {
        let (ours, theirs) = (try files(), try other.files())
        return Set(ours.keys).union(theirs.keys).filter { ours[$0] != theirs[$0] }.sorted()
    }

    /// How many files and rows two trees have, which must hold the same values as pyarrow reads them.
    func valueCount(comparedTo other: Tree, _ spec: SpecWords) async throws -> String {
        let folder = Requirement.root.appending(path: "Tests/Interop")
        let paths = [url.path, other.url.path]
        return try await onOwnThread {
            try Python.run(
                "import runpy, sys; sys.path.insert(0, sys.argv[1]); "
                    + "runpy.run_path(sys.argv.pop(1) + '/compare_values.py', run_name='__main__')",
                [folder.path] + paths + [spec.format, spec.codec, spec.layout])
        }
        .trimmingCharacters(in: .newlines)
    }
}

/// Waits until something holds; fails the test when it does not within a time that is long for any machine.
func waitUntil(
    within limit: Duration = .seconds(180), _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation,
    _ holds: @Sendable () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await holds() { return }
        try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record(what, sourceLocation: sourceLocation)
}
