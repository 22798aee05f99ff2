internal import Encodings
internal import FoundationEssentials
internal import HTTPService
internal import HTTPTypes
internal import Hummingbird
internal import Kafka
internal import KafkaIngest

extension StreamApplication {
  /// Rejected messages, with their reasons, and their replay.
  func addRejectedRoutes(to router: Router<ServiceContext>) {
    router.get("/rejected") { request, context -> Response in
      let after = try Self.field("after", of: request) ?? ""
      let found = try await storeCall { try await rejected.page(after: after) }
      var model: [String: Any] = [
        "messages": found.messages.map { rejectedModel($0, context) }, "empty": found.messages.isEmpty,
        "is_later": !after.isEmpty, "bucket": settings.rawBucket,
      ]
      if let next = found.next { model["next_url"] = "\(base)/rejected?after=\(PercentEncoding.component(next))" }
      return page("rejected", title: "Rejected messages", context, model)
    }
    router.get("/rejected/original") { request, _ -> Response in
      let found = try await rejected(try Self.field("key", of: request))
      let download = try await storeCall { try await rejected.download(found) }
      // Somebody's bytes: never shown by a browser as part of this site, only ever saved.
      return Response(
        status: .ok,
        headers: [
          .contentType: "application/octet-stream", .cacheControl: "private, no-cache",
          .contentDisposition: "attachment; filename=\"message-\(found.message.partition)-\(found.message.offset)\"",
          .contentSecurityPolicy: "default-src 'none'; sandbox",
        ], body: download.body)
    }
    router.get("/rejected/replay") { request, context -> Response in
      let found = try await rejected(try Self.field("key", of: request))
      try requireOperator(context)
      var model = rejectedModel(found, context)
      model["action"] = "\(base)/rejected/replay"
      model["to_topic"] = found.message.topic ?? settings.topic
      model["size_text"] = ByteText.text(found.size)
      return page("replay", title: "Replay this message?", context, model)
    }
    router.post("/rejected/replay") { _, context -> Response in
      try requireOperator(context)
      let fields = try await Self.form(context)
      let found = try await rejected(fields["key"])
      return try await replay(found, context)
    }
  }

  private func rejected(_ key: String?) async throws -> RejectedMessages.Found {
    guard let key, let found = try await storeCall({ try await rejected.message(key) }) else {
      throw HTTPFault.notFound
    }
    return found
  }

  /// Sends a message to its topic once more, as it was, with a header that says where it comes from.
  private func replay(_ found: RejectedMessages.Found, _ context: ServiceContext) async throws -> Response {
    let message = found.message
    try found.requireAtMost(settings.maximumBytes)
    let share = ByteBudget.Share(of: budget)
    guard share.grow(to: Int(found.size)) else { throw Self.noRoom }
    let bytes = try await storeCall { try await rejected.bytes(of: found, limit: settings.maximumBytes) }
    let outcome = await producer.send(
      to: message.topic, key: message.messageKey, value: bytes,
      headers: message.headers.filter { $0.name != "replayed-from" } + [
        KafkaHeader("replayed-from", Array(message.key.utf8))
      ])
    log.info(
      "a rejected message was replayed",
      ["key": message.key, "outcome": outcome.label, "person": context.person?.name ?? ""])
    guard case .stored(let delivery) = outcome else {
      let seconds = Int(settings.acknowledgementLimit / .seconds(1))
      let result = ImageResult(outcome, name: nil, size: bytes.count, seconds: seconds)
      throw HTTPFault(
        result.status, code: result.error?.code ?? "broker", message: result.error?.message ?? "",
        headers: result.retryAfter.map { [.retryAfter: $0] } ?? [:])
    }
    metrics.count("replays")
    rejected.noteReplay(of: message.key, delivery)
    return page(
      "done", title: "Replayed", context,
      [
        "done_text": "The broker has acknowledged the message as \(delivery.partition) at offset \(delivery.offset).",
        "next_url": "\(base)/rejected", "next_text": "Back to the rejected messages",
      ])
  }

  private func rejectedModel(_ found: RejectedMessages.Found, _ context: ServiceContext) -> [String: Any] {
    let message = found.message
    let query = "key=\(PercentEncoding.component(message.key))"
    var model: [String: Any] = [
      "key": message.key, "topic": message.topic ?? message.topicID, "partition": "\(message.partition)",
      "offset": "\(message.offset)", "reason": message.reason ?? "not told", "bytes_text": ByteText.text(found.size),
      "when_text": TimeText.text(found.storedAt), "original_url": "\(base)/rejected/original?\(query)",
      "headers": message.headers.map { header in
        ["name": header.name, "value": String(decoding: header.value ?? [], as: UTF8.self)]
      },
    ]
    if let key = message.messageKey { model["message_key"] = String(decoding: key, as: UTF8.self) }
    if message.headersLeftOut > 0 { model["left_out"] = "\(message.headersLeftOut)" }
    // Without its bytes there is nothing to send, and the broker would not take more than is taken here.
    if isOperator(context), found.size > 0, found.size <= Int64(settings.maximumBytes) {
      model["replay_url"] = "\(base)/rejected/replay?\(query)"
    }
    if let delivery = rejected.replay(of: message.key) {
      model["replayed_text"] = "Replayed as \(delivery.partition) at offset \(delivery.offset)."
    }
    return model
  }
}
