internal import HTTPService
internal import HTTPTypes
internal import Kafka

/// Setting a stopped group to another place in a topic: first what it would do, then the same and nothing else.
struct OffsetReset: Sendable, Equatable {
  /// Where to.
  enum Target: String, CaseIterable, Sendable {
    case earliest, latest, time
  }

  struct Change: Sendable, Equatable {
    var partition: Int32
    /// What the group has committed; nil where it has nothing.
    var from: Int64?
    var to: Int64

    /// Messages that are read once more.
    var repeated: Int64 { from.map { max(0, $0 - to) } ?? 0 }
    /// Messages that are never read.
    var skipped: Int64 { from.map { max(0, to - $0) } ?? 0 }
  }

  var group: String
  var topic: String
  var changes: [Change]

  var repeated: Int64 { changes.reduce(0) { $0 + $1.repeated } }
  var skipped: Int64 { changes.reduce(0) { $0 + $1.skipped } }

  private static let limit: Duration = .seconds(10)

  /// Asks the broker what the reset would come to.
  /// - Parameter time: For `Target.time`, in milliseconds since 1970.
  /// - Throws: `HTTPFault`, such as for a group that has members.
  @available(*, noasync, message: "blocks the calling thread")
  static func plan(
    group: String, topic: String, target: Target, time: Int64?, partitions: [Int32], _ admin: KafkaAdmin
  ) throws -> OffsetReset {
    try refuseUnlessStopped(group, admin)
    let committed = try committed(of: group, in: topic, admin)
    let all = partitions.map { TopicPartition(topic, $0) }
    let ends = try admin.offsets(.latest, of: all, within: limit)
    let found =
      switch target {
      case .earliest: try admin.offsets(.earliest, of: all, within: limit)
      case .latest: ends
      case .time: try admin.offsets(.time(time ?? 0), of: all, within: limit)
      }
    return OffsetReset(
      group: group, topic: topic,
      changes: try planned(target, of: partitions, committed: committed, found: found, ends: ends))
  }

  /// What the broker's answers come to.
  /// - Parameters:
  ///   - found: Where the target is.
  ///   - ends: Where the next messages will be.
  /// - Throws: `HTTPFault` 502 for a partition that the broker gave an error for, or no offset.
  static func planned(
    _ target: Target, of partitions: [Int32], committed: [Int32: Int64], found: [PartitionOffset],
    ends: [PartitionOffset]
  ) throws -> [Change] {
    let (found, ends) = (try offsets(found), try offsets(ends))
    return try partitions.map { number in
      // Where no message is as late as the time that was asked for, the broker tells no offset: it is the end.
      let end = target == .time && found[number] != nil ? ends[number] : nil
      guard let to = found[number]?.number ?? end?.number else { throw notTold("partition \(number)") }
      return Change(partition: number, from: committed[number], to: to)
    }
  }

  /// Sets the offsets, if all is still as it was when this was shown.
  /// - Throws: `HTTPFault` 409 where it is not.
  @available(*, noasync, message: "blocks the calling thread")
  func apply(_ admin: KafkaAdmin) throws {
    try Self.refuseUnlessStopped(group, admin)
    let committed = try Self.committed(of: group, in: topic, admin)
    guard changes.allSatisfy({ committed[$0.partition] == $0.from }) else {
      throw HTTPFault(
        .conflict, code: "group_moved",
        message: "The group has committed other offsets since they were shown; nothing was changed. Look again.")
    }
    let all = changes.map { TopicPartition(topic, $0.partition) }
    try refuseOutside(
      starts: try admin.offsets(.earliest, of: all, within: Self.limit),
      ends: try admin.offsets(.latest, of: all, within: Self.limit))
    try admin.setOffsets(
      of: group, to: changes.map { PartitionOffset(TopicPartition(topic, $0.partition), .at($0.to)) },
      within: Self.limit)
  }

  /// - Throws: `HTTPFault` 409 for an offset that the partition does not have, or has no more.
  func refuseOutside(starts: [PartitionOffset], ends: [PartitionOffset]) throws {
    let (starts, ends) = (try Self.offsets(starts), try Self.offsets(ends))
    for change in changes {
      guard let start = starts[change.partition]?.number, let end = ends[change.partition]?.number else {
        throw Self.notTold("partition \(change.partition)")
      }
      guard change.to >= start, change.to <= end else {
        throw HTTPFault(
          .conflict, code: "no_such_offset",
          message: "Partition \(change.partition) has the offsets from \(start) to \(end), and \(change.to) is none of "
            + "them; nothing was changed. Look again.", limit: change.to < start ? start : end,
          actual: change.to)
      }
    }
  }

  private static func refuseUnlessStopped(_ name: String, _ admin: KafkaAdmin) throws {
    guard let group = try admin.describe(groups: [name], within: limit).first, group.error == nil else {
      throw HTTPFault.notFound
    }
    guard group.isStopped else {
      throw HTTPFault(
        .conflict, code: "group_has_members",
        message: "The group is in use (\(group.state), \(group.members.count) members): stop all that read for it, and "
          + "wait until their sessions are over. Nothing was changed.",
        limit: 0, actual: Int64(group.members.count))
    }
  }

  private static func committed(of group: String, in topic: String, _ admin: KafkaAdmin) throws -> [Int32: Int64] {
    try offsets(try admin.committedOffsets(of: group, within: limit).filter { $0.partition.topic == topic })
      .compactMapValues(\.number)
  }

  /// The places by their partitions.
  /// - Throws: `HTTPFault` 502 for the first one with an error: what it would be is not known.
  private static func offsets(_ places: [PartitionOffset]) throws -> [Int32: PartitionOffset.Offset] {
    for place in places {
      if let error = place.error { throw notTold("\(place.partition) (\(error))") }
    }
    return Dictionary(places.map { ($0.partition.partition, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  private static func notTold(_ what: String) -> HTTPFault {
    HTTPFault(
      .badGateway, code: "no_offset",
      message: "The broker does not tell the offset of \(what); nothing was changed, try again.")
  }
}

extension PartitionOffset.Offset {
  /// Nil where it is not told by a number.
  fileprivate var number: Int64? { if case .at(let offset) = self { offset } else { nil } }
}
