internal import Encodings
internal import HTTPService
internal import Hummingbird
internal import Kafka

/// What groups can be sorted by.
enum GroupOrder: String, CaseIterable {
  case lag, name, state, members

  func sorted(_ groups: [ClusterView.Group]) -> [ClusterView.Group] {
    switch self {
    case .lag: groups.sorted { ($1.lag, $0.name) < ($0.lag, $1.name) }
    case .name: groups.sorted { $0.name < $1.name }
    case .state: groups.sorted { ($0.description.state, $0.name) < ($1.description.state, $1.name) }
    case .members:
      groups.sorted { ($1.description.members.count, $0.name) < ($0.description.members.count, $1.name) }
    }
  }
}

extension StreamApplication {
  /// Consumer groups: all of them, and one with its members and partitions.
  func addGroupRoutes(to router: Router<ServiceContext>) {
    router.get("/groups") { request, context -> Response in
      let sight = watch.now
      guard let order = GroupOrder(rawValue: try Self.field("sort", of: request) ?? "lag") else {
        throw HTTPFault.badRequest(
          "bad_sort", "Groups are sorted by \(GroupOrder.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      var model = sightModel(sight)
      model["groups"] = order.sorted(sight.view.groups).map { groupModel($0, sight.history) }
      model["empty"] = sight.view.groups.isEmpty
      for one in GroupOrder.allCases {
        model["sort_\(one.rawValue)"] = "\(base)/groups?sort=\(one.rawValue)"
        model["is_by_\(one.rawValue)"] = one == order
      }
      return page("groups", title: "Consumer groups", context, model)
    }
    router.get("/group") { request, context -> Response in
      let sight = watch.now
      guard let name = try Self.field("name", of: request), let group = sight.view.group(name) else {
        throw HTTPFault.notFound
      }
      var model = sightModel(sight).merging(groupModel(group, sight.history)) { _, own in own }
      if let problem = group.problem { model["problems"] = sight.view.problems + [problem] }
      model["members"] = group.description.members.map(memberModel)
      model["has_members"] = !group.description.members.isEmpty
      model["partitions"] = group.lags.map { lag in
        [
          "topic": lag.partition.topic, "number": "\(lag.partition.partition)", "committed": Self.number(lag.committed),
          "end": lag.end.map(Self.number) ?? "not told", "lag": lag.messages.map(Self.number) ?? "not told",
        ]
      }
      model["has_partitions"] = !group.lags.isEmpty
      if isOperator(context), group.description.isStopped, !group.lags.isEmpty {
        model["reset_url"] = "\(base)/group/reset?name=\(PercentEncoding.component(name))"
      }
      return page("group", title: name, context, model)
    }
  }

  private func groupModel(_ group: ClusterView.Group, _ history: LagHistory) -> [String: Any] {
    var model: [String: Any] = [
      "name": group.name, "url": "\(base)/group?name=\(PercentEncoding.component(group.name))",
      "state": group.description.error.map { "not told: \($0.name)" } ?? group.description.state,
      "member_count": "\(group.description.members.count)", "lag": Self.number(group.lag),
      "assignor": group.description.assignor.isEmpty ? "none" : group.description.assignor,
      "coordinator": group.description.coordinator.map { "\($0)" } ?? "not told",
    ]
    if let line = Sparkline(history.samples(of: group.name)) {
      model["sparkline"] = ["points": line.points, "words": line.words]
    }
    return model
  }

  private func memberModel(_ member: ConsumerGroup.Member) -> [String: Any] {
    let byTopic = Dictionary(grouping: member.partitions, by: \.topic)
    let reads = byTopic.sorted { $0.key < $1.key }.map { topic, partitions in
      "\(topic) \(partitions.map(\.partition).sorted().map { "\($0)" }.joined(separator: ", "))"
    }
    return [
      "client_id": member.clientID, "id": member.id, "host": member.host, "instance_id": member.instanceID ?? "",
      "reads": reads.isEmpty ? "nothing" : reads.joined(separator: "; "),
    ]
  }
}
