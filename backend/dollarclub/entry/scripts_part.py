"""What a worker of the queue `scripts` owns: the supervisor, which gives its own signs of life."""

from uuid import UUID

from dollarclub.core import presence
from dollarclub.core.context import Context
from dollarclub.scripts.supervisor.supervisor import Supervisor


class ScriptsPart:
    """The supervisor of the users' processes."""

    kind = "scripts"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._supervisor = Supervisor(context)

    def start(self) -> None:
        self._supervisor.start()

    def stop(self) -> None:
        self._supervisor.stop()
        self._context.close()

    def nudge(self, run_id: UUID) -> None:
        self._supervisor.nudge(run_id)

    def canary(self, kind: str) -> None:
        with self._context.db.transaction() as session:
            presence.canary_returned(session, kind)

    def purge(self) -> None:
        """Left to the workers of the queue `default`."""
