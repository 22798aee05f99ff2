extension LambdaContext {
  /// Runs `body` and, where the invocation is traced, records it as an X-Ray subsegment.
  ///
  /// - Parameters:
  ///   - name: what the trace shows.
  ///   - annotations: values by which traces can be searched.
  ///   - body: gets this context with the subsegment as parent, for subsegments of its own and for requests to others;
  ///     it is `LambdaContext.current` meanwhile.
  public func subsegment<Success, Failure: Error>(
    _ name: String, annotations: [String: String] = [:], _ body: (LambdaContext) throws(Failure) -> Success
  ) throws(Failure) -> Success {
    guard let recorder = Subsegment(name, annotations, in: self) else { return try body(self) }
    do {
      let success = try Self.$ofTask.withValue(recorder.inner) {
        Result { () throws(Failure) in try body(recorder.inner) }
      }.get()
      recorder.end(nil)
      return success
    } catch {
      recorder.end(error)
      throw error
    }
  }

  /// Runs an asynchronous `body` and, where the invocation is traced, records it as an X-Ray subsegment.
  ///
  /// The same as the form that does not suspend.
  public nonisolated(nonsending) func subsegment<Success, Failure: Error>(
    _ name: String, annotations: [String: String] = [:],
    _ body: nonisolated(nonsending) (LambdaContext) async throws(Failure) -> Success
  ) async throws(Failure) -> Success {
    guard let recorder = Subsegment(name, annotations, in: self) else { return try await body(self) }
    do {
      let result: Result<Success, Failure> = await Self.$ofTask.withValue(recorder.inner) {
        do throws(Failure) { return .success(try await body(recorder.inner)) } catch { return .failure(error) }
      }
      let success = try result.get()
      recorder.end(nil)
      return success
    } catch {
      recorder.end(error)
      throw error
    }
  }
}
