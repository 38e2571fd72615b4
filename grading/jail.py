"""Runs in a process that is about to become a submission's jail: namespaces, a read-only root, limits, no privileges.

Only the code up to `Walls.enter` may be trusted; after it the process belongs to the student.
"""

import contextlib
import ctypes
import errno
import os
import platform
import resource
import shutil
import signal
import site
import struct
import sys
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)
PYTHON = ctypes.PyDLL(None, use_errno=True)  # the same, and calls keep Python's lock: so a fork must
OUTSIDE = os.geteuid(), os.getegid()  # who grades; a new user namespace shows nobody instead
CLONE = {
    "mount": 0x00020000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "user": 0x10000000,
    "pid": 0x20000000,
    "net": 0x40000000,
}
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = (
    1,
    2,
    4,
    8,
    32,
    4096,
    16384,
    1 << 18,
)
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 1, 4, 24, 38, 22
PR_SET_CHILD_SUBREAPER = 36
SYS_CLONE = {"x86_64": 56, "aarch64": 220}
SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
SYS_CAPSET = {"x86_64": 126, "aarch64": 91}
SYS_MOUNT_SETATTR = 442
FIRST_UID = 0x60000000  # jails of a grader that runs as root get user ids that nobody else has
HOME = "/home/student"
SCRATCH = 192 * 2**20  # bytes a submission may write
COPY_BELOW = 4 * 2**20  # larger data files are linked, read-only, instead of copied

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
ETC = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "fonts", "localtime", "alternatives", "mime.types")
DEVICES = ("null", "zero", "full", "random", "urandom")


