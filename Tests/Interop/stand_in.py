"""Runs a server that stands in for AWS, on a free port of this machine, until standard input ends.

    stand_in.py moto|rclone ACCESS_KEY SECRET_KEY REGION

Prints the server's URL once it answers. Then every line of standard input is a JSON array [service, operation,
parameters] of one boto3 call, and is answered by a line of JSON: {"result": ...} or {"error": {code, status, message}}.
A body in a result is given in base64. Whoever started this holds the other end of standard input, so the server ends
with it, however that happens.
"""

import base64
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import boto3
import botocore.config
import botocore.exceptions


def start_moto():
    """moto: S3 with notifications, SQS, SNS, STS. It verifies no signatures."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    return f"http://{host}:{port}", lambda: None


def die_with_parent():
    if sys.platform == "linux":
        import ctypes

        PR_SET_PDEATHSIG, SIGKILL = 1, 9
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL)


def start_rclone(access_key, secret_key):
    """rclone: S3 over a directory. It verifies signatures and has no conditional writes."""
    directory = tempfile.mkdtemp(prefix="s3db-rclone-")
    program = os.path.join(os.path.dirname(sys.executable), "rclone")
    command = [
        program, "serve", "s3", "--config", os.devnull, "--addr", "127.0.0.1:0",
        "--auth-key", f"{access_key},{secret_key}", directory,
    ]
    server = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=die_with_parent
    )

    def stop():
        server.kill()
        server.wait()
        shutil.rmtree(directory, ignore_errors=True)

    for line in server.stderr:
        if found := re.search(r"Starting s3 server on \[(http://[^\]]+?)/?\]", line):
            # What it says later is not read, but must not fill the pipe.
            threading.Thread(target=lambda: [None for _ in server.stderr], daemon=True).start()
            return found[1], stop
        sys.stderr.write(line)
    stop()
    sys.exit("rclone ended before it listened")


def plain(value):
    """What JSON has no form for."""
    return base64.b64encode(value.read()).decode() if hasattr(value, "read") else str(value)


def main(kind, access_key, secret_key, region):
    endpoint, stop = start_moto() if kind == "moto" else start_rclone(access_key, secret_key)
    clients = {}

    def call(service, operation, parameters):
        if service not in clients:
            clients[service] = boto3.client(
                service, endpoint_url=endpoint, region_name=region, aws_access_key_id=access_key,
                aws_secret_access_key=secret_key,
                config=botocore.config.Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
            )
        result = getattr(clients[service], operation)(**parameters)
        result.pop("ResponseMetadata", None)
        return result

    try:
        for attempt in range(100):
            try:
                call("s3", "list_buckets", {})
                break
            except botocore.exceptions.EndpointConnectionError:
                time.sleep(0.1)
        else:
            sys.exit(f"{kind} does not answer")
        print(endpoint, flush=True)
        for line in sys.stdin:
            try:
                answer = {"result": call(*json.loads(line))}
            except botocore.exceptions.ClientError as error:
                answer = {
                    "error": {
                        "code": error.response["Error"]["Code"],
                        "status": error.response["ResponseMetadata"]["HTTPStatusCode"],
                        "message": error.response["Error"].get("Message", ""),
                    }
                }
            except Exception as error:
                answer = {"error": {"code": type(error).__name__, "status": 0, "message": str(error)}}
            print(json.dumps(answer, default=plain), flush=True)
    finally:
        stop()


main(*sys.argv[1:])
# Without waiting for moto's threads.
os._exit(0)
