import FaultProxy
import Foundation
import Testing

@Suite("Rules of faults")
struct FaultRuleTests {
    @Test("A rule in JSON has defaults for what it leaves out")
    func defaults() throws {
        let rule = try JSONDecoder().decode(FaultRule.self, from: Data(#"{"fault": "slowDown"}"#.utf8))
        #expect(rule == FaultRule(.slowDown))
    }

    @Test("A rule in JSON may say everything, and null for all requests")
    func everything() throws {
        let text = #"""
            {"fault": "wrongRegion", "kinds": ["GetObject", "HeadObject"], "resource": "b/", "skip": 2, "times": null,
             "probability": 0.5, "milliseconds": 7, "region": "ap-south-1"}
            """#
        let rule = try JSONDecoder().decode(FaultRule.self, from: Data(text.utf8))
        #expect(
            rule
                == FaultRule(
                    .wrongRegion, ["GetObject", "HeadObject"], resource: "b/", skip: 2, times: nil, probability: 0.5,
                    milliseconds: 7, region: "ap-south-1"))
    }

    @Test("An unknown fault is refused")
    func unknown() {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(FaultRule.self, from: Data(#"{"fault": "gremlins"}"#.utf8))
        }
    }
}
