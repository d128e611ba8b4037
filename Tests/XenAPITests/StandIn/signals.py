"""Ends `pool audit --apply` by signals at random moments, and looks at what is left.

signals.py SHADOWBENCH RUNS [SEED]: RUNS each for HUP, INT, TERM, PIPE, a standard output that nobody
reads any more, and two signals one after the other. After each run the stand-in has no session, and
the undo file and the report say of each machine what the stand-in says: changed or not; one whose
answer was not waited for may be said to be not known. Ends with 1 at the first that is not so.
"""
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

import xenapi_stand_in

FOLDER = os.path.dirname(os.path.abspath(__file__))
KINDS = ["HUP", "INT", "TERM", "PIPE", "closed", "twice"]


class Host:
    """A stand-in in this process, so that its state can be looked at."""

    def __init__(self, folder):
        words = ["--certificate", folder + "/host.pem", "--key", folder + "/host.key",
                 "--records", FOLDER + "/pool.json", "--delay", "VM.get_record=0.02",
                 "--delay", "VM.set_HVM_shadow_multiplier=0.15",
                 "--delay", "VM.set_shadow_multiplier_live=0.15"]
        self.server = xenapi_stand_in.Server(xenapi_stand_in.arguments(words))
        self.logins = 0
        self.server.log = self.count
        self.before = self.multipliers()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def count(self, entry):
        self.logins += entry["method"] == "session.login_with_password"

    def multipliers(self):
        return {vm["uuid"]: vm["HVM_shadow_multiplier"]
                for vm in self.server.pool.objects["VM"].values()}

    def settle(self):
        """Waits until what Xen says has reached the records, and late calls are through."""
        time.sleep(0.5)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def run(program, fingerprint, folder, kind, moment):
    """One run; what is wrong with it, and how it ended."""
    host = Host(folder)
    undo = folder + "/undo.json"
    if os.path.exists(undo):
        os.remove(undo)
    process = subprocess.Popen(
        [program, "pool", "audit", "--connect", "127.0.0.1:%d" % host.server.server_address[1],
         "--fingerprint", fingerprint, "--hap", "--fix", "--apply", "--undo-file", undo, "--json"],
        env={**os.environ, "SHADOWBENCH_PASSWORD": "secret"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    begin = time.monotonic()
    if moment is not None:
        time.sleep(moment)
        if kind == "closed":
            process.stdout.close()
            process.stdout = None
        else:
            number = getattr(signal, "SIG" + ("INT" if kind == "twice" else kind))
            process.send_signal(number)
            if kind == "twice":
                time.sleep(0.05)
                process.send_signal(number)
    output, errors = process.communicate(timeout=120)
    seconds = time.monotonic() - begin
    host.settle()
    complaint = judge(host, undo, process.returncode, output or b"", errors, kind)
    host.close()
    return complaint, process.returncode, seconds, os.path.exists(undo)


def judge(host, undo, code, output, errors, kind):
    """What is wrong; nothing when all is as it must be."""
    if host.server.pool.sessions:
        return "a session is left"
    now = host.multipliers()
    changed = {uuid for uuid in now if now[uuid] != host.before[uuid]}
    if code < 0 and host.logins and not os.path.exists(undo):
        return "died of signal %d after the login" % -code
    if not os.path.exists(undo):
        return "%d changes and no undo file" % len(changed) if changed else None
    with open(undo, encoding="utf-8") as file:
        said = {change["uuid"]: change["state"] for change in json.load(file)["changes"]}
    for uuid in now:
        state = said.get(uuid, "not_tried")
        if state == "unknown" and kind == "twice":
            continue
        if (state in ("done", "differs")) != (uuid in changed):
            return "the undo file says %s of %s, which is %schanged" % (
                state, uuid, "" if uuid in changed else "not ")
    text = errors.decode(errors="replace") if kind == "closed" and b'"changes"' not in output \
        else output.decode(errors="replace")
    if kind == "closed" and code == 1 and '"changes"' not in text:
        # It was written before nobody read it any more, and went with the pipe.
        return None
    if '"changes"' not in text:
        return "no report: exit code %d, %s" % (code, errors.decode(errors="replace"))
    report = json.loads(text[text.index("{"):text.rindex("}") + 1])
    states = {change["uuid"]: change["state"] for change in report["changes"]}
    return None if states == said else "the report says %s, the undo file %s" % (states, said)


def main():
    # Whoever started this may block or ignore signals, and what is started here would inherit it:
    # under nohup no HUP would reach the program, and all would look well.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for kind in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(kind, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    program, runs = sys.argv[1], int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    moments = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3", "-subj", "/CN=host",
             "-keyout", folder + "/host.key", "-out", folder + "/host.pem"],
            check=True, stderr=subprocess.DEVNULL)
        fingerprint = "sha256:" + subprocess.run(
            ["openssl", "x509", "-in", folder + "/host.pem", "-noout", "-fingerprint", "-sha256"],
            check=True, stdout=subprocess.PIPE, text=True).stdout.strip().split("=")[1]
        complaint, code, length, _ = run(program, fingerprint, folder, "TERM", None)
        if complaint or code != 1:
            sys.exit("undisturbed: exit code %d, %s" % (code, complaint))
        for kind in KINDS:
            ends = {}
            partly = 0
            for number in range(runs):
                moment = moments.uniform(0, length * 1.1)
                complaint, code, _, begun = run(program, fingerprint, folder, kind, moment)
                if complaint:
                    sys.exit("%s, run %d, after %.3f of %.3f s: %s"
                             % (kind, number, moment, length, complaint))
                ends[code] = ends.get(code, 0) + 1
                partly += begun
            if kind in ("HUP", "INT", "TERM") and list(ends) == [1]:
                sys.exit("%s: no run was ended by it" % kind)
            print("%-6s %d runs: no session left, undo file and report true; %d after the first "
                  "change was planned; exit codes %s"
                  % (kind, runs, partly, ", ".join("%d: %d" % end for end in sorted(ends.items()))),
                  flush=True)


if __name__ == "__main__":
    main()
