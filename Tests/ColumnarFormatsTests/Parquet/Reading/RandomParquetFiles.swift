/// Files that pyarrow writes of random schemas, data and options.
enum RandomParquetFiles {
    /// Writes files `<case>.parquet` into a folder, and prints what pyarrow reads of each. Arguments: the folder, a seed,
    /// the number of files.
    static let python =
        CanonicalText.python + #"""

            import datetime, decimal, random, uuid

            folder, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
            decimal.getcontext().prec = 80

            def integers(bits, signed):
                low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
                def make(r):
                    kind = r.random()
                    if kind < 0.1: return r.choice([low, high, 0])
                    if kind < 0.6: return r.randint(max(low, -9), 9) if signed else r.randint(0, 9)
                    return r.randint(low, high)
                return make

            def number(r):
                return r.choice([0.0, -0.0, 1.5, float("nan"), float("inf"), -float("inf"), r.uniform(-1e6, 1e6), r.random()])

            def text(r):
                return r.choice(["", "a", "naïve", "🚀", "node" + str(r.randint(0, 20)), "x" * r.randint(0, 90)])

            def flat(r):
                def dec(r):
                    precision = r.choice([1, 5, 9, 10, 18, 19, 38, 45, 76])
                    scale = r.randint(0, precision)
                    kind = pa.decimal128(precision, scale) if precision <= 38 else pa.decimal256(precision, scale)
                    return kind, lambda r: decimal.Decimal(r.randint(-10 ** precision + 1, 10 ** precision - 1)).scaleb(-scale)
                def fixed(r):
                    size = r.choice([1, 2, 3, 7, 16])
                    return pa.binary(size), lambda r: bytes(r.randrange(4) for _ in range(size))
                unit = r.choice(["ms", "us", "ns"])
                zone = r.choice([None, "UTC"])
                small = lambda r: 1000 * r.randint(-10 ** 12, 10 ** 12)
                choices = [(kind, integers(bits, signed)) for kind, bits, signed in [
                    (pa.int8(), 8, True), (pa.int16(), 16, True), (pa.int32(), 32, True), (pa.int64(), 64, True),
                    (pa.uint8(), 8, False), (pa.uint16(), 16, False), (pa.uint32(), 32, False), (pa.uint64(), 64, False)]]
                choices += [
                    (pa.bool_(), lambda r: r.random() < 0.5), (pa.float32(), number), (pa.float64(), number),
                    (pa.float16(), number), (pa.string(), text), (pa.string(), text), (pa.large_string(), text),
                    (pa.binary(), lambda r: text(r).encode()), (pa.timestamp(unit, zone), small),
                    (pa.date32(), lambda r: r.randint(-100000, 100000)), (pa.time32("ms"), lambda r: r.randint(0, 86399999)),
                    (pa.time64("us"), lambda r: r.randint(0, 86399999999)),
                    (pa.time64("ns"), lambda r: 1000 * r.randint(0, 86399999999)), dec(r), dec(r), fixed(r), (pa.null(), None)]
                return r.choice(choices)

            def value(kind, make):
                def some(r, nulls):
                    return None if make is None or (nulls and r.random() < nulls) else make(r)
                return some

            def column(r, depth):
                """A type, and a function that makes a value of it."""
                shape = r.random()
                if depth == 0 or shape < 0.5:
                    kind, make = flat(r)
                    return kind, value(kind, make)
                if shape < 0.7:
                    inner, make = column(r, depth - 1)
                    nullable = r.random() < 0.7 or pt.is_null(inner)
                    kind = r.choice([pa.list_, pa.large_list])(pa.field("element", inner, nullable))
                    return kind, value(kind, lambda r: [make(r, 0.2 if nullable else 0) for _ in range(r.choice([0, 0, 1, 2, 5]))])
                if shape < 0.9:
                    fields, makers = [], []
                    for i in range(r.randint(1, 3)):
                        inner, make = column(r, depth - 1)
                        nullable = r.random() < 0.7 or pt.is_null(inner)
                        fields.append(pa.field(f"f{i}", inner, nullable))
                        makers.append((f"f{i}", make, 0.2 if nullable else 0))
                    kind = pa.struct(fields)
                    return kind, value(kind, lambda r: {n: m(r, nulls) for n, m, nulls in makers})
                inner, make = column(r, depth - 1)
                kind = pa.map_(pa.string(), inner)
                return kind, value(kind, lambda r: [(text(r), make(r, 0.2)) for _ in range(r.choice([0, 1, 3]))])

