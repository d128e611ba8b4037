/// Names of Xen's counters of shadow paging.
enum XenCounterNames {
  /// Counters of Xen 4.17 that the model does not have: they depend on where pages lie, on guesses
  /// at the guest's kernel, on TLB timing, or on things that no operation does.
  static let notModelled: Set<String> = [
    "shadow_alloc_tlbflush", "shadow_linear_map_failed", "shadow_hash_lookup_head",
    "shadow_a_update", "shadow_ad_update", "shadow_fault_fast_gnp", "shadow_fault_fast_mmio",
    "shadow_fault_fast_fail", "shadow_fault_fast_emulate_fail", "shadow_fault_emulate_read",
    "shadow_fault_emulate_stack", "shadow_fault_emulate_wp", "shadow_fault_mmio",
    "shadow_ptwr_emulate", "shadow_mappings", "shadow_mappings_bf", "shadow_unshadow_bf",
    "shadow_get_page_fail", "shadow_inconsistent_gwalk", "shadow_invlpg_fault",
    "shadow_em_ex_pt", "shadow_em_ex_non_pt", "shadow_em_ex_fail",
  ]

  /// Whether Xen has a counter of that name that the model leaves out.
  static func isNotModelled(_ name: String) -> Bool {
    notModelled.contains(name) || name.hasPrefix("shadow_writeable_h_")
      || name.hasPrefix("shadow_writeable_bf")
  }
}
