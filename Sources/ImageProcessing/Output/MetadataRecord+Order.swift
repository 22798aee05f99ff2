import LambdaEvents

extension MetadataRecord {
  /// Whether this row stems from a later event of the same key.
  ///
  /// Sequencers decide; without them, the events' times.
  ///
  /// A deletion has no sequencer of its own, but the one of the upload whose row it took: an upload is later than it
  /// with a higher sequencer, where both have one, and at a later time.
  public func isLater(than other: MetadataRecord) -> Bool {
    switch (status == .deleted, other.status == .deleted) {
    case (false, true): return isAfter(deletion: other)
    case (true, false): return !other.isAfter(deletion: self)
    case (true, true): return uploadedAt > other.uploadedAt
    case (false, false):
      if let order = sequencers(with: other) { return order.own > order.others }
      return uploadedAt > other.uploadedAt
    }
  }

  private func isAfter(deletion: MetadataRecord) -> Bool {
    let order = sequencers(with: deletion)
    return uploadedAt > deletion.uploadedAt && order.map { $0.own > $0.others } ?? true
  }

  private func sequencers(with other: MetadataRecord) -> (own: Sequencer, others: Sequencer)? {
    guard let own = rawSequencer, let others = other.rawSequencer else { return nil }
    return (Sequencer(own), Sequencer(others))
  }

  /// Whether this row is of the very same event as the other, made in the same way: then the work is done.
  ///
  /// A row that says that there was too little memory or time is not: there may be more now, or a queue for
  /// large jobs.
  func isSameWork(as other: MetadataRecord) -> Bool {
    errorCode != Rejection.overLimitsCode && rawSequencer == other.rawSequencer && uploadedAt == other.uploadedAt
      && processorVersion == other.processorVersion && recipeID == other.recipeID
  }
}
