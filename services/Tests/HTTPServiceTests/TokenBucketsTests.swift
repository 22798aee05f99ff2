import HTTPService
import Testing

@Suite struct TokenBucketsTests {
  @Test("what is taken comes back with time, and each party has its own")
  func refill() {
    let buckets = TokenBuckets(capacity: 2, refilledIn: .seconds(10))
    let start = ContinuousClock.now
    #expect(buckets.take(of: "a", now: start) == nil)
    #expect(buckets.take(of: "a", now: start) == nil)
    #expect(buckets.take(of: "a", now: start) == 5)
    #expect(buckets.take(of: "b", now: start) == nil)
    #expect(buckets.take(of: "a", now: start + .seconds(5)) == nil)
  }

  @Test("the number of parties is bounded, and newcomers are served all the same")
  func bounded() {
    let buckets = TokenBuckets(capacity: 1, refilledIn: .seconds(1000), mostBuckets: 10)
    let start = ContinuousClock.now
    for index in 0..<1000 { #expect(buckets.take(of: "\(index)", now: start + .milliseconds(index)) == nil) }
  }
}
