"""Sends signals to a command that asks for a password on a terminal of its own, and looks at whether
the terminal shows again what is typed.

prompt.py SIGNAL COMMAND...   SIGNAL is the name of one without SIG, or STOP-CONT or ^Z: then the
password is typed once the command goes on, and the exit code is the command's.
"""
import fcntl
import os
import select
import signal
import sys
import termios
import time

kind, command = sys.argv[1], sys.argv[2:]
terminal, slave = os.openpty()
child = os.fork()
if child == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for stream in (0, 1, 2):
        os.dup2(slave, stream)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.execvp(command[0], command)
shown = b""


def has_echo():
    return bool(termios.tcgetattr(slave)[3] & termios.ECHO)


def watch(condition, what):
    global shown
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.05)[0]:
            shown += os.read(terminal, 4096)
        if condition():
            return
    os.kill(child, signal.SIGKILL)
    sys.exit("%s: never %s; shown: %r" % (kind, what, shown))


def stopped():
    return os.waitid(os.P_PID, child, os.WSTOPPED | os.WNOHANG) is not None


def ended():
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def finish():
    watch(ended, "ended")
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if not has_echo():
        sys.exit(kind + ": the terminal shows nothing afterwards")
    return code


if not has_echo():
    sys.exit("the terminal shows nothing to begin with")
watch(lambda: b"password of" in shown and not has_echo(), "asked for a password in silence")
if kind in ("^Z", "STOP-CONT"):
    if kind == "^Z":
        os.write(terminal, b"sec\x1a")
    else:
        # What was typed and not yet read is dropped with the stop, so nothing is typed before it.
        os.kill(child, signal.SIGTSTP)
    watch(stopped, "stopped")
    if not has_echo():
        sys.exit(kind + ": the terminal shows nothing while the command is stopped")
    shown = b""
    os.kill(child, signal.SIGCONT)
    watch(lambda: b"password of" in shown and not has_echo(), "asked again in silence")
    os.write(terminal, b"ret\n" if kind == "^Z" else b"secret\n")
    code = finish()
    if b"ret" in shown.split(b"\n")[0]:
        sys.exit(kind + ": the password was shown")
    sys.exit(code)
os.kill(child, getattr(signal, "SIG" + kind))
code = finish()
if code != 3:
    sys.exit("%s: exit code %d instead of 3, shown: %r" % (kind, code, shown))
