import Glibc

/// What a host or a domain does not allow, and what to do.
public enum HostError: Error, Hashable, CustomStringConvertible {
  /// No libxenctrl on this machine, or one that lacks what is needed.
  case noLibrary(String)
  /// The library is there, the hypervisor cannot be reached.
  case noHypervisor(errno: Int32)
  /// A call failed.
  case call(String, domain: Int?, errno: Int32)
  /// No domain has this number or name.
  case noSuchDomain(String)
  /// Several domains have this name.
  case ambiguousName(String, [Int])
  /// The domain has no pool, or not one that may be changed from here.
  case noPool(domain: Int, reason: String)
  /// A size that is not to be sent.
  case badSize(String)
  /// An address that cannot be listened on.
  case noAddress(String, errno: Int32)
  /// The host has less free memory than the pool is to grow by.
  case hostFull(neededPages: Int, freePages: Int)
  /// A change that failed on its way: the pool was left as said.
  case changeFailed(String)
  /// A program of the toolstack is missing or does not work.
  case noTool(String)
  /// A domain was not made.
  case notCreated(String)
  /// The program was told to end.
  case interrupted(String)
  /// A pool of shadows that is in use would become smaller; nothing was changed.
  case poolInUse(domain: Int, reason: String)
  /// A trace that would open the host to its guests; nothing was changed.
  case unsafeTrace(String)
  /// A search for a size that cannot be begun or gone on with; nothing was changed.
  case cannotTune(String)

  /// Whether other arguments help, not another machine or other rights.
  public var isUsage: Bool {
    switch self {
    case .noSuchDomain, .ambiguousName, .noPool, .badSize, .cannotTune, .poolInUse, .unsafeTrace:
      true
    case .call(_, _, let number): number == ESRCH || number == EINVAL
    case .noLibrary, .noHypervisor, .noAddress, .hostFull, .changeFailed, .noTool, .notCreated,
      .interrupted:
      false
    }
  }

  /// What is wrong and what to do, on one line.
  public var description: String {
    switch self {
    case .noLibrary(let reason):
      "\(reason); run this in dom0 of a Xen host, with the package that has libxenctrl "
        + "installed (Debian: libxenmisc4.17 or the host's version, XenServer: xen-dom0-libs)"
    case .noHypervisor(let number):
      "the hypervisor cannot be reached (\(Self.text(number))): run this as root in dom0 of a "
        + "Xen host, with /dev/xen/privcmd there"
    case .call(let name, let domain, let number):
      (domain.map { "domain \($0): " } ?? "") + "\(name): \(Self.advice(number))"
    case .noSuchDomain(let name):
      "\(name): no such domain; 'shadowbench host list' shows those that run"
    case .ambiguousName(let name, let domains):
      "'\(name)' is the name of domains "
        + domains.map(String.init).joined(separator: ", ") + ": give a number"
    case .noPool(let domain, let reason): "domain \(domain): \(reason)"
    case .badSize(let reason): reason
    case .noAddress(let address, let number):
      "--listen \(address): \(Self.text(number)): give an address of this machine and a free port"
    case .hostFull(let needed, let free):
      "the pool would grow by \(needed) pages and the host has \(free) free: nothing was "
        + "changed; free memory on the host or ask for less"
    case .changeFailed(let reason), .noTool(let reason), .notCreated(let reason),
      .interrupted(let reason):
      reason
    case .poolInUse(let domain, let reason):
      "domain \(domain): \(reason); nothing was changed; --force shrinks it all the same"
    case .cannotTune(let reason), .unsafeTrace(let reason): reason
    }
  }

  /// An error number in words, with what to do.
  static func advice(_ number: Int32) -> String {
    let advice: String? =
      switch number {
      case EPERM: "this is not a control domain; run it as root in dom0"
      case EACCES:
        "permission denied, by the kernel or a Xen security policy, or libxenctrl is of another "
          + "version than the running Xen; run it as root and match the versions"
      case ESRCH: "no such domain; 'shadowbench host list' shows those that run"
      case EINVAL: "the domain is this one itself, is dying, has no vCPUs, or the size is 0"
      case EBUSY: "another tool is changing this domain's paging; try again"
      case ENOMEM:
        "the host has no free memory left, or too little of the pool can be given back; part of "
          + "the change may have been made"
      case EOPNOTSUPP, ENOSYS: "this domain or this Xen does not support it"
      default: nil
      }
    return text(number) + (advice.map { ": " + $0 } ?? "")
  }

  static func text(_ number: Int32) -> String {
    strerror(number).map { String(cString: $0) } ?? "error \(number)"
  }
}
