"""What can be wrong with a script before it runs, as one exception with a stable code."""


class ScriptProblem(Exception):
    """A fault in a script's file, metadata or packages that its author can fix.

    `code` is stable and machine readable; `message` is a sentence for the author. `line` and `column` count from 1,
    `offset` is a byte position in the file, `text` is that line itself; each is None when it has no meaning.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        line: int | None = None,
        column: int | None = None,
        offset: int | None = None,
        text: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line
        self.column = column
        self.offset = offset
        self.text = text

    def facts(self) -> dict[str, int | str]:
        """The positions that are known, ready to be members of an answer."""
        known = {
            "line": self.line,
            "column": self.column,
            "offset": self.offset,
            "text": self.text,
        }
        return {name: value for name, value in known.items() if value is not None}
