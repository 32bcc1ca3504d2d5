"""boto3's transfer manager: one large object from or to a store, ten requests at a time as it is by default.

    boto3_transfer.py get|put ENDPOINT BUCKET KEY FILE
"""

import sys
import time

import boto3
from boto3.s3.transfer import TransferConfig

started = time.perf_counter()
verb, endpoint, bucket, key, path = sys.argv[1:]


class Nowhere:
    """Where what was got is dropped."""

    def write(self, data):
        return len(data)


client = boto3.client(
    "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="bench", aws_secret_access_key="bench")
config = TransferConfig(multipart_chunksize=16 << 20, max_concurrency=10)
if verb == "get":
    client.download_fileobj(bucket, key, Nowhere(), Config=config)
else:
    client.upload_file(path, bucket, key, Config=config)
print(f"seconds_after_imports {time.perf_counter() - started:.4f}")
