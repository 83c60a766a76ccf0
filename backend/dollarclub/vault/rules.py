"""What is wrong with a key that was tried, in sentences that a person can act on."""

from dataclasses import dataclass
from datetime import timedelta

LARGEST_SKEW = timedelta(seconds=1)
FIRST_PAUSE_SECONDS = 5
LONGEST_PAUSE_SECONDS = 300
_DELTA = "Delta Exchange Global (api.delta.exchange) and Delta Exchange India (api.india.delta.exchange)"
_SEPARATE_HOSTS = {"delta": _DELTA, "deltaindia": _DELTA}


@dataclass(frozen=True)
class Problem:
    """`code` is stable, `message` is for a person."""

    code: str
    message: str


@dataclass(frozen=True)
class Tried:
    """Which key was tried, and whether it may be one that can withdraw."""

    venue: str
    title: str
    environment: str
    allow_withdraw: bool


@dataclass(frozen=True)
class Powers:
    """What the venue says the key may do; None where it does not say."""

    read: bool | None
    trade: bool | None
    withdraw: bool | None


def clock_problem(skew: timedelta) -> Problem | None:
    """`skew` is the exchange's clock minus ours; up to a second is harmless."""
    if abs(skew) <= LARGEST_SKEW:
        return None
    seconds = abs(skew).total_seconds()
    direction = "behind" if skew > timedelta() else "ahead of"
    return Problem(
        "clock_skew",
        f"This machine's clock is {seconds:.1f} s {direction} the exchange's, so signed requests may be refused. "
        "Let the machine set its clock from the network (NTP) and test the key again.",
    )


def power_problems(tried: Tried, powers: Powers) -> list[Problem]:
    """What the key may do too much or too little."""
    found = []
    if powers.withdraw and not tried.allow_withdraw:
        found.append(
            Problem(
                "withdraw_allowed",
                "This key can withdraw funds, which trading never needs. Switch withdrawals off at "
                f"{tried.title}, or allow it here if you accept that risk.",
            )
        )
    if powers.read is False:
        found.append(
            Problem(
                "no_read_permission",
                f"This key may not read the account. Allow reading for it at {tried.title}.",
            )
        )
    if powers.trade is False:
        found.append(
            Problem(
                "no_trade_permission",
                f"This key may not trade on this kind of market. Allow trading for it at {tried.title}.",
            )
        )
    return found


def refusal(tried: Tried, code: str, words: str) -> Problem:
    """The exchange did not accept the key; `code` is that of the refusal, `words` are the exchange's own."""
    match code:
        case "wrong_secret":
            message = (
                f"{tried.title} knows the key but not this secret. Copy the secret again; where it cannot be "
                "shown again, make a new key."
            )
        case "invalid_key":
            message = _unknown_key(tried)
        case "address_not_allowed":
            message = (
                f"{tried.title} accepts this key from other addresses only. Add the address of this machine to "
                "the key's list of allowed addresses."
            )
        case "no_permission":
            message = (
                f"{tried.title} does not let this key do what trading needs, or not from this machine's address. "
                "Look at the key's permissions and allowed addresses there."
            )
        case "clock_skew":
            message = (
                "The exchange refuses the time of our requests. Let this machine set its clock from the network "
                "(NTP) and test the key again."
            )
        case _:
            message = f"{tried.title} refuses this key."
    return Problem(code, sentence(f"{message} The exchange says: {words}" if words else message))


def rejection(tried: Tried, code: str, words: str) -> Problem:
    """The exchange refused a question that every key is asked."""
    return Problem(code, sentence(f"{tried.title} says: {words}"))


def absence(tried: Tried, code: str, words: str) -> Problem:
    """The exchange could not be asked; `words` are its own, or empty when there was no answer."""
    told = f" It says: {words}" if words else ""
    return Problem(
        code, sentence(f"{tried.title} could not be reached; the key is tried again by itself.{told}")
    )


def sentence(text: str) -> str:
    """With a capital at its beginning."""
    return text[:1].upper() + text[1:]


def pause_after(attempts: int) -> timedelta:
    """How long to wait before an exchange that could not be reached `attempts` times in a row is asked again."""
    return timedelta(
        seconds=min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(max(attempts - 1, 0), 10))
    )


def _unknown_key(tried: Tried) -> str:
    hosts = _SEPARATE_HOSTS.get(tried.venue)
    if hosts is not None:
        return (
            f"{tried.title} does not know this key, or not from this machine's address. {hosts} are separate: a key "
            "of one does not work at the other, and testnet keys work on the testnet only."
        )
    if tried.environment == "paper":
        return (
            "The paper exchange does not know this key, or not from this machine's address. Keys of its data before "
            "it began anew are gone: make new paper keys."
        )
    kind, other = (
        ("testnet", "live exchange") if tried.environment == "testnet" else ("live exchange", "testnet")
    )
    return (
        f"The {kind} of {tried.title} does not know this key. Keys of the {other} do not work there: look where "
        "this one was made, and whether it was copied whole and may be used from this machine's address."
    )
