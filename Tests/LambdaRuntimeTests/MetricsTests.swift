import Foundation
import LambdaRuntime
import Testing
import Threads

@Suite("Metrics and traces")
struct MetricsTests {
  private func flushed(_ metrics: Metrics, isCold: Bool) throws -> [[String: Any]] {
    let lines = Monitor<[[UInt8]]>([])
    let context = LambdaContext(
      requestID: "r-1", isColdStart: isCold, log: Log(level: .fatal) { line in lines.change { $0.append(line) } })
    var copy = metrics
    copy.flush(context)
    copy.flush(LambdaContext(log: Log { _ in Issue.record("nothing is left to flush") }))
    return try lines.change { $0 }.map {
      #expect($0.last == UInt8(ascii: "\n"))
      return try #require(try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any])
    }
  }

  @Test("metrics are one line of the embedded metric format, the cold start marked")
  func embedded() throws {
    var metrics = Metrics(namespace: "Darkroom", dimensions: ["FunctionName": "images"])
    metrics.count("Images", 3)
    metrics.duration("Decode", .milliseconds(12.5))
    metrics.duration("Decode", .seconds(1))
    metrics.add("Broken", .infinity, .none)
    let line = try #require(try flushed(metrics, isCold: true).first)
    #expect(line["Images"] as? Double == 3)
    #expect(line["Decode"] as? [Double] == [12.5, 1000])
    #expect(line["Broken"] == nil)
    #expect(line["ColdStart"] as? Double == 1)
    #expect(line["coldStart"] as? Bool == true)
    #expect(line["FunctionName"] as? String == "images")
    #expect(line["requestId"] as? String == "r-1")
    let aws = try #require(line["_aws"] as? [String: Any])
    #expect(abs((aws["Timestamp"] as? Double ?? 0) / 1000 - Date().timeIntervalSince1970) < 10)
    let directive = try #require((aws["CloudWatchMetrics"] as? [[String: Any]])?.first)
    #expect(directive["Namespace"] as? String == "Darkroom")
    #expect(directive["Dimensions"] as? [[String]] == [["FunctionName"]])
    #expect(
      directive["Metrics"] as? [[String: String]] == [
        ["Name": "Images", "Unit": "Count"], ["Name": "Decode", "Unit": "Milliseconds"],
        ["Name": "ColdStart", "Unit": "Count"],
      ])
  }

  @Test("more than a hundred metrics, or values of one, go over several lines")
  func limits() throws {
    var metrics = Metrics(namespace: "N")
    for number in 0..<150 { metrics.count("m\(number)") }
    for number in 0..<250 { metrics.add("many", Double(number), .none) }
    let lines = try flushed(metrics, isCold: false)
    #expect(lines.count == 4)
    let many = lines.compactMap { $0["many"] as? [Double] }.flatMap { $0 }
    #expect(many == (0..<250).map { Double($0) })
    #expect((0..<150).allSatisfy { number in lines.count { $0["m\(number)"] != nil } == 1 })
    for line in lines {
      let aws = line["_aws"] as? [String: Any]
      let directive = (aws?["CloudWatchMetrics"] as? [[String: Any]])?.first
      #expect((directive?["Metrics"] as? [[String: String]] ?? []).count <= 100)
    }
  }

  @Test("trace headers are read in any order, and written in one")
  func headers() throws {
    let header = try #require(TraceHeader("Sampled=1;Parent=53995c3f42cd8ad8;Lineage=a:0;Root=1-5759e988-bd86"))
    #expect(header.description == "Root=1-5759e988-bd86;Parent=53995c3f42cd8ad8;Sampled=1")
    #expect(TraceHeader("Root=1-2;Sampled=0")?.isSampled == false)
    #expect(TraceHeader("nonsense") == nil)
  }
}
