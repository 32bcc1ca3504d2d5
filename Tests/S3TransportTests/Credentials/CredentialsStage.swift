import Foundation
import NIOHTTP1
import TestSupport

@testable import S3Transport

/// All that a chain of credentials can meet, for real: files, a program, and a server that is STS, container endpoint and
/// metadata service in one.
///
/// STS's keys tell who asked for what: `AKID>role` is the role that the key `AKID` assumed, with what else was asked
/// for behind it.
final class CredentialsStage: Sendable {
    let server: LocalServer
    private let directory: TemporaryDirectory

    init() async throws {
        directory = try TemporaryDirectory()
        server = try await LocalServer { request in
            switch (request.method, request.target) {
            case ("POST", "/"): .init(body: Self.role(request))
            case ("GET", "/container"): .init(body: Self.document("CONTAINER"))
            case ("PUT", "/latest/api/token"): .init(body: "imds")
            case ("GET", "/latest/meta-data/iam/security-credentials/"): .init(body: "role")
            case ("GET", "/latest/meta-data/iam/security-credentials/role"): .init(body: Self.document("INSTANCE"))
            default: .init(status: 404)
            }
        }
    }

    /// Variables with the stage's servers and these files; `$STAGE` in any text stands for its folder, `$SERVER` for the
    /// server.
    func variables(
        _ variables: [String: String] = [:], configuration: String = "", credentials: String = ""
    ) throws -> [String: String] {
        let folder = UUID().uuidString
        let process = """
            #!/bin/sh
            printf '{"Version": %s, "AccessKeyId": "%s", "SecretAccessKey": "hushP", "SessionToken": "hushT"}' "$2" "$1"
            exit "${3:-0}"
            """
        let program = try directory.write(Array(process.utf8), to: "process")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        try directory.write(Array("web.token".utf8), to: "token")
        let files = [("AWS_CONFIG_FILE", configuration), ("AWS_SHARED_CREDENTIALS_FILE", credentials)]
        var all = [
            "PATH": "/usr/bin:/bin", "HOME": directory.url.path, "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL_STS": server.url, "AWS_EC2_METADATA_DISABLED": "true",
        ]
        for (name, text) in files {
            all[name] = try directory.write(Array(staged(text).utf8), to: "\(folder)/\(name)").path
        }
        return all.merging(variables.mapValues(staged)) { $1 }
    }

    private func staged(_ text: String) -> String {
        text.replacing("$STAGE", with: directory.url.path).replacing("$SERVER", with: server.url)
    }

    private static func document(_ key: String) -> String {
        """
        {"Code": "Success", "AccessKeyId": "\(key)", "SecretAccessKey": "hushD", "Token": "hushU",
         "Expiration": "2036-11-24T23:40:06Z"}
        """
    }

    private static func role(_ request: LocalServer.Request) -> String {
        var fields: [String: String] = [:]
        for pair in request.body.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            fields[String(parts[0])] = parts.count == 2 ? parts[1].percentDecoded(plusIsSpace: true) : ""
        }
        let authorization = request.headers.first(name: "Authorization") ?? ""
        let signer = authorization.split(separator: "Credential=").last?.split(separator: "/").first ?? ""
        let action = fields["Action"] ?? ""
        var key = "\(authorization.isEmpty ? fields["WebIdentityToken"] ?? "" : String(signer))>"
        key += fields["RoleArn"]?.split(separator: "/").last ?? ""
        for name in ["ExternalId", "DurationSeconds", "RoleSessionName"] {
            guard let value = fields[name], !value.hasPrefix("botocore-"), !value.hasPrefix("s3db-") else { continue }
            key += ":\(value)"
        }
        return """
            <\(action)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><\(action)Result>
            <Credentials><AccessKeyId>\(key.xmlEscaped)</AccessKeyId><SecretAccessKey>hushR</SecretAccessKey>
            <SessionToken>hushS</SessionToken><Expiration>2036-11-24T23:40:06Z</Expiration></Credentials>
            </\(action)Result></\(action)Response>
            """
    }
}
