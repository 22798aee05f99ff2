public import LambdaRuntime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A function that CloudFormation makes, changes and deletes a custom resource by.
///
/// CloudFormation waits for a response for up to an hour. So one goes out whatever happens: also for properties that
/// cannot be read, for an error of the handler, and shortly before the deadline.
public enum CustomResource {
  /// What was made.
  public struct Result: Sendable, Equatable {
    /// Its id: a new one at an update has the old one deleted.
    public var physicalResourceID: String
    /// What `Fn::GetAtt` finds.
    public var data: [String: JSONValue]?
    /// Whether `data` is masked where it is shown.
    public var noEcho: Bool?

    /// Names what was made.
    public init(physicalResourceID: String, data: [String: JSONValue]? = nil, noEcho: Bool? = nil) {
      self.physicalResourceID = physicalResourceID
      self.data = data
      self.noEcho = noEcho
    }
  }

  /// The response, on its way to CloudFormation.
  public struct Upload: Sendable, Equatable {
    /// The presigned URL, as it has to be sent.
    public var url: String
    /// The content: JSON.
    ///
    /// It has to go without a `Content-Type`, which is not part of the signature.
    public var body: [UInt8]
  }

  /// The longest content that CloudFormation takes, in bytes.
  static let bodyLimit = 4096
  /// The longest reason that is sent, in characters: with every one escaped, it still fits.
  static let reasonLimit = 500

  /// The handler that does what CloudFormation asks, and responds.
  /// - Parameters:
  ///   - reserve: the time before the deadline that is kept for the response.
  ///   - put: makes the PUT, and throws where it was not accepted: what it throws is the invocation's error, and Lambda
  ///     tries again.
  ///   - handle: makes, changes or deletes the resource; throws why it cannot.
  public static func handler<Properties: Codable & Sendable>(
    reserve: Duration = .seconds(5), put: @escaping @Sendable (Upload) async throws -> Void,
    _ handle: @escaping @Sendable (CustomResourceRequest<Properties>, LambdaContext) async throws -> Result
  ) -> Lambda.Handler {
    { bytes, context in
      let request = try JSONHandler.decode(CustomResourceRequest<JSONValue>.self, bytes)
      var response: CustomResourceResponse
      do {
        let result = try await withinTime(of: context, less: reserve) {
          try await handle(try JSONHandler.decode(CustomResourceRequest<Properties>.self, bytes), context)
        }
        response = request.response(.success, result)
      } catch {
        context.log.error("The custom resource failed: \(error)")
        response = request.failure("\(error)")
      }
      var body = try JSONEncoder().encode(response)
      if body.count > bodyLimit {
        let reason = "the response has \(body.count) bytes, over CloudFormation's limit of \(bodyLimit)"
        context.log.error("The custom resource failed: \(reason)")
        body = try JSONEncoder().encode(request.failure(reason))
      }
      try await put(Upload(url: request.responseURL, body: [UInt8](body)))
      return Array("null".utf8)
    }
  }

  /// Waits for a result no longer than there is time.
  private static func withinTime(
    of context: LambdaContext, less reserve: Duration, _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let (results, first) = AsyncStream<Swift.Result<Result, any Error>>.makeStream(bufferingPolicy: .bufferingOldest(1))
    let worker = Task {
      do { first.yield(.success(try await work())) } catch { first.yield(.failure(error)) }
    }
    let timer = Task {
      await BatchClock.until(context.deadline, less: reserve).waitForTheEnd()
      let reason = "not done \(reserve.components.seconds) s before the function's time is up"
      first.yield(.failure(FunctionError(type: "TimedOut", message: reason)))
    }
    defer {
      timer.cancel()
      // One that does not heed this goes on by itself; CloudFormation is not kept waiting for it.
      worker.cancel()
    }
    for await result in results { return try result.get() }
    throw CancellationError()
  }
}

extension CustomResourceRequest {
  /// The response to this request.
  public func response(_ status: CustomResourceResponse.Status, _ result: CustomResource.Result)
    -> CustomResourceResponse
  {
    CustomResourceResponse(
      status: status, physicalResourceID: result.physicalResourceID, stackID: stackID, requestID: requestID,
      logicalResourceID: logicalResourceID, noEcho: result.noEcho, data: result.data)
  }

  /// The response that this request failed: of a resource that was not made yet, with an id that `Delete` can be asked
  /// about.
  public func failure(_ reason: String) -> CustomResourceResponse {
    CustomResourceResponse(
      status: .failed, physicalResourceID: physicalResourceID ?? "failed-\(requestID)", stackID: stackID,
      requestID: requestID, logicalResourceID: logicalResourceID,
      reason: String(reason.prefix(CustomResource.reasonLimit)))
  }
}
