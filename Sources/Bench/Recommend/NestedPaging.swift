/// Why there is nothing to recommend on a host with nested paging.
public enum NestedPaging {
  /// The reasons, a sentence each.
  public static let basis = [
    "With nested paging (Intel EPT, AMD NPT) the processor walks the guest's own page tables: "
      + "there are no shadows to run short of, so a larger pool buys no speed.",
    "The pool then holds the P2M table and the log-dirty bitmap: about one page for each 2 MiB of "
      + "guest memory at most, half of what multiplier 1.0 gives by XenServer's rule.",
    "Each step above 1.0 takes about 0.8 % of the guest's memory from the host for nothing.",
  ]
}
