"""Become the given program: bound to the life of our parent, and not as root where the program refuses root.

Runs as a script (`python -I -S launch.py ...`) between fork and exec, on the standard library alone. What it does
belongs to the process itself and cannot be done for it from outside: ask the kernel for a signal when the parent dies,
give up root, and keep just enough right to walk to a folder below, say, /root, so that no folder needs other rights.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import pwd
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP = 28, 1 << 2
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
LINUX_CAPABILITY_VERSION_3 = 0x20080522


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Set(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def main() -> None:
    """Read the arguments, change this process, and become the program."""
    parser = argparse.ArgumentParser(prog="launch")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--signal", type=int, required=True)
    parser.add_argument("--user")
    parser.add_argument("--needs", type=Path, action="append", default=[])
    parser.add_argument("argv", nargs="+")
    options = parser.parse_args()
    if options.user:
        become(options.user, [Path(options.argv[0]), *options.needs])
    die_with(options.parent, options.signal)
    os.execv(options.argv[0], options.argv)


def die_with(parent: int, number: int) -> None:
    """Have the kernel send us `number` when our parent dies, and stop at once if it already has."""
    if sys.platform == "linux":
        _check(_libc().prctl(PR_SET_PDEATHSIG, number, 0, 0, 0))
    if os.getppid() != parent:
        sys.exit("De ouder van dit proces is al weg.")


def become(user: str, needed: list[Path]) -> None:
    """Continue as `user`, with the smallest extra right (none, see, pass) with which all of `needed` is in reach."""
    account = pwd.getpwnam(user)
    libc = _libc()
    # With this, a right counts for access(2) too, by which PostgreSQL looks for its own files; and rights then
    # survive the change of user, so that we give them up ourselves below.
    _check(libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0))
    os.setgroups([])
    os.setresgid(account.pw_gid, account.pw_gid, account.pw_gid)
    os.setresuid(account.pw_uid, account.pw_uid, account.pw_uid)
    held = _permitted(libc)
    for right in (0, held & 1 << CAP_DAC_READ_SEARCH, held & 1 << CAP_DAC_OVERRIDE):
        _hold(libc, effective=right, permitted=held)
        if all(os.access(path, os.R_OK | os.X_OK, effective_ids=True) for path in needed):
            break
    else:
        sys.exit(f"Gebruiker {user} kan niet bij {' of '.join(str(path) for path in needed)}.")
    _hold(libc, effective=right, permitted=right)
    if right:
        _check(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, right.bit_length() - 1, 0, 0))


def _permitted(libc: ctypes.CDLL) -> int:
    sets = (_Set * 2)()
    _check(libc.capget(ctypes.byref(_Header(LINUX_CAPABILITY_VERSION_3, 0)), sets))
    return int(sets[0].permitted)


def _hold(libc: ctypes.CDLL, *, effective: int, permitted: int) -> None:
    sets = (_Set * 2)(_Set(effective, permitted, permitted), _Set(0, 0, 0))
    _check(libc.capset(ctypes.byref(_Header(LINUX_CAPABILITY_VERSION_3, 0)), sets))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    main()
