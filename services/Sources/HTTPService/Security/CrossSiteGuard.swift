public import HTTPTypes

/// Refuses requests that change something and that another site's page has made (CSRF).
///
/// Source: Go 1.25, `net/http.CrossOriginProtection`: `Sec-Fetch-Site`, which browsers send on https and to the
/// loopback; without it, `Origin` beside `Host`; without either, it is not a browser.
public enum CrossSiteGuard {
  private static let safe: Set<HTTPRequest.Method> = [.get, .head, .options]

  /// - Parameter host: What the request was asked under, with its port.
  /// - Throws: `HTTPFault` 403.
  public static func check(_ request: HTTPRequest, host: String) throws {
    guard !safe.contains(request.method) else { return }
    if let site = request.headerFields[.secFetchSite] {
      if ["same-origin", "none"].contains(site) { return }
    } else {
      guard let origin = request.headerFields[.origin] else { return }
      let parts = origin.split(separator: "://", maxSplits: 1)
      if parts.count == 2, parts[1].lowercased() == host.lowercased() { return }
    }
    throw HTTPFault(
      .forbidden, code: "cross_site",
      message: "This was sent from another site's page; open this server's own page and send it from there.")
  }
}
