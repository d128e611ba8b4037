"""A host that stands in for a pool's master (or a slave) in tests: XenAPI over HTTPS.

It speaks JSON-RPC 1.0 and 2.0 (POST /jsonrpc) and XML-RPC (POST / and /RPC2), keeps records in
memory, and fails as it is told to. Only Python's standard library is used.

usage: xenapi_stand_in.py --certificate FILE --key FILE --records DUMP [--log FILE] [fault]...
It prints its port on one line when it listens, and lives until its standard input ends.

faults
  --slave-of ADDRESS           answer every login and call with HOST_IS_SLAVE
  --expire-after N             sessions end after N calls
  --delay METHOD=SECONDS       answer late
  --drop METHOD                carry it out, then hang up without an answer
  --truncate METHOD            say how long the answer is, send half, hang up
  --garbage METHOD             answer 200 with HTML
  --flood METHOD               answer without end
  --headers METHOD             answer with headers without end
  --trickle METHOD             answer a byte at a time, without end
  --redirect METHOD            answer 302 to an address without TLS
  --raw METHOD=TEXT            answer 200 with TEXT
  --nested METHOD              answer 200 with JSON that is nested 100,000 levels deep
  --echo-password              refuse the login, and put the password into the error
  --die-after N                end the process after N calls that change something
  --die-before N               end the process before the N-th call that changes something
  --refuse METHOD=CODE[,P...]  refuse with an error of the server's
  --busy UUID                  OTHER_OPERATION_IN_PROGRESS for that machine
  --short-by MIB               what a live change gives is so many MiB short of what was asked
  --bare-errors                errors in JSON-RPC 2.0 are arrays, as some early answers are
  --special-numbers            a multiplier that is no number comes as a bare word
"""

import argparse
import json
import math
import os
import re
import ssl
import sys
import threading
import time
import uuid
import xmlrpc.client
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY_LIMIT = 300 * 1024
MIB = 1 << 20
CLASSES = ["VM", "host", "host_metrics", "VM_metrics", "pool", "SR", "PBD", "VBD", "VDI", "VIF",
           "network", "PIF", "Cluster", "Cluster_host"]
STATES = {"Halted": "halted", "Running": "running", "Paused": "paused", "Suspended": "suspended"}


class Refusal(Exception):
    """An error of the server's own: a code and its parameters."""


def opaque():
    return "OpaqueRef:" + str(uuid.uuid4())


