import Metrics
import S3DB
import Testing

@Suite struct PrometheusExpositionTests {
    private let exposition = PrometheusExposition(seriesLimit: 8)

    @Test func eachKindIsWrittenInItsForm() {
        Metrics.Counter(label: "c_total", dimensions: [("b", "2"), ("a", "1")], factory: exposition).increment(by: 3)
        Metrics.Counter(label: "c_total", dimensions: [("a", "1"), ("b", "2")], factory: exposition).increment()
        Gauge(label: "g", factory: exposition).record(-2.5)
        Recorder(label: "r", dimensions: [], aggregate: true, factory: exposition).record(7)
        let timer = Timer(label: "t_seconds", dimensions: [], factory: exposition)
        timer.recordMilliseconds(20)
        timer.recordSeconds(45)
        let lines = exposition.text.split(separator: "\n").map(String.init)
        #expect(
            lines.prefix(5) == [
                "# TYPE c_total counter", "c_total{a=\"1\",b=\"2\"} 4", "# TYPE g gauge", "g -2.5", "# TYPE r summary",
            ])
        #expect(lines.contains("r_sum 7") && lines.contains("r_count 1"))
        #expect(lines.contains("t_seconds_bucket{le=\"0.01\"} 0"))
        #expect(lines.contains("t_seconds_bucket{le=\"0.025\"} 1"))
        #expect(lines.contains("t_seconds_bucket{le=\"60.0\"} 2"))
        #expect(lines.contains("t_seconds_bucket{le=\"+Inf\"} 2"))
        #expect(lines.contains("t_seconds_sum 45.02"))
        #expect(lines.last == "metrics_dropped_total 0")
    }

    @Test func namesAndLabelsAreMadeValid() {
        let label = "a\"b\\c\nd" + String(repeating: "x", count: 500)
        Metrics.Counter(label: "9 lives.é", dimensions: [("k-1", label)], factory: exposition).increment()
        let line = exposition.text.split(separator: "\n").first { $0.hasPrefix("_9") }
        #expect(line?.hasPrefix("_9_lives__{k_1=\"a\\\"b\\\\c\\ndxxx") == true, "\(line ?? "")")
        #expect((line?.count ?? 0) < 260)
    }

    @Test func seriesAreBoundedAndKindsDoNotMix() {
        for index in 0..<100 {
            Metrics.Counter(label: "many_total", dimensions: [("n", "\(index)")], factory: exposition).increment()
        }
        Gauge(label: "many_total", factory: exposition).record(1)
        let text = exposition.text
        #expect(text.split(separator: "\n").count { $0.hasPrefix("many_total{") } == 8)
        #expect(text.contains("metrics_dropped_total 93"))
        #expect(!text.contains("gauge"))
    }

    @Test func numbersAreGos() {
        for (value, text) in [
            (0.0, "0"), (1e21, "1e+21"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (0.1, "0.1"),
        ] {
            let exposition = PrometheusExposition()
            Gauge(label: "g", factory: exposition).record(value)
            #expect(exposition.text.contains("\ng \(text)\n"))
        }
    }
}
