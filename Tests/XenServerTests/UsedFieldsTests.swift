import Testing

@testable import XenServer

/// What a file of a pool's records holds: what some command uses, and nothing else.
@Suite struct UsedFieldsTests {
  private static let secret = "s3cret-f0r-n0b0dy"

  /// Every class with a field of every kind that a pool keeps passwords in, and in every map a key.
  private func records() throws -> PoolRecords {
    let secret = Self.secret
    let fields = [
      "xenstore_data", "device_config", "sm_config", "external_auth_configuration",
      "cluster_token", "chap_password", "guest_password", "license_params", "token", "auth_key",
      "blobs", "tags", "name_description", "secret", "a_field_of_another_age",
    ]
    var records = PoolRecords(format: .live)
    for name in Array(RecordSchema.classes.keys) + ["Cluster", "Cluster_host", "secret", "user"] {
      var record = XenRecord()
      for field in fields { record[field] = .string(secret) }
      for field in ["platform", "other_config", "software_version"] {
        record[field] = .map([
          "chap_password": .string(secret), "incoming_chappassword": .string(secret),
          "ldap-secret": .string(secret), "api_key": .string(secret), "note": .string(secret),
          "hap": .string("true"), "xen": .string("4.17.5"), "nx": .string("true"),
        ])
      }
      record["uuid"] = .string("5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e02")
      try records.add(record, class: name, reference: "OpaqueRef:1")
    }
    return records
  }

  @Test func noSecretIsInADump() throws {
    let records = try records()
    let dump = RecordDump.text(records.used)
    #expect(!dump.contains(Self.secret))
    for word in ["password", "secret", "token", "chap", "auth"] {
      #expect(!dump.contains(word), "\(word)")
    }
    #expect(dump.contains(#""hap": "true""#) && dump.contains(#""xen": "4.17.5""#))
    #expect(RecordDump.text(records).contains(Self.secret), "with --all")
  }

  @Test func noNameOfAUsedFieldSpeaksOfASecret() {
    let names = [PoolRecords.usedFields, PoolRecords.usedKeys].flatMap { $0.values.joined() }
    for name in names {
      for word in ["password", "passwd", "secret", "key", "token", "chap"] {
        #expect(!name.contains(word), "\(name)")
      }
    }
  }

  @Test(arguments: RecordFileTests.files) func commandsSayTheSameOfIt(_ file: String) throws {
    let records = try RecordFixtures.read(file)
    let used = records.used
    let audits = [records, used].map { MultiplierAudit($0, hasNestedPaging: true) }
    #expect(audits[0].findings.map(\.problems) == audits[1].findings.map(\.problems))
    #expect(audits[0].findings.map(\.cause) == audits[1].findings.map(\.cause))
    #expect(audits[0].findings.map(\.isNestedVirtual) == audits[1].findings.map(\.isNestedVirtual))
    #expect(audits[0].checked == audits[1].checked && audits[0].model == audits[1].model)
    let findings = [records, used].map { records in
      records.templates.flatMap { TemplateCheck.findings($0, paging: .shadow) }
        .map { [$0.rule.rawValue, $0.field, $0.found ?? "-", $0.expected, $0.fix ?? "-"] }
    }
    #expect(findings[0] == findings[1])
    #expect(used.used == used)
    #expect(try RecordFixtures.parse(RecordDump.text(used)) == used)
  }
}
