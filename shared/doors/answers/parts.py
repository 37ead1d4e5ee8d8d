"""What answers are made of: their base, a page of rows, money, words, and the problem that any door may answer with."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """What a door answers: exactly these fields, so that none is left out or added unseen."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Money(Answer):
    """An amount in its own currency; never converted."""

    amount: float
    currency: str | None


class Sentence(Answer):
    """Words as code and particulars, with the English text."""

    code: str
    params: dict[str, Any]
    text: str


class Page(Answer):
    """A page of a list; `first` counts from 1."""

    total: int
    first: int
    limit: int
    next_cursor: str | None
    prev_cursor: str | None
    as_of: str


class Problem(Answer):
    """RFC 9457."""

    type: str
    title: str
    status: int
    code: str
    params: dict[str, Any]
    detail: str
    correlation_id: str
