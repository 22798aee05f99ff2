internal import FoundationEssentials
internal import HTTPService
internal import HTTPTypes
internal import Hummingbird
internal import JobQueue
internal import NIOCore
internal import RowIndex
internal import ServiceLifecycle

extension UploadApplication {
  /// What happens to images, as it happens.
  func addEventRoutes(to router: Router<ServiceContext>) {
    router.get("/api/events") { request, _ -> Response in
      let lastSeen = request.headers[.lastEventID].flatMap { Int64($0) }
      guard let slot = streams.open() else {
        throw HTTPFault(
          .serviceUnavailable, code: "too_many_streams",
          message: "Too many pages are open at once; this one asks now and then instead.",
          headers: [.retryAfter: "30"])
      }
      let body = ResponseBody { writer in
        defer { slot.close() }
        let events = liveEvents(after: lastSeen)
        try await writer.write(ServerSentEvent.comment)
        // At the server's end the stream ends first, so that nobody waits for it.
        for await event in events.cancelOnGracefulShutdown() { try await writer.write(event) }
        try await writer.finish(nil)
      }
      return Response(
        status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }
  }

  /// Events of images and of their jobs, and a comment whenever there was nothing for a while; ends when there can be
  /// no more news, so that browsers come again.
  private func liveEvents(after sequence: Int64?) -> AsyncStream<ByteBuffer> {
    let (stream, continuation) = AsyncStream<ByteBuffer>.makeStream(bufferingPolicy: .bufferingNewest(256))
    let task = Task {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          for await change in catalog.index.changes(after: sequence) {
            guard let shown = try? await catalog.shown([change.image]) else { return }
            for image in shown { continuation.yield(await event(image, id: change.sequence)) }
          }
        }
        if let jobs = catalog.jobs {
          group.addTask {
            for await id in jobs.changes() {
              if let shown = try? await catalog.image(id) { continuation.yield(await event(shown, id: nil)) }
            }
          }
        }
        group.addTask {
          while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(15))
            continuation.yield(ServerSentEvent.comment)
          }
        }
        await group.next()
        group.cancelAll()
      }
      continuation.finish()
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }

  private func event(_ shown: ShownImage, id: Int64?) async -> ByteBuffer {
    let json = try? JSONEncoder().encode(try await document(shown))
    let data = json.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    return ServerSentEvent(id: id.map { String($0) }, event: "image", data: data).bytes
  }
}

extension HTTPField.Name {
  fileprivate static var lastEventID: Self { HTTPField.Name("Last-Event-ID") ?? .ifMatch }
}