            def leaves(name, kind):
                if pt.is_struct(kind):
                    return [leaf for f in kind for leaf in leaves(f"{name}.{f.name}", f.type)]
                if pt.is_map(kind):
                    return [f"{name}.key_value.key"] + leaves(f"{name}.key_value.value", kind.item_type)
                if pt.is_list(kind) or pt.is_large_list(kind):
                    return leaves(f"{name}.list.element", kind.value_type)
                return [(name, kind)]

            def encodings(kind):
                if pt.is_boolean(kind): return ["PLAIN", "RLE"]
                if pt.is_null(kind): return ["PLAIN"]
                if pt.is_float16(kind): return ["PLAIN", "BYTE_STREAM_SPLIT", "DELTA_BYTE_ARRAY"]
                if pt.is_floating(kind): return ["PLAIN", "BYTE_STREAM_SPLIT"]
                if pt.is_decimal(kind): return ["PLAIN"]
                if pt.is_fixed_size_binary(kind): return ["PLAIN", "BYTE_STREAM_SPLIT", "DELTA_BYTE_ARRAY"]
                if pt.is_binary(kind) or pt.is_string(kind) or pt.is_large_string(kind):
                    return ["PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"]
                return ["PLAIN", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"]

            def write(case):
                r = random.Random(seed * 1000003 + case)
                rows = r.choice([0, 1, 2, 7, 8, 9, 63, 64, 65, 300, 1000, 3000])
                fields, arrays = [], []
                for i in range(r.randint(1, 5)):
                    kind, make = column(r, r.choice([0, 0, 1, 2, 3]))
                    nulls = 1 if pt.is_null(kind) else r.choice([0, 0.01, 0.2, 0.9, 1])
                    fields.append(pa.field(f"c{i}", kind, pt.is_null(kind) or nulls > 0 or r.random() < 0.5))
                    repeats = r.random() < 0.3
                    values = [make(r, nulls) for _ in range(min(rows, 20) if repeats else rows)]
                    if repeats and values: values = [values[(j // r.randint(1, 9)) % len(values)] for j in range(rows)]
                    arrays.append(pa.array(values, kind))
                table = pa.Table.from_arrays(arrays, schema=pa.schema(fields))
                options = {
                    "compression": r.choice(["none", "snappy", "gzip", "brotli", "zstd", "lz4"]),
                    "data_page_version": r.choice(["1.0", "2.0"]), "version": r.choice(["1.0", "2.4", "2.6"]),
                    "data_page_size": r.choice([30, 100, 1000, 1 << 20]), "write_batch_size": r.choice([1, 10, 1024]),
                    "row_group_size": r.choice([1 << 20, 500, 60, 1 << 20]), "write_page_index": r.random() < 0.5,
                    "write_page_checksum": r.random() < 0.5, "store_schema": False,
                    "dictionary_pagesize_limit": r.choice([1 << 20, 100]), "use_dictionary": r.random() < 0.6,
                    "use_deprecated_int96_timestamps": r.random() < 0.1,
                    "store_decimal_as_integer": r.random() < 0.3,
                }
                if not options["use_dictionary"]:
                    chosen = {}
                    for field in table.schema:
                        for leaf in leaves(field.name, field.type):
                            if isinstance(leaf, tuple): chosen[leaf[0]] = r.choice(encodings(leaf[1]))
                    if options["store_decimal_as_integer"] or options["use_deprecated_int96_timestamps"]:
                        chosen = {k: v for k, v in chosen.items() if v == "PLAIN"}
                    if r.random() < 0.8: options["column_encoding"] = chosen
                path = f"{folder}/{case}.parquet"
                pq.write_table(table, path, **options)
                read = dump_file(path)
                if "error" in read:
                    # pyarrow 26 loses the rest of a list that goes on in the last of several small pages, which DuckDB
                    # and Polars do not. The same table it reads in one page.
                    whole = dict(options, data_page_size=1 << 20, write_batch_size=1 << 20)
                    pq.write_table(table, f"{folder}/whole", **whole)
                    read = dump_file(f"{folder}/whole")
                if "error" in read: read["error"] += f" {options} {table.schema}"
                return read

            print(json.dumps({str(case): write(case) for case in range(count)}))
            """#
}
