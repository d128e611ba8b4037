"""Runs a command on a terminal of its own, types a line at its prompt, and prints what it showed.

terminal.py TEXT COMMAND...   \\x03 in TEXT is ^C. Ends with the command's exit code.
"""
import os
import pty
import select
import sys
import time

text = sys.argv[1].encode().decode("unicode_escape").encode()
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown = b""
typed = False
end = time.monotonic() + 60
while time.monotonic() < end:
    ready, _, _ = select.select([terminal], [], [], 0.1)
    if ready:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    if not typed and b"password of" in shown:
        time.sleep(0.2)
        os.write(terminal, text)
        typed = True
_, status = os.waitpid(child, 0)
sys.stdout.write(shown.decode(errors="replace"))
sys.exit(os.waitstatus_to_exitcode(status) & 0xFF)
