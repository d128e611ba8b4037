public import XenServer

/// What was found in templates.
public struct TemplateValidation: Hashable, Sendable {
  /// Templates that were checked.
  public var templates = 0
  /// What is wrong with them, template by template.
  public var findings: [TemplateFinding] = []
  /// How hosts were taken to page guests.
  public var paging: HostPaging

  /// Nothing checked yet.
  public init(paging: HostPaging) { self.paging = paging }

  /// Findings of a severity.
  public func count(_ severity: Severity) -> Int {
    findings.count { $0.severity == severity }
  }

  /// Whether there is an error; when strict, a warning counts as one.
  public func hasFailed(strict: Bool) -> Bool {
    findings.contains { $0.severity >= (strict ? .warning : .error) }
  }
}
