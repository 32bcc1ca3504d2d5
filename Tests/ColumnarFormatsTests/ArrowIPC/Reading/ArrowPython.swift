/// Python that writes values of pyarrow arrays as `ColumnText` writes those of columns, and makes random tables.
enum ArrowPython {
    /// `texts(array)`: the values, one text each; `dump(batches)`: rows and texts of each column.
    static let texts = """
        import json, sys, random, struct
        import numpy as np, pyarrow as pa
        from pyarrow import types as pt

        def raw(array, width, buffer=1):
            data = array.buffers()[buffer]
            if data is None: return [b"\\0" * width] * len(array)
            data, start = data.to_pybytes(), array.offset
            return [data[(start + i) * width:(start + i + 1) * width] for i in range(len(array))]

        def integers(array, width, buffer=1):
            return [str(int.from_bytes(b, "little", signed=True)) for b in raw(array, width, buffer)]

        def lists(values, ranges): return ["[" + ", ".join(values[a:b]) + "]" for a, b in ranges]

        def special(array):
            kind, count = array.type, len(array)
            if pt.is_null(kind): return ["null"] * count
            if pt.is_dictionary(kind):
                values = texts(array.dictionary)
                return ["null" if i is None else values[i] for i in array.indices.to_pylist()]
            if pt.is_run_end_encoded(kind):
                ends, values, run, found = array.run_ends.to_pylist(), texts(array.values), 0, []
                for row in range(count):
                    while ends[run] <= row + array.offset: run += 1
                    found.append(values[run])
                return found
            if pt.is_union(kind):
                marks, ids = [b[0] for b in raw(array, 1)], list(kind.type_codes)
                members = [texts(array.field(i)) for i in range(kind.num_fields)]
                offsets = [int(o) for o in integers(array, 4, 2)] if kind.mode == "dense" else range(count)
                return [f"{m}={members[ids.index(m)][o]}" for m, o in zip(marks, offsets)]

        def shortest(value):
            if np.isfinite(value) and (value == 0 or abs(value) >= 1e-4): return np.format_float_positional(value, trim="0")
            return str(value)

        def plain(array):
            kind, count = array.type, len(array)
            if pt.is_list(kind) or pt.is_large_list(kind) or pt.is_map(kind):
                offsets = array.offsets.to_pylist()
                return lists(texts(array.values), zip(offsets, offsets[1:]))
            if pt.is_list_view(kind) or pt.is_large_list_view(kind):
                pairs = zip(array.offsets.to_pylist(), array.sizes.to_pylist())
                return lists(texts(array.values), [(o, o + s) for o, s in pairs])
            if pt.is_fixed_size_list(kind):
                size, start = kind.list_size, array.offset
                return lists(texts(array.values), [((start + i) * size, (start + i + 1) * size) for i in range(count)])
            if pt.is_struct(kind):
                fields = [(kind.field(i).name, texts(array.field(i))) for i in range(kind.num_fields)]
                return ["{" + ", ".join(f"{n}: {v[row]}" for n, v in fields) + "}" for row in range(count)]
            if pt.is_decimal(kind) or pt.is_temporal(kind) and not pt.is_interval(kind):
                return integers(array, kind.bit_width // 8)
            if pt.is_interval(kind): return ["%dm %dd %dns" % struct.unpack("<iiq", b) for b in raw(array, 16)]
            values = array.to_pylist()
            if pt.is_boolean(kind): return [str(v).lower() for v in values]
            if pt.is_float16(kind): return [shortest(np.float16(v if v is not None else 0)) for v in values]
            if pt.is_float32(kind): return [shortest(np.float32(v if v is not None else 0)) for v in values]
            if pt.is_string(kind) or pt.is_large_string(kind) or pt.is_string_view(kind): return [f'"{v}"' for v in values]
            if isinstance(next((v for v in values if v is not None), None), bytes):
                return ["0x" + (v or b"").hex() for v in values]
            return [str(v) for v in values]

        def texts(array):
            if isinstance(array, pa.ExtensionArray): return texts(array.storage)
            found = special(array)
            if found is not None: return found
            if array.null_count == 0: return plain(array)
            bits, start = array.buffers()[0].to_pybytes(), array.offset
            valid = [bits[(start + i) >> 3] >> ((start + i) & 7) & 1 for i in range(len(array))]
            return [v if ok else "null" for v, ok in zip(plain(array), valid)]

        def columns(batch):
            # Two types of intervals have no class in pyarrow: their values are looked at as integers.
            kinds, plain = [str(field.type) for field in batch.schema], {"month_interval": pa.int32(), "day_time_interval": pa.int64()}
            if not any(kind in plain for kind in kinds): return [texts(column) for column in batch.columns]
            import ctypes
            memory = ctypes.create_string_buffer(80)
            batch._export_to_c(ctypes.addressof(memory))
            fields = [pa.field(f.name, plain.get(kind, f.type)) for f, kind in zip(batch.schema, kinds)]
            found = [texts(c) for c in pa.RecordBatch._import_from_c(ctypes.addressof(memory), pa.schema(fields)).columns]
            def parts(value): return "%dd %dms" % struct.unpack("<ii", struct.pack("<q", int(value)))
            return [[v if kind != "day_time_interval" or v == "null" else parts(v) for v in values]
                    for kind, values in zip(kinds, found)]

        def dump(batches): return [{"rowCount": b.num_rows, "columns": columns(b)} for b in batches]

        def read(path):
            with pa.OSFile(path) as source: data = source.read_buffer()
            if data[:6].to_pybytes() == b"ARROW1":
                reader = pa.ipc.open_file(data)
                return reader.schema, [reader.get_batch(i) for i in range(reader.num_record_batches)]
            reader = pa.ipc.open_stream(data)
            return reader.schema, list(reader)

        def joined(batches):
            all = [[] for _ in range(batches[0].num_columns if batches else 0)]
            for batch in batches:
                for values, found in zip(all, columns(batch)): values += found
            return all

        def is_valid(batch):
            try: batch.validate(full=True)
            except pa.ArrowInvalid: return False
            return True

        def same(path, other, label):
            (schema, batches), (found_schema, found) = read(path), read(other)
            assert found_schema.equals(schema, check_metadata=True), (label, str(schema), str(found_schema))
            for batch in found: batch.validate(full=not [b for b in batches if not is_valid(b)])
            a, b = joined(batches), joined(found)
            if sum(x.num_rows for x in batches) == 0: assert sum(x.num_rows for x in found) == 0, label
            else:
                for i, (x, y) in enumerate(zip(a, b)): assert x == y, (label, str(schema[i]), x[:9], y[:9])
                assert len(a) == len(b), label
        """

