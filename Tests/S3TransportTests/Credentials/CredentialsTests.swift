import Testing

@testable import S3Transport

/// Nothing that prints a value prints its secrets.
@Suite struct CredentialsTests {
    private struct Holder {
        var credentials: Credentials?
        var list: [Credentials]
        var named: [String: Credentials]
    }

    @Test func noDescriptionHasASecret() {
        let credentials = Credentials(
            accessKeyID: "AKIDEXAMPLE1234", secretAccessKey: "hushSecret", sessionToken: "hushToken",
            expirationSeconds: 9)
        let holder = Holder(credentials: credentials, list: [credentials], named: ["a": credentials])
        var texts = ["\(credentials)", String(reflecting: credentials), "\(holder)", String(reflecting: holder)]
        texts += ["\([credentials])", "\(Optional(credentials) as Any)", "\(StaticCredentials(credentials))"]
        for value in [credentials, holder, [credentials], StaticCredentials(credentials)] as [Any] {
            var dumped = ""
            dump(value, to: &dumped)
            texts.append(dumped)
        }
        for text in texts {
            #expect(!text.contains("hush") && !text.contains("AKIDEXAMPLE"), "\(text)")
        }
        #expect("\(credentials)" == "credentials …1234 with a session token")
    }
}
