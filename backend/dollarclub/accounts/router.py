"""Routes of accounts: signing in, one's own account, and the accounts an administrator manages."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from dollarclub.accounts import flows, queries, service, session_service
from dollarclub.accounts.cookies import clear_cookies, set_cookies
from dollarclub.accounts.deps import (
    REFRESH_COOKIE,
    AccountDep,
    AdminDep,
    ClientDep,
    LeavingDep,
    LimiterDep,
    OptionalAccountDep,
    PersonDep,
    TokensDep,
    refuse_other_sites,
    require_same_site,
)
from dollarclub.accounts.login_body import LOGIN_OPENAPI, LoginDep
from dollarclub.accounts.models import Account, ApiToken, RefreshSession
from dollarclub.accounts.rules import CurrentAccount, is_admin, normal_email
from dollarclub.accounts.schemas import (
    NewTokenOut,
    PasswordIn,
    ProfileIn,
    RefreshIn,
    RegisterIn,
    SessionOut,
    SetupOut,
    SignedInOut,
    TokenIn,
    TokenOut,
    UserChangeIn,
    UserCreateIn,
    UserOut,
    UserPasswordIn,
)
from dollarclub.accounts.session_service import Client, SignedIn
from dollarclub.core.errors import Unauthenticated
from dollarclub.core.ratelimit import RateLimiter, address_key
from dollarclub.core.schemas import Page
from dollarclub.core.security import digest_of
from dollarclub.core.settings import SecuritySettings
from dollarclub.core.web import ClockDep, DatabaseDep, Limit, SessionDep, SettingsDep
from dollarclub.kit.paging import Slice

auth_router = APIRouter(prefix="/api/auth", tags=["auth"])
users_router = APIRouter(prefix="/api/users", tags=["users"])

Offset = Annotated[int, Query(ge=0, le=1_000_000_000)]
Search = Annotated[str, Query(max_length=320, pattern=r"^[^\x00]*$")]


@auth_router.get("/setup", response_model=SetupOut)
def setup(session: SessionDep, settings: SettingsDep) -> SetupOut:
    """What the sign-in page needs to know before anybody is signed in."""
    return SetupOut(
        needs_first_account=not queries.has_accounts(session), registration_open=settings.registration_open
    )


@auth_router.post(
    "/register", status_code=201, response_model=SignedInOut, dependencies=[Depends(refuse_other_sites)]
)
def register(
    body: RegisterIn,
    response: Response,
    db: DatabaseDep,
    settings: SettingsDep,
    clock: ClockDep,
    tokens: TokensDep,
    limiter: LimiterDep,
    client: ClientDep,
    by: OptionalAccountDep,
) -> SignedInOut:
    """Make an account and sign it in. An administrator who makes one for somebody else stays signed in as before."""
    _limit_tries(limiter, settings.security, client, body.email)
    signed_in = flows.register(
        db,
        wanted=body,
        registration_open=settings.registration_open,
        by=by,
        client=client,
        tokens=tokens,
        now=clock(),
    )
    if by is None or not is_admin(by.role):
        set_cookies(response, signed_in, settings.security)
    return _answer(signed_in, settings.security)


@auth_router.post(
    "/login",
    response_model=SignedInOut,
    openapi_extra=LOGIN_OPENAPI,
    dependencies=[Depends(refuse_other_sites)],
)
def log_in(
    login: LoginDep,
    response: Response,
    db: DatabaseDep,
    settings: SettingsDep,
    clock: ClockDep,
    tokens: TokensDep,
    limiter: LimiterDep,
    client: ClientDep,
) -> SignedInOut:
    """Sign in with JSON (`email`, `password`) or the OAuth2 form (`username`, `password`)."""
    wanted = login.credentials
    _limit_tries(limiter, settings.security, client, wanted.email)
    signed_in = flows.sign_in(
        db, email=wanted.email, password=wanted.password, client=client, tokens=tokens, now=clock()
    )
    set_cookies(response, signed_in, settings.security)
    return _answer(signed_in, settings.security, with_refresh=login.is_form)


@auth_router.post("/refresh", response_model=SignedInOut, dependencies=[Depends(refuse_other_sites)])
def refresh(
    request: Request,
    response: Response,
    db: DatabaseDep,
    settings: SettingsDep,
    clock: ClockDep,
    tokens: TokensDep,
    body: RefreshIn | None = None,
) -> SignedInOut:
    """Trade a refresh token, from the cookie or the body, for fresh tokens. Each can be traded once."""
    in_cookie = request.cookies.get(REFRESH_COOKIE)
    in_body = body.refresh_token if body is not None else None
    if in_body is None and in_cookie is not None:
        require_same_site(request)
    presented = in_body or in_cookie
    if not presented:
        raise Unauthenticated("Sign in first.")
    signed_in = flows.refresh(db, refresh_token=presented, tokens=tokens, now=clock())
    if in_cookie is not None:
        set_cookies(response, signed_in, settings.security)
    return _answer(signed_in, settings.security, with_refresh=in_body is not None)


@auth_router.post("/logout", status_code=204)
def log_out(
    response: Response, session: SessionDep, settings: SettingsDep, clock: ClockDep, leaving: LeavingDep
) -> None:
    """Revoke the session that the request belongs to, so that its tokens stop at once, and clear the cookies."""
    if leaving is not None:
        session_service.sign_out(
            session, session_id=leaving.session_id, account_id=leaving.account_id, now=clock()
        )
    clear_cookies(response, settings.security)


@auth_router.get("/me", response_model=UserOut)
def me(current: AccountDep, session: SessionDep) -> Account:
    """The signed-in account."""
    return queries.account_by_id(session, current.id)


@auth_router.patch("/me", response_model=UserOut)
def change_me(body: ProfileIn, current: PersonDep, session: SessionDep, clock: ClockDep) -> Account:
    """Change one's own user name."""
    return service.rename(session, account_id=current.id, username=body.username, now=clock())


