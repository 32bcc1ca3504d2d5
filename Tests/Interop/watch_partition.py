"""Reads one Parquet file again and again while others replace it, and checks every version of it.

    watch_partition.py PATH
    watch_partition.py BUCKET KEY ENDPOINT REGION ACCESS_KEY SECRET_KEY

The rows are those of `LandingDays`: each day has rows 0 to n - 1 of one generation, where n follows from the generation.
A version must be a whole file with sound page checksums, hold the rows that its provenance tells, no day twice, none in
part and none of two generations; and against the version before it, no day may be gone or of an older generation.

Ends when standard input does, and then prints a line of JSON: the number of versions read, the most days seen, and what
was wrong with which version.
"""

import io
import json
import os
import select
import sys

import pyarrow.compute as pc
import pyarrow.parquet

ROWS, KINDS = 8, 3


class File:
    def __init__(self, path):
        self.path = path

    def read(self, known):
        """The next version and its bytes; None for one that is known, or none."""
        try:
            with open(self.path, "rb") as file:
                status = os.fstat(file.fileno())
                version = [status.st_ino, status.st_mtime_ns, status.st_size]
                return None if version == known else (version, file.read())
        except FileNotFoundError:
            if known:
                raise
            return None


class Object:
    def __init__(self, bucket, key, endpoint, region, access_key, secret_key):
        import boto3
        import botocore.config

        self.place = {"Bucket": bucket, "Key": key}
        self.client = boto3.client(
            "s3", endpoint_url=endpoint, region_name=region, aws_access_key_id=access_key,
            aws_secret_access_key=secret_key, config=botocore.config.Config(s3={"addressing_style": "path"}))

    def read(self, known):
        from botocore.exceptions import ClientError

        try:
            if self.client.head_object(**self.place)["ETag"] == known:
                return None
            got = self.client.get_object(**self.place)
            return got["ETag"], got["Body"].read()
        except ClientError as error:
            if known or error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            return None


def days_of(data):
    """The generation of each day in a file; raises ValueError for what no version may be."""
    file = pyarrow.parquet.ParquetFile(io.BytesIO(data), page_checksum_verification=True)
    table = file.read()
    provenance = json.loads(file.metadata.metadata[b"s3db.provenance"])
    told = sum(section["rows"] for section in provenance["sections"])
    if told != table.num_rows:
        raise ValueError(f"{table.num_rows} rows, and {told} by the provenance")
    table = table.append_column("day", pc.divide(table["target_start"], 86_400))
    groups = table.group_by("day").aggregate(
        [("generation", "min"), ("generation", "max"), ("row", "count"), ("row", "count_distinct"), ("row", "max")])
    days = {}
    for day in groups.to_pylist():
        generation, count = day["generation_min"], ROWS + day["generation_min"] % KINDS
        found = (day["generation_max"], day["row_count"], day["row_count_distinct"], day["row_max"])
        if found != (generation, count, count, count - 1):
            raise ValueError(f"day {day} is not whole or not of one generation")
        days[day["day"]] = generation
    sources = [int(section["key"].split("/")[-1].split(".")[0]) // 86_400 for section in provenance["sections"]]
    if sorted(set(sources)) != sorted(days):
        raise ValueError("the days are not those of the provenance")
    if sources != sorted(sources):
        raise ValueError("the sections are not in order")
    return days


def main(place):
    version, days, most, reads, problems = None, {}, 0, 0, []
    while not select.select([sys.stdin], [], [], 0.05)[0]:
        try:
            found = place.read(version)
            if found is None:
                continue
            version = found[0]
            reads += 1
            before, days = days, days_of(found[1])
        except Exception as error:
            problems.append(f"version {reads}: {type(error).__name__}: {error}")
            continue
        gone = [day for day in before if days.get(day, -1) < before[day]]
        if gone:
            problems.append(f"version {reads}: days {gone} are gone or older")
        most = max(most, len(days))
    print(json.dumps({"reads": reads, "days": most, "problems": problems[:20]}), flush=True)


main((File if len(sys.argv) == 2 else Object)(*sys.argv[1:]))