class Pool:
    """The records, and the calls on them."""

    def __init__(self, options):
        self.options = options
        with open(options.records, encoding="utf-8") as file:
            self.objects = json.load(file)["objects"]
        self.sessions = {}
        self.changes = 0
        self.lock = threading.RLock()

    def call(self, method, params):
        parts = method.split(".")
        with self.lock:
            if parts[0] == "session":
                return self.session(parts[1:], params)
            self.check_session(params)
            for refusal in self.options.refuse:
                name, _, error = refusal.partition("=")
                if name == method:
                    raise Refusal(*error.split(","))
            if method == "VM.set_HVM_shadow_multiplier":
                return self.changing(self.set_halted, params, "value")
            if method == "VM.set_shadow_multiplier_live":
                return self.changing(self.set_live, params, "multiplier")
            if len(parts) == 2 and parts[0] in CLASSES:
                return self.read(parts[0], parts[1], params)
            raise Refusal("MESSAGE_METHOD_UNKNOWN", method)

    def session(self, verb, params):
        if verb == ["login_with_password"]:
            if self.options.slave_of is not None:
                raise Refusal("HOST_IS_SLAVE", self.options.slave_of)
            if not 2 <= len(params) <= 4:
                raise Refusal("MESSAGE_PARAMETER_COUNT_MISMATCH", "session.login_with_password",
                              "4", str(len(params)))
            if self.options.echo_password:
                raise Refusal("INTERNAL_ERROR", "got " + params[1])
            if (params[0], params[1]) != ("root", self.options.password):
                raise Refusal("SESSION_AUTHENTICATION_FAILED", params[0], "Authentication failure")
            session = opaque()
            self.sessions[session] = 0
            return session
        if verb == ["logout"]:
            if self.sessions.pop(params[0], None) is None:
                raise Refusal("SESSION_INVALID", params[0])
            return ""
        raise Refusal("MESSAGE_METHOD_UNKNOWN", "session." + ".".join(verb))

    def check_session(self, params):
        if self.options.slave_of is not None:
            raise Refusal("HOST_IS_SLAVE", self.options.slave_of)
        session = params[0] if params else ""
        if session not in self.sessions:
            raise Refusal("SESSION_INVALID", str(session))
        self.sessions[session] += 1
        limit = self.options.expire_after
        if limit is not None and self.sessions[session] > limit:
            del self.sessions[session]
            raise Refusal("SESSION_INVALID", session)

    def read(self, kind, verb, params):
        records = self.objects.get(kind, {})
        if verb == "get_all_records":
            if kind not in self.objects and kind.startswith("Cluster"):
                raise Refusal("MESSAGE_METHOD_UNKNOWN", kind + "." + verb)
            return records
        if verb == "get_all":
            return list(records)
        if verb == "get_by_uuid":
            for reference, record in records.items():
                if record.get("uuid") == params[1]:
                    return reference
            raise Refusal("UUID_INVALID", kind, params[1])
        if len(params) < 2 or params[1] not in records:
            raise Refusal("HANDLE_INVALID", kind, params[1] if len(params) > 1 else "")
        record = records[params[1]]
        if verb == "get_record":
            return record
        if verb.startswith("get_") and verb[4:] in record:
            return record[verb[4:]]
        raise Refusal("MESSAGE_METHOD_UNKNOWN", kind + "." + verb)

    def changing(self, change, params, name):
        if len(params) != 3:
            raise Refusal("MESSAGE_PARAMETER_COUNT_MISMATCH", name, "2", str(len(params) - 1))
        if self.options.die_before is not None and self.changes + 1 >= self.options.die_before:
            os._exit(0)
        reference, value = params[1], params[2]
        # What is no number with a point, or in XML-RPC no <double>, is none.
        if not isinstance(value, float):
            raise Refusal("FIELD_TYPE_ERROR", name)
        if reference not in self.objects["VM"]:
            raise Refusal("HANDLE_INVALID", "VM", reference)
        vm = self.objects["VM"][reference]
        if vm.get("uuid") in self.options.busy:
            raise Refusal("OTHER_OPERATION_IN_PROGRESS", "VM", reference)
        change(reference, vm, value)
        self.changes += 1
        return ""

    def set_halted(self, reference, vm, value):
        if vm.get("is_a_snapshot"):
            raise Refusal("VM_IS_SNAPSHOT", reference, "changing_shadow_memory")
        if vm["power_state"] != "Halted" and not vm.get("is_a_template"):
            raise Refusal("VM_BAD_POWER_STATE", reference, "halted", STATES[vm["power_state"]])
        if value < 1:
            raise Refusal("INVALID_VALUE", "multiplier", "%.16g" % value)
        vm["HVM_shadow_multiplier"] = value
        self.recompute(vm, value)

    def set_live(self, reference, vm, value):
        if vm["power_state"] != "Running":
            raise Refusal("VM_BAD_POWER_STATE", reference, "running", STATES[vm["power_state"]])
        if value < 1:
            raise Refusal("INVALID_VALUE", "multiplier", "%.16g" % value)
        if vm.get("domain_type") == "pv":
            return
        base = self.base(vm)
        before = math.floor(base * vm["HVM_shadow_multiplier"] + 1e-9)
        after = max(1, math.trunc(base * value)) - self.options.short_by
        free = self.free(vm)
        if free is not None and after - before > free:
            raise Refusal("HOST_NOT_ENOUGH_FREE_MEMORY", str((after - before) * MIB),
                          str(free * MIB))
        self.recompute(vm, value)
        # What Xen says reaches the records a moment later.
        threading.Timer(0.3, lambda: vm.update(HVM_shadow_multiplier=after / base)).start()

    @staticmethod
    def base(vm):
        static = -(-vm["memory_static_max"] // MIB)
        return -(-(256 * vm["VCPUs_max"] + 2 * static) // 256)

    def recompute(self, vm, value):
        kind = vm.get("domain_type", "hvm")
        extra = 1 if kind == "pv" else 2
        if kind == "pv_in_pvh":
            extra += 23 + -(-vm["memory_static_max"] // MIB) // 90
        vm["memory_overhead"] = (extra + max(1, math.trunc(self.base(vm) * value))) * MIB

    def free(self, vm):
        host = self.objects.get("host", {}).get(vm.get("resident_on"))
        if host is None:
            return None
        total = self.objects["host_metrics"][host["metrics"]]["memory_total"]
        used = sum(other["memory_static_max"] + other.get("memory_overhead", 0)
                   for other in self.objects["VM"].values()
                   if other.get("resident_on") == vm["resident_on"])
        return max(0, total - host.get("memory_overhead", 0) - used) // MIB


def xml_value(value):
    """A value as the server writes it: whole numbers are text, fractions <double>."""
    if isinstance(value, bool):
        return "<value><boolean>%d</boolean></value>" % value
    if isinstance(value, int):
        return "<value>%d</value>" % value
    if isinstance(value, float):
        return "<value><double>%.16g</double></value>" % value
    if isinstance(value, str):
        return "<value>%s</value>" % xmlrpc.client.escape(value)
    if isinstance(value, list):
        return ("<value><array><data>" + "".join(map(xml_value, value))
                + "</data></array></value>")
    members = "".join("<member><name>%s</name>%s</member>"
                      % (xmlrpc.client.escape(name), xml_value(member))
                      for name, member in value.items())
    return "<value><struct>" + members + "</struct></value>"


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = 60

    def log_message(self, *_):
        pass

    def do_POST(self):
        length = int(self.headers.get("Content-Length", "0"))
        if length > BODY_LIMIT:
            return self.answer(500, "text/html", b"<html>too long</html>")
        body = self.rfile.read(length)
        try:
            if self.path == "/jsonrpc":
                return self.json(body)
            if self.path in ("/", "/RPC2"):
                return self.xml(body)
        except (ValueError, KeyError, TypeError, IndexError, xmlrpc.client.ExpatError) as error:
            print("stand-in:", repr(error), file=sys.stderr)
            return self.answer(500, "text/html", b"<html>Internal Server Error</html>")
        return self.answer(404, "text/html", b"<html>Not found</html>")

    def perform(self, method, params, protocol):
        self.server.log({"method": method, "params": params, "protocol": protocol})
        for delay in self.server.options.delay:
            name, _, seconds = delay.partition("=")
            if name == method:
                time.sleep(float(seconds))
        try:
            return self.server.pool.call(method, params), None
        except Refusal as refusal:
            return None, list(refusal.args)

    def json(self, body):
        call = json.loads(body)
        second = "jsonrpc" in call
        if second and call["jsonrpc"] != "2.0":
            raise ValueError("jsonrpc must be 2.0")
        if not isinstance(call["id"], (int, str)) or not isinstance(call["params"], list):
            raise ValueError("id or params")
        result, error = self.perform(call["method"], call["params"], "2.0" if second else "1.0")
        if second:
            answer = {"jsonrpc": "2.0", "id": call["id"]}
            if error is None:
                answer["result"] = result
            elif self.server.options.bare_errors:
                answer["error"] = error
            else:
                answer["error"] = {"code": 1, "message": error[0], "data": error[1:]}
        else:
            answer = {"result": result, "error": error, "id": call["id"]}
        text = json.dumps(answer)
        if not self.server.options.special_numbers:
            text = re.sub(r'"(nan|inf|-inf)"', "null", text)
        else:
            text = re.sub(r'"HVM_shadow_multiplier": "(nan|inf)"',
                          lambda match: '"HVM_shadow_multiplier": '
                          + {"nan": "NaN", "inf": "Infinity"}[match[1]], text)
        self.send(call["method"], "application/json", text.encode())

    def xml(self, body):
        params, method = xmlrpc.client.loads(body, use_builtin_types=True)
        result, error = self.perform(method, list(params), "xml")
        value = ({"Status": "Success", "Value": result} if error is None
                 else {"Status": "Failure", "ErrorDescription": error})
        text = ("<?xml version=\"1.0\"?><methodResponse><params><param>" + xml_value(value)
                + "</param></params></methodResponse>")
        self.send(method, "text/xml", text.encode())

    def send(self, method, kind, body):
        options = self.server.options
        if method in options.drop:
            return self.hang_up()
        if method in options.garbage:
            return self.answer(200, "text/html", b"<html>Server is starting</html>")
        if method in options.truncate:
            self.head(200, kind, len(body))
            self.wfile.write(body[:len(body) // 2])
            return self.hang_up()
        if method in options.flood:
            self.head(200, kind, 1 << 40)
            return self.endless(b" " * 65536, 0)
        if method in options.headers:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            return self.endless(b"X-Filler: " + b"x" * 4000 + b"\r\n", 0)
        if method in options.trickle:
            self.head(200, kind, 1 << 40)
            return self.endless(b" ", 0.05)
        if method in options.redirect:
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:%d/jsonrpc"
                             % self.server.server_address[1])
            self.send_header("Content-Length", "0")
            return self.end_headers()
        for raw in options.raw:
            name, _, text = raw.partition("=")
            if name == method:
                return self.answer(200, kind, text.encode())
        if method in options.nested:
            return self.answer(200, kind, b"[" * 100000 + b"]" * 100000)
        if options.die_after is not None and self.server.pool.changes >= options.die_after:
            if method in ("VM.set_HVM_shadow_multiplier", "VM.set_shadow_multiplier_live"):
                os._exit(0)
        return self.answer(200, kind, body)

    def endless(self, piece, pause):
        try:
            while True:
                self.wfile.write(piece)
                time.sleep(pause)
        except OSError:
            self.hang_up()

    def hang_up(self):
        self.close_connection = True

    def head(self, status, kind, length):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def answer(self, status, kind, body):
        self.head(status, kind, len(body))
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """The port."""

    daemon_threads = True

    def __init__(self, options):
        super().__init__((options.listen, options.port), Handler)
        self.options = options
        self.pool = Pool(options)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(options.certificate, options.key)
        self.log_lock = threading.Lock()

    def get_request(self):
        connection, address = super().get_request()
        connection.settimeout(60)
        # The handshake is made by the connection's own thread.
        return self.context.wrap_socket(
            connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request, client_address):
        pass

    def log(self, entry):
        if self.options.log:
            with self.log_lock, open(self.options.log, "a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")


def arguments(words=None):
    """The options of a server."""
    parser = argparse.ArgumentParser()
    for name in ["certificate", "key", "records"]:
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--listen", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--password", default="secret")
    for name in ["log", "slave-of"]:
        parser.add_argument("--" + name)
    for name in ["expire-after", "die-after", "die-before"]:
        parser.add_argument("--" + name, type=int)
    parser.add_argument("--short-by", type=int, default=0)
    for name in ["delay", "drop", "truncate", "garbage", "flood", "headers", "trickle", "redirect",
                 "raw", "nested", "refuse", "busy"]:
        parser.add_argument("--" + name, action="append", default=[])
    for name in ["bare-errors", "special-numbers", "echo-password"]:
        parser.add_argument("--" + name, action="store_true")
    return parser.parse_args(words)


def main():
    server = Server(arguments())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