@auth_router.post("/password", status_code=204)
def change_password(
    body: PasswordIn,
    current: PersonDep,
    session: SessionDep,
    settings: SettingsDep,
    clock: ClockDep,
    limiter: LimiterDep,
) -> None:
    """Change one's own password; every other session of the account ends."""
    limiter.hit(settings.security.auth_rate_per_account, "password", str(current.id))
    service.change_password(
        session,
        account_id=current.id,
        session_id=current.session_id,
        current_password=body.current_password,
        new_password=body.new_password,
        now=clock(),
    )


@auth_router.get("/sessions", response_model=Page[SessionOut])
def list_sessions(
    current: AccountDep, session: SessionDep, clock: ClockDep, limit: Limit = 50, offset: Offset = 0
) -> Page[SessionOut]:
    """Where the account is signed in."""
    found = queries.sessions_page(session, current.id, now=clock(), limit=limit, offset=offset)
    items = [_session_out(row, current) for row in found.items]
    return Page[SessionOut](items=items, total=found.total, limit=limit, offset=offset)


@auth_router.delete("/sessions/{session_id}", status_code=204)
def end_session(
    session_id: UUID,
    response: Response,
    current: PersonDep,
    session: SessionDep,
    settings: SettingsDep,
    clock: ClockDep,
) -> None:
    """End one of the account's sessions."""
    session_service.end(session, session_id=session_id, account_id=current.id, now=clock())
    if session_id == current.session_id:
        clear_cookies(response, settings.security)


@auth_router.delete("/sessions", status_code=204)
def end_other_sessions(current: PersonDep, session: SessionDep, clock: ClockDep) -> None:
    """End all the account's sessions except this one."""
    session_service.end_others(session, account_id=current.id, keep=current.session_id, now=clock())


@auth_router.get("/tokens", response_model=Page[TokenOut])
def list_tokens(
    current: AccountDep, session: SessionDep, limit: Limit = 50, offset: Offset = 0
) -> Slice[ApiToken]:
    """The account's API tokens, without their secrets."""
    return queries.tokens_page(session, current.id, limit=limit, offset=offset)


@auth_router.post("/tokens", status_code=201, response_model=NewTokenOut)
def create_token(body: TokenIn, current: PersonDep, session: SessionDep, clock: ClockDep) -> NewTokenOut:
    """Make an API token; it is shown in this answer and never again."""
    row, text = session_service.create_token(
        session,
        account_id=current.id,
        name=body.name,
        scopes=body.scopes,
        days=body.expires_in_days,
        now=clock(),
    )
    return NewTokenOut(**TokenOut.model_validate(row).model_dump(), token=text)


@auth_router.delete("/tokens/{token_id}", status_code=204)
def delete_token(token_id: UUID, current: PersonDep, session: SessionDep) -> None:
    """Delete an API token; it stops at once."""
    session_service.delete_token(session, token_id=token_id, account_id=current.id)


@users_router.get("", response_model=Page[UserOut])
def list_users(
    _admin: AdminDep, session: SessionDep, q: Search = "", limit: Limit = 50, offset: Offset = 0
) -> Slice[Account]:
    """All accounts whose e-mail address or user name contains `q`, newest first."""
    return queries.accounts_page(session, q=q.strip(), limit=limit, offset=offset)


@users_router.post("", status_code=201, response_model=UserOut)
def create_user(body: UserCreateIn, _admin: AdminDep, session: SessionDep, clock: ClockDep) -> Account:
    """Make an account for somebody."""
    return service.create_account(
        session,
        email=body.email,
        username=body.username,
        password=body.password,
        role=body.role,
        now=clock(),
    )


@users_router.patch("/{user_id}", response_model=UserOut)
def change_user(
    user_id: UUID, body: UserChangeIn, _admin: AdminDep, session: SessionDep, clock: ClockDep
) -> Account:
    """Give an account another role, disable it or enable it."""
    return service.change_account(
        session, account_id=user_id, role=body.role, is_active=body.is_active, now=clock()
    )


@users_router.post("/{user_id}/password", status_code=204)
def set_user_password(
    user_id: UUID, body: UserPasswordIn, _admin: AdminDep, session: SessionDep, clock: ClockDep
) -> None:
    """Set a new password for an account; all its sessions end."""
    service.reset_password(session, account_id=user_id, password=body.new_password, now=clock())


def _limit_tries(limiter: RateLimiter, settings: SecuritySettings, client: Client, email: str) -> None:
    limiter.hit(settings.auth_rate_per_address, "auth", "address", address_key(client.address))
    limiter.hit(settings.auth_rate_per_account, "auth", "account", digest_of(normal_email(email)).hex())


def _answer(signed_in: SignedIn, settings: SecuritySettings, *, with_refresh: bool = False) -> SignedInOut:
    refresh_token = signed_in.refresh.text if with_refresh and signed_in.refresh is not None else None
    return SignedInOut(
        access_token=signed_in.access.text,
        expires_in=int(settings.access_lifetime.total_seconds()),
        refresh_token=refresh_token,
        user=UserOut.model_validate(signed_in.account),
    )


def _session_out(row: RefreshSession, current: CurrentAccount) -> SessionOut:
    return SessionOut(
        id=row.id,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
        user_agent=row.user_agent,
        address=row.address,
        current=row.id == current.session_id,
    )
