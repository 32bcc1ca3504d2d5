import S3DBCore

/// The JSON that `credential_process`, containers and instances give credentials as.
///
///     {"AccessKeyId": "…", "SecretAccessKey": "…", "Token": "…", "Expiration": "2026-11-24T23:40:06Z"}
enum CredentialsDocument {
    /// The largest document that is read, in bytes.
    static let byteLimit = 64 << 10

    /// The members of a document.
    ///
    /// - Throws: ``S3DBError/Code/malformedAnswer``, which quotes nothing of it.
    static func members(_ text: Buffer, from origin: String) throws(S3DBError) -> JSONValue {
        guard let document = try? JSONValue.parse(text.bytes), document.objectValue != nil else {
            throw malformed(origin, "is no JSON object")
        }
        return document
    }

    /// The credentials in a document.
    ///
    /// - Parameters:
    ///   - token: The name of the session token's member.
    ///   - origin: What gave the document, for messages.
    static func credentials(_ document: JSONValue, token: String, from origin: String) throws(S3DBError) -> Credentials
    {
        guard let key = document["AccessKeyId"]?.stringValue, !key.isEmpty,
            let secret = document["SecretAccessKey"]?.stringValue, !secret.isEmpty
        else { throw malformed(origin, "has no AccessKeyId or no SecretAccessKey") }
        var expiration: Int64?
        if let text = document["Expiration"]?.stringValue {
            guard let seconds = Timestamp.seconds(text) else { throw malformed(origin, "has no time in Expiration") }
            expiration = seconds
        }
        return Credentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: document[token]?.stringValue,
            expirationSeconds: expiration)
    }

    private static func malformed(_ origin: String, _ what: String) -> S3DBError {
        S3DBError(.malformedAnswer, "the answer of \(origin) \(what)")
    }
}
