"""A baseline: one row a request behind FastAPI, committed before the answer, with nothing around it.

Run by uvicorn with `BENCH_DATABASE_URL` set.
"""

import os
from uuid import uuid4

from fastapi import Depends, FastAPI, Request
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from dollarclub.core.db import database_url

_engine = create_engine(database_url(os.environ["BENCH_DATABASE_URL"]), pool_size=20, max_overflow=20)
_INSERT = text("INSERT INTO bench_inserts (id, body) VALUES (:id, :body)")
_TABLE = text("CREATE TABLE IF NOT EXISTS bench_inserts (id uuid PRIMARY KEY, body text NOT NULL)")

app = FastAPI()

with _engine.begin() as _connection:
    _connection.execute(_TABLE)


async def _body(request: Request) -> bytes:
    return await request.body()


@app.post("/insert", status_code=202)
def insert(body: bytes = Depends(_body)) -> dict[str, str]:
    row = uuid4()
    with Session(_engine) as session, session.begin():
        session.execute(_INSERT, {"id": row, "body": body.decode()})
    return {"id": str(row)}
