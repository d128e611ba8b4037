extension PoolRecords {
  /// The fields that some command uses, by class: what a file of a pool's records holds.
  ///
  /// Everything else of a record is the pool's own business: CHAP passwords are in
  /// `PBD.device_config` and `SR.other_config`, the keys of a cluster in `Cluster.cluster_token`,
  /// those of a directory service in `host.external_auth_configuration`, and anything at all in
  /// `VM.xenstore_data`.
  static let usedFields: [String: Set<String>] = [
    "VM": [
      "uuid", "name_label", "is_a_template", "is_a_snapshot", "is_default_template",
      "is_control_domain", "power_state", "domain_type", "HVM_boot_policy",
      "HVM_shadow_multiplier", "memory_static_min", "memory_static_max", "memory_dynamic_min",
      "memory_dynamic_max", "memory_overhead", "VCPUs_max", "VCPUs_at_startup", "platform",
      "other_config", "recommendations", "ha_always_run", "ha_restart_priority", "order",
      "start_delay", "resident_on", "scheduled_to_be_resident_on", "affinity", "reference_label",
    ],
    "host": [
      "uuid", "name_label", "hostname", "address", "enabled", "metrics", "memory_overhead",
      "software_version", "other_config",
    ],
    "host_metrics": ["uuid", "memory_total", "live"],
    "pool": [
      "uuid", "name_label", "master", "ha_enabled", "ha_host_failures_to_tolerate",
      "ha_plan_exists_for", "ha_overcommitted", "ha_allow_overcommit",
    ],
    "SR": ["uuid", "name_label", "shared"],
    "PBD": ["host", "SR", "currently_attached"],
    "VDI": ["SR"],
    "VBD": ["VM", "VDI", "empty"],
    "VIF": ["VM", "network"],
    "network": ["uuid", "name_label"],
    "PIF": ["host", "network", "currently_attached"],
    "Cluster": ["uuid"],
    "Cluster_host": ["uuid", "host", "enabled"],
  ]

  /// The keys of maps that some command uses.
  static let usedKeys: [String: Set<String>] = [
    "platform": [
      "acpi", "altp2m", "apic", "exp-nested-hvm", "hap", "hpet", "nested-virt", "nx", "pae",
      "viridian",
    ],
    "other_config": [HostRecord.hapKey, "application_template", "default_template"],
    "software_version": [
      "build_number", "platform_name", "platform_version", "product_brand", "product_version",
      "xapi", "xapi_build", "xen",
    ],
  ]

  /// The same records with nothing but what some command uses; all commands say of them what they
  /// say of these.
  public var used: PoolRecords {
    var used = PoolRecords(format: format)
    for (name, fields) in Self.usedFields {
      used.objects[name] = objects[name]?.mapValues { record in
        var record = record
        record.fields = record.fields.filter { fields.contains($0.key) }
        for (field, keys) in Self.usedKeys {
          guard case .map(let members)? = record.fields[field] else { continue }
          record.fields[field] = .map(members.filter { keys.contains($0.key) })
        }
        return record
      }
    }
    return used
  }
}
