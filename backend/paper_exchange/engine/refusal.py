"""What the exchange says no with: its own codes and texts, verbatim."""


class Refusal(Exception):
    """A request that was understood and refused; nothing of it was carried out."""

    def __init__(
        self, code: int, message: str, *, status: int = 400, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status, self.headers = code, message, status, headers or {}

    @property
    def body(self) -> dict[str, object]:
        return {"code": self.code, "msg": self.message}


def filter_failure(name: str) -> Refusal:
    return Refusal(-1013, f"Filter failure: {name}")


def rejected(message: str) -> Refusal:
    """The matching engine's no."""
    return Refusal(-2010, message)


def missing(name: str) -> Refusal:
    return Refusal(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")


INSUFFICIENT_BALANCE = "Account has insufficient balance for requested action."
WOULD_TAKE = "Order would immediately match and take."
WOULD_TRIGGER = "Order would trigger immediately."
DUPLICATE = "Duplicate order sent."


def no_such_order() -> Refusal:
    return Refusal(-2013, "Order does not exist.")


def unknown_order() -> Refusal:
    return Refusal(-2011, "Unknown order sent.")


def bad_symbol() -> Refusal:
    return Refusal(-1121, "Invalid symbol.")


def bad_key() -> Refusal:
    return Refusal(-2015, "Invalid API-key, IP, or permissions for action.", status=401)
