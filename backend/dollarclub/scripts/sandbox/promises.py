"""What each tier promises, in plain sentences for the people who decide whether to rely on it."""

from dollarclub.scripts.sandbox.limits import processes_are_counted_per_namespace
from dollarclub.scripts.sandbox.spec import LimitsBy, Tier

_MEMORY = {
    "cgroup": "Memory of all processes of a run together is limited exactly, by the kernel.",
    "watchdog": "Memory is watched 4 to 20 times a second: a fast script can go over its limit by some hundred MiB"
    " before it is killed, and memory that it only holds through open memory files is not seen.",
}


def promises(tier: Tier, *, as_root: bool, limits_by: LimitsBy, landlock_abi: int) -> tuple[str, ...]:
    """The sentences for one tier as it works on this machine."""
    if tier is Tier.off:
        return _without_walls(limits_by)
    said = [
        "A script sees no process, file, setting or secret of the platform, of other runs or of other users.",
        "It can write only to its own folder and to /dev/shm, both in memory, limited in size and gone afterwards.",
        "Every process it started is killed when it ends, is stopped, or when the worker dies.",
        "It has no privileges and cannot gain any.",
        _network(closes_abstract_sockets=landlock_abi >= 6),
    ]
    if as_root:
        said.append("Each run has a user id of its own.")
    else:
        said.append("Runs share the user id of the worker and are kept apart by namespaces.")
    if tier is Tier.landlock:
        said.append(_landlock(landlock_abi))
    said.append(_MEMORY[limits_by])
    said.append(_processes(limits_by, exact=as_root or processes_are_counted_per_namespace()))
    return tuple(said)


def _network(*, closes_abstract_sockets: bool) -> str:
    also = "its own loopback" if closes_abstract_sockets else "its own loopback and abstract sockets"
    return (
        f"Network off means no network at all; network on reaches what this machine reaches, {also} included."
    )


def _landlock(abi: int) -> str:
    if abi == 0:
        return "This kernel has no Landlock of use (Linux 5.19): the walls are namespaces alone."
    return "Landlock is a second wall around files."


def _processes(limits_by: LimitsBy, *, exact: bool) -> str:
    if limits_by == "cgroup" or exact:
        return "The number of processes and threads is limited by the kernel."
    return "The number of processes and threads is watched: a run over its limit is killed within moments."


def _without_walls(limits_by: LimitsBy) -> tuple[str, ...]:
    return (
        "There are no walls: a script can read and change whatever the worker's user can, the platform included.",
        "Its environment is minimal, and its processes are killed when it ends, is stopped or the worker dies,"
        " unless it takes care to hide them.",
        _MEMORY[limits_by],
        "The number of processes, the size of its folder and CPU time are watched: a run over a limit is killed.",
        "The network cannot be turned off.",
    )
