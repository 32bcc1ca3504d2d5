import S3DBCore
