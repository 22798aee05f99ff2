import Foundation
import LambdaRuntime
import Testing
import Threads

@Suite("Metrics and traces", .timeLimit(.minutes(1)))
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

  @Test("a cold start counts once in a namespace, however often its invocation flushes")
  func coldStart() throws {
    let lines = Monitor<[String]>([])
    let log = Log { line in lines.change { $0.append(String(decoding: line, as: UTF8.self)) } }
    let cold = LambdaContext(isColdStart: true, log: log)
    for context in [cold, cold, LambdaContext(log: log)] {
      for namespace in ["A", "B"] {
        var metrics = Metrics(namespace: namespace)
        metrics.count("Images")
        metrics.flush(context)
      }
    }
    let counted = lines.change { $0.map { $0.contains(#""ColdStart":1"#) } }
    #expect(counted == [true, true, false, false, false, false])
    let marked = lines.change { $0.map { $0.contains(#""coldStart":true"#) } }
    #expect(marked == [true, true, true, true, false, false])
  }

  @Test("no name stands twice in a line: a metric whose name is taken is left out, and a warning says so")
  func takenNames() throws {
    let lines = Monitor<[String]>([])
    let log = Log { line in lines.change { $0.append(String(decoding: line, as: UTF8.self)) } }
    var metrics = Metrics(
      namespace: "N", dimensions: ["Function": "f", "Function": "g", "requestId": "x", "_aws": "y"])
    for name in ["Function", "requestId", "coldStart", "_aws", "Images"] { metrics.count(name) }
    metrics.flush(LambdaContext(requestID: "r", log: log))
    let written = lines.change { $0 }
    #expect(written.count == 2)
    #expect(written.first?.hasPrefix("WARN\t") == true)
    #expect(written.first?.contains("names=Function, _aws, coldStart, requestId") == true)
    let line = try #require(written.last)
    for name in ["Function", "requestId", "coldStart", "_aws", "Images"] {
      #expect(line.ranges(of: "\"\(name)\":").count == 1, "\(name)")
    }
    #expect(line.contains(#""Dimensions":[["Function"]]"#) && line.contains(#""Function":"f""#))
    #expect(line.contains(#""Metrics":[{"Name":"Images","Unit":"Count"}]"#))
  }

  @Test("trace headers are read in any order, and written in one, with what they say beside")
  func headers() throws {
    let header = try #require(TraceHeader("Sampled=1;Parent=53995c3f42cd8ad8;Lineage=a:0;New=b=c;Root=1-5759e988-bd86"))
    #expect(header.description == "Root=1-5759e988-bd86;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0;New=b=c")
    #expect(TraceHeader(header.description) == header)
    #expect(TraceHeader("Root=1-2;Sampled=0")?.isSampled == false)
    #expect(TraceHeader("nonsense") == nil)
  }
}
