extension Duration {
  /// Seconds, rounded up: a time-out of half a second must not become none.
  var wholeSeconds: Int {
    let (seconds, attoseconds) = components
    return Int(clamping: seconds.addingReportingOverflow(attoseconds > 0 ? 1 : 0).partialValue)
  }
}
