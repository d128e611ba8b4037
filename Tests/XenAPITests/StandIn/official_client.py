"""XenServer's own Python client, from PyPI, against the stand-in: what a client that nobody here
wrote expects, and what it sees of the changes that shadowbench makes.

usage: official_client.py CERTIFICATE KEY RECORDS SHADOWBENCH FINGERPRINT FOLDER
"""

import os
import subprocess
import sys

import XenAPI

STAND_IN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "xenapi_stand_in.py")
CHECKS = 0


def check(condition, what):
    """Counts a check that holds, and ends the program at one that does not."""
    global CHECKS
    CHECKS += 1
    if not condition:
        sys.exit("official client: " + what)


def failure(call, *parameters):
    """The error that the server gives."""
    try:
        call(*parameters)
    except XenAPI.Failure as error:
        return error.details
    sys.exit("official client: %s did not fail" % call)


class StandIn:
    """A host for as long as it is needed."""

    def __init__(self, certificate, key, records, *faults):
        self.process = subprocess.Popen(
            [sys.executable, STAND_IN, "--certificate", certificate, "--key", key, "--records",
             records, *faults], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def session(self, password="secret"):
        session = XenAPI.Session("https://127.0.0.1:%d" % self.port)
        session.login_with_password("root", password, "1.0", "official-client")
        return session

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


def records_and_changes(host, shadowbench, fingerprint, folder):
    check(failure(host.session, "wrong")[0] == "SESSION_AUTHENTICATION_FAILED", "wrong password")
    session = host.session()
    records = session.xenapi.VM.get_all_records()
    by_name = {record["name_label"]: (ref, record) for ref, record in records.items()}
    halted, record = by_name["Citrix XenApp test"]
    running, _ = by_name["Citrix XenApp 10"]
    check(record["memory_static_max"] == str(2048 << 20), "whole numbers are text in XML-RPC")
    check(isinstance(record["HVM_shadow_multiplier"], float), "fractions are doubles")
    check(record["is_a_template"] is False, "truth values")
    check(record["platform"]["viridian"] == "true", "maps")
    vm = session.xenapi.VM
    check(vm.get_by_uuid(record["uuid"]) == halted, "references by UUID")
    check(failure(vm.set_HVM_shadow_multiplier, halted, 0.5)
          == ["INVALID_VALUE", "multiplier", "0.5"], "a multiplier below 1")
    check(failure(vm.set_HVM_shadow_multiplier, halted, 2)
          == ["FIELD_TYPE_ERROR", "value"], "a number without a point")
    check(failure(vm.set_HVM_shadow_multiplier, running, 2.0)
          == ["VM_BAD_POWER_STATE", running, "halted", "running"], "the wrong call")
    snapshot, _ = by_name["before the update"]
    check(failure(vm.set_HVM_shadow_multiplier, snapshot, 2.0)[0] == "VM_IS_SNAPSHOT", "snapshots")
    check(failure(vm.get_record, "OpaqueRef:none")[0] == "HANDLE_INVALID", "a wrong reference")
    done = subprocess.run(
        [shadowbench, "pool", "audit", "--connect", "127.0.0.1:%d" % host.port, "--fingerprint",
         fingerprint, "--hap", "--fix", "--apply", "--undo-file",
         os.path.join(folder, "undo.json"), "--json"],
        env={**os.environ, "SHADOWBENCH_PASSWORD": "secret"}, stdout=subprocess.PIPE, check=False)
    check(done.returncode == 1, "some machines of the pool cannot be changed")
    for reference in [halted, running]:
        check(vm.get_record(reference)["HVM_shadow_multiplier"] == 1.0, "what shadowbench changed")
    check(vm.get_record(running)["memory_overhead"] == str(134 << 20), "the overhead anew")
    vm.set_HVM_shadow_multiplier(halted, 1.5)
    check(vm.get_HVM_shadow_multiplier(halted) == 1.5, "a change of its own")
    session.xenapi.session.logout()


def main():
    certificate, key, records, shadowbench, fingerprint, folder = sys.argv[1:]
    files = (certificate, key, records)
    with StandIn(*files) as host:
        records_and_changes(host, shadowbench, fingerprint, folder)
    with StandIn(*files, "--slave-of", "10.0.0.5") as host:
        check(failure(host.session) == ["HOST_IS_SLAVE", "10.0.0.5"], "the address of the master")
    with StandIn(*files, "--expire-after", "2") as host:
        session = host.session()
        for _ in range(6):
            check(len(session.xenapi.host.get_all_records()) == 3, "a new login by the client")
    print("official client: %d checks hold" % CHECKS)


if __name__ == "__main__":
    main()
