internal import Encodings
internal import HTTPService
internal import HTTPTypes
internal import Hummingbird
internal import Kafka
internal import Threads

extension StreamApplication {
  /// The reset of a stopped group's offsets: a form, what it would do, and doing it.
  func addResetRoutes(to router: Router<ServiceContext>) {
    router.get("/group/reset") { request, context -> Response in
      try requireOperator(context)
      guard let name = try Self.field("name", of: request) else { throw HTTPFault.notFound }
      let view = watch.now.view
      guard let group = view.group(name) else { throw HTTPFault.notFound }
      let topics = Array(Set(group.lags.map(\.partition.topic))).sorted()
      let chosen = try Self.field("topic", of: request)
      var model: [String: Any] = [
        "name": name, "group_url": "\(base)/group?name=\(PercentEncoding.component(name))",
        "action": "\(base)/group/reset",
        "topics": topics.map { ["value": $0, "selected": $0 == chosen] as [String: Any] },
        "time": try Self.field("time", of: request) ?? "",
      ]
      for target in OffsetReset.Target.allCases {
        model["to_\(target.rawValue)"] = try Self.field("to", of: request) ?? "earliest" == target.rawValue
      }
      if let chosen {
        let reset = try await plan(name, chosen, request, view)
        model["plan"] = Self.planModel(reset)
      }
      return page("reset", title: "Reset the offsets of \(name)", context, model)
    }
    router.post("/group/reset") { _, context -> Response in
      try requireOperator(context)
      let reset = try OffsetReset(form: try await Self.form(context))
      let admin = watch.admin
      try await brokerCall { try reset.apply(admin) }
      metrics.count("resets")
      log.info(
        "the offsets of a group were set",
        [
          "group": reset.group, "topic": reset.topic, "person": context.person?.name ?? "",
          "offsets": reset.changes.map { "\($0.partition):\($0.to)" }.joined(separator: " "),
        ])
      return page(
        "done", title: "Offsets set", context,
        [
          "done_text":
            "The group \(reset.group) goes on in \(reset.topic) where it was set: \(Self.number(reset.repeated)) "
            + "messages are read once more, \(Self.number(reset.skipped)) are never read.",
          "next_url": "\(base)/group?name=\(PercentEncoding.component(reset.group))", "next_text": "To the group",
        ])
    }
  }

  private func plan(
    _ name: String, _ topic: String, _ request: Request, _ view: ClusterView
  ) async throws -> OffsetReset {
    guard let target = OffsetReset.Target(rawValue: try Self.field("to", of: request) ?? "") else {
      throw HTTPFault.badRequest(
        "bad_target", "A group is set to \(OffsetReset.Target.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    var time: Int64?
    if target == .time {
      let text = try Self.field("time", of: request) ?? ""
      time = RFC3339.unixMilliseconds(text.hasSuffix("Z") ? text : "\(text)Z")
      guard time != nil else {
        throw HTTPFault.badRequest(
          "bad_time", "\"\(text.prefix(40))\" is not a time such as 2026-11-27T15:04:05Z; give one in UTC.")
      }
    }
    guard let partitions = view.topic(topic)?.partitions.map(\.number), !partitions.isEmpty else {
      throw HTTPFault.notFound
    }
    let admin = watch.admin
    return try await brokerCall { [time] in
      try OffsetReset.plan(group: name, topic: topic, target: target, time: time, partitions: partitions, admin)
    }
  }

  /// Asks a broker; where it refuses or does not answer, the page says what it said.
  private func brokerCall<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    do { return try await withDedicatedThread(body) } catch let error as KafkaError {
      throw HTTPFault(
        .badGateway, code: "broker", message: "The broker did not do that (\(error)); nothing was changed, look again.")
    }
  }

  private static func planModel(_ reset: OffsetReset) -> [String: Any] {
    [
      "topic": reset.topic, "repeated": number(reset.repeated), "skipped": number(reset.skipped),
      "changes": reset.changes.map { change in
        [
          "number": "\(change.partition)", "from": change.from.map(number) ?? "nothing", "to": number(change.to),
          "repeated": number(change.repeated), "skipped": number(change.skipped),
        ]
      },
      "fields": reset.formFields,
    ]
  }
}

extension OffsetReset {
  /// What the confirming form sends: `<partition>:<committed>:<new>` each, so that what was shown is what is done.
  var formFields: String {
    changes.map { "\($0.partition):\($0.from.map { "\($0)" } ?? ""):\($0.to)" }.joined(separator: " ")
  }

  /// The sums over more partitions than a form has room for stay within 64 bits.
  private static let largestOffset: Int64 = 1 << 48

  /// - Throws: `HTTPFault` 400 for fields that no page here has made.
  init(form: [String: String]) throws {
    let fault = HTTPFault.badRequest("bad_reset", "This is not a reset that was shown; begin at the group's page.")
    guard let group = form["name"], let topic = form["topic"], TopicName.fault(in: topic) == nil,
      let fields = form["changes"], !fields.isEmpty
    else { throw fault }
    self.group = group
    self.topic = topic
    changes = try fields.split(separator: " ").map { field in
      let parts = field.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 3, let partition = Int32(parts[0]), partition >= 0, let to = Int64(parts[2]),
        parts[1].isEmpty || Int64(parts[1]) != nil
      else { throw fault }
      let from = Int64(parts[1])
      for offset in [from ?? 0, to] where !(0...Self.largestOffset).contains(offset) {
        throw HTTPFault(
          .badRequest, code: "bad_reset",
          message: "\(offset) is not an offset from 0 to \(Self.largestOffset); begin at the group's page.",
          limit: Self.largestOffset, actual: offset)
      }
      return Change(partition: partition, from: from, to: to)
    }
    guard Set(changes.map(\.partition)).count == changes.count else { throw fault }
  }
}