def _call(name, *arguments):
    if getattr(LIBC, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _syscall(number, *arguments):
    if LIBC.syscall(ctypes.c_long(number), *arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _mount(source, target, kind=None, flags=0, data=None):
    def raw(text):
        return None if text is None else os.fsencode(text)

    try:
        _call("mount", raw(source), raw(target), raw(kind), ctypes.c_ulong(flags), raw(data))
    except OSError as error:
        raise OSError(error.errno, f"mount of {target}: {error.strerror}") from None


class _MountAttr(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("attr_set", "attr_clr", "propagation", "userns_fd")]


def _read_only(target):
    """Make a mount and all mounts below it read-only, without devices and setuid programs."""
    attr = _MountAttr(attr_set=MS_RDONLY | MS_NOSUID | MS_NODEV)
    try:
        _syscall(SYS_MOUNT_SETATTR, -100, os.fsencode(target), 0x8000, ctypes.byref(attr), ctypes.sizeof(attr))
    except OSError as error:
        if error.errno != errno.ENOSYS:
            raise
        _mount(None, target, flags=MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def die_with_parent(number=signal.SIGKILL):
    """Be killed, or get another signal, when the process that forked this one ends."""
    LIBC.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def adopt_orphans():
    """Become the parent of every process below this one that loses its own."""
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def readable_paths(extra=()):
    """What a jail may read: the system's programs and libraries, this Python and its packages; no one's home."""
    paths = [*SYSTEM, sys.prefix, sys.base_prefix, sys.exec_prefix, *site.getsitepackages(), *extra]
    return list(dict.fromkeys(str(p) for p in paths if os.path.exists(p)))


def fork_apart():
    """Like os.fork(), but the child is the first process of new namespaces, where `Walls` are still to be built.

    os.fork() after unshare(2) does the same in twice the time: between the two a process is copied for nothing.
    """
    names = set(CLONE) - ({"user"} if OUTSIDE[0] == 0 else set())
    flags = ctypes.c_ulong(sum(CLONE[name] for name in names) | signal.SIGCHLD)
    PYTHON.PyOS_BeforeFork()
    pid = PYTHON.syscall(ctypes.c_long(SYS_CLONE[platform.machine()]), flags, None, None, None, None)
    code = ctypes.get_errno()
    if pid == 0:
        PYTHON.PyOS_AfterFork_Child()
        return 0
    PYTHON.PyOS_AfterFork_Parent()
    if pid < 0:
        raise OSError(code, f"new namespaces: {os.strerror(code)}")
    return pid


class Walls:
    """The walls around one submission. `hidden` paths stay out of sight even when a readable path contains them."""

    def __init__(self, readable=(), hidden=(), limits=None, number=0):
        self.readable, self.hidden, self.limits = readable, hidden, limits
        self.root = OUTSIDE[0] == 0
        self.uid = FIRST_UID + number % 2**24 if self.root else 1000
        self.new_root = "/sys"  # the new root is built over a directory that no jail needs

    def settle(self):
        """First half, after `fork_apart`: be somebody in the new namespaces, and keep mounts from showing outside."""
        if not self.root:
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{self.uid} {OUTSIDE[0]} 1")
            Path("/proc/self/gid_map").write_text(f"{self.uid} {OUTSIDE[1]} 1")
        _mount(None, "/", flags=MS_REC | MS_PRIVATE)

    def enter(self, files, written):
        """Second half: the root, the limits, no way back.

        `files` maps names in the working directory to files outside, `written` maps them to bytes.
        """
        LIBC.sethostname(b"jail", 4)
        self._build_root(files, written)
        os.setsid()
        limit_resources(self.limits)
        drop_bounding_set()
        if self.root:
            os.setgroups([])
            os.setresgid(self.uid, self.uid, self.uid)
            os.setresuid(self.uid, self.uid, self.uid)
        drop_privileges()
        os.chdir(HOME)

    def _build_root(self, files, written):
        root = self.new_root
        _mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=1m,nr_inodes=4096")
        os.mkdir(f"{root}/tmp")  # first, so that it covers no readable path that lies below /tmp
        _mount("tmpfs", f"{root}/tmp", "tmpfs", MS_NOSUID | MS_NODEV, f"mode=1777,size={SCRATCH},nr_inodes=20000")
        plan = dict.fromkeys(self.readable, "bind") | dict.fromkeys(self.hidden, "hide")
        done = []
        for path in sorted(plan, key=lambda p: (p.count("/"), p)):
            target = root + path
            covered = any(path.startswith(other.rstrip("/") + "/") for other in done)
            if os.path.islink(path) and not covered:
                os.makedirs(os.path.dirname(target), exist_ok=True)
                os.symlink(os.readlink(path), target)
            elif plan[path] == "hide":
                if covered and os.path.isdir(target):
                    _mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=64k,nr_inodes=64")
            elif not covered or any(path.startswith(hidden.rstrip("/") + "/") for hidden in self.hidden):
                self._bind(path, target)
                done.append(path)
        for name in ETC:
            if os.path.exists("/etc/" + name):
                self._bind("/etc/" + name, f"{root}/etc/{name}")
        for name in ("dev", "proc", "tmp", "home/student", "dev/shm", "data"):
            os.makedirs(f"{root}/{name}", exist_ok=True)
        Path(root, "etc/passwd").write_text(f"student:x:{self.uid}:{self.uid}:student:{HOME}:/bin/sh\n")
        Path(root, "etc/group").write_text(f"student:x:{self.uid}:\n")
        Path(root, "etc/hosts").write_text("127.0.0.1 localhost\n")
        for name in DEVICES:
            Path(f"{root}/dev/{name}").touch()
            _mount("/dev/" + name, f"{root}/dev/{name}", flags=MS_BIND)
        for name, path in (("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1")):
            os.symlink(path, f"{root}/dev/{name}")
        self._scratch(files, written)
        with contextlib.suppress(OSError):  # inside some containers a new /proc is forbidden; then the jail has none
            _mount("proc", f"{root}/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
        os.chdir(root)
        _syscall(SYS_PIVOT_ROOT[platform.machine()], b".", b".")
        _call("umount2", b".", MNT_DETACH)
        os.chdir("/")
        _mount(None, "/", flags=MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)

    def _bind(self, path, target):
        if os.path.isdir(path):
            os.makedirs(target, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if not os.path.exists(target):
                Path(target).touch()
        _mount(path, target, flags=MS_BIND | MS_REC)
        _read_only(target)

    def _scratch(self, files, written):
        """The one place a submission can write: a file system in memory, of bounded size, that goes with the jail."""
        root = self.new_root
        scratch = f"{root}/tmp"
        for name in ("home", "shm"):
            os.mkdir(f"{scratch}/.{name}")
        home = f"{scratch}/.home"
        linked = 0
        for name, path in files.items():
            target = f"{home}/{name}"
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if os.path.getsize(path) <= COPY_BELOW:
                shutil.copyfile(path, target, follow_symlinks=False)
            else:
                linked += 1
                self._bind(path, f"{root}/data/{linked}")
                os.symlink(f"/data/{linked}", target)
        for name, data in written.items():
            Path(home, name).write_bytes(data)
        for directory, _, names in os.walk(home):
            for path in (directory, *(os.path.join(directory, name) for name in names)):
                os.chown(path, self.uid, self.uid, follow_symlinks=False)
        os.chown(f"{scratch}/.shm", self.uid, self.uid)
        _mount(home, root + HOME, flags=MS_BIND)
        _mount(f"{scratch}/.shm", f"{root}/dev/shm", flags=MS_BIND)


def limit_resources(limits):
    """Bounds that the kernel keeps for each process of the submission."""
    memory = limits["memory"]
    with open("/proc/self/statm") as file:
        size = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    bounds = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_FSIZE: SCRATCH,
        resource.RLIMIT_DATA: memory + data_size(),
        resource.RLIMIT_AS: size + 4 * memory,
        resource.RLIMIT_CPU: int(limits["total"]) + 10,
        resource.RLIMIT_NPROC: limits["processes"],
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_MEMLOCK: 2**20,
    }
    for kind, value in bounds.items():
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def limit_memory(memory):
    """Let this process and its children have this much more memory each."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory + data_size(),) * 2)


def data_size():
    """Bytes of private memory this process has already mapped: what was there before the student's code."""
    with open("/proc/self/status") as file:
        return sum(int(line.split()[1]) for line in file if line.startswith(("VmData", "VmStk"))) * 1024


def drop_bounding_set():
    """No program started later can bring capabilities back."""
    for capability in range(64):
        LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def drop_privileges():
    """No capability, no way to gain one, no system call that reaches beyond the jail."""
    header = struct.pack("Ii", 0x20080522, 0)
    _syscall(SYS_CAPSET[platform.machine()], header, bytes(24))
    if LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError("no_new_privs was refused")
    LIBC.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    filter_system_calls()


# Calls that a solution never needs and that reach the kernel's odder corners, by machine.
FORBIDDEN_CALLS = {
    "x86_64": {
        "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "mount": 165, "umount2": 166,
        "pivot_root": 155, "chroot": 161, "unshare": 272, "setns": 308, "add_key": 248, "request_key": 249,
        "keyctl": 250, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "io_uring_setup": 425,
        "memfd_create": 319, "memfd_secret": 447, "open_by_handle_at": 304, "kexec_load": 246, "init_module": 175,
        "finit_module": 313, "mount_setattr": 442, "open_tree": 428, "move_mount": 429, "fsopen": 430,
        "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_getfd": 438, "personality": 135, "shmget": 29,
        "msgget": 68, "semget": 64, "mlockall": 151, "swapon": 167, "acct": 163, "vmsplice": 278,
    },
    "aarch64": {
        "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "mount": 40, "umount2": 39,
        "pivot_root": 41, "chroot": 51, "unshare": 97, "setns": 268, "add_key": 217, "request_key": 218,
        "keyctl": 219, "bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "io_uring_setup": 425,
        "memfd_create": 279, "memfd_secret": 447, "open_by_handle_at": 265, "kexec_load": 104, "init_module": 105,
        "finit_module": 273, "mount_setattr": 442, "open_tree": 428, "move_mount": 429, "fsopen": 430,
        "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_getfd": 438, "personality": 92, "shmget": 194,
        "msgget": 186, "semget": 190, "mlockall": 230, "swapon": 224, "acct": 89, "vmsplice": 75,
    },
}  # fmt: skip
CLONE_CALL, CLONE3_CALL = {"x86_64": 56, "aarch64": 220}, 435
SOCKET_CALL = {"x86_64": 41, "aarch64": 198}
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


class _FilterProgram(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def system_call_filter(machine):
    """The seccomp program, as the bytes of its BPF instructions."""
    load, jump_eq, jump_set, jump_ge, ret = 0x20, 0x15, 0x45, 0x35, 0x06
    allow, refuse, kill, missing = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000, 0x00050000 | errno.ENOSYS
    code = [(load, 0, 0, 4), (jump_eq, 1, 0, AUDIT_ARCH[machine]), (ret, 0, 0, kill), (load, 0, 0, 0)]
    if machine == "x86_64":
        code += [(jump_ge, 0, 1, 0x40000000), (ret, 0, 0, kill)]  # the x32 doubles of all calls
    for number in FORBIDDEN_CALLS[machine].values():
        code += [(jump_eq, 0, 1, number), (ret, 0, 0, refuse)]
    code += [(jump_eq, 0, 1, CLONE3_CALL), (ret, 0, 0, missing)]  # its flags cannot be seen; libc falls back to clone
    namespaces = sum(CLONE.values()) | 0x02000000  # and cgroup
    code += [(jump_eq, 0, 3, CLONE_CALL[machine]), (load, 0, 0, 16), (jump_set, 0, 1, namespaces), (ret, 0, 0, refuse)]
    code += [(load, 0, 0, 0), (jump_eq, 0, 3, SOCKET_CALL[machine]), (load, 0, 0, 16)]
    code += [(jump_eq, 1, 0, 1), (ret, 0, 0, refuse)]  # only AF_UNIX
    code += [(ret, 0, 0, allow)]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)


def filter_system_calls():
    """Install the filter for this process and all it starts."""
    machine = platform.machine()
    if machine not in AUDIT_ARCH:
        return
    program = system_call_filter(machine)
    buffer = ctypes.create_string_buffer(program, len(program))
    header = _FilterProgram(len(program) // 8, ctypes.addressof(buffer))
    if LIBC.prctl(PR_SET_SECCOMP, 2, ctypes.byref(header), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the system call filter was refused")
