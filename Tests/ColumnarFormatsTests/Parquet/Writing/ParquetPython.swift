/// Python that compares Parquet files with what they must hold.
enum ParquetPython {
    /// `check(folder, name)`: compares `<name>.parquet` with the columns in `<name>.json`, what its metadata count with
    /// what pyarrow counts when it writes the same table, and what DuckDB and Polars read of it where they know the types.
    static let check =
        CanonicalText.python + #"""

            import io

            def counts(metadata):
                """Values and nulls of each leaf column."""
                found = {}
                for group in range(metadata.num_row_groups):
                    for i in range(metadata.num_columns):
                        chunk = metadata.row_group(group).column(i)
                        values, nulls = found.get((i, chunk.path_in_schema), (0, 0))
                        more = chunk.statistics.null_count if chunk.statistics else None
                        known = nulls is not None and more is not None
                        found[(i, chunk.path_in_schema)] = (values + chunk.num_values, nulls + more if known else None)
                return found

            def agree(a, b):
                """Whether both count the same; pyarrow does not count the nulls of columns that have nothing else."""
                return a and a[0] == b[0] and (b[1] is None or a[1] == b[1])

            def every(kind, is_known):
                if pt.is_list(kind): return every(kind.value_type, is_known)
                if pt.is_map(kind): return every(kind.key_type, is_known) and every(kind.item_type, is_known)
                if pt.is_struct(kind): return all(every(f.type, is_known) for f in kind)
                return is_known(kind)

            def known(kind):
                common = (pt.is_boolean(kind) or pt.is_integer(kind) or pt.is_float32(kind) or pt.is_float64(kind)
                          or pt.is_string(kind) or pt.is_binary(kind) or pt.is_date32(kind))
                return common or pt.is_decimal128(kind) and kind.precision in (9, 18, 38)

            def others(path):
                import duckdb, polars
                yield "duckdb", lambda: duckdb.sql(f"select * from read_parquet('{path}')").to_arrow_table()
                yield "polars", lambda: polars.read_parquet(path).to_arrow(compat_level=polars.CompatLevel.oldest())

            compared = {"pyarrow": 0, "duckdb": 0, "polars": 0}

            def difference(found, expected):
                for row, (a, b) in enumerate(zip(found, expected)):
                    if a != b: return f"row {row}: {a[:300]} is not {b[:300]}"
                return f"{len(found)} of {len(expected)} values"

            def has_maps(kind):
                if pt.is_map(kind): return True
                if pt.is_struct(kind): return any(has_maps(f.type) for f in kind)
                return pt.is_list(kind) and has_maps(kind.value_type)

            def has_names(kind):
                """Whether the fields of all structures have names of their own, as DuckDB and Polars need it."""
                if pt.is_map(kind): return has_names(kind.key_type) and has_names(kind.item_type)
                if pt.is_list(kind): return has_names(kind.value_type)
                if not pt.is_struct(kind): return True
                names = [f.name for f in kind]
                return all(names) and len(set(names)) == len(names) and all(has_names(f.type) for f in kind)

            def read(path, is_valid):
                try:
                    table = pq.ParquetFile(path, page_checksum_verification=True).read()
                    table.validate(full=is_valid)
                    return {"columns": [dump(c) for c in table.columns], "types": [str(t) for t in table.schema.types]}
                except Exception as error:
                    return {"error": f"{type(error).__name__}: {error}"}

            def check(folder, name, unique_keys=True, is_valid=True):
                path = f"{folder}/{name}.parquet"
                expected = json.load(open(f"{folder}/{name}.json"))
                found = read(path, is_valid)
                problems = []
                if "error" in found: return [f"{name}: pyarrow: {found['error']}"]
                if len(found["columns"]) != len(expected): problems.append(f"{name}: {len(found['columns'])} columns")
                for i, (a, b) in enumerate(zip(found["columns"], expected)):
                    compared["pyarrow"] += 1
                    if a != b: problems.append(f"{name}: pyarrow, column {i}, {found['types'][i]}: {difference(a, b)}")
                file = pq.ParquetFile(path)
                table, metadata = file.read(), file.metadata
                if metadata.num_rows != table.num_rows: problems.append(f"{name}: {metadata.num_rows} rows")
                if table.num_rows:
                    again = io.BytesIO()
                    pq.write_table(table, again, store_schema=False)
                    a, b = counts(metadata), counts(pq.read_metadata(again))
                    wrong = [(k, a.get(k), v) for k, v in b.items() if not agree(a.get(k), v)]
                    if wrong or len(a) != len(b): problems.append(f"{name}: counts {wrong}")
                for reader, read_it in others(path):
                    columns = [i for i, kind in enumerate(table.schema.types) if every(kind, known)]
                    if not all(every(kind, known) and has_names(kind) for kind in table.schema.types): continue
                    if len(set(table.column_names)) < table.num_columns: continue
                    if not unique_keys and any(has_maps(kind) for kind in table.schema.types): continue
                    try: other = read_it()
                    except BaseException as error:
                        # Polars 2.1 panics for required fields of nullable structures in several pages that are encoded
                        # as differences or split, also where pyarrow wrote them.
                        if type(error).__name__ == "PanicException": continue
                        problems.append(f"{name}: {reader}: {type(error).__name__}: {error}")
                        continue
                    for i in columns:
                        compared[reader] += 1
                        kind, found = table.schema.types[i], other.column(i)
                        try: found = found.cast(kind)
                        except Exception: pass
                        if (a := dump(found)) != expected[i]:
                            problems.append(f"{name}: {reader}, column {i}, {kind}: {difference(a, expected[i])}")
                return problems
            """#

    /// Checks files of a folder, those with maps in DuckDB and Polars only where keys are `unique`; values of Arrow's
    /// `integration` data are not all in the range of their types. Prints what is wrong and how many columns were compared.
    static let checkAll =
        check + #"""

            folder, kind, names = sys.argv[1], sys.argv[2], sys.argv[3:]
            problems = [p for name in names for p in check(folder, name, kind == "unique", kind != "integration")]
            print(json.dumps({"problems": problems, "compared": compared}))
            """#

    /// What ``checkAll`` prints.
    struct Findings: Decodable {
        let problems: [String]
        let compared: [String: Int]
    }
}
