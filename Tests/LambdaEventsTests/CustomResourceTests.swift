import Foundation
import LambdaEvents
import LambdaRuntime
import LambdaTesting
import Testing
import Threads

@Suite("Custom resources of CloudFormation", .timeLimit(.minutes(1)))
struct CustomResourceTests {
  struct Table: Codable, Sendable {
    var name: String
  }

  private struct Unlucky: Error, CustomStringConvertible {
    var description = "no such table"
  }

  private func request(_ properties: String, _ more: String = "") -> [UInt8] {
    Array(
      #"""
      {"RequestType":"Create","ResponseURL":"http://127.0.0.1:1/r?X=1","StackId":"s","RequestId":"r1","ResourceType":
      "Custom::Table","LogicalResourceId":"Orders"\#(more),"ResourceProperties":\#(properties)}
      """#.utf8)
  }

  /// What is put, of an invocation of a handler that does `work`.
  private func put(
    _ event: [UInt8], deadline: Deadline = .never,
    _ work: @escaping @Sendable (CustomResourceRequest<Table>) async throws -> CustomResource.Result
  ) async throws -> (url: String, body: String, size: Int) {
    let uploads = Monitor<[CustomResource.Upload]>([])
    let handler = CustomResource.handler(put: { upload in uploads.change { $0.append(upload) } }) {
      (request: CustomResourceRequest<Table>, _) in
      try await work(request)
    }
    #expect(try await handler(event, LambdaContext(deadline: deadline)) == Array("null".utf8))
    let upload = try #require(uploads.change { $0.count == 1 ? $0[0] : nil })
    let object = try JSONSerialization.jsonObject(with: Data(upload.body))
    let sorted = try JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
    return (upload.url, String(decoding: sorted, as: UTF8.self), upload.body.count)
  }

  @Test("what was made goes to the URL of the request, with the request's ids")
  func success() async throws {
    let sent = try await put(request(#"{"name":"orders","ServiceToken":"arn"}"#)) { request in
      .init(physicalResourceID: "table/\(request.resourceProperties.name)", data: ["Rows": 3])
    }
    #expect(sent.url == "http://127.0.0.1:1/r?X=1")
    #expect(
      sent.body == #"""
        {"Data":{"Rows":3},"LogicalResourceId":"Orders","PhysicalResourceId":"table\/orders","RequestId":"r1",\#
        "StackId":"s","Status":"SUCCESS"}
        """#)
  }

  @Test("an error, and properties that cannot be read, are told as the reason")
  func failures() async throws {
    let failed = try await put(request(#"{"name":"x"}"#, #","PhysicalResourceId":"p1""#)) { _ in throw Unlucky() }
    #expect(failed.body.contains(#""Reason":"no such table""#) && failed.body.contains(#""Status":"FAILED""#))
    #expect(failed.body.contains(#""PhysicalResourceId":"p1""#))
    let unread = try await put(request(#"{"name":[]}"#)) { _ in throw Unlucky() }
    #expect(unread.body.contains("ResourceProperties.name is not a string"))
    #expect(unread.body.contains(#""PhysicalResourceId":"failed-r1""#))
  }

  @Test("a response that CloudFormation would not take is a failure that says so; a long reason is cut")
  func sizes() async throws {
    let large = try await put(request(#"{"name":"x"}"#)) { _ in
      .init(physicalResourceID: "p", data: ["a": .string(String(repeating: "x", count: 5000))])
    }
    #expect(large.body.contains("over CloudFormation's limit of 4096") && large.size < 4096)
    let long = try await put(request(#"{"name":"x"}"#)) { _ in
      throw Unlucky(description: String(repeating: "\u{1}é", count: 9000))
    }
    #expect(long.body.contains("FAILED") && long.size <= 4096)
  }

  @Test("work that takes too long is told of before the deadline, also when it does not heed that it is cancelled")
  func deadline() async throws {
    let sent = try await put(request(#"{"name":"x"}"#), deadline: Deadline(in: .milliseconds(5100))) { _ in
      await withCheckedContinuation { continuation in
        DispatchQueue.global().asyncAfter(deadline: .now() + 3) { continuation.resume() }
      }
      throw Unlucky()
    }
    #expect(sent.body.contains("before the function's time is up"))
  }

  @Test("a response that is not taken is the invocation's error")
  func notTaken() async {
    let handler = CustomResource.handler(put: { _ in throw Unlucky(description: "403") }) {
      (request: CustomResourceRequest<Table>, _) in .init(physicalResourceID: "p")
    }
    await #expect(throws: Unlucky.self) { try await handler(request(#"{"name":"x"}"#), LambdaContext()) }
  }
}
