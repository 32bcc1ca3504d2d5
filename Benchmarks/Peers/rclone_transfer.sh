#!/usr/bin/env bash
# rclone: one large object from or to a store, four parts of 16 MiB at a time.
#
#   rclone_transfer.sh RCLONE get|put ENDPOINT BUCKET KEY FILE
set -euo pipefail
rclone=$1 verb=$2 endpoint=$3 bucket=$4 key=$5 file=$6
export RCLONE_CONFIG=/dev/null RCLONE_S3_PROVIDER=Other RCLONE_S3_ENDPOINT=$endpoint RCLONE_S3_REGION=us-east-1
export RCLONE_S3_ACCESS_KEY_ID=bench RCLONE_S3_SECRET_ACCESS_KEY=bench RCLONE_S3_NO_CHECK_BUCKET=true
if [ "$verb" = get ]; then
    exec "$rclone" cat ":s3:$bucket/$key" >/dev/null
else
    exec "$rclone" copyto "$file" ":s3:$bucket/$key" --s3-chunk-size 16M --s3-upload-concurrency 4 --s3-disable-checksum
fi
