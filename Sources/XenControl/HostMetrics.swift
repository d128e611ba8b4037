/// Samples as OpenMetrics text, and the answer to who asks for it.
public enum HostMetrics {
  /// The kind of content, as HTTP names it.
  static let contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

  /// A sample as OpenMetrics.
  public static func text(_ sample: WatchSample) -> String {
    let labels = "{domid=\"\(sample.domain)\",name=\"\(escaped(sample.name ?? ""))\"}"
    return """
      # TYPE xen_domain_paging_pool_bytes gauge
      # UNIT xen_domain_paging_pool_bytes bytes
      # HELP xen_domain_paging_pool_bytes The size of the domain's shadow or HAP pool.
      xen_domain_paging_pool_bytes\(labels) \(sample.pool.pages * 4096)
      # TYPE xen_domain_shadow_faults counter
      # HELP xen_domain_shadow_faults Shadow faults that Xen fixed for the domain.
      xen_domain_shadow_faults_total\(labels) \(sample.faultCount)
      # EOF

      """
  }

  /// The HTTP response to a request's first line: the metrics to `GET /metrics`.
  public static func response(to request: String, sample: WatchSample?) -> String {
    let words = request.split(whereSeparator: \.isWhitespace)
    guard words.count >= 2, words[0] == "GET" else {
      return response("405 Method Not Allowed", "text/plain", "GET alone is answered\n")
    }
    guard words[1] == "/metrics" else {
      return response("404 Not Found", "text/plain", "there is /metrics alone\n")
    }
    guard let sample else {
      return response("503 Service Unavailable", "text/plain", "no sample yet\n")
    }
    return response("200 OK", contentType, text(sample))
  }

  private static func response(_ status: String, _ type: String, _ body: String) -> String {
    "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
      + "Connection: close\r\n\r\n\(body)"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.append(character)
      }
    }
    return result
  }
}