    /// `case(seed, directory, number)`: writes a random stream or file, and what is in it as JSON.
    static let cases = """
        TEXT = ["", "a", "Äther – 電力", "exactly12byt", "thirteen byte", "long " * 9, "e\\u0301"]

        def nullable(rng, values): return [None if rng.random() < rng.nulls else v for v in values]

        def flat(rng):
            number = lambda low, high: lambda: rng.randint(low, high)
            times = lambda: rng.randint(0, 80000)
            fraction = lambda: rng.choice([rng.randint(-4000, 4000) / 8, 0.0, float("inf"), float("-inf"), float("nan")])
            text, data = (lambda: rng.choice(TEXT)), (lambda: rng.randbytes(rng.randint(0, 20)))
            choices = [(pa.bool_(), lambda: rng.random() < 0.5)]
            for bits in (8, 16, 32, 64):
                choices.append((getattr(pa, f"int{bits}")(), number(-2 ** (bits - 1), 2 ** (bits - 1) - 1)))
                choices.append((getattr(pa, f"uint{bits}")(), number(0, 2 ** bits - 1)))
            choices += [(pa.float16(), lambda: np.float16(fraction())), (pa.float32(), fraction), (pa.float64(), fraction)]
            choices += [(kind, text) for kind in (pa.utf8(), pa.large_utf8(), pa.string_view())]
            choices += [(kind, data) for kind in (pa.binary(), pa.large_binary(), pa.binary_view())]
            choices += [(pa.binary(n), (lambda n: lambda: rng.randbytes(n))(n)) for n in (0, 1, 5, 16)]
            choices += [(kind, times) for kind in (
                pa.date32(), pa.time32("s"), pa.time32("ms"), pa.time64("us"), pa.time64("ns"), pa.timestamp("s"),
                pa.timestamp("ms", "UTC"), pa.timestamp("us"), pa.timestamp("ns", "Europe/Berlin"), pa.duration("s"),
                pa.duration("ms"), pa.duration("us"), pa.duration("ns"))]
            choices.append((pa.date64(), lambda: times() * 86400000))
            choices.append((pa.month_day_nano_interval(), lambda: pa.MonthDayNano([times(), -times(), times()])))
            import decimal
            for kind in (pa.decimal32(9, 2), pa.decimal64(18, -3), pa.decimal128(38, 10), pa.decimal256(76, 0)):
                choices.append((kind, (lambda s: lambda: decimal.Decimal(times() - 40000).scaleb(-s))(kind.scale)))
            kind, value = rng.choice(choices)
            return kind, lambda n: pa.array(nullable(rng, [value() for _ in range(n)]), kind)

        def validity(rng, n): return pa.array([rng.random() < rng.nulls for _ in range(n)], pa.bool_())

        def nested(rng, depth, replaces):
            kind = rng.choice(["list", "large_list", "list_view", "large_list_view", "fixed", "struct", "map", "sparse",
                "dense", "runs", "dictionary", "dictionary", "null"])
            if kind == "null": return pa.null(), lambda n: pa.nulls(n)
            if kind == "dictionary": return dictionary(rng, replaces)
            if kind == "runs":
                inner, make = flat(rng)
                width = rng.choice([pa.int16(), pa.int32(), pa.int64()])
                def runs(n):
                    ends = sorted(set(rng.randint(1, n) for _ in range(n // 2)) | {n}) if n else []
                    return pa.RunEndEncodedArray.from_arrays(pa.array(ends, width), make(len(ends)))
                return pa.run_end_encoded(width, inner), runs
            if kind in ("struct", "sparse", "dense", "map"):
                count = 2 if kind == "map" else rng.randint(0 if kind == "struct" else 1, 3)
                parts = [spec(rng, depth - 1, replaces) for _ in range(count)]
                if kind == "map":
                    key = rng.choice([pa.utf8(), pa.int32()])
                    def maps(n):
                        lengths = [rng.randint(0, 3) for _ in range(n)]
                        offsets = np.cumsum([0] + lengths).tolist()
                        total = offsets[-1]
                        keys = pa.array([f"k{i}" if key == pa.utf8() else i for i in range(total)], key)
                        mask = validity(rng, n) if n else None
                        return pa.MapArray.from_arrays(pa.array(offsets, pa.int32()), keys, parts[1][1](total), mask=mask)
                    return pa.map_(key, parts[1][0]), maps
                if kind == "struct":
                    fields = [pa.field(f"f{i}", t) for i, (t, _) in enumerate(parts)]
                    def structs(n):
                        mask = validity(rng, n)
                        if not parts: return pa.array(nullable(rng, [{}] * n), pa.struct([]))
                        return pa.StructArray.from_arrays([m(n) for _, m in parts], fields=fields, mask=mask)
                    return pa.struct(fields), structs
                ids = rng.sample(range(100), count)
                fields = [pa.field(f"m{i}", t) for i, (t, _) in enumerate(parts)]
                def unions(n):
                    chosen = [rng.randrange(count) for _ in range(n)]
                    marks = pa.array([ids[c] for c in chosen], pa.int8())
                    names = [f.name for f in fields]
                    if kind == "sparse":
                        return pa.UnionArray.from_sparse(marks, [m(n) for _, m in parts], names, ids)
                    seen, offsets = [0] * count, []
                    for c in chosen: offsets.append(seen[c]); seen[c] += 1
                    children = [m(k) for (_, m), k in zip(parts, seen)]
                    return pa.UnionArray.from_dense(marks, pa.array(offsets, pa.int32()), children, names, ids)
                return getattr(pa, kind + "_union")(fields, ids), unions
            inner, make = spec(rng, depth - 1, replaces)
            if kind == "fixed":
                size = rng.randint(0, 3)
                def fixed(n):
                    if size == 0: return pa.FixedSizeListArray.from_buffers(pa.list_(inner, 0), n, [None], children=[make(0)])
                    return pa.FixedSizeListArray.from_arrays(make(n * size), size, mask=validity(rng, n))
                return pa.list_(inner, size), fixed
            if kind.endswith("view"):
                array = pa.LargeListViewArray if kind[0] == "l" and "large" in kind else pa.ListViewArray
                width = pa.int64() if "large" in kind else pa.int32()
                def views(n):
                    sizes = [rng.randint(0, 3) for _ in range(n)]
                    starts = [rng.randint(0, 4) for _ in range(n)]
                    return array.from_arrays(pa.array(starts, width), pa.array(sizes, width), make(8), mask=validity(rng, n) if n else None)
                return getattr(pa, kind)(inner), views
            array = pa.LargeListArray if kind == "large_list" else pa.ListArray
            width = pa.int64() if kind == "large_list" else pa.int32()
            def some(n):
                offsets = np.cumsum([0] + [rng.randint(0, 3) for _ in range(n)]).tolist()
                return array.from_arrays(pa.array(offsets, width), make(offsets[-1]), mask=validity(rng, n) if n else None)
            return (pa.large_list if kind == "large_list" else pa.list_)(inner), some

        def dictionary(rng, replaces):
            inner, make = flat(rng)
            while pt.is_float16(inner) or inner in (pa.string_view(), pa.binary_view(), pa.month_day_nano_interval()):
                inner, make = flat(rng)
            index = rng.choice([pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32()])
            ordered = rng.random() < 0.3
            state = [make(rng.randint(1, 9))]
            def dictionaries(n):
                if replaces and rng.random() < 0.5: state[0] = make(rng.randint(1, 9))
                indices = pa.array(nullable(rng, [rng.randrange(len(state[0])) for _ in range(n)]), index)
                return pa.DictionaryArray.from_arrays(indices, state[0], ordered=ordered)
            return pa.dictionary(index, inner, ordered), dictionaries

        def spec(rng, depth, replaces): return nested(rng, depth, replaces) if depth > 0 and rng.random() < 0.5 else flat(rng)

        def case(seed, directory, number):
            rng = random.Random(seed)
            rng.nulls = rng.choice([0, 0.3, 0.3, 1])
            is_file = rng.random() < 0.5
            columns = [spec(rng, 3, not is_file) for _ in range(rng.randint(0, 4))]
            fields = [pa.field(f"c{i}", t, metadata={"k": "v" * i} if rng.random() < 0.3 else None) for i, (t, _) in enumerate(columns)]
            schema = pa.schema(fields, {"seed": str(seed)} if rng.random() < 0.5 else None)
            codec = rng.choice([None, "lz4", "zstd"])
            options = pa.ipc.IpcWriteOptions(compression=codec)
            path = f"{directory}/{number}.arrow"
            with (pa.ipc.new_file if is_file else pa.ipc.new_stream)(path, schema, options=options) as out:
                for _ in range(rng.choice([0, 1, 1, 2, 5])):
                    n = rng.choice([0, 1, 7, 8, 9, 65])
                    before, behind = (rng.randint(0, 9), rng.randint(0, 9)) if rng.random() < 0.5 else (0, 0)
                    arrays = [make(before + n + behind).slice(before, n) for _, make in columns]
                    out.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema) if arrays
                        else pa.RecordBatch.from_struct_array(pa.array([{}] * n, pa.struct([]))).replace_schema_metadata(schema.metadata))
            schema, batches = read(path)
            with open(f"{directory}/{number}.json", "w") as out: json.dump({"seed": str(seed), "batches": dump(batches)}, out)
        """
}
