import Foundation
import S3DB
import TestSupport
import Testing

@Suite struct BackfillSettingsTests {
    let lake: SmallLake

    init() throws {
        lake = try SmallLake()
        try lake.fill("miso/realtime_price", days: [Days.first])
    }

    /// The spec of a plan, made from options in all three places.
    private func spec(
        _ arguments: [String], environment: [String: String], file: String? = nil
    ) throws -> String {
        var arguments = ["plan", "--json"] + arguments
        if let file {
            let url = lake.root.appending(path: "config.json")
            try Data(file.utf8).write(to: url)
            arguments += ["--config", url.path]
        }
        let outcome = try BackfillTool.run(arguments, environment: environment)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try #require(try outcome.json()["spec"]?.stringValue)
    }

    private var inFile: String {
        """
        {"source": "\(lake.source.path)", "dest": "\(lake.destination.path)", "all": true, "format": "parquet",
         "codec": "gz", "level": 4, "layout": "athena", "partition": "month", "type": {"lmp": "str"}}
        """
    }

    @Test("everything can come from a file")
    func file() throws {
        let spec = try spec([], environment: [:], file: inFile)
        #expect(spec.hasPrefix("format=parquet codec=gz level=4 layout=athena size=month"))
        #expect(spec.hasSuffix("type:lmp=str"))
    }

    @Test("everything can come from the environment")
    func environment() throws {
        let spec = try spec(
            [],
            environment: [
                "S3DB_SOURCE": lake.source.path, "S3DB_DEST": lake.destination.path,
                "S3DB_DATASET": "miso/real*,miso/*price", "S3DB_FORMAT": "arrow", "S3DB_CODEC": "zst",
                "S3DB_LEVEL": "-7", "S3DB_LAYOUT": "dataclient", "S3DB_PARTITION": "year",
                "S3DB_TYPE": "lmp=str,count=float", "S3DB_ALL": "0",
            ])
        #expect(spec.hasPrefix("format=arrow codec=zst level=-7 layout=dataclient size=year"))
        #expect(spec.hasSuffix("type:count=float type:lmp=str"))
    }

    @Test("the command line wins over the environment, and that over the file")
    func precedence() throws {
        let environment = ["S3DB_PARTITION": "day", "S3DB_LEVEL": "2"]
        let first = try spec([], environment: environment, file: inFile)
        #expect(first.hasPrefix("format=parquet codec=gz level=2 layout=athena size=day"))
        let second = try spec(["--partition", "hour"], environment: environment, file: inFile)
        #expect(second.hasPrefix("format=parquet codec=gz level=2 layout=athena size=hour"))
        let negative = try spec(["--codec", "zst", "--level", "-5"], environment: environment, file: inFile)
        #expect(negative.contains("codec=zst level=-5"))
    }

    @Test("a codec that is given nearer by leaves the level of another behind")
    func supersededLevel() throws {
        #expect(try spec(["--codec", "zst"], environment: [:], file: inFile).contains("codec=zst level=3"))
    }

    @Test("datasets on the command line replace all in a file")
    func supersededAll() throws {
        let outcome = try BackfillTool.run(
            ["plan"] + lake.options([]) + ["--dataset", "x/y"], environment: ["S3DB_ALL": "1"])
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("\"x/y\""))
    }

    @Test(
        "a file that is no object of options is refused",
        arguments: [
            ("{\"codecs\": \"gz\"}", "\"codec\""), ("[1]", "an array"), ("{", "config.json"),
            ("{\"codec\": [\"gz\"]}", "codec cannot be an array"), ("{\"all\": 3}", "all cannot be a number"),
            ("{\"config\": \"x\"}", "no option"),
        ])
    func badFile(text: String, named: String) throws {
        let url = lake.root.appending(path: "config.json")
        try Data(text.utf8).write(to: url)
        let outcome = try BackfillTool.run(["plan", "--config", url.path] + lake.options())
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains(named), "\(outcome.errors)")
    }
}
