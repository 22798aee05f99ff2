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
    let ends = try places(.latest, all, admin)
    let found =
      switch target {
      case .earliest: try places(.earliest, all, admin)
      case .latest: ends
      case .time: try places(.time(time ?? 0), all, admin)
      }
    return OffsetReset(
      group: group, topic: topic,
      changes: try partitions.map { number in
        // No message is as late as that: the end.
        guard let to = found[number] ?? ends[number] else {
          throw HTTPFault(
            .badGateway, code: "no_offset",
            message: "The broker does not tell the offsets of partition \(number); nothing was changed, try again.")
        }
        return Change(partition: number, from: committed[number], to: to)
      })
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
    try admin.setOffsets(
      of: group, to: changes.map { PartitionOffset(TopicPartition(topic, $0.partition), .at($0.to)) },
      within: Self.limit)
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
    offsets(try admin.committedOffsets(of: group, within: limit).filter { $0.partition.topic == topic })
  }

  private static func places(
    _ query: KafkaAdmin.OffsetQuery, _ partitions: [TopicPartition], _ admin: KafkaAdmin
  ) throws -> [Int32: Int64] {
    offsets(try admin.offsets(query, of: partitions, within: limit))
  }

  private static func offsets(_ places: [PartitionOffset]) -> [Int32: Int64] {
    Dictionary(
      places.compactMap { place in
        if case .at(let offset) = place.offset, place.error == nil { (place.partition.partition, offset) } else { nil }
      }, uniquingKeysWith: { first, _ in first })
  }
}
