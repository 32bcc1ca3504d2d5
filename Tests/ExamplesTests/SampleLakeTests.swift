import Foundation
import TestSupport
import Testing

/// The lakes of `sample-lake`, as Python and pyarrow see them.
@Suite struct SampleLakeTests {
    static let prices = "miso/realtime_price"
    static let offers = "datasoup/ercot_da_gen_ancillary_offers"

    /// Makes a lake; the arguments begin behind the output directory.
    private func makeLake(_ arguments: String...) throws -> TemporaryDirectory {
        let lake = try TemporaryDirectory()
        try Executable.run("sample-lake", [lake.url.path] + arguments)
        return lake
    }

    /// The files under a lake, by their keys.
    private func files(in lake: TemporaryDirectory) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for key in try FileManager.default.subpathsOfDirectory(atPath: lake.url.path) {
            let file = lake.url.appending(path: key)
            if !file.hasDirectoryPath, let content = try? Data(contentsOf: file) { files[key] = content }
        }
        return files
    }

    @Test func sameSeedGivesSameBytes() throws {
        let days = ["--from", "2019-12-31", "--to", "2020-01-01", "--rows", "500"]
        let lakes = try ["7", "7", "8"].map { seed in
            let lake = try TemporaryDirectory()
            try Executable.run("sample-lake", [lake.url.path, "--seed", seed] + days)
            return try files(in: lake)
        }
        #expect(
            Set(lakes[0].keys) == [
                "\(Self.prices)/METADATA.json", "\(Self.prices)/year=2019/1577750400.csv.gz",
                "\(Self.prices)/year=2020/1577836800.csv.gz",
                "\(Self.offers)/METADATA.json", "\(Self.offers)/year=2019/1577750400.csv.gz",
                "\(Self.offers)/year=2020/1577836800.csv.gz",
            ])
        #expect(lakes[0] == lakes[1])
        for (key, content) in lakes[0] where key.hasSuffix(".csv.gz") {
            #expect(content != lakes[2][key], "\(key) does not depend on the seed")
        }
    }

    @Test(.needsPython, arguments: [0, 1, 71, 72, 73, 5000], [prices, offers])
    func rowsAreExactAndWithinTheirDay(rows: Int, dataset: String) throws {
        let lake = try makeLake(
            "--from", "2020-02-28", "--to", "2020-03-01", "--rows", "\(rows)", "--dataset", dataset)
        try Python.run(
            """
            import csv, glob, gzip, io, json, os, sys
            root, rows = sys.argv[1], int(sys.argv[2])
            key = json.load(open(root + '/METADATA.json'))['superkey']
            files = sorted(glob.glob(root + '/year=*/*.csv.gz'))
            assert len(files) == 3, files
            for path in files:
                start = int(os.path.basename(path).split('.')[0])
                table = list(csv.DictReader(io.StringIO(gzip.open(path).read().decode(), newline=''), strict=True))
                assert len(table) == rows, (path, len(table))
                assert all(None not in row and None not in row.values() for row in table), 'ragged'
                assert all(start <= int(row['target_start']) < start + 86400 for row in table)
                assert len({tuple(row[k] for k in key) for row in table}) == rows, 'rows are not unique'
            """, [lake.url.appending(path: dataset).path, "\(rows)"])
    }

    @Test(.needsPython) func pricesComeInRunsByFeedAndRelease() throws {
        let lake = try makeLake(
            "--from", "2020-01-01", "--to", "2020-01-01", "--rows", "7200", "--dataset", Self.prices)
        try Python.run(
            """
            import gzip, itertools, re, sys
            raw = gzip.open(sys.argv[1]).read()
            lines = raw.split(b'\\r\\n')
            assert lines.pop() == b'' and b'\\n' not in b''.join(lines), 'lines end in CRLF'
            assert lines[0] == b'release_date,target_start,target_end,target_bounds,node_name,tag,lmp,mlc,mcc'
            rows = [line.decode().split(',') for line in lines[1:]]
            runs = [(key, len(list(run))) for key, run in itertools.groupby(rows, lambda row: (row[5], row[0], row[1]))]
            assert len(runs) == 72 and all(count == 100 for _, count in runs), runs
            releases = [int(key[1]) for key, _ in runs]
            starts = [int(key[2]) for key, _ in runs]
            assert releases == sorted(releases) and starts != sorted(starts)
            assert {key[0] for key, _ in runs} == {
                'real_time_dart', 'real_time_http_prelim', 'real_time_http_final'}
            assert all(int(row[2]) == int(row[1]) + 3600 and row[3] == '1' for row in rows)
            assert all(re.fullmatch(r'-?[0-9]+[.]([0-9]|[0-9][1-9])', text) for row in rows for text in row[6:])
            # lmp is energy, losses and congestion; the energy price is the same at every node of an hour.
            for key, hour in itertools.groupby(rows, lambda row: (row[5], row[1])):
                energy = [float(row[6]) - float(row[7]) - float(row[8]) for row in hour]
                assert max(energy) - min(energy) < 0.035, (key, min(energy), max(energy))
            """, [lake.url.appending(path: "\(Self.prices)/year=2020/1577836800.csv.gz").path])
    }

    @Test(.needsPython) func aDayOfPricesIsAsLargeAsARealOne() throws {
        let lake = try makeLake("--from", "2020-06-15", "--to", "2020-06-15", "--dataset", Self.prices)
        try Python.run(
            """
            import gzip, os, sys
            stored, size = os.path.getsize(sys.argv[1]), len(gzip.open(sys.argv[1]).read())
            # Days of MISO's with as many rows have 13.6 to 13.7 MB, 1.53 to 1.57 MB of them stored.
            assert 13.2e6 < size < 14.1e6 and 1.35e6 < stored < 1.75e6, (size, stored)
            """, [lake.url.appending(path: "\(Self.prices)/year=2020/1592179200.csv.gz").path])
    }

    @Test(.needsPython) func offersHaveListsNullsQuotesAndUndeclaredColumns() throws {
        let lake = try makeLake(
            "--from", "2020-01-01", "--to", "2020-01-01", "--rows", "2400", "--dataset", Self.offers)
        try Python.run(
            """
            import gzip, json, sys
            import pyarrow as pa, pyarrow.csv
            root = sys.argv[1]
            path = root + '/year=2020/1577836800.csv.gz'
            types = json.load(open(root + '/METADATA.json'))['type_map']
            arrow = {'int': pa.int64(), 'float': pa.float64(), 'bool': pa.bool_(), 'str': pa.string(),
                'list': pa.string()}
            raw = gzip.open(path).read()
            assert b'\\r' not in raw and b'""' in raw
            names = raw.split(b'\\n')[0].decode().split(',')
            assert set(types) < set(names), 'columns that METADATA.json does not declare'
            table = pa.csv.read_csv(path, convert_options=pa.csv.ConvertOptions(
                column_types={name: arrow[types.get(name, 'str')] for name in names}))
            assert table.num_rows == 2400
            assert 0 < table['multi_hour'].null_count < 2400
            assert {True, False, None} == set(table['multi_hour'].to_pylist())
            dme = ''.join(table['dme'].to_pylist())
            assert '"' in dme and ',' in dme and not dme.isascii()
            assert 'NA' in table['qse'].to_pylist()
            for name in ['mw_blocks', 'off_nonspin_offer_curve', 'rrs_offer_curve']:
                texts = table[name].to_pylist()
                assert all(isinstance(json.loads(text), list) for text in texts if text), name
                assert any(',' in text for text in texts), name
            assert '' in table['off_nonspin_offer_curve'].to_pylist()
            """, [lake.url.appending(path: Self.offers).path])
    }

    @Test(.needsPython, arguments: [prices, offers])
    func oddDaysAreAsAskedFor(dataset: String) throws {
        let lake = try makeLake(
            "--from", "2020-01-01", "--to", "2020-01-05", "--rows", "200", "--dataset", dataset,
            "--missing", "2020-01-02", "--adds-column", "2020-01-03", "--lacks-column", "2020-01-04",
            "--reorders", "2020-01-05", "--hours", "0-2,23")
        try Python.run(
            """
            import csv, gzip, glob, io, json, os, sys
            declared = set(json.load(open(sys.argv[1] + '/METADATA.json'))['type_map'])
            days = {}
            for path in glob.glob(sys.argv[1] + '/year=2020/*.csv.gz'):
                start = int(os.path.basename(path).split('.')[0])
                table = list(csv.DictReader(io.StringIO(gzip.open(path).read().decode(), newline='')))
                assert {(int(row['target_start']) - start) // 3600 for row in table} == {0, 1, 2, 23}
                assert len(table) == 200
                days[(start - 1577836800) // 86400] = list(table[0])
            assert sorted(days) == [0, 2, 3, 4], days
            assert set(days[2]) > set(days[0]) and not (set(days[2]) - set(days[0])) & declared
            assert set(days[3]) < set(days[0]) and (set(days[0]) - set(days[3])) < declared
            assert sorted(days[4]) == sorted(days[0]) and days[4] != days[0]
            """, [lake.url.appending(path: dataset).path])
    }

    @Test(arguments: [
        ["--from", "2020-01-02", "--to", "2020-01-01"], ["--from", "2020-02-30", "--to", "2020-03-01"],
        ["--from", "2020-01-01", "--to", "2020-01-01", "--hours", "24"],
        ["--from", "2020-01-01", "--to", "2020-01-01", "--dataset", "prices"],
        ["--from", "2020-01-01", "--to", "2020-01-01", "--rows", "-1"],
    ])
    func badUsageWritesNothing(arguments: [String]) throws {
        let lake = try TemporaryDirectory()
        let outcome = try Executable.outcome(of: "sample-lake", [lake.url.path] + arguments)
        #expect(outcome.status != 0)
        #expect(!outcome.errors.isEmpty)
        #expect(try files(in: lake).isEmpty)
    }
}
