"""The cookies of a signed-in browser: out of reach of scripts, and the refresh token sent only where it is used."""

from fastapi import Response

from dollarclub.accounts.deps import ACCESS_COOKIE, REFRESH_COOKIE
from dollarclub.accounts.session_service import SignedIn
from dollarclub.core.settings import SecuritySettings

_REFRESH_PATH = "/api/auth"


def set_cookies(response: Response, signed_in: SignedIn, settings: SecuritySettings) -> None:
    """Give the browser its tokens; a refresh token only when there is a new one."""
    response.set_cookie(
        ACCESS_COOKIE,
        signed_in.access.text,
        max_age=int(settings.access_lifetime.total_seconds()),
        path="/",
        httponly=True,
        secure=settings.cookie_secure,
        samesite="lax",
    )
    if signed_in.refresh is not None:
        response.set_cookie(
            REFRESH_COOKIE,
            signed_in.refresh.text,
            max_age=int(settings.refresh_lifetime.total_seconds()),
            path=_REFRESH_PATH,
            httponly=True,
            secure=settings.cookie_secure,
            samesite="strict",
        )


def clear_cookies(response: Response, settings: SecuritySettings) -> None:
    """Make the browser forget its tokens."""
    response.delete_cookie(
        ACCESS_COOKIE, path="/", httponly=True, secure=settings.cookie_secure, samesite="lax"
    )
    response.delete_cookie(
        REFRESH_COOKIE, path=_REFRESH_PATH, httponly=True, secure=settings.cookie_secure, samesite="strict"
    )
