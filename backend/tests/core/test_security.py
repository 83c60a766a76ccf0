"""Passwords, signed tokens, API tokens and secrets at rest."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from dollarclub.core import security
from dollarclub.core.errors import Unauthenticated
from dollarclub.core.security import CannotDecrypt, Cipher, TokenKind, Tokens
from dollarclub.core.settings import SecuritySettings
from dollarclub.kit.ids import new_id

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
SECRET = "unit-tests-only-0123456789abcdef0123456789"


def tokens(*, now: datetime = NOW, secret: str = SECRET, algorithm: str = "HS256") -> Tokens:
    settings = SecuritySettings(secret_key=SecretStr(secret), algorithm=algorithm)
    return Tokens(settings, lambda: now)


def issued(signer: Tokens, kind: TokenKind = TokenKind.access) -> str:
    return signer.issue(kind, account_id=new_id(), session_id=new_id(), generation=3).text


def test_a_password_is_kept_as_argon2id_with_a_salt_of_its_own() -> None:
    password = SecretStr("pässword 🔑")
    first, second = security.hash_password(password), security.hash_password(password)
    assert first != second
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert security.verify_password(password, first)
    assert not security.verify_password(SecretStr("password"), first)
    assert not security.verify_password(password, None)


def test_a_hash_with_weaker_parameters_is_noticed() -> None:
    weaker = (
        "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$0000000000000000000000000000000000000000000"
    )
    assert security.needs_rehash(weaker)
    assert not security.needs_rehash(security.hash_password(SecretStr("x")))


def test_no_more_than_two_hashes_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = 0, 0
    lock, full = threading.Lock(), threading.Event()

    def slow(_password: str) -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            if running == 2:
                full.set()
        full.wait(5)
        with lock:
            running -= 1
        return "hash"

    monkeypatch.setattr(security._context, "hash", slow)
    threads = [threading.Thread(target=security.hash_password, args=(SecretStr("x"),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_a_token_says_what_it_was_issued_for(algorithm: str) -> None:
    signer = tokens(algorithm=algorithm)
    account_id, session_id = new_id(), new_id()
    text = signer.issue(TokenKind.refresh, account_id=account_id, session_id=session_id, generation=7).text
    claims = signer.read(text, TokenKind.refresh)
    assert (claims.account_id, claims.session_id, claims.generation) == (account_id, session_id, 7)
    assert claims.expires_at == NOW + timedelta(days=30)


def test_a_token_holds_until_its_end_and_not_longer() -> None:
    text = issued(tokens())
    assert tokens(now=NOW + timedelta(minutes=29, seconds=59)).read(text, TokenKind.access)
    with pytest.raises(Unauthenticated):
        tokens(now=NOW + timedelta(minutes=30)).read(text, TokenKind.access)


def test_kinds_installations_and_algorithms_do_not_mix() -> None:
    signer = tokens()
    for reader, kind, text in (
        (signer, TokenKind.access, issued(signer, TokenKind.refresh)),
        (signer, TokenKind.refresh, issued(signer, TokenKind.access)),
        (tokens(secret=SECRET + "x"), TokenKind.access, issued(signer)),
        (tokens(algorithm="HS512"), TokenKind.access, issued(signer)),
    ):
        with pytest.raises(Unauthenticated):
            reader.read(text, kind)


@given(st.text(max_size=200))
def test_no_text_crashes_the_reader(text: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens().read(text, TokenKind.access)


def test_purposes_have_keys_of_their_own() -> None:
    assert tokens()._key(TokenKind.access) != tokens()._key(TokenKind.refresh)
    assert len({security.derived_key(SECRET, purpose) for purpose in ("a", "b", "jwt/access")}) == 3
    assert security.derived_key(SECRET, "a") != security.derived_key(SECRET + "x", "a")
    with pytest.raises(ValueError, match="SECRET_KEY"):
        security.derived_key("", "a")


def test_an_api_token_is_found_by_its_prefix_and_proved_by_its_digest() -> None:
    token = security.new_api_token()
    assert security.api_token_prefix(token.text) == token.prefix
    assert security.same_digest(token.text, token.digest)
    assert not security.same_digest(token.text + "0", token.digest)
    assert security.new_api_token().prefix != token.prefix


@pytest.mark.parametrize(
    "text", ["", "dc", "dc_", "dc_short_x", "xx_aaaaaaaaaaaa_x", "dc_aaaaaaaaaaaa_x_y", "a.b.c"]
)
def test_what_is_no_api_token_has_no_prefix(text: str) -> None:
    assert security.api_token_prefix(text) is None


@given(st.binary(max_size=500), st.text(max_size=50))
def test_a_secret_opens_in_its_context_only(content: bytes, context: str) -> None:
    cipher = Cipher(KEY)
    ciphertext = cipher.encrypt(content, context)
    assert cipher.decrypt(ciphertext, context) == content
    with pytest.raises(CannotDecrypt):
        cipher.decrypt(ciphertext, context + "x")


KEY, NEWER = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_a_context_cannot_grow_into_the_secret() -> None:
    cipher = Cipher(KEY)
    ciphertext = cipher.encrypt("bc", "a")
    for context in ("ab", "abc", ""):
        with pytest.raises(CannotDecrypt):
            cipher.decrypt(ciphertext, context)


def test_text_comes_back_as_text() -> None:
    cipher = Cipher(SecretStr(KEY))
    ciphertext = cipher.encrypt("schlüssel\x00\n", "account:name")
    assert "schl" not in ciphertext.decode()
    assert cipher.decrypt_text(ciphertext, "account:name") == "schlüssel\x00\n"


def test_a_changed_ciphertext_and_a_lost_key_are_refused() -> None:
    ciphertext = Cipher(KEY).encrypt("x", "a")
    for key, changed in (
        (NEWER, ciphertext),
        (KEY, ciphertext[:-2] + b"xx"),
        (KEY, b""),
        (KEY, "é".encode()),
    ):
        with pytest.raises(CannotDecrypt):
            Cipher(key).decrypt(changed, "a")


def test_a_key_is_replaced_in_two_steps() -> None:
    old = Cipher(KEY).encrypt("x", "a")
    both = Cipher(f"{NEWER}, {KEY}")
    assert both.decrypt(old, "a") == b"x"
    renewed = both.rotate(old)
    assert Cipher(NEWER).decrypt(renewed, "a") == b"x"
    with pytest.raises(CannotDecrypt):
        Cipher(NEWER).rotate(old)


@pytest.mark.parametrize("key", ["", " , ", "short", SecretStr("x" * 44)])
def test_a_malformed_key_is_refused_at_the_start(key: str | SecretStr) -> None:
    with pytest.raises(ValueError, match=r"key|KEY"):
        Cipher(key)
