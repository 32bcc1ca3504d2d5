import S3DB

/// Runs Python scripts that use boto3, the client of AWS's own that judges ours.
public enum Boto3 {
    /// Runs a script and returns what it printed; it does not block the task's thread.
    ///
    /// The script makes its clients with `client(service, **config)`, where `config` is botocore's: `client("s3",
    /// retries={"total_max_attempts": 1})`. They go to the endpoint, with paths that begin with the bucket. `json`,
    /// `sys` and botocore's `ClientError` are imported; the arguments are in `sys.argv[1:]`.
    ///
    /// - Throws: ``Python/Failure``.
    @discardableResult
    public static func run(
        _ script: String, _ arguments: [String] = [], endpoint: HTTPEndpoint, credentials: Credentials, region: String
    ) async throws -> String {
        let settings: JSONValue = [
            "endpoint_url": .string("\(endpoint)"),
            "region_name": .string(region),
            "aws_access_key_id": .string(credentials.accessKeyID),
            "aws_secret_access_key": .string(credentials.secretAccessKey),
            "aws_session_token": credentials.sessionToken.map { .string($0) } ?? .null,
        ]
        return try await onOwnThread {
            try Python.run(prelude + script, [settings.serialized()] + arguments)
        }
    }

    private static let prelude = """
        import json, sys
        import boto3, botocore.config
        from botocore.exceptions import ClientError

        _settings = json.loads(sys.argv.pop(1))

        def client(service, **config):
            config.setdefault("s3", {"addressing_style": "path"})
            return boto3.client(service, config=botocore.config.Config(**config), **_settings)


        """
}
