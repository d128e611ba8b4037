import Foundation
import OutputSupport
import Testing
import XenServer

@testable import XenAPI

/// What goes over the wire, without a wire.
@Suite struct ProtocolTests {
  @Test func callsHaveOneOfTwoForms() {
    func text(_ version: ConnectionSettings.Version) -> String {
      String(
        decoding: JSONRPC.call("VM.x", [.string("s"), .float(4)], id: 7, version: version),
        as: UTF8.self)
    }
    #expect(text(.one) == #"{"id":7,"method":"VM.x","params":["s",4.0]}"#)
    #expect(text(.two) == #"{"id":7,"jsonrpc":"2.0","method":"VM.x","params":["s",4.0]}"#)
  }

  @Test(arguments: [
    #"{"result":null,"error":["A","b"],"id":1}"#,
    #"{"jsonrpc":"2.0","error":{"code":1,"message":"A","data":["b"]},"id":1}"#,
    #"{"jsonrpc":"2.0","error":{"code":1,"message":"A","data":"b"},"id":1}"#,
    #"{"jsonrpc":"2.0","error":["A","b"],"id":null}"#,
  ])
  func refusalsOfAllShapes(_ text: String) {
    let refusal = #expect(throws: JSONRPC.Refusal.self) {
      _ = try JSONRPC.result(Array(text.utf8), id: 1, host: "h")
    }
    #expect(refusal?.code == "A" && refusal?.parameters == ["b"])
  }

  @Test(arguments: [
    "", "{", "[]", "1", #"{"id":1}"#, #"{"id":2,"result":1}"#, #"{"error":7,"id":1}"#,
    #"{"error":{"code":1},"id":1}"#, #"{"result":1,"result":2,"id":1}"#, "<html>",
  ])
  func whatIsNoAnswerIsSaid(_ text: String) {
    #expect(throws: RecordError.self) {
      _ = try JSONRPC.result(Array(text.utf8), id: 1, host: "h")
    }
  }

  @Test func numbersThatAreNotFinite() throws {
    let text =
      #"{"id":1,"result":{"a":NaN,"b":-Infinity,"c":"Infinity \" NaN","d":[Infinity,nan]}}"#
    let result = try JSONRPC.result(Array(text.utf8), id: 1, host: "h")
    #expect(
      result
        == .map([
          "a": .string("NaN"), "b": .string("-Infinity"), "c": .string("Infinity \" NaN"),
          "d": .list([.string("Infinity"), .string("nan")]),
        ]))
  }

  @Test func addresses() throws {
    #expect(try HostAddress("xen1").origin == "https://xen1:443")
    #expect(try HostAddress("10.0.0.5:8443").origin == "https://10.0.0.5:8443")
    #expect(try HostAddress("fe80::1").origin == "https://[fe80::1]:443")
    #expect(try HostAddress("[fe80::1]:99").origin == "https://[fe80::1]:99")
    for text in ["", "https://xen1", "a/b", "a b", "user@a", "a:0", "a:x", "[::1", "[::1]x", "-a"] {
      #expect(throws: XenAPIError.self) { try HostAddress(text) }
    }
  }

  @Test func fingerprints() throws {
    let digits = String(repeating: "0f", count: 32)
    let fingerprint = try Fingerprint("SHA256:" + digits)
    #expect(fingerprint.description.hasPrefix("sha256:0F:0F:"))
    #expect(try Fingerprint(fingerprint.description) == fingerprint)
    for text in ["", digits, "sha1:" + digits, "sha256:" + digits.dropLast(), "sha256:zz"] {
      #expect(throws: XenAPIError.self) { try Fingerprint(text) }
    }
  }

  @Test func aCertificatesKeyIsTheOneThatOpenSSLSays() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/pin-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let made = try TestCertificate(folder: folder)
    let pem = try String(contentsOfFile: made.certificate, encoding: .utf8)
    let certificate = try #require(Certificate(pem: pem))
    #expect("\(certificate.fingerprint)" == made.fingerprint)
    let said = try Command.run([
      "sh", "-c",
      "openssl x509 -in \(made.certificate) -noout -pubkey | openssl pkey -pubin -outform der "
        + "| openssl dgst -sha256 -binary | base64",
    ])
    let expected = said.output.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(certificate.publicKeyPin == "sha256//" + expected)
    // Cut off anywhere, it is no certificate and no crash.
    for count in 0..<certificate.bytes.count {
      let cut = Data(certificate.bytes.prefix(count)).base64EncodedString()
      let broken = Certificate(
        pem: "-----BEGIN CERTIFICATE-----\n\(cut)\n-----END CERTIFICATE-----")
      #expect(broken?.publicKeyPin == nil)
    }
  }
}
